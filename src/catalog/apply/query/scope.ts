import type { Name } from '../../../ddl/operation.ts';
import type { Relation, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { nameKey, partKey } from '../names.ts';

/** A table, view or subquery as the names of one query see it. */
export interface SourceInScope {
  /** The key under which columns are qualified: its alias, or its name. */
  readonly key: string;
  /** The key of its schema, where columns may be qualified with both: no alias hides it. */
  readonly schema: string | null;
  /** The relation that it stands for; null for subqueries, functions and common tables. */
  readonly relation: string | null;
  /** Keys of its columns in order, as far as they are known. */
  readonly columns: readonly string[];
  /** All columns are known. */
  readonly isComplete: boolean;
  /** Columns that are listed and may not be there. */
  readonly doubtful: ReadonlySet<string>;
  /** Columns that an incomplete table surely lacks. */
  readonly absent: readonly string[];
  /** It is no part of the schema (a function, a table of the engine): whatever is asked of it is taken to be there. */
  readonly isForeign?: boolean;
  /** Its columns are found only where they are qualified. */
  readonly isQualifiedOnly?: boolean;
  /** Columns that USING or NATURAL has made one with a table before it. */
  readonly merged: ReadonlySet<string>;
}

/** What the names of one SELECT are looked up in, from the inside out. */
export interface Scope {
  readonly sources: readonly SourceInScope[];
  /** Keys of the output columns, which some clauses may name. */
  readonly outputs: ReadonlySet<string>;
  readonly outer: Scope | null;
}

export type Presence = 'present' | 'unsure' | 'absent';

/** Whether a source has a column. */
export function presenceIn(source: SourceInScope, column: string): Presence {
  if (source.columns.includes(column)) return source.doubtful.has(column) ? 'unsure' : 'present';
  if (source.isForeign === true) return 'unsure';
  return source.isComplete || source.absent.includes(column) ? 'absent' : 'unsure';
}

/** A relation of the catalog as a source; `outputs` gives the columns of a view. */
export function sourceOf(
  draft: Draft,
  relation: Relation,
  key: string,
  as: { readonly key: string; readonly schema: string | null },
  outputs: readonly string[] | null,
): SourceInScope {
  const plain = { ...as, relation: key, merged: NONE };
  if (relation.kind === 'table') return { ...plain, ...columnsOfTable(draft, relation) };
  if (relation.kind === 'sequence') return { ...plain, ...known(['last_value', 'log_cnt', 'is_called']) };
  return { ...plain, ...(outputs === null ? UNKNOWN : known(outputs)) };
}

function columnsOfTable(draft: Draft, table: Table): Omit<SourceInScope, 'key' | 'schema' | 'relation' | 'merged'> {
  const { dialect } = draft.engine;
  const keyOf = ({ name }: { readonly name: string }): string => partKey(name, dialect);
  return {
    columns: table.columns.map(keyOf),
    // A virtual table has the columns of its module, and hidden ones.
    isComplete: !table.open && !table.options.some((option) => option.startsWith('virtual')),
    doubtful: table.certain
      ? new Set(table.columns.filter(({ certain }) => !certain).map(keyOf))
      : new Set(table.columns.map(keyOf)),
    absent: table.absent,
  };
}

/** A source of which all columns are known. */
export function known(
  columns: readonly string[],
): Pick<SourceInScope, 'columns' | 'isComplete' | 'doubtful' | 'absent'> {
  return { columns, isComplete: true, doubtful: NONE, absent: [] };
}

const NONE: ReadonlySet<string> = new Set();

/** A source of which nothing is known. */
export const UNKNOWN: Pick<SourceInScope, 'columns' | 'isComplete' | 'doubtful' | 'absent'> = {
  columns: [],
  isComplete: false,
  doubtful: NONE,
  absent: [],
};

/** A subquery, function or common table as a source. */
export function derivedSource(key: string, columns: readonly string[] | null): SourceInScope {
  return { key, schema: null, relation: null, merged: NONE, ...(columns === null ? UNKNOWN : known(columns)) };
}

/** A function, or a table of the engine itself. */
export function foreignSource(key: string): SourceInScope {
  return { ...derivedSource(key, null), isForeign: true };
}

/** `AS t (a, b)` renames the first columns. */
export function withColumnNames(source: SourceInScope, names: readonly Name[], draft: Draft): SourceInScope {
  if (names.length === 0) return source;
  const keys = names.map((name) => nameKey(name, draft.engine.dialect));
  return { ...source, columns: [...keys, ...source.columns.slice(keys.length)] };
}

/** Columns that a source has beside those that are listed. */
export function isHiddenColumn(draft: Draft, source: SourceInScope, column: string): boolean {
  if (source.relation === null) return false;
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return /^(?:rowid|oid|_rowid_)$/.test(column);
    case 'postgres':
      return /^(?:ctid|xmin|xmax|cmin|cmax|tableoid|oid)$/.test(column);
    default:
      return false;
  }
}

/** The columns of `*` over some sources, in the engine's order; null where they are not all known. */
export function starColumns(draft: Draft, sources: readonly SourceInScope[]): readonly string[] | null {
  if (sources.some(({ isComplete }) => !isComplete)) return null;
  const own = sources.flatMap(({ columns, merged }) => columns.filter((column) => !merged.has(column)));
  const merged = new Set(sources.flatMap((source) => [...source.merged]));
  // SQLite leaves a shared column at its first place; the others set them in front.
  if (draft.engine.dialect.name === 'sqlite' || merged.size === 0) return own;
  return [...own.filter((column) => merged.has(column)), ...own.filter((column) => !merged.has(column))];
}
