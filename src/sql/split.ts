import type { Dialect } from '../dialects/dialect.ts';
import type { SqlText } from '../text/sql-text.ts';
import type { Statement } from './statement.ts';

/** Cuts a text into statements as the engine and its command-line client do. Never throws, loses no byte of SQL. */
export function splitSql(_sql: SqlText, _dialect: Dialect): readonly Statement[] {
  throw new Error('not built yet');
}
