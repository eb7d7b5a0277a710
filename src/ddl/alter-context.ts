import type { GuardRange, QualifiedName } from './operation.ts';
import type { Statement } from '../sql/statement.ts';

/** What all actions of one ALTER TABLE share. */
export interface OnTable {
  readonly statement: Statement;
  readonly table: QualifiedName;
  readonly ifTableExists?: GuardRange;
}
