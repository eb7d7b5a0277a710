import * as words from '../../errors/sqlite.ts';
import { errorAt, objectOf } from '../lookup.ts';
import type { Semantics } from '../semantics.ts';
import { addConstraint, alterColumn, dropConstraint } from './altered-column.ts';
import { dropColumn } from './dropped-column.ts';
import { dropTable } from './dropped-table.ts';
import { addColumn } from './new-column.ts';
import { checkDroppedIndex, checkNewIndex } from './new-index.ts';
import { checkNewTable } from './new-table.ts';
import { checkNewTrigger } from './new-trigger.ts';
import { afterRename, renameColumn } from './renames.ts';

/** SQLite. Every rule was run on 3.40 or 3.53; alter.c and build.c are named where the order of checks matters. */
export const sqliteSemantics: Semantics = {
  checkNewName: (draft, target) => {
    if (!target.name.toLowerCase().startsWith('sqlite_')) return;
    draft.refuse(errorAt('other', words.reservedName(target), target.at, { kind: 'table', ...objectOf(target) }));
  },
  checkNewTable,
  addColumn,
  dropColumn,
  renameColumn,
  alterColumn,
  // MODIFY and CHANGE are no SQLite: refused before they come here.
  modifyColumn: (_draft, _operation, { table }) => table,
  addConstraint,
  dropConstraint,
  checkNewIndex,
  dropIndex: checkDroppedIndex,
  dropTable,
  dropView: () => undefined,
  checkNewTrigger,
  afterRenameTable: afterRename,
};
