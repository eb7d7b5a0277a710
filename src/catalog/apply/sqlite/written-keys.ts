import type { WriteRows } from '../../../ddl/operation.ts';
import type { WriteTree } from '../../../query/tree.ts';
import type { Constraint, Table } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import { tablesReferencing } from '../column-changes.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { nameKey } from '../names.ts';

/**
 * With foreign_keys on, a write compiles the look-ups of its keys, rows or not: each table that they point to must be there,
 * and have a key over just these columns (fkey.c, sqlite3FkCheck; sqlite.org/foreignkeys.html, section 3).
 */
export function checkWrittenKeys(draft: Draft, operation: WriteRows, at: TableAt, tree: WriteTree | null): void {
  if (draft.session.foreignKeys !== true || at.table.open || !at.table.certain) return;
  const changed = tree?.verb === 'update' ? changedColumns(draft, tree) : null;
  for (const constraint of at.table.constraints) {
    // A row of a table that points to itself may be its own parent.
    const isChanged = constraint.target?.table === at.target.key || touches(changed, constraint.columns);
    if (constraint.kind === 'foreign-key' && constraint.certain && isChanged) checkParent(draft, at, constraint);
  }
  if (operation.verb === 'insert' && tree !== null && !writesSeveralRows(draft, tree, at)) return;
  for (const [, child] of tablesReferencing(draft, at.target.key)) {
    if (child.open || !child.certain) continue;
    for (const constraint of child.constraints) {
      const { target } = constraint;
      if (target?.table !== at.target.key || !constraint.certain) continue;
      const columns = target.columns.length === 0 ? primaryKeyOf(at.table) : target.columns;
      if (touches(changed, columns) && !pointsToKey(at.table, constraint)) refuseMismatch(draft, at, child, at.table);
    }
  }
}

function changedColumns({ engine }: Draft, { sets }: WriteTree): ReadonlySet<string> {
  return new Set(sets.map(({ column }) => nameKey(column, engine.dialect)));
}

function touches(changed: ReadonlySet<string> | null, columns: readonly string[]): boolean {
  return changed === null || columns.some((column) => changed.has(column));
}

/** A single row that is put in cannot harm those that point to its table. */
function writesSeveralRows(draft: Draft, { rows }: WriteTree, { target }: TableAt): boolean {
  const [arm] = rows?.arms ?? [];
  if (arm !== undefined && (arm.kind !== 'values' || arm.rows.length > 1)) return true;
  return [...draft.catalog.triggers.values()].some(
    ({ table, events }) => table === target.key && events.includes('insert'),
  );
}

function checkParent(draft: Draft, at: TableAt, constraint: Constraint): void {
  const key = constraint.target?.table ?? '';
  const parent = draft.catalog.relations.get(key);
  if (parent === undefined) {
    if (draft.catalog.open) return;
    const text = `no such table: ${at.target.schema}.${key.replace(/^[^.]*\./, '')}`;
    draft.refuse(errorAt('foreign-key', text, at.target.at, { kind: 'table', ...objectOf(at.target) }));
  }
  if (!parent.certain || parent.kind === 'sequence' || (parent.kind === 'table' && parent.open)) return;
  if (parent.kind !== 'table' || !pointsToKey(parent, constraint)) refuseMismatch(draft, at, at.table, parent);
}

function refuseMismatch(draft: Draft, at: TableAt, child: Table, parent: { readonly name: string }): void {
  const text = words.foreignKeyMismatch(child.name, parent.name);
  draft.refuse(errorAt('foreign-key', text, at.target.at, { kind: 'table', ...objectOf(at.target) }));
}

function primaryKeyOf({ constraints }: Table): readonly string[] {
  return constraints.find(({ kind }) => kind === 'primary-key')?.columns ?? [];
}

/** Whether what a key points to is the primary key, or unique; no columns stand for the primary key. */
export function pointsToKey(parent: Table, { target, columns }: Constraint): boolean {
  if (parent.open) return true;
  const primary = primaryKeyOf(parent);
  if (target === null || target.columns.length === 0) return primary.length === columns.length;
  const isSame = (keys: readonly (string | null)[]): boolean =>
    keys.length === target.columns.length && keys.every((key) => key !== null && target.columns.includes(key));
  return (
    isSame(primary) ||
    parent.indexes.some(
      ({ unique, where, keys }) => unique && where === null && isSame(keys.map(({ column }) => column)),
    )
  );
}
