import { acceptQuotedText, given, skipToWord } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { acceptString, readName, readQualifiedName } from './names.ts';
import type { Operation, QualifiedName, QueryText, RunCode } from './operation.ts';
import type { Family } from './reader.ts';

/** DO, CALL, and prepared statements. */
export const runCode: Family = {
  do: (cursor) => [readDo(cursor)],
  call: (cursor) => [run(cursor, 'call', { name: readQualifiedName(cursor) })],
  prepare: readPrepare,
  execute: (cursor) => [readExecute(cursor)],
  deallocate: (cursor) => [readDeallocate(cursor)],
  if: readCompound,
  loop: readCompound,
  while: readCompound,
  repeat: readCompound,
  for: readCompound,
  'drop prepare': (cursor) => [readDeallocate(cursor)],
};

/** MariaDB runs compound statements outside of routines too (manual, "Using Compound Statements Outside of Stored Programs"). */
function readCompound(cursor: Cursor): readonly Operation[] {
  if (cursor.dialect.name !== 'mariadb') cursor.fail('unknown statement');
  const { statement } = cursor;
  return [run(cursor, 'do', { body: { start: statement.start, end: statement.end, text: cursor.textOf(statement) } })];
}

interface Parts {
  readonly name?: QualifiedName | undefined;
  readonly body?: QueryText | undefined;
  readonly language?: string | undefined;
}

function run(cursor: Cursor, variant: RunCode['variant'], parts: Parts): RunCode {
  return { kind: 'run-code', statement: cursor.statement, variant, ...given(parts) };
}

/** `DO [LANGUAGE x] $$ .. $$ [LANGUAGE x]`; in MySQL `DO expression`. */
function readDo(cursor: Cursor): RunCode {
  const before = acceptLanguage(cursor);
  const body = acceptQuotedText(cursor, acceptString);
  if (body === undefined) return run(cursor, 'do', { body: cursor.restAsQuery() });
  const language = before ?? acceptLanguage(cursor) ?? 'plpgsql';
  return run(cursor, 'do', { body, language });
}

function acceptLanguage(cursor: Cursor): string | undefined {
  if (!cursor.accept('language')) return undefined;
  return (acceptString(cursor) ?? readName(cursor).text).toLowerCase();
}

/** `PREPARE s FROM 'sql'` (MySQL), `PREPARE s (types) AS sql` (PostgreSQL); PREPARE TRANSACTION is another thing. */
function readPrepare(cursor: Cursor): readonly Operation[] {
  const { statement } = cursor;
  if (cursor.dialect.name === 'postgres' && cursor.is('transaction')) {
    return [{ kind: 'no-schema-effect', statement, words: 'prepare transaction' }];
  }
  const name = readPreparedName(cursor);
  if (cursor.accept('from')) return [run(cursor, 'prepare', { name, body: acceptQuotedText(cursor, acceptString) })];
  if (!skipToWord(cursor, 'as')) cursor.fail('expected AS');
  cursor.advance();
  return [run(cursor, 'prepare', { name, body: cursor.restAsQuery() })];
}

function readExecute(cursor: Cursor): RunCode {
  if (cursor.accept('immediate')) return run(cursor, 'execute', { body: acceptQuotedText(cursor, acceptString) });
  return run(cursor, 'execute', { name: readPreparedName(cursor) });
}

function readDeallocate(cursor: Cursor): RunCode {
  cursor.accept('prepare');
  return run(cursor, 'deallocate', { name: readPreparedName(cursor) });
}

function readPreparedName(cursor: Cursor): QualifiedName {
  const name = readName(cursor);
  return { start: name.start, end: name.end, name };
}
