import type { AlterObject, AlterType, CreateRoutine, Opaque, QualifiedName, RunCode } from '../../ddl/operation.ts';
import type { Draft } from '../apply/draft.ts';
import { nameKey, partKey } from '../apply/names.ts';
import { tokensOfUnread } from '../apply/opaque.ts';
import type { Routine } from '../catalog.ts';
import type { PersistentMap } from '../persistent-map.ts';

/** A label that was not there yet goes; other changes leave a type of which only the name is known. */
export function unapplyTypeChange(draft: Draft, operation: AlterType): void {
  const key = nameKey(operation.type.name, draft.engine.dialect);
  const { change } = operation;
  for (const [typeKey, type] of draft.catalog.types.entries()) {
    if (partKey(type.name, draft.engine.dialect) !== key) continue;
    const before =
      change.kind === 'add-value'
        ? { ...type, labels: type.labels.filter((label) => label !== change.label) }
        : { ...type, certain: false };
    draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(typeKey, before) };
  }
}

/** What has the new name had another one; how else the object was, nothing tells. */
export function unapplyObjectChange(draft: Draft, { object, change }: AlterObject): void {
  let { others, triggers } = draft.catalog;
  if (change.kind === 'rename') {
    const key = nameKey(change.to, draft.engine.dialect);
    const isMeant = ({ name }: { readonly name: string }): boolean => partKey(name, draft.engine.dialect) === key;
    for (const [entryKey, other] of others.entries())
      if (other.kind === object && isMeant(other)) others = others.delete(entryKey);
    for (const [entryKey, trigger] of triggers.entries())
      if (object === 'trigger' && isMeant(trigger)) triggers = triggers.delete(entryKey);
  }
  draft.catalog = { ...draft.catalog, others, triggers, open: true };
}

/** Code that is not read may have changed every table whose name it holds. */
export function openWhatIsMentioned(draft: Draft, operation: Opaque | RunCode): void {
  const { dialect } = draft.engine;
  const words = new Set(tokensOfUnread(draft, operation).map((token) => dialect.tableKey(token.value, true)));
  for (const [key, relation] of draft.catalog.relations.entries()) {
    if (relation.kind !== 'table' || !words.has(dialect.tableKey(relation.name, true))) continue;
    draft.putRelation(key, {
      ...relation,
      open: true,
      columns: relation.columns.map((column) => ({ ...column, certain: false })),
    });
  }
}

/** Where OR REPLACE may have met an earlier one, nothing tells whether it did, or what that did. */
export function routinesBefore(draft: Draft, { routine, orReplace }: CreateRoutine): PersistentMap<Routine> {
  const { routines } = draft.catalog;
  if (orReplace === undefined) return withoutNamed(routines, routine, draft);
  const key = nameKey(routine.name, draft.engine.dialect);
  let result = routines;
  for (const [entryKey, known] of routines.entries()) {
    if (partKey(known.name, draft.engine.dialect) === key) result = result.set(entryKey, { ...known, certain: false });
  }
  return result;
}

/** A map without what has this name, whatever its schema. */
export function withoutNamed<Value extends { readonly name: string }>(
  map: PersistentMap<Value>,
  name: QualifiedName,
  draft: Draft,
): PersistentMap<Value> {
  const key = nameKey(name.name, draft.engine.dialect);
  let result = map;
  for (const [entryKey, value] of map.entries()) {
    if (partKey(value.name, draft.engine.dialect) === key) result = result.delete(entryKey);
  }
  return result;
}
