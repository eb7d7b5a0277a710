import type { CreateObject } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { findRelation } from '../names.ts';
import { checkReferences } from './constraint-columns.ts';

/** The columns that USING and WITH CHECK name must be there. */
export function checkPolicyColumns(draft: Draft, operation: CreateObject): void {
  if (operation.object !== 'policy' || operation.table === undefined) return;
  const found = findRelation(draft, operation.table);
  if (found.presence !== 'present' || found.value.kind !== 'table') return;
  // A reference that is qualified with another name belongs to a subquery.
  const { target, value } = found;
  for (const expression of operation.expressions) {
    if (!expression.hasSubquery) checkReferences(draft, { target, table: value }, expression);
  }
}
