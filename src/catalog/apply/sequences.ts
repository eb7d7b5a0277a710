import type { CreateTable, Operation } from '../../ddl/operation.ts';
import type { Column, Relation } from '../catalog.ts';
import { entriesWith } from '../reverse-index.ts';
import { isSerial } from './column-definition.ts';
import { originOf, type Draft } from './draft.ts';
import type { TableAt } from './lookup.ts';
import { objectKey, storedName, type Target } from './names.ts';
import { postgresSequenceName } from './postgres/generated-names.ts';

/** PostgreSQL: the sequences behind serial and identity columns, `table_column_seq`. */
export function makeOwnedSequences(draft: Draft, operation: CreateTable, { target, table }: TableAt): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  const bringing = operation.columns.filter(
    (column) => column.identity !== undefined || isSerial(column.type, draft.engine.dialect),
  );
  const own = new Set(bringing.map(({ name }) => storedName(name, draft.engine.dialect)));
  // Columns that LIKE or a parent brings call the sequence of their source; an identity that LIKE copies has its own.
  for (const column of table.columns) {
    const isOwn = own.has(column.name) || (operation.likes.length > 0 && column.identity !== null);
    if (isOwn && hasOwnSequence(column)) makeOwnedSequence(draft, operation, target, column);
  }
}

export function makeOwnedSequence(draft: Draft, operation: Operation, target: Target, column: Column): void {
  const name = postgresSequenceName(draft, target, column.name);
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
export function dropOwnedSequences(draft: Draft, target: Target, only?: Column): void {
  for (const [key, sequence] of entriesWith(draft.catalog.relations, owningTable, target.key)) {
    if (sequence.kind !== 'sequence' || (only !== undefined && sequence.ownedBy?.column !== only.name)) continue;
    draft.removeRelation(key);
    draft.record({
      kind: 'dropped',
      object: { kind: 'sequence', schema: sequence.schema, name: sequence.name },
      silent: true,
    });
  }
}

/** The table by whose columns a sequence is owned, for `entriesWith`. */
export const owningTable = (relation: Relation): readonly string[] =>
  relation.kind === 'sequence' && relation.ownedBy !== null ? [relation.ownedBy.table] : [];
