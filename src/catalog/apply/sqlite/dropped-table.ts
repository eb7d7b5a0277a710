import type { DropTable } from '../../../ddl/operation.ts';
import * as words from '../../errors/sqlite.ts';
import { tablesReferencing } from '../column-changes.ts';
import type { Table } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { objectKey } from '../names.ts';
import { pointsToKey } from './written-keys.ts';

/**
 * DROP TABLE with foreign_keys on deletes the rows first, which fires ON DELETE in children and fails for those that would
 * be left (sqlite.org/foreignkeys.html, section 5). With foreign_keys off nothing is checked.
 */
export function dropTable(draft: Draft, operation: DropTable, at: TableAt): void {
  if (draft.session.foreignKeys === false) return;
  refuseBrokenCascade(draft, operation, at, at.table, new Set([at.target.key]));
  if (!draft.mayHoldRows(at.table)) return;
  refuseLostParents(draft, operation, at);
  for (const [key, child] of tablesReferencing(draft, at.target.key)) {
    if (key === at.target.key) continue;
    for (const constraint of child.constraints) {
      const { target, columns } = constraint;
      if (target?.table === at.target.key && draft.mayHoldRows(child) && pointsToKey(at.table, constraint))
        deleteRows(draft, operation, at, child, { action: target.onDelete, columns });
    }
  }
}

/**
 * The rows of a table that others point to are deleted with their keys checked, and one that points to a missing table counts as
 * a violation (fkey.c, sqlite3FkDropTable and sqlite3FkCheck). A table that nobody points to is just dropped.
 */
function refuseLostParents(draft: Draft, operation: DropTable, at: TableAt): void {
  if (draft.session.foreignKeys !== true || tablesReferencing(draft, at.target.key).length === 0) return;
  for (const { target, columns } of at.table.constraints) {
    if (target === null || draft.catalog.relations.has(target.table) || draft.catalog.open) continue;
    const error = violation(operation, at);
    const alwaysPoints = columns.every((key) => isNotNull(draft, at.table, key));
    draft.refuseWhenFilled(at.table, alwaysPoints ? 'rows' : 'values', error);
  }
}

function violation(operation: DropTable, { target }: TableAt): EngineError {
  const text = words.sqliteWords.foreignKeyViolation(null, target);
  return errorAt('foreign-key', text, operation.table, { kind: 'table', ...objectOf(target) });
}

/**
 * The deletion in children is compiled, rows or not: each table that their keys point to must be there, and each key that
 * points to them must point to a key (fkey.c, sqlite3FkCheck). Of the dropped table itself nothing is asked.
 */
function refuseBrokenCascade(
  draft: Draft,
  operation: DropTable,
  at: TableAt,
  parent: Table,
  visited: Set<string>,
): void {
  const parentKey = objectKey(parent.schema, parent.name, draft.engine.dialect);
  for (const [key, child] of tablesReferencing(draft, parentKey)) {
    for (const constraint of child.constraints) {
      const { target } = constraint;
      if (target?.table !== parentKey || child.open || parent.open) continue;
      if (!pointsToKey(parent, constraint)) {
        if (parent !== at.table) refuseOrDoubt(draft, operation, at, words.foreignKeyMismatch(child.name, parent.name));
        continue;
      }
      if (target.onDelete !== 'cascade' || visited.has(key)) continue;
      visited.add(key);
      for (const { target: other } of child.constraints) {
        if (other === null || draft.catalog.relations.has(other.table) || draft.catalog.open) continue;
        const name = other.table.replace(/^[^.]*\./, '');
        refuseOrDoubt(draft, operation, at, `no such table: ${child.schema}.${name}`);
      }
      refuseBrokenCascade(draft, operation, at, child, visited);
    }
  }
}

function refuseOrDoubt(draft: Draft, operation: DropTable, at: TableAt, text: string): void {
  const error = errorAt('foreign-key', text, operation.table, { kind: 'table', ...objectOf(at.target) });
  if (draft.session.foreignKeys === true) draft.refuse(error);
}

function deleteRows(
  draft: Draft,
  operation: DropTable,
  at: TableAt,
  child: Table,
  { action, columns }: { readonly action: string; readonly columns: readonly string[] },
): void {
  if (action === 'no action' || action === 'restrict') {
    const error = violation(operation, at);
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
