import type { DropObject } from '../../../ddl/operation.ts';
import type { Sequence } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { defaultsUsing, dropDependents, type Dependent } from './dependents.ts';
import { described, quotedIfNeeded } from './schemas.ts';

/** DROP SEQUENCE: identity columns need theirs; defaults that call it hold it unless CASCADE takes them along. */
export function releaseSequence(draft: Draft, operation: DropObject, sequence: Sequence): void {
  const named = described(draft, sequence.schema, sequence.name);
  const object = { kind: 'sequence', schema: sequence.schema, name: sequence.name };
  const owner = sequence.ownedBy === null ? undefined : draft.catalog.relations.get(sequence.ownedBy.table);
  const column = owner?.kind === 'table' ? owner.columns.find(({ name }) => name === sequence.ownedBy?.column) : undefined;
  if (owner !== undefined && column !== undefined && column.identity !== null && isIdentitySequence(draft, sequence)) {
    const text = `cannot drop sequence ${named} because column ${quotedIfNeeded(column.name)} of table ${described(draft, owner.schema, owner.name)} requires it`;
    draft.refuse(errorAt('dependent-objects', text, operation.name, object));
  }
  const serial: readonly Dependent[] =
    column?.default === 'nextval()' && sequence.ownedBy !== null ? [{ kind: 'default', key: sequence.ownedBy.table, name: column.name, sure: true }] : [];
  const dependents = [...serial, ...defaultsUsing(draft, sequence.schema, sequence.name)];
  if (operation.cascade) dropDependents(draft, dependents);
  else if (dependents.length > 0) {
    draft.refuse(errorAt('dependent-objects', `cannot drop sequence ${named} because other objects depend on it`, operation.name, object));
  }
}

/** Another sequence may be owned by the same column (OWNED BY): the identity's own is the first. */
function isIdentitySequence(draft: Draft, sequence: Sequence): boolean {
  for (const other of draft.catalog.relations.values()) {
    if (other.kind !== 'sequence' || other === sequence) continue;
    const isSameOwner = other.ownedBy?.table === sequence.ownedBy?.table && other.ownedBy?.column === sequence.ownedBy?.column;
    if (isSameOwner && (other.origin?.at.start ?? 0) < (sequence.origin?.at.start ?? 0)) return false;
  }
  return true;
}
