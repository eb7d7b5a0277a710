import type { Operation } from '../../ddl/operation.ts';
import type { Column, Table } from '../catalog.ts';
import { isName } from '../canonical.ts';
import { tokensOf } from '../tokens.ts';
import { originOf, type Draft } from './draft.ts';
import { objectOf, type TableAt } from './lookup.ts';
import { objectKey, type Target } from './names.ts';

/** PostgreSQL: the sequences behind serial and identity columns, `table_column_seq`. */
export function makeOwnedSequences(draft: Draft, operation: Operation, { target, table }: TableAt): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  for (const column of table.columns) if (hasOwnSequence(column)) makeOwnedSequence(draft, operation, target, column);
}

export function makeOwnedSequence(draft: Draft, operation: Operation, target: Target, column: Column): void {
  const name = freeSequenceName(draft, target.schema, `${target.name}_${column.name}_seq`);
  draft.putRelation(objectKey(target.schema, name, draft.engine.dialect), {
    kind: 'sequence',
    schema: target.schema,
    name,
    ownedBy: { table: target.key, column: column.name },
    origin: originOf(operation, target.at),
    certain: true,
  });
  draft.record({ kind: 'created', object: { kind: 'sequence', schema: target.schema, name }, silent: true });
}

/** Serial (its default calls the sequence) or identity. */
export function hasOwnSequence(column: Column): boolean {
  return column.identity === 'always' || column.identity === 'by default' || column.default === 'nextval()';
}

/** Removes the sequences that a table's columns, or one of them, own. */
export function dropOwnedSequences(draft: Draft, target: Target, table: Table, only?: Column): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  for (const column of only === undefined ? table.columns : [only]) {
    for (const key of keysOfSequences(draft, target, column)) {
      const sequence = draft.catalog.relations.get(key);
      if (sequence?.kind !== 'sequence' || sequence.ownedBy?.table !== target.key || sequence.ownedBy.column !== column.name) continue;
      draft.removeRelation(key);
      draft.record({ kind: 'dropped', object: { kind: 'sequence', ...objectOf({ ...target, name: sequence.name }) }, silent: true });
    }
  }
}

/** Where a column's sequence can stand: under its usual name, or under the one that its default calls. */
function keysOfSequences(draft: Draft, target: Target, column: Column): readonly string[] {
  const { dialect } = draft.engine;
  const usual = objectKey(target.schema, `${target.name}_${column.name}_seq`, dialect);
  const named = tokensOf(column.default ?? '', dialect).find((token) => token.kind === 'string');
  if (named === undefined) return [usual];
  const parts = tokensOf(named.value, dialect).filter(isName).map((token) => dialect.key(token.value, token.kind === 'quoted'));
  const name = parts.at(-1);
  return name === undefined ? [usual] : [usual, objectKey(parts.at(-2) ?? target.schema, name, dialect)];
}

function freeSequenceName(draft: Draft, schema: string, wanted: string): string {
  for (let number = 0; ; number++) {
    const name = number === 0 ? wanted : `${wanted}${number}`;
    if (!draft.catalog.relations.has(objectKey(schema, name, draft.engine.dialect))) return name;
  }
}
