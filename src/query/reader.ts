import type { Dialect, DialectName } from '../dialects/dialect.ts';
import type { SelectTree } from './select-tree.ts';
import type { BodyTree, StatementTree } from './tree.ts';

/** One published grammar, loaded: it gives the tree of a text, or null where it cannot read it. It may throw. */
export interface TreeReader {
  /** SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE. */
  statement(text: string): StatementTree | null;
  /** A whole CREATE TRIGGER, as far as its body is SQL. */
  trigger(text: string): BodyTree | null;
  /** A query as it is computed. PostgreSQL alone has code that asks of its catalogs. */
  select(text: string): SelectTree | null;
}

/** A longer text is not read: a grammar makes of it a tree of many times its size. */
export const LONGEST_TEXT = 100_000;

const readers = new Map<DialectName, TreeReader>();

/**
 * Loads the grammar that reads the queries of a dialect. The replay is synchronous, so what it may ask for is loaded before it
 * begins (`loadGrammarsFor`). A grammar that is not there reads nothing: what rests on its answer is unsure.
 */
export async function loadTreeReader(dialect: DialectName): Promise<void> {
  if (!readers.has(dialect)) readers.set(dialect, await readerOf(dialect));
}

async function readerOf(dialect: DialectName): Promise<TreeReader> {
  switch (dialect) {
    case 'postgres':
      return (await import('./postgres-tree.ts')).loadPostgresTrees();
    case 'sqlite':
      return (await import('./sqlite-tree.ts')).sqliteTrees;
    case 'mysql':
    case 'mariadb':
      return (await import('./mysql-tree.ts')).loadMysqlTrees(dialect);
  }
}

type Kind = keyof TreeReader;
type TreeOf<K extends Kind> = ReturnType<TreeReader[K]>;

const kept = new Map<string, StatementTree | BodyTree | SelectTree | null>();
const KEPT_TREES = 2048;

/** What a statement, or the query of a view, names; null where no grammar could read it. Answers are kept for some texts. */
export function readStatementTree(text: string, dialect: Dialect): StatementTree | null {
  return read('statement', text, dialect);
}

/** The same for a whole CREATE TRIGGER. */
export function readTriggerTree(text: string, dialect: Dialect): BodyTree | null {
  return read('trigger', text, dialect);
}

/** A query as it is computed; null where no grammar could read it. */
export function readSelectTree(text: string, dialect: Dialect): SelectTree | null {
  return read('select', text, dialect);
}

function read<K extends Kind>(kind: K, text: string, { name }: Dialect): TreeOf<K> {
  const reader = readers.get(name);
  if (reader === undefined || text.length > LONGEST_TEXT) return null as TreeOf<K>;
  const key = `${name} ${kind} ${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known as TreeOf<K>;
  const tree = attempt(() => reader[kind](text));
  if (kept.size >= KEPT_TREES) kept.clear();
  kept.set(key, tree);
  return tree as TreeOf<K>;
}

/** A grammar says by an exception that it cannot read a text; one that is nested too deep ends the same way. */
function attempt<Tree>(parse: () => Tree): Tree | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
