import type { ColumnDefinition, IndexKey, Operation, TableConstraint } from '../../ddl/operation.ts';
import { isOfMysql } from '../../dialects/dialect.ts';
import { canonicalExpression } from '../canonical.ts';
import type { Constraint, Index, Table } from '../catalog.ts';
import { columnsRead, isSerial } from './column-definition.ts';
import { originOf, type Draft } from './draft.ts';
import { constraintName, indexNameOfConstraint } from './generated-names.ts';
import { indexOf } from './index-definition.ts';
import { withForeignKeyIndex } from './mysql/foreign-keys.ts';
import { nameKey, partKey, objectKey, placeOfMissing, storedName, targetsForLookup } from './names.ts';
import { withStoredKeys } from './stored-keys.ts';

/** A constraint, and the column on which it was written, if it was. */
export interface WrittenConstraint {
  readonly constraint: TableConstraint;
  /** Key of the column. */
  readonly onColumn: string | null;
}

/** The constraints that stand on a column, in the order in which they were written. */
export function constraintsOnColumn(definition: ColumnDefinition, draft: Draft): readonly WrittenConstraint[] {
  const keys: readonly IndexKey[] = [
    { column: definition.name, start: definition.name.start, end: definition.name.end },
  ];
  const written: TableConstraint[] = [];
  const { primaryKey, unique, references } = definition;
  if (primaryKey !== undefined) {
    const descending = primaryKey.descending === true ? { descending: true } : {};
    written.push({ kind: 'primary-key', ...primaryKey, keys: keys.map((key) => ({ ...key, ...descending })) });
  }
  // MariaDB makes one key only of `PRIMARY KEY UNIQUE` on a column (run on 10.11).
  const isOneKey = primaryKey !== undefined && draft.engine.dialect.name === 'mariadb';
  if (unique !== undefined && !isOneKey) written.push({ kind: 'unique', ...unique, keys });
  // Manual 13.1.1: SERIAL is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
  const isSerialKey =
    draft.engine.dialect.name !== 'postgres' && isSerial(definition.type, draft.engine.dialect) && unique === undefined;
  if (isSerialKey) written.push({ kind: 'unique', start: definition.start, end: definition.start, keys });
  if (draft.engine.dialect.name === 'mariadb' && definition.type?.name === 'json') written.push(jsonCheck(definition));
  for (const check of definition.checks)
    written.push({ kind: 'check', ...check, start: check.expression.start, end: check.expression.end });
  if (references !== undefined) {
    const { name, ...target } = references;
    const place = { start: references.start, end: references.end };
    written.push({
      kind: 'foreign-key',
      ...place,
      ...(name === undefined ? {} : { name }),
      columns: [definition.name],
      target,
    });
  }
  const onColumn = nameKey(definition.name, draft.engine.dialect);
  return written.sort((left, right) => left.start - right.start).map((constraint) => ({ constraint, onColumn }));
}

/** MariaDB: JSON is LONGTEXT with a check on the column ("JSON Data Type"). */
function jsonCheck({ name, type }: ColumnDefinition): TableConstraint {
  const { start, end } = type ?? name;
  const column = { column: name, start: name.start, end: name.end };
  const expression = {
    text: `json_valid(\`${name.text}\`)`,
    columns: [column],
    functions: [],
    hasSubquery: false,
    form: 'computed',
    start,
    end,
  } as const;
  return { kind: 'check', expression, start, end };
}

/** The table with a constraint more, and with what it brings: its index, NOT NULL under a primary key. Checks nothing. */
export function withConstraint(draft: Draft, operation: Operation, table: Table, written: WrittenConstraint): Table {
  const { constraint } = written;
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
      return withKey(draft, operation, table, written, constraint);
    case 'index':
      return withStoredKeys(draft, {
        ...table,
        indexes: [...table.indexes, keyIndexOf(draft, operation, table, constraint)],
      });
    case 'not-null':
      return withNotNull(table, [nameKey(constraint.column, draft.engine.dialect)], draft);
    case 'foreign-key':
      return withForeignKey(draft, operation, table, written, constraint);
    default:
      return { ...table, constraints: [...table.constraints, constraintOf(draft, operation, table, written)] };
  }
}

type ForeignKey = Extract<TableConstraint, { kind: 'foreign-key' }>;

/** MySQL and MariaDB: a foreign key brings an index where none serves it. */
function withForeignKey(
  draft: Draft,
  operation: Operation,
  table: Table,
  written: WrittenConstraint,
  key: ForeignKey,
): Table {
  const made = constraintOf(draft, operation, table, written);
  const next: Table = { ...table, constraints: [...table.constraints, made] };
  if (!isOfMysql(draft.engine.dialect)) return next;
  return withForeignKeyIndex(draft, operation, next, made, key.name !== undefined || key.indexName !== undefined);
}

type KeyConstraint = Extract<TableConstraint, { kind: 'primary-key' | 'unique' }>;

function withKey(
  draft: Draft,
  operation: Operation,
  table: Table,
  written: WrittenConstraint,
  key: KeyConstraint,
): Table {
  const owner = constraintOf(draft, operation, table, written);
  const index = key.usingIndex === undefined ? keyIndexOf(draft, operation, table, key) : null;
  const next: Table = {
    ...table,
    constraints: [...table.constraints, owner],
    indexes: index === null ? withOwnedIndex(draft, table, key) : withIndexUnlessRedundant(draft, table, owner, index),
  };
  const served = withStoredKeys(draft, next);
  const isNotNull =
    key.kind === 'primary-key' && makesNotNull(draft, table, index !== null && isRowidAlias(table, owner, index));
  return isNotNull ? withNotNull(served, owner.columns, draft) : served;
}

/** SQLite: a primary key leaves its columns nullable, but for WITHOUT ROWID and STRICT tables (sqlite.org/lang_createtable.html). */
function makesNotNull(draft: Draft, table: Table, isRowid: boolean): boolean {
  if (draft.engine.dialect.name !== 'sqlite' || table.options.includes('without rowid')) return true;
  return table.options.includes('strict') && !isRowid;
}

function withNotNull(table: Table, keys: readonly string[], draft: Draft): Table {
  const columns = table.columns.map((column) =>
    !column.notNull && keys.includes(partKey(column.name, draft.engine.dialect))
      ? { ...column, notNull: true }
      : column,
  );
  return { ...table, columns };
}

function keyIndexOf(
  draft: Draft,
  operation: Operation,
  table: Table,
  constraint: TableConstraint & { keys: readonly IndexKey[] },
): Index {
  const variant = constraint.kind === 'index' ? (constraint.variant ?? null) : null;
  const include = constraint.kind === 'primary-key' || constraint.kind === 'unique' ? constraint.include : undefined;
  const parts = {
    name: indexNameOfConstraint(draft, table, constraint),
    unique: constraint.kind !== 'index',
    keys: constraint.keys,
    method: variant,
    ofConstraint: constraint.kind !== 'index',
    origin: originOf(operation, constraint),
  };
  return indexOf(include === undefined ? parts : { ...parts, include }, draft.engine.dialect);
}

/** SQLite makes no index for an INTEGER PRIMARY KEY (it is the rowid), nor a second one over the same columns. */
function withIndexUnlessRedundant(draft: Draft, table: Table, owner: Constraint, index: Index): readonly Index[] {
  if (draft.engine.dialect.name !== 'sqlite') return [...table.indexes, index];
  const isRowid = owner.kind === 'primary-key' && isRowidAlias(table, owner, index);
  const isCovered = table.indexes.some((other) => other.ofConstraint && sameKeys(other, index));
  if (isRowid || isCovered) return table.indexes;
  const isTable = owner.kind === 'primary-key' && table.options.includes('without rowid');
  return [...table.indexes, isTable ? withoutRepeatedKeys(index) : index];
}

/** The key of a WITHOUT ROWID table is the table itself: a column stands in it once (build.c, convertToWithoutRowidTable). */
function withoutRepeatedKeys(index: Index): Index {
  const isFirst = ({ column }: Index['keys'][number], at: number): boolean =>
    column === null || index.keys.findIndex((other) => other.column === column) === at;
  return { ...index, keys: index.keys.filter(isFirst) };
}

/** sqlite.org/lang_createtable.html, "ROWIDs and the INTEGER PRIMARY KEY": the type must be exactly INTEGER, and DESC on the column forbids it. */
function isRowidAlias(table: Table, owner: Constraint, index: Index): boolean {
  const [key] = owner.columns;
  if (owner.columns.length !== 1 || key === undefined || table.options.includes('without rowid')) return false;
  if (owner.onColumn !== null && index.keys[0]?.descending === true) return false;
  const column = table.columns.find((candidate) => candidate.name.toLowerCase() === key.toLowerCase());
  return column?.type?.toLowerCase() === 'integer';
}

/** The direction does not count (build.c, sqlite3CreateIndex). */
function sameKeys(left: Index, right: Index): boolean {
  const plain = ({ text }: Index['keys'][number]): string => text.replace(/ (?:asc|desc)$/i, '');
  return left.keys.length === right.keys.length && left.keys.every((key, at) => plain(key) === plain(right.keys[at] ?? key)); // prettier-ignore
}

/** `UNIQUE USING INDEX i`: the index becomes the constraint's. */
function withOwnedIndex(draft: Draft, table: Table, key: KeyConstraint): readonly Index[] {
  const { usingIndex } = key;
  if (usingIndex === undefined) return table.indexes;
  const wanted = nameKey(usingIndex, draft.engine.dialect);
  const name = key.name === undefined ? null : storedName(key.name, draft.engine.dialect);
  return table.indexes.map((index) =>
    partKey(index.name, draft.engine.dialect) === wanted
      ? { ...index, name: name ?? index.name, ofConstraint: true }
      : index,
  );
}

/** MariaDB names a CHECK that stands on a column after it. */
function columnCheckName(
  draft: Draft,
  table: Table,
  constraint: TableConstraint,
  onColumn: string | null,
): string | null {
  if (draft.engine.dialect.name !== 'mariadb' || constraint.kind !== 'check' || onColumn === null) return null;
  return table.columns.find((column) => partKey(column.name, draft.engine.dialect) === onColumn)?.name ?? onColumn;
}

/** The constraint itself. */
function constraintOf(
  draft: Draft,
  operation: Operation,
  table: Table,
  { constraint, onColumn }: WrittenConstraint,
): Constraint {
  const { dialect } = draft.engine;
  const common = {
    name: columnCheckName(draft, table, constraint, onColumn) ?? constraintName(draft, table, constraint),
    expression: null,
    target: null,
    validated: true,
    onColumn,
    origin: originOf(operation, constraint),
    certain: true,
  };
  switch (constraint.kind) {
    case 'check':
      return {
        ...common,
        kind: 'check',
        columns: columnsRead(constraint.expression, dialect),
        expression: canonicalExpression(constraint.expression.text, dialect),
      };
    case 'foreign-key':
      return {
        ...common,
        kind: 'foreign-key',
        columns: constraint.columns.map((column) => nameKey(column, dialect)),
        target: targetOf(draft, table, constraint),
      };
    case 'exclude':
      return {
        ...common,
        kind: 'exclude',
        columns: keyColumns(constraint.keys, draft),
        expression: excludeText(constraint, draft),
      };
    case 'primary-key':
    case 'unique':
    case 'index':
      return {
        ...common,
        kind: constraint.kind === 'index' ? 'unique' : constraint.kind,
        columns: keyColumns(constraint.keys, draft),
      };
    case 'not-null':
      return { ...common, kind: 'check', columns: [nameKey(constraint.column, dialect)], expression: 'not null' };
  }
}

/** Keys of the columns that a key names; expressions give the columns they read. */
export function keyColumns(keys: readonly IndexKey[], draft: Draft): readonly string[] {
  const { dialect } = draft.engine;
  return keys.flatMap((key) =>
    key.column === undefined ? columnsRead(key.expression, dialect) : [nameKey(key.column, dialect)],
  );
}

function excludeText(constraint: Extract<TableConstraint, { kind: 'exclude' }>, draft: Draft): string {
  const keys = indexOf(
    { name: '', unique: false, keys: constraint.keys, where: constraint.where, ofConstraint: true, origin: null },
    draft.engine.dialect,
  );
  return `${constraint.method ?? 'gist'} (${keys.keys.map((key) => key.text).join(', ')})${keys.where === null ? '' : ` where (${keys.where})`}`;
}

function targetOf(
  draft: Draft,
  table: Table,
  { target }: Extract<TableConstraint, { kind: 'foreign-key' }>,
): Constraint['target'] {
  const { dialect } = draft.engine;
  // InnoDB shows RESTRICT where nothing is said, which it treats like NO ACTION.
  const unsaid = dialect.name === 'mariadb' ? 'restrict' : 'no action';
  return {
    table: foreignKeyTarget(draft, table, target.table),
    columns:
      target.columns.length > 0
        ? target.columns.map((column) => nameKey(column, dialect))
        : impliedColumns(draft, table, target.table),
    onDelete: target.onDelete ?? unsaid,
    onUpdate: target.onUpdate ?? unsaid,
  };
}

/** PostgreSQL settles at once that `REFERENCES t` means the primary key of t; the others look when rows are written. */
function impliedColumns(draft: Draft, table: Table, name: Parameters<typeof targetsForLookup>[1]): readonly string[] {
  if (draft.engine.dialect.name !== 'postgres') return [];
  const key = foreignKeyTarget(draft, table, name);
  const parent =
    key === objectKey(table.schema, table.name, draft.engine.dialect) ? table : draft.catalog.relations.get(key);
  if (parent?.kind !== 'table') return [];
  return parent.constraints.find((constraint) => constraint.kind === 'primary-key')?.columns ?? [];
}

/** The key of the table that a foreign key points to: SQLite looks in the child's own database only. */
function foreignKeyTarget(draft: Draft, table: Table, name: Parameters<typeof targetsForLookup>[1]): string {
  const targets = targetsForLookup(draft, name);
  if (draft.engine.dialect.name === 'sqlite')
    return (targets.find(({ schema }) => schema === table.schema) ?? placeOfMissing(targets, draft)).key;
  return (targets.find(({ key }) => draft.catalog.relations.has(key)) ?? placeOfMissing(targets, draft)).key;
}
