import type { Column, Index, Table } from '../../catalog.ts';
import { alteredColumn, renameReferencedColumn, repointForeignKeys, withAddedColumn, withRenamedColumn } from '../column-changes.ts';
import { columnOf } from '../column-definition.ts';
import { withColumn } from '../columns.ts';
import { withConstraint } from '../constraint-definition.ts';
import { withoutConstraint } from '../constraints.ts';
import type { Draft } from '../draft.ts';
import type { TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import type { Semantics } from '../semantics.ts';

/** MySQL and MariaDB. */
export const mysqlSemantics: Semantics = {
  checkNewName: () => undefined,
  checkNewTable: () => undefined,
  addColumn: (draft, operation, at, column) => withAddedColumn(draft, operation, at, column),
  dropColumn: (draft, _operation, at, column) => withoutColumnInIndexes(draft, at, column),
  renameColumn: (draft, operation, at, column) => {
    const { dialect } = draft.engine;
    renameReferencedColumn(draft, at.target, partKey(column.name, dialect), nameKey(operation.to, dialect));
    return withRenamedColumn(draft, operation, at, column);
  },
  alterColumn: (draft, operation, { table }, column) => withColumn(table, column, alteredColumn(draft, operation, column)),
  modifyColumn: (draft, operation, at, column) => {
    const to = operation.definition.name;
    const renamed = withRenamedColumn(draft, { ...operation, kind: 'rename-column', to }, at, column);
    const next = renamed.columns.find((candidate) => partKey(candidate.name, draft.engine.dialect) === nameKey(to, draft.engine.dialect));
    return withColumn(renamed, next ?? column, columnOf(draft, operation, operation.definition));
  },
  addConstraint: (draft, operation, { table }) => withConstraint(draft, operation, table, { constraint: operation.constraint, onColumn: null }),
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

/** Manual 15.1.9: "If columns are dropped from a table, the columns are also removed from any index of which they are a part". */
function withoutColumnInIndexes(draft: Draft, { target, table }: TableAt, column: Column): Table {
  const key = partKey(column.name, draft.engine.dialect);
  const indexes: Index[] = [];
  for (const index of table.indexes) {
    const keys = index.keys.filter((candidate) => candidate.column !== key);
    if (keys.length === index.keys.length) indexes.push(index);
    else if (keys.length > 0) indexes.push({ ...index, keys, columns: index.columns.filter((candidate) => candidate !== key) });
    const change = { kind: keys.length === 0 ? 'dropped' : 'altered', silent: true, origin: index.origin } as const;
    if (keys.length < index.keys.length) draft.record({ ...change, object: { kind: 'index', schema: target.schema, table: target.name, name: index.name } });
  }
  return { ...table, columns: table.columns.filter((candidate) => candidate !== column), indexes };
}
