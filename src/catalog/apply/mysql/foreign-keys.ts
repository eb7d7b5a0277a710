import type { ForeignKeyTarget, Name, Operation, QualifiedName } from '../../../ddl/operation.ts';
import type { Constraint, Index, Table } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { originOf, type Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { defaultSchema, findRelation, nameKey, partKey, temporarySchema } from '../names.ts';
import { isLong } from './column-width.ts';
import { nextForeignKeyName } from './generated-names.ts';

/** A foreign key as its statement has it. */
export interface WrittenForeignKey {
  readonly columns: readonly Name[];
  readonly target: ForeignKeyTarget;
  readonly name?: Name | undefined;
  readonly indexName?: Name;
}

/** Whether an index leads with exactly these columns. */
export function isSupported(indexes: readonly Index[], columns: readonly string[]): boolean {
  return indexes.some((index) => {
    if (index.method === 'fulltext' || index.method === 'spatial') return false;
    const leading = index.keys.slice(0, columns.length);
    return (
      leading.length === columns.length &&
      leading.every((key, at) => key.column === columns[at] && !/\(\d+\)/.test(key.text))
    );
  });
}

/** An index is made for a foreign key that has none but those made for others, of which it takes the place (sql_table.cc). */
export function withForeignKeyIndex(
  draft: Draft,
  operation: Operation,
  table: Table,
  constraint: Constraint,
  isNamed: boolean,
): Table {
  const { length } = constraint.columns;
  const serving = table.indexes.filter((index) => index.implicit !== true || index.columns.length > length);
  if (isSupported(serving, constraint.columns)) return table;
  const kept = table.indexes.filter((index) => index.implicit !== true || !leads(index.columns, constraint.columns));
  const columnName = (key: string): string =>
    table.columns.find((column) => partKey(column.name, draft.engine.dialect) === key)?.name ?? key;
  const name = isNamed ? (constraint.name ?? '') : freeIndexName(kept, columnName(constraint.columns[0] ?? ''));
  const index: Index = {
    name,
    unique: false,
    keys: constraint.columns.map((column) => ({ text: column, column, descending: false })),
    include: [],
    where: null,
    columns: constraint.columns,
    method: null,
    ofConstraint: false,
    implicit: true,
    origin: originOf(operation, constraint.origin?.at ?? { start: 0, end: 0 }),
    certain: true,
  };
  return { ...table, indexes: [...kept, index] };
}

function leads(start: readonly string[], columns: readonly string[]): boolean {
  return start.every((column, at) => column === columns[at]);
}

function freeIndexName(indexes: readonly Index[], stem: string): string {
  const isTaken = (name: string): boolean => indexes.some((index) => index.name.toLowerCase() === name.toLowerCase());
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    if (!isTaken(name)) return name;
  }
}

/** The table without the indexes made for foreign keys that a later one serves as well. */
export function withoutServedIndexes(table: Table): Table {
  if (!table.indexes.some((index) => index.implicit === true)) return table;
  const kept = table.indexes.filter((index) => index.implicit !== true || !isServed(table, index));
  return kept.length === table.indexes.length ? table : { ...table, indexes: kept };
}

function isServed(table: Table, index: Index): boolean {
  const others = table.indexes.filter((other) => other !== index && other.implicit !== true);
  return isSupported(others, index.columns);
}

/** As many columns on either side; the engine sees it before anything else of the keys. */
export function checkForeignKeyShape(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  const columns = written.target.columns;
  if (columns.length > 0 && columns.length !== written.columns.length)
    refuse(draft, from, written, wrongCount(from, written));
}

/** What InnoDB demands of a foreign key while foreign_key_checks is on. */
export function checkForeignKey(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  // InnoDB knows no foreign keys of temporary tables.
  if (from.table.temporary) refuse(draft, from, written, 'Cannot add foreign key constraint');
  refuseTakenName(draft, from, written);
  refuseLongColumns(draft, from, written);
  const parent = findParent(draft, from, written);
  if (parent === null || parent.table.open) return;
  checkParent(draft, from, parent, written);
  refuseSetNull(draft, from, written);
}

/** An index over part of a value only does not serve a foreign key, and one over TEXT or BLOB is such. */
function refuseLongColumns(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  for (const column of written.columns) {
    const type = typeOf(draft, from.table, nameKey(column, draft.engine.dialect));
    if (type === null || !isLong(type)) continue;
    refuse(draft, from, written, `BLOB/TEXT column '${column.text}' used in key specification without a key length`);
  }
}

/** Foreign key names are unique in a database. */
function refuseTakenName(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  const name = written.name ?? written.indexName;
  if (name === undefined) return;
  const key = nameKey(name, draft.engine.dialect);
  for (const relation of draft.catalog.relations.values()) {
    if (relation.kind !== 'table' || relation.schema !== from.target.schema) continue;
    const taken = relation.constraints.find(
      (one) => one.kind === 'foreign-key' && one.name !== null && partKey(one.name, draft.engine.dialect) === key,
    );
    if (taken === undefined) continue;
    const isMariadb = draft.engine.dialect.name === 'mariadb';
    const text = isMariadb
      ? cannotCreate(from, '121 "Duplicate key on write or update"')
      : `Duplicate foreign key constraint name '${name.text}'`;
    if (!taken.certain) draft.doubt(`the foreign key ${name.text} may be there already`);
    else
      draft.refuse({ ...foreignKeyError(from, written, text), class: 'duplicate-constraint', existing: taken.origin });
  }
}

function cannotCreate({ target, table }: TableAt, errno: string): string {
  const schema = table.temporary ? defaultSchema('mariadb') : target.schema;
  return `Can't create table \`${schema}\`.\`${target.name}\` (errno: ${errno})`;
}

/** MariaDB has one text for nearly all that is wrong with a foreign key; MySQL says what it is. */
function refuse(draft: Draft, from: TableAt, written: WrittenForeignKey, mysqlText: string): never {
  const isMariadb = draft.engine.dialect.name === 'mariadb' && !mysqlText.startsWith('Incorrect foreign key');
  const text = isMariadb ? mariadbText(draft, from, written, mysqlText) : mysqlText;
  const error = foreignKeyError(from, written, text);
  return draft.refuse(error);
}

/** With foreign_key_checks off ALTER TABLE works in place, where InnoDB has words of its own. */
function mariadbText(draft: Draft, from: TableAt, written: WrittenForeignKey, mysqlText: string): string {
  const inPlace = draft.session.foreignKeys === false && draft.operations[0]?.kind !== 'create-table';
  if (!inPlace) return cannotCreate(from, '150 "Foreign key constraint is incorrectly formed"');
  const named = written.name ?? written.indexName;
  const parent = /in the referenced table '(.*)'$/.exec(mysqlText)?.[1];
  if (parent !== undefined)
    return `Failed to add the foreign key constraint. Missing index for constraint '${named?.text ?? ''}' in the referenced table '${parent}'`;
  const name = named?.text ?? nextForeignKeyName(from.table);
  return `Failed to add the foreign key constraint on table '${from.target.name}'. Incorrect options in FOREIGN KEY constraint '${from.target.schema}/${name}'`;
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

function wrongCount(_from: TableAt, written: WrittenForeignKey): string {
  return `Incorrect foreign key definition for '${written.name?.text ?? 'foreign key without name'}': Key reference and table reference don't match`;
}

function findParent(draft: Draft, from: TableAt, written: WrittenForeignKey): TableAt | null {
  const found = findPermanent(draft, written.target.table);
  if (found.target.key === from.target.key) return from;
  if (found.presence !== 'present' && draft.session.foreignKeys === false) return null;
  if (found.presence === 'present')
    return found.value.kind === 'table' ? { target: found.target, table: found.value } : null;
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  const text = isMariadb
    ? cannotCreate(from, '150 "Foreign key constraint is incorrectly formed"')
    : `Failed to open the referenced table '${found.target.name}'`;
  const error: EngineError = {
    ...foreignKeyError(from, written, text),
    class: 'missing-table',
    object: { kind: 'table', schema: found.target.schema, name: found.target.name },
  };
  if (found.presence === 'absent' && draft.session.foreignKeys !== null) draft.refuse(error);
  draft.doubt(found.presence === 'absent' ? 'it is not known whether foreign keys are checked' : found.why, error);
  return null;
}

/** InnoDB knows no temporary tables: what such a table hides is found all the same. */
function findPermanent(draft: Draft, name: QualifiedName): ReturnType<typeof findRelation> {
  const found = findRelation(draft, name);
  const { dialect } = draft.engine;
  if (found.target.schema !== temporarySchema(dialect.name)) return found;
  const text = draft.session.searchPath?.[0] ?? defaultSchema(dialect.name);
  return findRelation(draft, { ...name, schema: { text, quoted: true, start: name.start, end: name.start } });
}

function checkParent(draft: Draft, from: TableAt, parent: TableAt, written: WrittenForeignKey): void {
  if (draft.session.foreignKeys === null) return;
  const name = written.name?.text ?? `${from.target.name}_ibfk_1`;
  const keys = written.target.columns.map((column) => nameKey(column, draft.engine.dialect));
  for (const column of written.target.columns) {
    if (findColumn(parent.table, nameKey(column, draft.engine.dialect), draft).presence !== 'absent') continue;
    refuse(
      draft,
      from,
      written,
      `Failed to add the foreign key constraint. Missing column '${column.text}' for constraint '${name}' in the referenced table '${parent.target.name}'`,
    );
  }
  // MySQL lets a missing index pass while foreign_key_checks is off, MariaDB does not.
  const wantsIndex = draft.session.foreignKeys || draft.engine.dialect.name === 'mariadb';
  // The unique key over a whole TEXT is one over its hash.
  const isHashed = keys.some((key) => isLong(typeOf(draft, parent.table, key) ?? ''));
  const serves = keys.length > 0 && !isHashed && isSupported(parent.table.indexes, keys) && !isMyisam(parent.table);
  if (wantsIndex && !serves) {
    refuse(
      draft,
      from,
      written,
      `Failed to add the foreign key constraint. Missing index for constraint '${name}' in the referenced table '${parent.target.name}'`,
    );
  }
  for (const [at, column] of written.columns.entries()) {
    const left = typeOf(draft, from.table, nameKey(column, draft.engine.dialect));
    const right = typeOf(draft, parent.table, keys[at] ?? '');
    if (left === null || right === null || areCompatible(left, right)) continue;
    const target = written.target.columns[at]?.text ?? '';
    refuse(
      draft,
      from,
      written,
      `Referencing column '${column.text}' and referenced column '${target}' in foreign key constraint '${name}' are incompatible.`,
    );
  }
}

/** Only InnoDB has foreign keys. */
function isMyisam(table: Table): boolean {
  return table.options.includes('engine myisam');
}

function typeOf(draft: Draft, table: Table, key: string): string | null {
  const found = findColumn(table, key, draft);
  return found.presence === 'present' && !found.column.unknown.includes('type') ? found.column.type : null;
}

/** Manual 15.1.20.5: integers must be of one size and sign, strings may differ in length; character sets are not known here. */
function areCompatible(left: string, right: string): boolean {
  const [first, second] = [formOf(left), formOf(right)];
  return first === second || first === null || second === null;
}

/** As InnoDB stores them (ha_innodb.cc, get_innobase_type_from_mysql_type): what it compares as bytes fits together. */
function formOf(type: string): string | null {
  const integer = /^(tinyint|smallint|mediumint|int|bigint)\b/.exec(type)?.[1];
  if (integer !== undefined) return `${integer}${type.includes('unsigned') ? ' unsigned' : ''}`;
  if (/^(?:var)?char\b|^(?:tiny|medium|long)?text$/.test(type)) return 'string';
  if (/^(?:(?:var)?binary|(?:tiny|medium|long)?blob|decimal|datetime|timestamp|time|bit|uuid)\b/.test(type))
    return 'bytes';
  if (/^year\b/.test(type)) return 'tinyint unsigned';
  if (type.startsWith('enum(')) return type.split(',').length > 255 ? null : 'tinyint unsigned';
  return /^(?:date|float|double)\b/.exec(type)?.[0] ?? null;
}

function refuseSetNull(draft: Draft, from: TableAt, written: WrittenForeignKey): void {
  const { onDelete, onUpdate } = written.target;
  if (onDelete !== 'set null' && onUpdate !== 'set null') return;
  for (const name of written.columns) {
    const found = findColumn(from.table, nameKey(name, draft.engine.dialect), draft);
    if (found.presence !== 'present' || !found.column.notNull || draft.session.foreignKeys === null) continue;
    const constraint = written.name?.text ?? `${from.target.name}_ibfk_1`;
    refuse(
      draft,
      from,
      written,
      `Column '${name.text}' cannot be NOT NULL: needed in a foreign key constraint '${constraint}' SET NULL`,
    );
  }
}
