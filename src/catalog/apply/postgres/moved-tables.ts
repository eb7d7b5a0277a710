import type { SetTableSchema } from '../../../ddl/operation.ts';
import type { Outcome } from '../../outcome.ts';
import { entriesWith } from '../../reverse-index.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, requireRelation, type RelationAt } from '../lookup.ts';
import { targetForCreation, type Target } from '../names.ts';
import { owningTable } from '../sequences.ts';
import { duplicateError } from '../tables.ts';
import { moveTriggers } from '../triggers.ts';
import { checkSchema } from './schemas.ts';
import { followRename } from './tables.ts';

/** ALTER TABLE .. SET SCHEMA: indexes, triggers and owned sequences go along; what points to the table follows. */
export function setTableSchema(draft: Draft, operation: SetTableSchema): Outcome | undefined {
  const found = requireRelation(draft, operation, operation.table, 'alter', operation.ifTableExists);
  if ('outcome' in found) return found.outcome;
  const { name } = operation.table;
  const target = targetForCreation(draft, { name, schema: operation.schema, start: name.start, end: name.end });
  checkSchema(draft, target.schema, operation.schema);
  refuseTemporary(draft, found, target);
  const existing = draft.catalog.relations.get(target.key);
  if (existing !== undefined && target.key !== found.target.key) {
    const text = `relation "${target.name}" already exists in schema "${target.schema}"`;
    draft.refuse({ ...duplicateError(draft, existing.kind, target, existing), text });
  }
  move(draft, found, target);
  draft.record({ kind: 'altered', object: { kind: 'table', ...objectOf(target) }, silent: false, detail: 'schema' });
  return undefined;
}

/** Temporary tables stay in their session's schema (namespace.c, CheckSetNamespace). */
function refuseTemporary(draft: Draft, { target, relation }: RelationAt, to: Target): void {
  const isTemporary = relation.kind === 'table' && relation.temporary;
  if (!isTemporary && to.schema !== 'pg_temp') return;
  const text = 'cannot move objects into or out of temporary schemas';
  draft.refuse(errorAt('unsupported', text, to.at, { kind: relation.kind, ...objectOf(target) }));
}

function move(draft: Draft, { target: from, relation }: RelationAt, to: Target): void {
  const owned = [...entriesWith(draft.catalog.relations, owningTable, from.key)];
  draft.removeRelation(from.key);
  draft.putRelation(to.key, { ...relation, schema: to.schema });
  if (from.key === to.key) return;
  moveTriggers(draft, from.key, to.key);
  followRename(draft, from, to);
  for (const [key, sequence] of owned) {
    const now = draft.catalog.relations.get(key) ?? sequence;
    draft.removeRelation(key);
    draft.putRelation(`${to.schema}.${sequence.name}`, { ...now, schema: to.schema });
  }
}
