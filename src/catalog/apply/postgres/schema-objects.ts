import type { AlterObject, DropObject } from '../../../ddl/operation.ts';
import type { Outcome } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, skippedByMissing } from '../lookup.ts';
import { objectKey, storedName } from '../names.ts';
import { dropDependents, dropRelationAnd, dropTypeColumns } from './dependents.ts';
import { missingSchema, quotedIfNeeded, schemaKey } from './schemas.ts';

/** ALTER SCHEMA .. RENAME: all that is in it moves along. */
export function alterSchema(draft: Draft, operation: AlterObject): Outcome | undefined {
  const name = storedName(operation.name.name, draft.engine.dialect);
  const schema = draft.catalog.others.get(schemaKey(name));
  if (schema === undefined) {
    draft.doubt(`the schema ${name} may have been made elsewhere`, missingSchema(name, operation.name));
    return undefined;
  }
  if (operation.change.kind !== 'rename') return undefined;
  const to = storedName(operation.change.to, draft.engine.dialect);
  const taken = draft.catalog.others.get(schemaKey(to));
  if (taken !== undefined) {
    draft.refuse({
      ...errorAt('duplicate-object', `schema "${to}" already exists`, operation.change.to, {
        kind: 'schema',
        name: to,
      }),
      existing: taken.origin,
    });
  }
  const others = draft.catalog.others.delete(schemaKey(name)).set(schemaKey(to), { ...schema, name: to });
  draft.catalog = { ...draft.catalog, others };
  moveContents(draft, name, to);
  draft.record({ kind: 'renamed', object: { kind: 'schema', name }, silent: false, detail: to });
  return undefined;
}

function moveContents(draft: Draft, from: string, to: string): void {
  const moved = (key: string): string => (key.startsWith(`${from}.`) ? `${to}.${key.slice(from.length + 1)}` : key);
  for (const [key, relation] of [...draft.catalog.relations.entries()]) {
    if (relation.schema !== from) continue;
    draft.removeRelation(key);
    draft.putRelation(objectKey(to, relation.name, draft.engine.dialect), { ...relation, schema: to });
  }
  for (const [key, relation] of [...draft.catalog.relations.entries()]) {
    if (relation.kind === 'sequence' && relation.ownedBy !== null) {
      draft.putRelation(key, { ...relation, ownedBy: { ...relation.ownedBy, table: moved(relation.ownedBy.table) } });
    } else if (
      relation.kind === 'table' &&
      relation.constraints.some(({ target }) => target?.table.startsWith(`${from}.`) === true)
    ) {
      const constraints = relation.constraints.map((one) =>
        one.target === null ? one : { ...one, target: { ...one.target, table: moved(one.target.table) } },
      );
      draft.putRelation(key, { ...relation, constraints, parents: relation.parents.map(moved) });
    } else if ((relation.kind === 'view' || relation.kind === 'materialized-view') && relation.reads !== undefined) {
      draft.putRelation(key, {
        ...relation,
        reads: relation.reads.map((read) => ({ ...read, relation: moved(read.relation) })),
      });
    }
  }
  let { types, triggers, routines, others } = draft.catalog;
  for (const [key, type] of types.entries())
    if (type.schema === from) types = types.delete(key).set(moved(key), { ...type, schema: to });
  for (const [key, routine] of routines.entries())
    if (routine.schema === from) routines = routines.delete(key).set(moved(key), { ...routine, schema: to });
  for (const [key, trigger] of triggers.entries()) {
    if (trigger.schema === from)
      triggers = triggers.delete(key).set(moved(key), { ...trigger, schema: to, table: moved(trigger.table) });
  }
  for (const [key, other] of others.entries()) {
    if (other.table?.startsWith(`${from}.`) !== true) continue;
    const table = moved(other.table);
    const newKey = key.replace(`${other.kind}:${other.table}.`, `${other.kind}:${table}.`);
    others = others.delete(key).set(newKey, { ...other, table });
  }
  draft.catalog = { ...draft.catalog, types, triggers, routines, others };
}

export function dropSchema(draft: Draft, operation: DropObject): Outcome | undefined {
  const name = storedName(operation.name.name, draft.engine.dialect);
  const schema = draft.catalog.others.get(schemaKey(name));
  const object = { kind: 'schema', name };
  if (schema?.certain !== true) {
    if (schema === undefined && operation.ifExists !== undefined && !draft.catalog.open) {
      return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
    }
    draft.doubt(`the schema ${name} may have been made elsewhere`, missingSchema(name, operation.name));
  }
  if (operation.cascade) dropContents(draft, name);
  else if (hasContents(draft, name)) {
    const text = `cannot drop schema ${quotedIfNeeded(name)} because other objects depend on it`;
    draft.refuse(errorAt('dependent-objects', text, operation.name, object));
  }
  draft.catalog = { ...draft.catalog, others: draft.catalog.others.delete(schemaKey(name)) };
  draft.record({ kind: 'dropped', object, silent: false, origin: schema?.origin ?? null });
  return undefined;
}

function hasContents(draft: Draft, schema: string): boolean {
  const { relations, types, routines } = draft.catalog;
  for (const one of [...relations.values(), ...types.values(), ...routines.values()])
    if (one.schema === schema) return true;
  return false;
}

function dropContents(draft: Draft, schema: string): void {
  for (const [key, relation] of [...draft.catalog.relations.entries()]) {
    if (relation.schema === schema && draft.catalog.relations.has(key)) dropRelationAnd(draft, key, true);
  }
  for (const [key, type] of [...draft.catalog.types.entries()]) {
    if (type.schema !== schema) continue;
    dropTypeColumns(draft, `${schema === 'public' ? '' : `${schema}.`}${quotedIfNeeded(type.name)}`);
    draft.catalog = { ...draft.catalog, types: draft.catalog.types.delete(key) };
  }
  for (const [key, routine] of [...draft.catalog.routines.entries()]) {
    if (routine.schema !== schema) continue;
    for (const trigger of draft.catalog.triggers.values()) {
      if (trigger.calls === `${routine.schema}.${routine.name}`)
        dropDependents(draft, [{ kind: 'trigger', key: trigger.table, name: trigger.name, sure: true }]);
    }
    draft.catalog = { ...draft.catalog, routines: draft.catalog.routines.delete(key) };
  }
}
