import type { ForeignKeyTarget, Name } from '../../../ddl/operation.ts';
import type { Column, Table } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, missingTableError, type TableAt } from '../lookup.ts';
import { findRelation, nameKey } from '../names.ts';
import { postgresConstraintName } from './generated-names.ts';
import { isEnumText } from './types.ts';

interface WrittenForeignKey {
  readonly columns: readonly Name[];
  readonly target: ForeignKeyTarget;
  readonly name?: Name | undefined;
}

/** What ALTER TABLE and CREATE TABLE demand of a foreign key (ATAddForeignKeyConstraint), in the engine's order. */
export function checkForeignKey(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  const parent = findParent(draft, from, written);
  if (parent === null) return;
  if (!checkColumns(draft, from, written.columns)) return;
  const columns = written.target.columns;
  if (columns.length > 0 && !checkColumns(draft, parent, columns)) return;
  const keys =
    columns.length > 0
      ? columns.map((name) => nameKey(name, draft.engine.dialect))
      : primaryKeyOf(draft, parent, written);
  if (keys === null) return;
  if (columns.length > 0 && !isUnique(parent.table, keys)) {
    const text = `there is no unique constraint matching given keys for referenced table "${parent.target.name}"`;
    if (countsDiffer(draft, from, written, keys)) return;
    refuseUnlessOpen(draft, parent.table, foreignKeyError(from, written, text));
    return;
  }
  if (countsDiffer(draft, from, written, keys)) return;
  checkTypes(draft, from, parent, written, keys);
}

function findParent(draft: Draft, from: TableAt, written: WrittenForeignKey): TableAt | null {
  const found = findRelation(draft, written.target.table);
  // The table itself is not in the catalog while it is being made; a temporary one comes before all others of its name.
  const isShadowed = from.table.temporary && written.target.table.schema === undefined;
  if (found.target.key === from.target.key || (isShadowed && found.target.name === from.target.name)) return from;
  if (found.presence === 'absent') draft.refuse(missingTableError(draft, found.target, 'foreign-key'));
  if (found.presence === 'unsure') {
    draft.doubt(found.why, missingTableError(draft, found.target, 'foreign-key'));
    return null;
  }
  const { value, target } = found;
  if (value.kind !== 'table')
    draft.refuse(foreignKeyError(from, written, `referenced relation "${target.name}" is not a table`));
  refuseOtherPersistence(draft, from, value, written);
  return { target, table: value };
}

/** Rows that a key points to must live as long as those that point. */
function refuseOtherPersistence(draft: Draft, from: TableAt, parent: Table, written: WrittenForeignKey): void {
  const kindOf = (table: Table): string =>
    table.temporary ? 'temporary' : table.options.includes('unlogged') ? 'unlogged' : 'permanent';
  const allowed: Readonly<Record<string, readonly string[]>> = {
    permanent: ['permanent'],
    unlogged: ['permanent', 'unlogged'],
    temporary: ['temporary'],
  };
  const own = kindOf(from.table);
  const kinds = allowed[own] ?? [];
  if (kinds.includes(kindOf(parent))) return;
  const text = `constraints on ${own} tables may reference only ${kinds.join(' or ')} tables`;
  draft.refuse(foreignKeyError(from, written, text));
}

/** Whether all columns are surely there. */
function checkColumns(draft: Draft, { target, table }: TableAt, names: readonly Name[]): boolean {
  let sure = true;
  for (const name of names) {
    const found = findColumn(table, nameKey(name, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const error = missingColumnError(draft, target, name, 'foreign-key');
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${table.name} may lack the column ${name.text}`, error);
    sure = false;
  }
  return sure;
}

function primaryKeyOf(draft: Draft, parent: TableAt, written: WrittenForeignKey): readonly string[] | null {
  const key = parent.table.constraints.find((constraint) => constraint.kind === 'primary-key');
  if (key !== undefined) return key.columns;
  const text = `there is no primary key for referenced table "${parent.target.name}"`;
  refuseUnlessOpen(draft, parent.table, foreignKeyError(parent, written, text));
  return null;
}

/** A unique index over exactly these columns, in any order, without predicate or expressions. */
function isUnique(table: Table, keys: readonly string[]): boolean {
  return table.indexes.some(
    (index) =>
      index.unique &&
      index.where === null &&
      index.keys.length === keys.length &&
      index.keys.every(({ column }) => column !== null && keys.includes(column)),
  );
}

function countsDiffer(draft: Draft, from: TableAt, written: WrittenForeignKey, keys: readonly string[]): boolean {
  if (written.columns.length === keys.length) return false;
  return draft.refuse(
    foreignKeyError(from, written, 'number of referencing and referenced columns for foreign key disagree'),
  );
}

function refuseUnlessOpen(draft: Draft, table: Table, error: EngineError): void {
  if (table.open || table.indexes.some((index) => !index.certain) || table.columns.some(isFilledIn))
    draft.doubt(`${table.name} may have keys that are not listed`, error);
  else draft.refuse(error);
}

/** Where a template writes what stands after the column's name, that may be a key: `id $%AUTO_INCREMENT_PRIMARY_KEY%$`. */
function isFilledIn({ type }: Column): boolean {
  return type !== null && /[$%{<]/.test(type);
}

/** Types between which no equality operator stands (pg_operator), by family; others are taken to fit. */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['number', /^(?:smallint|integer|bigint|numeric|real|double precision)/],
  ['text', /^(?:text|character|name|citext)/],
  ['uuid', /^uuid/],
  ['boolean', /^boolean/],
  ['time', /^(?:date|timestamp)/],
  ['json', /^json/],
  ['bytes', /^bytea/],
];

function checkTypes(
  draft: Draft,
  from: TableAt,
  parent: TableAt,
  written: WrittenForeignKey,
  keys: readonly string[],
): void {
  for (const [at, name] of written.columns.entries()) {
    const left = columnType(from.table, nameKey(name, draft.engine.dialect));
    const right = columnType(parent.table, keys[at] ?? '');
    if (canReference(draft, left, right)) continue;
    const own =
      written.name === undefined
        ? postgresConstraintName(draft, from.table, {
            kind: 'foreign-key',
            ...written.target,
            columns: written.columns,
            target: written.target,
          })
        : nameKey(written.name, draft.engine.dialect);
    // In CREATE TABLE the constraint is in the table already, under the name that it was given.
    const listed = from.table.constraints.find(
      ({ kind, origin }) =>
        kind === 'foreign-key' &&
        origin !== null &&
        origin.at.start <= written.target.start &&
        written.target.end <= origin.at.end,
    );
    draft.refuse(
      foreignKeyError(from, written, `foreign key constraint "${listed?.name ?? own}" cannot be implemented`),
    );
  }
}

function columnType(table: Table, key: string): string | null {
  const column = table.columns.find((candidate) => candidate.name === key);
  return column === undefined || column.unknown.includes('type') ? null : column.type;
}

/** Whether a foreign key can compare its column with the one it points to; true also where that is not known. */
export function canReference(draft: Draft, from: string | null, to: string | null): boolean {
  const [left, right] = [familyOf(draft, from), familyOf(draft, to)];
  if (left === null || right === null || from === null || to === null) return true;
  if (left !== 'number' || right !== 'number') return left === right;
  // What points must be cast to what it points to without asking: integer to numeric, not back (pg_cast, castcontext `i`).
  return numberRank(from) <= numberRank(to);
}

function numberRank(type: string): number {
  if (/^(?:real|double)/.test(type)) return 2;
  return type.startsWith('numeric') ? 1 : 0;
}

function familyOf(draft: Draft, type: string | null): string | null {
  if (type === null) return null;
  if (type.endsWith('[]')) return 'array';
  // Each enum has operators for itself alone.
  if (isEnumText(draft, type)) return type;
  return FAMILIES.find(([, pattern]) => pattern.test(type))?.[0] ?? null;
}

function foreignKeyError(from: TableAt, written: WrittenForeignKey, text: string): EngineError {
  const object = {
    kind: 'constraint',
    schema: from.target.schema,
    table: from.target.name,
    name: written.name?.text ?? 'foreign key',
  };
  return errorAt('foreign-key', text, written.target.table, object);
}
