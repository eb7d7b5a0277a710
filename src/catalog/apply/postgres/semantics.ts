import type { Semantics } from '../semantics.ts';
import { addColumn, alterColumn, dropColumn, renameColumn } from './columns.ts';
import { addConstraint, dropConstraint } from './constraints.ts';
import { checkNewIndex, dropIndex } from './indexes.ts';
import { afterRenameTable, checkNewName, checkNewTable, dropTable, dropView } from './tables.ts';
import { checkNewTrigger } from './triggers.ts';

/** What PostgreSQL does in its own way. */
export const postgresSemantics: Semantics = {
  checkNewName,
  checkNewTable,
  addColumn,
  dropColumn,
  renameColumn,
  alterColumn,
  // MODIFY and CHANGE are MySQL's; the parser never makes them for PostgreSQL.
  modifyColumn: (_draft, _operation, at) => at.table,
  addConstraint,
  dropConstraint,
  checkNewIndex,
  dropIndex,
  dropTable,
  dropView,
  checkNewTrigger,
  afterRenameTable,
};
