import type { Dialect } from '../dialects/dialect.ts';
import type { Statement } from '../sql/statement.ts';
import type { SqlText } from '../text/sql-text.ts';
import type { Operation } from './operation.ts';

/** A statement with what it does; a statement with several parts (`ALTER TABLE t ADD a, ADD b`) has several operations. */
export interface ParsedStatement {
  readonly statement: Statement;
  /** Never empty. All of them take effect, or none. */
  readonly operations: readonly Operation[];
}

/** What a statement does. Never throws: what cannot be read becomes an `opaque` operation. */
export function parseStatement(_statement: Statement, _dialect: Dialect): ParsedStatement {
  throw new Error('not built yet');
}

/** Splits and parses a text; the answer is kept per text and dialect, so asking twice costs nothing. */
export function parseSql(_sql: SqlText, _dialect: Dialect): readonly ParsedStatement[] {
  throw new Error('not built yet');
}
