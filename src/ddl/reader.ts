import { Cursor } from './cursor.ts';
import type { Operation, Range } from './operation.ts';

/** `CREATE OR REPLACE TEMPORARY ..`: what stands between the verb and the noun of a statement. */
export interface Lead {
  readonly orReplace?: Range;
  readonly temporary: boolean;
  /** Further words, in lower case: `unique`, `materialized`, `constraint`, `foreign`, `concurrently` .. */
  readonly modifiers: readonly string[];
}

/**
 * Reads one kind of statement. The cursor stands after the words that chose the reader (`create [unique] index`); the
 * answer is never empty. What cannot be read is `cursor.fail(..)`.
 */
export type Reader = (cursor: Cursor, lead: Lead) => readonly Operation[];

/** Readers by what begins their statements: verb and noun (`create index`), or the verb alone (`insert`). */
export type Family = Readonly<Record<string, Reader>>;

/** Verbs that are followed by modifiers and a noun. */
export const verbsWithNoun: ReadonlySet<string> = new Set(['create', 'alter', 'drop']);

const modifiers: ReadonlySet<string> = new Set([
  'unique', 'fulltext', 'spatial', 'materialized', 'foreign', 'virtual', 'unlogged', 'constraint', 'recursive', 'default',
  'trusted', 'procedural', 'online', 'offline', 'ignore', 'or', 'replace', 'global', 'local', 'temp', 'temporary',
]); // prettier-ignore

const noLead: Lead = { temporary: false, modifiers: [] };

/** Reads what stands before the noun. MySQL's `DEFINER = ..`, `ALGORITHM = ..` and `SQL SECURITY ..` are taken and dropped. */
export function readLead(cursor: Cursor): Lead {
  let orReplace: Range | undefined;
  let temporary = false;
  const words: string[] = [];
  for (;;) {
    const replace = cursor.acceptWords('or', 'replace');
    if (replace !== undefined) {
      orReplace = replace;
      continue;
    }
    if (acceptViewAttribute(cursor)) continue;
    const word = cursor.acceptOneOf(modifiers);
    if (word === undefined) break;
    if (word === 'temp' || word === 'temporary') temporary = true;
    else words.push(word);
  }
  if (orReplace === undefined && !temporary && words.length === 0) return noLead;
  return { ...(orReplace === undefined ? {} : { orReplace }), temporary, modifiers: words };
}

function acceptViewAttribute(cursor: Cursor): boolean {
  if (cursor.acceptWords('sql', 'security') !== undefined) {
    cursor.advance();
    return true;
  }
  if (!(cursor.is('definer') || cursor.is('algorithm')) || !cursor.isSymbol('=', 1)) return false;
  cursor.advance();
  cursor.advance();
  skipAccount(cursor);
  return true;
}

/** `root@localhost`, `'a'@'%'`, `CURRENT_USER()`, or one word; however the lexer cuts it, it holds no blank. */
function skipAccount(cursor: Cursor): void {
  do cursor.skipItem();
  while (!cursor.atEnd() && cursor.start() === cursor.lastEnd());
}
