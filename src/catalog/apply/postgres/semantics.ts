import type { Column, Table } from '../../catalog.ts';
import { alteredColumn, renameReferencedColumn, repointForeignKeys, withAddedColumn, withRenamedColumn } from '../column-changes.ts';
import { withColumn } from '../columns.ts';
import { withConstraint } from '../constraint-definition.ts';
import { withoutConstraint } from '../constraints.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import type { Semantics } from '../semantics.ts';
import { dropOwnedSequences } from '../sequences.ts';

/** PostgreSQL. */
export const postgresSemantics: Semantics = {
  checkNewName: () => undefined,
  checkNewTable: () => undefined,
  addColumn: (draft, operation, at, column) => {
    const isFilled = column.default !== null || column.generated !== null || column.identity !== null;
    if (column.notNull && !isFilled) {
      const text = draft.words.notNullWithoutDefault(column.name, at.target);
      const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: column.name };
      draft.refuseWhenFilled(at.table, 'rows', errorAt('not-null-without-default', text, operation.column.name, object));
    }
    return withAddedColumn(draft, operation, at, column);
  },
  dropColumn: (draft, _operation, at, column) => withoutColumnAndDependents(draft, at, column),
  renameColumn: (draft, operation, at, column) => {
    const { dialect } = draft.engine;
    renameReferencedColumn(draft, at.target, partKey(column.name, dialect), nameKey(operation.to, dialect));
    return withRenamedColumn(draft, operation, at, column);
  },
  alterColumn: (draft, operation, { table }, column) => withColumn(table, column, alteredColumn(draft, operation, column)),
  modifyColumn: (_draft, _operation, { table }) => table,
  addConstraint: (draft, operation, { table }) => {
    const next = withConstraint(draft, operation, table, { constraint: operation.constraint, onColumn: null });
    if (operation.notValid !== true) return next;
    const constraints = next.constraints.map((constraint) => (table.constraints.includes(constraint) ? constraint : { ...constraint, validated: false }));
    return { ...next, constraints };
  },
  dropConstraint: (_draft, _operation, { table }, constraint) => withoutConstraint(table, constraint),
  checkNewIndex: () => undefined,
  dropIndex: () => undefined,
  dropTable: () => undefined,
  dropView: () => undefined,
  checkNewTrigger: () => undefined,
  afterRenameTable: (draft, _operation, from, to) => {
    repointForeignKeys(draft, from.target.key, to.target.key);
  },
};

/** Manual, ALTER TABLE: "Indexes and table constraints involving the column will be automatically dropped as well". */
function withoutColumnAndDependents(draft: Draft, { target, table }: TableAt, column: Column): Table {
  const key = partKey(column.name, draft.engine.dialect);
  dropOwnedSequences(draft, target, table, column);
  const gone = table.indexes.filter((index) => index.columns.includes(key));
  for (const index of gone) {
    const object = { kind: 'index', schema: target.schema, table: target.name, name: index.name };
    draft.record({ kind: 'dropped', object, silent: true, origin: index.origin });
  }
  return {
    ...table,
    columns: table.columns.filter((candidate) => candidate !== column),
    indexes: table.indexes.filter((index) => !gone.includes(index)),
    constraints: table.constraints.filter((constraint) => !constraint.columns.includes(key)),
  };
}
