import type { DropTable } from '../../../ddl/operation.ts';
import * as words from '../../errors/sqlite.ts';
import { tablesReferencing } from '../column-changes.ts';
import type { Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';

/**
 * DROP TABLE with foreign_keys on deletes the rows first, which fires ON DELETE in children and fails for those that would
 * be left (sqlite.org/foreignkeys.html, section 5). With foreign_keys off nothing is checked.
 */
export function dropTable(draft: Draft, operation: DropTable, at: TableAt): void {
  if (draft.session.foreignKeys === false || !draft.mayHoldRows(at.table)) return;
  for (const [key, child] of tablesReferencing(draft, at.target.key)) {
    if (key === at.target.key) continue;
    for (const { target, columns } of child.constraints)
      if (target?.table === at.target.key && draft.mayHoldRows(child))
        deleteRows(draft, operation, at, child, { action: target.onDelete, columns });
  }
}

function deleteRows(
  draft: Draft,
  operation: DropTable,
  at: TableAt,
  child: Table,
  { action, columns }: { readonly action: string; readonly columns: readonly string[] },
): void {
  if (action === 'no action' || action === 'restrict') {
    const text = words.sqliteWords.foreignKeyViolation(null, at.target);
    const error = errorAt('foreign-key', text, operation.table, { kind: 'table', ...objectOf(at.target) });
    // In a transaction a violation waits for COMMIT when the key is deferred. A row whose key is NULL points to nothing.
    const alwaysPoints = columns.every((key) => isNotNull(draft, child, key));
    if (draft.session.foreignKeys === true) draft.refuseWhenFilled(at.table, alwaysPoints ? 'rows' : 'values', error);
    return;
  }
  const condition = draft.session.foreignKeys === null ? ', if foreign_keys is on' : '';
  const detail =
    action === 'cascade'
      ? `rows that point to ${at.table.name} are deleted${condition}`
      : `${action} in rows that point to ${at.table.name}${condition}`;
  draft.record({
    kind: 'rows-deleted',
    object: { kind: 'table', schema: at.target.schema, name: child.name },
    silent: true,
    detail,
  });
}

function isNotNull({ engine }: Draft, { columns }: Table, key: string): boolean {
  const column = columns.find(({ name }) => engine.dialect.key(name, true) === key);
  return column?.notNull === true && !column.unknown.includes('not-null');
}
