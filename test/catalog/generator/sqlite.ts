import type { Relation } from '../../../src/catalog/catalog.ts';
import type { Choices } from './choices.ts';
import { columnOf, twoColumns, type Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What projects write for SQLite. The first makes tables. */
export const sqliteStatements: Makers = [
  [16, createTable],
  [14, addColumn],
  [9, (choices, names) => {
    const table = names.table();
    return `ALTER TABLE ${names.tableName(table)} DROP ${choices.one(['COLUMN ', ''])}${names.column(table)}`;
  }],
  [8, (choices, names) => {
    const table = names.table();
    return `ALTER TABLE ${names.tableName(table)} RENAME ${choices.one(['COLUMN ', ''])}${names.column(table)} TO ${names.newColumn(table)}`;
  }],
  [7, (_, names) => `ALTER TABLE ${names.tableName(names.table())} RENAME TO ${names.newTable()}`],
  [14, createIndex],
  [8, createView],
  [7, createTrigger],
  [6, (choices, names) => `DROP TABLE ${choices.maybe(40, () => 'IF EXISTS ')}${names.tableName(names.table())}`],
  [5, (choices, names) => `DROP INDEX ${choices.maybe(40, () => 'IF EXISTS ')}${names.index()}`],
  [3, (choices, names) => `DROP VIEW ${choices.maybe(40, () => 'IF EXISTS ')}${choices.chance(10) ? names.tableName(names.table()) : names.view()}`],
  [3, (choices, names) => `DROP TRIGGER ${choices.maybe(40, () => 'IF EXISTS ')}${names.trigger()}`],
  [4, rebuild],
  [3, createTableAs],
  [2, (choices) => `PRAGMA ${choices.one(['foreign_keys', 'legacy_alter_table'])} = ${choices.one(['ON', 'OFF'])}`],
  [3, (choices) => choices.one(['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s', 'BEGIN IMMEDIATE', 'END'])],
  [2, newerAlter],
]; // prettier-ignore

const TYPES = ['INTEGER', 'TEXT', 'REAL', 'VARCHAR(20)', '', 'BLOB', 'BOOLEAN'] as const;

function createTable(choices: Choices, names: Names): string {
  const columns = names.newColumns(1 + choices.below(5));
  const definitions = columns.map((column) => `${names.written(column)}${columnBody(choices, names, columns)}`);
  const constraints = choices.chance(35) ? choices.times(2, () => tableConstraint(choices, names, columns)) : [];
  const temporary = choices.maybe(4, () => choices.one(['TEMP ', 'TEMPORARY ']));
  const option = choices.maybe(8, () => choices.one([' STRICT', ' WITHOUT ROWID', ' STRICT, WITHOUT ROWID']));
  const guard = choices.maybe(35, () => 'IF NOT EXISTS ');
  return `CREATE ${temporary}TABLE ${guard}${names.newTable()} (${[...definitions, ...constraints].join(', ')})${option}`;
}

function columnBody(choices: Choices, names: Names, columns: readonly string[]): string {
  const type = choices.one(TYPES);
  const parts = [type === '' ? '' : ` ${type}`];
  if (choices.chance(20)) parts.push(' NOT NULL');
  if (choices.chance(25)) parts.push(` DEFAULT ${defaultValue(choices)}`);
  if (choices.chance(10)) parts.push(primaryKey(choices, type));
  if (choices.chance(8)) parts.push(' UNIQUE');
  if (choices.chance(8)) parts.push(` CHECK (${condition(choices, names, columns)})`);
  if (choices.chance(10)) parts.push(` ${references(choices, names)}`);
  if (choices.chance(3)) parts.push(' COLLATE NOCASE');
  if (parts.length < 3 && choices.chance(6)) parts.push(` ${generated(choices, names, columns)}`);
  return parts.join('');
}

function primaryKey(choices: Choices, type: string): string {
  const isAutomatic = choices.chance(type === 'INTEGER' ? 40 : 5);
  return ` PRIMARY KEY${isAutomatic ? ' AUTOINCREMENT' : choices.maybe(10, () => ' DESC')}`;
}

function defaultValue(choices: Choices): string {
  return choices.one(['0', "'x'", 'NULL', 'CURRENT_TIMESTAMP', '(1 + 1)', "(datetime('now'))", 'true', '-1', '"x"']);
}

function generated(choices: Choices, names: Names, columns: readonly string[]): string {
  const words = choices.one(['AS', 'GENERATED ALWAYS AS']);
  return `${words} (${expression(choices, names, columns)})${choices.one(['', ' STORED', ' VIRTUAL'])}`;
}

function references(choices: Choices, names: Names): string {
  const target = names.table();
  const columns = choices.maybe(70, () => `(${names.column(target)})`);
  return `REFERENCES ${plain(names, target)}${columns}${choices.maybe(40, () => choices.one([' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON UPDATE CASCADE', ' DEFERRABLE INITIALLY DEFERRED']))}`;
}

/** A table without its schema: the target of a key, the table of a trigger. */
function plain(names: Names, table: Relation | null): string {
  return table === null ? names.newTable() : names.written(table.name);
}

function expression(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  return choices.one<() => string>([
    () => column(),
    () => `lower(${column()})`,
    () => `${column()} + ${column()}`,
    () => `coalesce(${column()}, ${column()})`,
    () => `CAST(${column()} AS TEXT)`,
    () => `${column()} || 'x'`,
  ])();
}

function condition(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  return choices.one<() => string>([
    () => `${column()} > 0`,
    () => `${column()} IS NOT NULL`,
    () => `${column()} IN (1, 2)`,
    () => `length(${column()}) < 9 AND ${column()} = 1`,
    () => `${column()} = 'x'`,
  ])();
}

function tableConstraint(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  const name = choices.maybe(30, () => `CONSTRAINT ${names.newConstraint(null)} `);
  return choices.one<() => string>([
    () => `${name}UNIQUE (${column()})`,
    () => `${name}PRIMARY KEY (${twoColumns(choices, names, columns).join(', ')})`,
    () => `${name}PRIMARY KEY (${column()})`,
    () => `${name}UNIQUE (${twoColumns(choices, names, columns).join(', ')} DESC)`,
    () => `${name}CHECK (${condition(choices, names, columns)})`,
    () => `${name}FOREIGN KEY (${column()}) ${references(choices, names)}`,
  ])();
}

function addColumn(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const body = columnBody(choices, names, own);
  return `ALTER TABLE ${names.tableName(table)} ADD ${choices.one(['COLUMN ', ''])}${names.newColumn(table)}${body}`;
}

function createIndex(choices: Choices, names: Names): string {
  const table = choices.chance(3) ? names.readable() : names.table();
  const own = table?.kind === 'table' ? table.columns.map(({ name }) => name) : [];
  const key = (): string =>
    `${choices.chance(20) ? expression(choices, names, own) : columnOf(choices, names, own)}${choices.maybe(12, () => choices.one([' DESC', ' COLLATE NOCASE', ' ASC']))}`;
  const keys = choices.times(2, key).join(', ');
  const where = choices.maybe(20, () => ` WHERE ${condition(choices, names, own)}`);
  const unique = choices.maybe(25, () => 'UNIQUE ');
  const guard = choices.maybe(50, () => 'IF NOT EXISTS ');
  return `CREATE ${unique}INDEX ${guard}${names.newIndex()} ON ${plain(names, table)} (${keys})${where}`;
}

function createView(choices: Choices, names: Names): string {
  const guard = choices.maybe(35, () => 'IF NOT EXISTS ');
  const columns = choices.maybe(8, () => ' (first)');
  const temporary = choices.maybe(3, () => 'TEMP ');
  return `CREATE ${temporary}VIEW ${guard}${names.newView()}${columns} AS ${select(choices, names)}`;
}

function select(choices: Choices, names: Names): string {
  const from = names.readable();
  const source = names.tableName(from);
  const column = (): string => names.column(from);
  return choices.one<() => string>([
    () => `SELECT ${column()} FROM ${source}`,
    () => `SELECT * FROM ${source}`,
    () => `SELECT ${column()}, ${column()} AS other FROM ${source} WHERE ${column()} IS NOT NULL`,
    () => `SELECT a.${column()} FROM ${source} AS a`,
    () => {
      const joined = names.readable();
      return `SELECT a.${column()}, b.${names.column(joined)} FROM ${source} a JOIN ${names.tableName(joined)} b ON a.${column()} = b.${names.column(joined)}`;
    },
    () => `WITH c AS (SELECT ${column()} AS one FROM ${source}) SELECT one FROM c`,
    () => `SELECT count(*) AS n FROM ${source} GROUP BY ${column()}`,
    () => `SELECT ${column()} FROM ${source} UNION SELECT ${column()} FROM ${source}`,
  ])();
}

function createTrigger(choices: Choices, names: Names): string {
  const table = choices.chance(8) ? names.readable() : names.table();
  const event = choices.one(['INSERT', 'UPDATE', 'DELETE', `UPDATE OF ${names.column(table)}`]);
  const time = table?.kind === 'view' ? 'INSTEAD OF' : choices.one(['AFTER', 'BEFORE', '']);
  const row = event === 'DELETE' ? 'old' : 'new';
  const when = choices.maybe(15, () => ` WHEN ${row}.${names.column(table)} IS NOT NULL`);
  const guard = choices.maybe(35, () => 'IF NOT EXISTS ');
  const body = choices.times(2, () => bodyStatement(choices, names, table, row)).join(' ');
  return `CREATE TRIGGER ${guard}${names.newTrigger()} ${time} ${event} ON ${plain(names, table)}${when} BEGIN ${body} END`;
}

function bodyStatement(choices: Choices, names: Names, own: Relation | null, row: string): string {
  const target = names.table();
  const name = plain(names, target);
  return choices.one<() => string>([
    () => `UPDATE ${name} SET ${names.column(target)} = 1;`,
    () => `UPDATE ${name} SET ${names.column(target)} = ${row}.${names.column(own)} WHERE ${names.column(target)} > 0;`,
    () => `INSERT INTO ${name} (${names.column(target)}) VALUES (${row}.${names.column(own)});`,
    () => `DELETE FROM ${name} WHERE ${names.column(target)} = ${row}.${names.column(own)};`,
    () => `SELECT RAISE(ABORT, 'no');`,
    () => `SELECT ${names.column(target)} FROM ${name};`,
  ])();
}

/** sqlite.org/lang_altertable.html, section 7: a new table takes the place of the old one; people get its order wrong too. */
function rebuild(choices: Choices, names: Names): readonly string[] {
  const table = names.table();
  const old = plain(names, table);
  const own = table?.columns.map(({ name }) => name) ?? [];
  const kept = own.filter(() => !choices.chance(20));
  const columns = kept.length === 0 ? ['id'] : kept;
  const list = columns.map((column) => names.written(column)).join(', ');
  const definitions = columns.map((column) => `${names.written(column)}${columnBody(choices, names, columns)}`);
  const [made, moved] = choices.chance(25) ? [old, 'old_rows'] : ['new_rows', old];
  const create = `CREATE TABLE ${made} (${definitions.join(', ')})`;
  if (made === old)
    return [`ALTER TABLE ${old} RENAME TO ${moved}`, create, `INSERT INTO ${old} (${list}) SELECT ${list} FROM ${moved}`, `DROP TABLE ${moved}`]; // prettier-ignore
  return [create, `INSERT INTO ${made} (${list}) SELECT ${list} FROM ${old}`, `DROP TABLE ${old}`, `ALTER TABLE ${made} RENAME TO ${moved}`]; // prettier-ignore
}

function createTableAs(choices: Choices, names: Names): string {
  const guard = choices.maybe(35, () => 'IF NOT EXISTS ');
  return `CREATE TABLE ${guard}${names.newTable()} AS ${select(choices, names)}`;
}

/** What SQLite accepts only since 3.53, or never. */
function newerAlter(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const head = `ALTER TABLE ${names.tableName(table)}`;
  return choices.one<() => string>([
    () => `${head} ALTER COLUMN ${names.column(table)} SET NOT NULL`,
    () => `${head} ALTER COLUMN ${names.column(table)} DROP NOT NULL`,
    () => `${head} ADD CONSTRAINT ${names.newConstraint(table)} CHECK (${condition(choices, names, own)})`,
    () => `${head} DROP CONSTRAINT ${names.constraint(table)}`,
    () => `${head} ADD CONSTRAINT ${names.newConstraint(table)} UNIQUE (${columnOf(choices, names, own)})`,
    () => `${head} ADD COLUMN IF NOT EXISTS ${names.newColumn(table)} INTEGER`,
  ])();
}
