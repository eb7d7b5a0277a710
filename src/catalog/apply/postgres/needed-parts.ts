import type { SetTableOption } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findIndex, type RelationAt } from '../lookup.ts';
import { nameKey } from '../names.ts';
import { triggersOn } from '../triggers.ts';

/** CLUSTER ON, REPLICA IDENTITY USING INDEX and ENABLE TRIGGER name a part of the table. */
export function requirePart(
  draft: Draft,
  needs: NonNullable<SetTableOption['needs']>,
  { target, relation }: RelationAt,
): void {
  if (relation.kind !== 'table' || relation.open || !relation.certain) return;
  const key = nameKey(needs.name, draft.engine.dialect);
  const isThere =
    needs.kind === 'index'
      ? findIndex(relation, key, draft) !== undefined
      : triggersOn(draft, target.key).some(([, trigger]) => trigger.name === key);
  if (isThere) return;
  const text = `${needs.kind} "${key}" for table "${target.name}" does not exist`;
  draft.refuse(errorAt('missing-object', text, needs.name, { kind: needs.kind, table: target.name, name: key }));
}
