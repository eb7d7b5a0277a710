import { given } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { acceptString, readName, readQualifiedName } from './names.ts';
import type { Name, Operation, QualifiedName, SetSequence, SetSession } from './operation.ts';
import type { Family } from './reader.ts';
import { readDelete, readInsert, readMerge, readUpdate } from './write-rows.ts';

/** Statements that read rows, and WITH, behind which a statement may write them. */
export const queries: Family = {
  select: readSelect,
  with: readWith,
  values: readQuery,
  table: readQuery,
  show: readQuery,
  explain: readQuery,
  describe: readQuery,
  desc: readQuery,
  // `(SELECT ..) UNION ..` begins with no word.
  '': readParenthesizedQuery,
};

function readQuery(cursor: Cursor): readonly Operation[] {
  return [{ kind: 'query', statement: cursor.statement }];
}

function readParenthesizedQuery(cursor: Cursor): readonly Operation[] {
  let ahead = 0;
  while (cursor.isSymbol('(', ahead)) ahead++;
  const word = cursor.word(ahead);
  if (ahead === 0 || !queryWords.has(word)) cursor.fail('unknown statement');
  return readQuery(cursor);
}

const queryWords: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table']);

function readSelect(cursor: Cursor): readonly Operation[] {
  if (cursor.dialect.name !== 'postgres') return readQuery(cursor);
  const setting = readSetConfig(cursor);
  if (setting !== undefined) return [setting];
  const moved = readSetSequences(cursor);
  if (moved.length > 0) return moved;
  return readSelectInto(cursor) ?? readQuery(cursor);
}

/** `SELECT pg_catalog.set_config('search_path', '', false)`, with which pg_dump begins. */
function readSetConfig(cursor: Cursor): SetSession | undefined {
  const named = cursor.is('pg_catalog') && cursor.isSymbol('.', 1) ? 2 : 0;
  if (!cursor.is('set_config', named) || !cursor.isSymbol('(', named + 1)) return undefined;
  for (let taken = 0; taken < named + 2; taken++) cursor.advance();
  const name = acceptString(cursor);
  if (name === undefined || !cursor.acceptSymbol(',')) return undefined;
  const value = cursor.textOf(cursor.skipClause());
  const local = cursor.acceptSymbol(',') && cursor.is('true');
  const { statement } = cursor;
  return { kind: 'set-session', statement, command: 'set-config', name: name.toLowerCase(), value, local };
}

/** `SELECT setval('s', 5), pg_catalog.setval(pg_get_serial_sequence('t', 'id'), max(id)) FROM t`, also deeper inside. */
function readSetSequences(cursor: Cursor): readonly SetSequence[] {
  const before = cursor.mark();
  const found: SetSequence[] = [];
  while (!cursor.atEnd()) {
    const isCall = cursor.is('setval') && cursor.isSymbol('(', 1);
    cursor.advance();
    if (!isCall) continue;
    cursor.advance();
    found.push({ kind: 'set-sequence', statement: cursor.statement, ...given(readSequence(cursor)) });
  }
  cursor.returnTo(before);
  return found;
}

function readSequence(cursor: Cursor): Pick<Partial<SetSequence>, 'sequence' | 'ownedBy'> {
  const literal = acceptNameInString(cursor);
  if (literal !== undefined) return cursor.isSymbol(',') || cursor.isSymbol('::') ? { sequence: literal } : {};
  if (!cursor.accept('pg_get_serial_sequence') || !cursor.acceptSymbol('(')) return {};
  const table = acceptNameInString(cursor);
  const column = cursor.acceptSymbol(',') ? acceptNameInString(cursor) : undefined;
  // The column is given as it is stored, the table as in SQL (manual, 9.26.4).
  return table === undefined || column === undefined
    ? {}
    : { ownedBy: { table, column: { ...column.name, quoted: true } } };
}

/** `'schema.name'`, with quotes as in SQL. */
function acceptNameInString(cursor: Cursor): QualifiedName | undefined {
  const at = cursor.here();
  const text = acceptString(cursor);
  const parts = text === undefined ? null : /^(?:("?)(\w+)\1\.)?("?)([^".]+)\3$/.exec(text);
  if (parts === null) return undefined;
  const [, schemaQuote, schema, quote, name = ''] = parts;
  const named = (part: string, isQuoted: boolean): Name => ({ ...at, text: part, quoted: isQuoted });
  const last = named(name, quote === '"');
  return schema === undefined
    ? { ...at, name: last }
    : { ...at, name: last, schema: named(schema, schemaQuote === '"') };
}

/** PostgreSQL: `SELECT .. INTO [TEMP] [TABLE] t FROM ..` creates t. */
function readSelectInto(cursor: Cursor): readonly Operation[] | undefined {
  while (!cursor.atEnd() && !cursor.is('into')) {
    if (cursor.is('from') || cursor.is('union')) return undefined;
    cursor.skipItem();
  }
  if (!cursor.accept('into')) return undefined;
  const { statement } = cursor;
  const temporary = cursor.accept('temp') || cursor.accept('temporary');
  const unlogged = cursor.accept('unlogged') ? true : undefined;
  cursor.accept('table');
  const table = readQualifiedName(cursor);
  const asQuery = { start: statement.start, end: statement.end, text: cursor.textOf(statement) };
  const empty = { columns: [], constraints: [], likes: [], inherits: [], options: {}, opaque: [] };
  return [{ kind: 'create-table', statement, table, temporary, ...given({ unlogged }), ...empty, asQuery }];
}

/** Every writing part of `WITH a AS (DELETE ..), b AS (..) INSERT ..`; a query if there is none. */
function readWith(cursor: Cursor): readonly Operation[] {
  cursor.accept('recursive');
  const writes: Operation[] = [];
  do {
    readName(cursor);
    if (cursor.isSymbol('(')) cursor.skipBalanced();
    cursor.expect('as');
    if (cursor.accept('not')) cursor.expect('materialized');
    else cursor.accept('materialized');
    readPart(cursor, writes);
    while (!cursor.atEnd() && (cursor.is('search') || cursor.is('cycle'))) skipTraversal(cursor);
  } while (cursor.acceptSymbol(','));
  writes.push(...readWrite(cursor));
  return writes.length > 0 ? writes : readQuery(cursor);
}

function readPart(cursor: Cursor, writes: Operation[]): void {
  const open = cursor.mark();
  cursor.expectSymbol('(');
  writes.push(...readWrite(cursor));
  cursor.returnTo(open);
  cursor.skipBalanced();
}

function readWrite(cursor: Cursor): readonly Operation[] {
  if (cursor.accept('insert')) return [readInsert(cursor, 'insert')];
  if (cursor.accept('replace')) return [readInsert(cursor, 'replace')];
  if (cursor.accept('update')) return [readUpdate(cursor)];
  if (cursor.accept('delete')) return [readDelete(cursor)];
  return cursor.accept('merge') ? [readMerge(cursor)] : [];
}

const afterTraversal: ReadonlySet<string> = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'values',
  'table',
]);

/** `SEARCH DEPTH FIRST BY a, b SET c`, `CYCLE a, b SET c USING d`: its commas part columns, not queries. */
function skipTraversal(cursor: Cursor): void {
  while (!cursor.atEnd() && !cursor.accept('set')) cursor.advance();
  while (!cursor.atClauseEnd() && !cursor.is('cycle') && !afterTraversal.has(cursor.word())) cursor.skipItem();
}
