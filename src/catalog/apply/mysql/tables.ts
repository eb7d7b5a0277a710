import type { DropTable, Range, RenameTable } from '../../../ddl/operation.ts';
import type { Column, Table } from '../../catalog.ts';
import { repointForeignKeys, tablesReferencing } from '../column-changes.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { findRelation, partKey, type Target } from '../names.ts';

/** Manual 11.2.1: 64 characters, no blank at the end. MariaDB words a table's name in another way than the rest. */
export function checkNewName(draft: Draft, target: Target, kind: 'table' | 'index' = 'table'): void {
  const isLong = Array.from(target.name).length > 64;
  const isReserved = kind === 'index' && target.name.toLowerCase() === 'primary';
  if (!isLong && !isReserved && target.name !== '' && !target.name.endsWith(' ')) return;
  const wordsLength = isLong && (kind === 'index' || draft.engine.dialect.name !== 'mariadb');
  const text = wordsLength ? `Identifier name '${target.name}' is too long` : `Incorrect ${kind} name '${target.name}'`;
  draft.refuse(errorAt('other', text, target.at, { kind, ...objectOf(target) }));
}

const WRONG_AUTO_KEY = 'Incorrect table definition; there can be only one auto column and it must be defined as a key';

/** Manual 15.1.20: one AUTO_INCREMENT column per table. */
export function refuseSecondAutoColumn(draft: Draft, { target, table }: TableAt, at: Range): void {
  if (!table.open && table.columns.filter(isAutomatic).length > 1)
    draft.refuse(errorAt('other', WRONG_AUTO_KEY, at, { kind: 'table', ...objectOf(target) }));
}

/** The same section: it leads a key. */
export function checkAutoIncrement(draft: Draft, at: TableAt, range: Range): void {
  refuseSecondAutoColumn(draft, at, range);
  const { target, table } = at;
  const first = table.columns.find(isAutomatic);
  if (table.open || first === undefined) return;
  const key = partKey(first.name, draft.engine.dialect);
  if (table.indexes.some((index) => index.keys[0]?.column === key)) return;
  draft.refuse(errorAt('other', WRONG_AUTO_KEY, range, { kind: 'table', ...objectOf(target) }));
}

function isAutomatic(column: Column): boolean {
  return column.identity === 'auto-increment';
}

/** A table that foreign keys of others point to stays, unless checks are off or those go with it. */
export function dropTable(draft: Draft, operation: DropTable, { target }: TableAt): void {
  if (draft.session.foreignKeys === false) return;
  const together = draft.operations.flatMap((other) =>
    other.kind === 'drop-table' ? [findRelation(draft, other.table).target.key] : [],
  );
  const holders = tablesReferencing(draft, target.key).filter(
    ([key]) => key !== target.key && !(isMysql(draft) && together.includes(key)),
  );
  const holder = holders.toSorted(([, left], [, right]) => (left.name < right.name ? -1 : 1))[0];
  if (holder === undefined) return;
  const [, child] = holder;
  const constraint = child.constraints.find((one) => one.target?.table === target.key);
  const text = isMysql(draft)
    ? `Cannot drop table '${target.name}' referenced by a foreign key constraint '${constraint?.name ?? ''}' on table '${child.name}'.`
    : 'Cannot delete or update a parent row: a foreign key constraint fails';
  const error = errorAt('foreign-key', text, operation.table, { kind: 'table', ...objectOf(target) });
  if (constraint?.certain !== true || draft.session.foreignKeys === null)
    draft.doubt(`it is not known whether foreign keys hold ${target.name}`, error);
  else draft.refuse(error);
}

function isMysql(draft: Draft): boolean {
  return draft.engine.dialect.name === 'mysql';
}

/** References follow, and made-up names of foreign keys begin with the new name of their table. */
export function afterRenameTable(draft: Draft, _operation: RenameTable, from: TableAt, to: TableAt): void {
  repointForeignKeys(draft, from.target.key, to.target.key);
  const table = draft.catalog.relations.get(to.target.key);
  if (table?.kind !== 'table') return;
  draft.putRelation(to.target.key, withRenamedForeignKeys(table, from.target.name, to.target.name));
}

function withRenamedForeignKeys(table: Table, from: string, to: string): Table {
  const isMadeUp = (name: string): boolean => name.startsWith(`${from}_ibfk_`);
  if (!table.constraints.some((constraint) => isMadeUp(constraint.name ?? ''))) return table;
  const constraints = table.constraints.map((constraint) =>
    isMadeUp(constraint.name ?? '')
      ? { ...constraint, name: to + (constraint.name ?? '').slice(from.length) }
      : constraint,
  );
  return { ...table, constraints };
}
