import type { SqlText } from '../text/sql-text.ts';

/** One SQL statement and its exact place. Offsets are into `sql.text`, without the terminator and outer white space. */
export interface Statement {
  readonly sql: SqlText;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** What the statement is: real SQL, or something that only a client understands and the engine never sees. */
  readonly kind: 'sql' | 'client-command' | 'copy-data';
  /** Holds a template placeholder such as `{{x}}`, `${x}` or `:name`; a strict grammar must not judge it. */
  readonly hasPlaceholder: boolean;
  /** Ended by its terminator; the last statement of a text may lack one. */
  readonly terminated: boolean;
}
