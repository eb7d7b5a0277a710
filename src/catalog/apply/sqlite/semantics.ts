import * as words from '../../errors/sqlite.ts';
import { alteredColumn, renameReferencedColumn, repointForeignKeys, withAddedColumn, withRenamedColumn } from '../column-changes.ts';
import { withColumn } from '../columns.ts';
import { withConstraint } from '../constraint-definition.ts';
import { withoutConstraint } from '../constraints.ts';
import { errorAt, objectOf } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import type { Semantics } from '../semantics.ts';

/** SQLite. */
export const sqliteSemantics: Semantics = {
  checkNewName: (draft, target) => {
    if (!target.name.toLowerCase().startsWith('sqlite_')) return;
    draft.refuse(errorAt('other', words.reservedName(target), target.at, { kind: 'table', ...objectOf(target) }));
  },
  checkNewTable: () => undefined,
  addColumn: (draft, operation, at, column) => withAddedColumn(draft, operation, at, column),
  dropColumn: (_draft, _operation, { table }, column) => ({ ...table, columns: table.columns.filter((candidate) => candidate !== column) }),
  renameColumn: (draft, operation, at, column) => {
    const { dialect } = draft.engine;
    renameReferencedColumn(draft, at.target, partKey(column.name, dialect), nameKey(operation.to, dialect));
    return withRenamedColumn(draft, operation, at, column);
  },
  alterColumn: (draft, operation, { table }, column) => withColumn(table, column, alteredColumn(draft, operation, column)),
  modifyColumn: (_draft, _operation, { table }) => table,
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
