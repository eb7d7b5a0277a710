import { withConstraint } from '../constraint-definition.ts';
import type { Semantics } from '../semantics.ts';
import { addColumn, alterColumn, dropColumn, modifyColumn, renameColumn } from './columns.ts';
import { checkNewIndex, dropConstraint, dropIndex, checkAddedConstraint } from './keys.ts';
import { afterRenameTable, checkNewName, checkNewTable, dropTable } from './tables.ts';
import { checkNewTrigger } from './triggers.ts';

/** What MySQL and MariaDB do in their own way. */
export const mysqlSemantics: Semantics = {
  checkNewName,
  checkNewTable,
  addColumn,
  dropColumn,
  renameColumn,
  alterColumn,
  modifyColumn,
  addConstraint: (draft, operation, at) => {
    checkAddedConstraint(draft, at, operation.constraint);
    return withConstraint(draft, operation, at.table, { constraint: operation.constraint, onColumn: null });
  },
  dropConstraint,
  checkNewIndex,
  dropIndex,
  dropTable,
  // Views are bound when they are used: nothing keeps one from being dropped.
  dropView: () => undefined,
  checkNewTrigger,
  afterRenameTable,
};
