import type { CreateIndex, DropIndex, Expression, IndexKey, Name } from '../../../ddl/operation.ts';
import type { Index, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { indexObject, type IndexAt } from '../indexes.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { storedName } from '../names.ts';
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

/** `date(day)` over a column of that type is a cast that does nothing: the engine keeps the column (run on 15). */
export function withoutIdleCasts(draft: Draft, table: Table, keys: readonly IndexKey[]): readonly IndexKey[] {
  return keys.map((key) => {
    const column = key.expression === undefined ? undefined : columnCastToItself(draft, table, key.expression);
    if (column === undefined) return key;
    const plain: IndexKey = { ...key, column };
    delete (plain as { expression?: Expression }).expression;
    return plain;
  });
}

function columnCastToItself(draft: Draft, { columns }: Table, expression: Expression): Name | undefined {
  const { dialect } = draft.engine;
  const [call] = expression.functions;
  const [reference] = expression.columns;
  if (call === undefined || reference === undefined) return undefined;
  if (!/^[(\s]*\w+\s*\(\s*[\w"]+\s*\)[\s)]*$/.test(expression.text)) return undefined;
  const column = columns.find(({ name }) => name === storedName(reference.column, dialect));
  const isIdle = column?.type === storedName(call.name, dialect) && !column.unknown.includes('type');
  return isIdle ? reference.column : undefined;
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
