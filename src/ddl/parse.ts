import type { Dialect } from '../dialects/dialect.ts';
import { splitSql } from '../sql/split.ts';
import type { Statement } from '../sql/statement.ts';
import type { SqlText } from '../text/sql-text.ts';
import { Cursor, Unreadable } from './cursor.ts';
import { readerOf } from './families.ts';
import type { Opaque, Operation, QualifiedName, Range } from './operation.ts';
import { readLead, verbsWithNoun, type Lead } from './reader.ts';

/** A statement with what it does; a statement with several parts (`ALTER TABLE t ADD a, ADD b`) has several operations. */
export interface ParsedStatement {
  readonly statement: Statement;
  /** Never empty. All of them take effect, or none. */
  readonly operations: readonly Operation[];
}

/** What a statement does. Never throws: what cannot be read becomes an `opaque` operation. */
export function parseStatement(statement: Statement, dialect: Dialect): ParsedStatement {
  return { statement, operations: readOperations(statement, dialect) };
}

const parsedByText = new WeakMap<SqlText, Map<Dialect, readonly ParsedStatement[]>>();

/** Splits and parses a text; the answer is kept per text and dialect, so asking twice costs nothing. */
export function parseSql(sql: SqlText, dialect: Dialect): readonly ParsedStatement[] {
  let byDialect = parsedByText.get(sql);
  if (byDialect === undefined) {
    byDialect = new Map();
    parsedByText.set(sql, byDialect);
  }
  let parsed = byDialect.get(dialect);
  if (parsed === undefined) {
    parsed = splitSql(sql, dialect).map((statement) => parseStatement(statement, dialect));
    byDialect.set(dialect, parsed);
  }
  return parsed;
}

function readOperations(statement: Statement, dialect: Dialect): readonly Operation[] {
  if (statement.kind === 'client-command') return [{ kind: 'no-schema-effect', statement, words: 'client command' }];
  if (statement.kind === 'copy-data') return [{ kind: 'no-schema-effect', statement, words: 'copy data' }];
  const cursor = new Cursor(statement, dialect);
  try {
    return read(cursor);
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    return [opaque(statement, problem.message, problem.at, cursor.table)];
  }
}

function read(cursor: Cursor): readonly Operation[] {
  const start = cursor.mark();
  const verb = cursor.word();
  const noun = verbsWithNoun.has(verb);
  if (verb !== '') cursor.advance();
  const lead: Lead = noun ? readLead(cursor) : { temporary: false, modifiers: [] };
  const reader = readerOf(noun ? `${verb} ${cursor.word()}` : verb);
  if (reader === undefined) {
    cursor.returnTo(start);
    return cursor.fail('unknown statement');
  }
  if (noun) cursor.advance();
  return reader(cursor, lead);
}

function opaque(statement: Statement, reason: string, at: Range, table: QualifiedName | undefined): Opaque {
  return { kind: 'opaque', statement, reason, at, ...(table === undefined ? {} : { table }) };
}
