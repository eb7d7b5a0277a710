import type { CreateIndex, DropIndex } from '../../../ddl/operation.ts';
import type { Index } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { indexObject, type IndexAt } from '../indexes.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { releaseUniqueIndex } from './constraints.ts';
import { meetUnique } from '../rules-met.ts';
import { described } from './schemas.ts';

export function checkNewIndex(draft: Draft, operation: CreateIndex, { target, table }: TableAt, index: Index): void {
  if (!operation.unique || meetUnique(draft, table, index)) return;
  const text = draft.words.uniqueViolation(index.name, target, index.columns);
  draft.refuseWhenCollided(
    table,
    index.keys.map(({ column }) => column),
    errorAt('unique-violation', text, operation.index ?? operation.table, indexObject(target, index.name)),
  );
}

/** The index of a constraint goes with it only; a unique one is held by foreign keys. */
export function dropIndex(draft: Draft, operation: DropIndex, { key, relation, index }: IndexAt): void {
  const name = described(draft, relation.schema, index.name);
  if (index.ofConstraint) {
    const table = described(draft, relation.schema, relation.name);
    const text = `cannot drop index ${name} because constraint ${index.name} on table ${table} requires it`;
    draft.refuse(errorAt('dependent-objects', text, operation.index, indexObject(relation, index.name)));
  }
  if (relation.kind !== 'table') return;
  const target = { schema: relation.schema, name: relation.name, written: relation.name, key, at: operation.index };
  releaseUniqueIndex(draft, { target, table: relation, index, cascade: operation.cascade, what: `index ${name}` });
}
