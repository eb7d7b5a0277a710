import type { CreateTable, DropTable, RenameTable } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import { repointForeignKeys, tablesReferencing } from '../column-changes.ts';
import { constraintsOnColumn } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { findRelation, nameKey, partKey, type Target } from '../names.ts';
import { checkColumnDefinition } from './columns.ts';
import { checkForeignKey } from './foreign-keys.ts';
import { checkKeys, checkReferences, refuseTakenKeyName } from './keys.ts';

/** Manual 11.2.1: 64 characters. MariaDB words a table's name in another way than the rest. */
export function checkNewName(draft: Draft, target: Target): void {
  if (Array.from(target.name).length <= 64 && !target.name.endsWith(' ')) return;
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  const text =
    isMariadb || target.name.endsWith(' ')
      ? `Incorrect table name '${target.name}'`
      : `Identifier name '${target.name}' is too long`;
  draft.refuse(errorAt('other', text, target.at, { kind: 'table', ...objectOf(target) }));
}

export function checkNewTable(draft: Draft, operation: CreateTable, made: TableAt): void {
  for (const definition of operation.columns) checkColumnDefinition(draft, made, definition);
  refuseDuplicateColumns(draft, operation, made);
  refuseSecondPrimaryKey(draft, operation, made);
  refuseTakenNames(draft, operation, made);
  for (const definition of operation.columns)
    for (const check of definition.checks) checkReferences(draft, made, check.expression, 'CHECK');
  for (const definition of operation.columns) {
    for (const { constraint } of constraintsOnColumn(definition, draft))
      if (constraint.kind !== 'check') checkKeys(draft, made, constraint);
  }
  for (const constraint of operation.constraints) {
    if (constraint.kind === 'check') checkReferences(draft, made, constraint.expression, 'CHECK');
    else checkKeys(draft, made, constraint);
  }
  checkAutoIncrement(draft, made, operation.table);
  for (const definition of operation.columns) {
    if (definition.references !== undefined)
      checkForeignKey(draft, made, {
        columns: [definition.name],
        target: definition.references,
        name: definition.references.name,
      });
  }
  for (const constraint of operation.constraints)
    if (constraint.kind === 'foreign-key') checkForeignKey(draft, made, constraint);
}

function refuseDuplicateColumns(draft: Draft, operation: CreateTable, { target }: TableAt): void {
  const keys = new Set<string>();
  for (const { name } of operation.columns) {
    const key = nameKey(name, draft.engine.dialect);
    const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
    if (keys.has(key))
      draft.refuse(errorAt('duplicate-column', draft.words.duplicateColumn(name.text, target), name, object));
    keys.add(key);
  }
}

function refuseSecondPrimaryKey(draft: Draft, operation: CreateTable, { target }: TableAt): void {
  const second = [
    ...operation.columns.flatMap((definition) => (definition.primaryKey === undefined ? [] : [definition.primaryKey])),
    ...operation.constraints.filter((constraint) => constraint.kind === 'primary-key'),
  ][1];
  if (second === undefined) return;
  const object = { kind: 'constraint', schema: target.schema, table: target.name, name: 'PRIMARY' };
  draft.refuse(errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), second, object));
}

/** Key names are unique in a table, check names among the checks. */
function refuseTakenNames(draft: Draft, operation: CreateTable, { target, table }: TableAt): void {
  const keys = new Set<string>();
  const checks = new Set<string>();
  for (const constraint of operation.constraints) {
    if (constraint.name === undefined || constraint.kind === 'foreign-key' || constraint.kind === 'primary-key')
      continue;
    const key = nameKey(constraint.name, draft.engine.dialect);
    const taken = constraint.kind === 'check' ? checks : keys;
    if (taken.has(key)) refuseTakenKeyName(draft, { target, table }, constraint, constraint.name);
    taken.add(key);
  }
}

/** Manual 15.1.20: one AUTO_INCREMENT column per table, and it leads a key. */
export function checkAutoIncrement(
  draft: Draft,
  { target, table }: TableAt,
  at: { readonly start: number; readonly end: number },
): void {
  if (table.open) return;
  const automatic = table.columns.filter((column) => column.identity === 'auto-increment');
  const [first, second] = automatic;
  if (first === undefined) return;
  const key = partKey(first.name, draft.engine.dialect);
  const isKey = table.indexes.some((index) => index.keys[0]?.column === key);
  if (second === undefined && isKey) return;
  const text = 'Incorrect table definition; there can be only one auto column and it must be defined as a key';
  draft.refuse(errorAt('other', text, at, { kind: 'table', ...objectOf(target) }));
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
