import { given } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName, readNameList, readQualifiedName } from './names.ts';
import type { Name, Operation, QualifiedName, WriteRows } from './operation.ts';
import type { Family } from './reader.ts';

/** Statements that write rows. Only their target is read: `src/query` knows the rest. */
export const writeRows: Family = {
  insert: (cursor) => [readInsert(cursor, 'insert')],
  replace: (cursor) => [readInsert(cursor, 'replace')],
  update: (cursor) => [readUpdate(cursor)],
  delete: (cursor) => [readDelete(cursor)],
  truncate: readTruncate,
  merge: (cursor) => [readMerge(cursor)],
  copy: (cursor) => [readCopy(cursor)],
  load: (cursor) => [readLoad(cursor)],
};

function write(
  cursor: Cursor,
  verb: WriteRows['verb'],
  table?: QualifiedName,
  columns: readonly Name[] = [],
): WriteRows {
  return { kind: 'write-rows', statement: cursor.statement, verb, ...given({ table }), columns };
}

const insertModifiers: ReadonlySet<string> = new Set(['low_priority', 'delayed', 'high_priority', 'ignore']);

/** SQLite: what `INSERT OR ..` does when a key is there already. */
const conflictActions: ReadonlySet<string> = new Set(['abort', 'fail', 'ignore', 'replace', 'rollback']);

/** `INSERT OR REPLACE INTO t AS x (a, b)`, `INSERT IGNORE t SET a = 1`, also inside a WITH. */
export function readInsert(cursor: Cursor, verb: 'insert' | 'replace'): WriteRows {
  while (cursor.acceptOneOf(insertModifiers) !== undefined);
  const onConflict = cursor.accept('or') ? cursor.acceptOneOf(conflictActions) : undefined;
  const replaces = onConflict === 'replace';
  cursor.accept('into');
  const table = readQualifiedName(cursor);
  if (cursor.accept('partition')) cursor.skipBalanced();
  if (cursor.accept('as')) cursor.advance();
  return write(cursor, replaces ? 'replace' : verb, table, acceptColumns(cursor));
}

/** The column list; `INSERT INTO t (SELECT ..)` and `INSERT INTO t ()` have none. */
function acceptColumns(cursor: Cursor): readonly Name[] {
  if (!cursor.isSymbol('(') || cursor.isSymbol(')', 1) || cursor.isSymbol('(', 1)) return [];
  if (queryWords.has(cursor.word(1)) && !cursor.isSymbol(',', 2) && !cursor.isSymbol(')', 2)) return [];
  return readTargets(cursor);
}

/** PostgreSQL also writes into a part of a column: `a[1:2]`, `b.field`. */
function readTargets(cursor: Cursor): readonly Name[] {
  const columns: Name[] = [];
  cursor.expectSymbol('(');
  do {
    columns.push(readName(cursor));
    cursor.skipClause();
  } while (cursor.acceptSymbol(','));
  cursor.expectSymbol(')');
  return columns;
}

const queryWords: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table']);

const updateModifiers: ReadonlySet<string> = new Set(['low_priority', 'ignore', 'only']);

export function readUpdate(cursor: Cursor): WriteRows {
  while (cursor.acceptOneOf(updateModifiers) !== undefined);
  if (cursor.accept('or')) cursor.acceptOneOf(conflictActions);
  // MySQL: UPDATE (SELECT ..) AS x JOIN t ..
  if (cursor.isSymbol('(')) return write(cursor, 'update');
  return write(cursor, 'update', readQualifiedName(cursor));
}

const deleteModifiers: ReadonlySet<string> = new Set(['low_priority', 'quick', 'ignore']);

/** MySQL also: `DELETE a, b FROM a JOIN b`, where the target may be an alias that only the query knows. */
export function readDelete(cursor: Cursor): WriteRows {
  while (cursor.acceptOneOf(deleteModifiers) !== undefined);
  const direct = cursor.accept('from');
  cursor.accept('only');
  const table = readQualifiedName(cursor);
  if (direct) return write(cursor, 'delete', table);
  return cursor.isSymbol(',') || cursor.isSymbol('.') || cursor.is('from')
    ? write(cursor, 'delete')
    : write(cursor, 'delete', table);
}

function readTruncate(cursor: Cursor): readonly WriteRows[] {
  cursor.accept('table');
  const tables: QualifiedName[] = [];
  do {
    cursor.accept('only');
    tables.push(readQualifiedName(cursor));
    cursor.acceptSymbol('*');
  } while (cursor.acceptSymbol(','));
  return tables.map((table) => write(cursor, 'truncate', table));
}

export function readMerge(cursor: Cursor): WriteRows {
  cursor.expect('into');
  if (cursor.is('only')) cursor.advance();
  return write(cursor, 'merge', readQualifiedName(cursor));
}

/** `COPY t (a, b) FROM ..`; COPY .. TO and COPY (query) only read. */
function readCopy(cursor: Cursor): Operation {
  const { statement } = cursor;
  if (cursor.isSymbol('(')) return { kind: 'query', statement };
  if (cursor.is('binary') && !cursor.is('from', 1)) cursor.advance();
  const table = readQualifiedName(cursor);
  const columns = cursor.isSymbol('(') ? readNameList(cursor) : [];
  return cursor.is('to') ? { kind: 'query', statement } : write(cursor, 'copy', table, columns);
}

/** `LOAD DATA .. INTO TABLE t`; PostgreSQL's LOAD 'library' and LOAD INDEX INTO CACHE write nothing. */
function readLoad(cursor: Cursor): Operation {
  const { statement } = cursor;
  if (!cursor.is('data') && !cursor.is('xml')) return { kind: 'no-schema-effect', statement, words: 'load' };
  while (!cursor.atEnd() && !cursor.areWords('into', 'table')) cursor.skipItem();
  if (cursor.acceptWords('into', 'table') === undefined) cursor.fail('expected INTO TABLE');
  return write(cursor, 'load', readQualifiedName(cursor));
}
