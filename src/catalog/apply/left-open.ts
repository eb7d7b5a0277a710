import type { Operation } from '../../ddl/operation.ts';
import type { Draft } from './draft.ts';
import { findRelation } from './names.ts';

/**
 * A change of a table's columns that was refused on unsure ground, and so perhaps was not: the table may have columns that are not
 * listed.
 */
export function leaveOpen(draft: Draft, operation: Operation): void {
  if (operation.kind !== 'rename-column' && operation.kind !== 'add-column' && operation.kind !== 'modify-column')
    return;
  const found = findRelation(draft, operation.table);
  if (found.presence === 'absent' || found.value?.kind !== 'table' || found.value.open) return;
  draft.putRelation(found.target.key, { ...found.value, open: true });
}
