import { withConstraint } from '../constraint-definition.ts';
import { refuseCascadeUnderCheck } from './cascades-under-checks.ts';
import type { Semantics } from '../semantics.ts';
import { addColumn, addColumnTwice, alterColumn, dropColumn, modifyColumn, renameColumn } from './columns.ts';
import { checkNewIndex, dropConstraint, dropIndex, checkAddedConstraint } from './keys.ts';
import { checkNewTable } from './new-table.ts';
import { afterRenameTable, checkNewName, dropTable } from './tables.ts';
import { checkNewTrigger } from './triggers.ts';

/** What MySQL and MariaDB do in their own way. */
export const mysqlSemantics: Semantics = {
  checkNewName,
  checkNewTable,
  addColumn,
  addColumnTwice,
  dropColumn,
  renameColumn,
  alterColumn,
  modifyColumn,
  addConstraint: (draft, operation, at) => {
    checkAddedConstraint(draft, at, operation.constraint);
    const table = withConstraint(draft, operation, at.table, { constraint: operation.constraint, onColumn: null });
    refuseCascadeUnderCheck(draft, { ...at, table }, operation.constraint);
    return table;
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
