import type { Choices } from './choices.ts';
import type { Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What stands beside tables in SQLite, and what writes their rows. */
export const sqliteObjects: Makers = [
  [5, rows],
  [3, virtualTables],
  [3, temporaryObjects],
  [3, generatedColumns],
  [2, maintenance],
];

function rows(choices: Choices, names: Names): string {
  const table = choices.chance(8) ? names.readable() : names.table();
  const name = choices.chance(4) ? names.index() : names.tableName(table);
  const other = names.readable();
  return choices.one<() => string>([
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (NULL)`,
    () => `INSERT INTO ${name} DEFAULT VALUES`,
    () =>
      `INSERT OR IGNORE INTO ${name} (${names.column(table)}) SELECT ${names.column(other)} FROM ${names.tableName(other)}`,
    () => `REPLACE INTO ${name} (${names.column(table)}) VALUES (1)`,
    () => `UPDATE ${name} SET ${names.column(table)} = NULL`,
    () => `DELETE FROM ${name} WHERE ${names.column(table)} IS NULL`,
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (1) ON CONFLICT (${names.column(table)}) DO NOTHING`,
    () => `SELECT ${names.column(table)} FROM ${name}`,
  ])();
}

function virtualTables(choices: Choices, names: Names): string {
  const guard = choices.maybe(40, () => 'IF NOT EXISTS ');
  const table = names.table();
  return choices.one<() => string>([
    () => `CREATE VIRTUAL TABLE ${guard}${names.newTable()} USING fts5(name, note)`,
    () =>
      `CREATE VIRTUAL TABLE ${guard}search USING fts5(name, content='${table?.name ?? 'users'}', content_rowid='id')`,
    () => `CREATE VIRTUAL TABLE ${guard}${names.newTable()} USING rtree(id, low, high)`,
    () => `DROP TABLE ${choices.maybe(40, () => 'IF EXISTS ')}search`,
    () => `INSERT INTO search (name) VALUES ('x')`,
    () =>
      `CREATE TRIGGER ${names.newTrigger()} AFTER INSERT ON ${table === null ? 'users' : names.written(table.name)} BEGIN INSERT INTO search (rowid, name) VALUES (new.rowid, 'x'); END`,
    () => `ALTER TABLE search RENAME TO ${names.newTable()}`,
    () => `ALTER TABLE search ADD COLUMN more TEXT`,
  ])();
}

function temporaryObjects(choices: Choices, names: Names): string {
  const from = names.readable();
  const table = names.table();
  const name = table === null ? 'users' : names.written(table.name);
  return choices.one<() => string>([
    () => `CREATE TEMP TABLE ${names.newTable()} AS SELECT ${names.column(from)} FROM ${names.tableName(from)}`,
    () => `CREATE TEMP TABLE ${name} (${names.column(table)} INTEGER)`,
    () => `CREATE TEMP VIEW ${names.newView()} AS SELECT ${names.column(from)} FROM ${names.tableName(from)}`,
    () => `CREATE TEMP TRIGGER ${names.newTrigger()} AFTER DELETE ON ${name} BEGIN SELECT 1; END`,
    () => `DROP TABLE temp.${name}`,
    () => `DROP TABLE main.${name}`,
    () => `CREATE INDEX temp.${names.newIndex()} ON ${name} (${names.column(table)})`,
    () => `ALTER TABLE temp.${name} RENAME TO ${names.newTable()}`,
    () => `DROP VIEW temp.${names.view()}`,
  ])();
}

function generatedColumns(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  const column = (): string => names.column(table);
  return choices.one<() => string>([
    () => `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} TEXT AS (${column()} || 'x')`,
    () =>
      `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} INTEGER GENERATED ALWAYS AS (${column()} + 1) VIRTUAL`,
    () => `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} INTEGER AS (${column()} + 1) STORED`,
    () =>
      `CREATE TABLE ${names.newTable()} (id INTEGER PRIMARY KEY, name TEXT, note AS (name || id) STORED${choices.maybe(30, () => ', UNIQUE (note)')})`,
    () =>
      `CREATE TABLE ${names.newTable()} (id INTEGER PRIMARY KEY, name TEXT NOT NULL)${choices.one([' STRICT', ' WITHOUT ROWID', ' STRICT, WITHOUT ROWID'])}`,
    () => `CREATE TABLE ${names.newTable()} (id ${choices.one(['INT', 'VARCHAR(9)', 'ANY', ''])}, name TEXT) STRICT`,
    () =>
      `CREATE TABLE ${names.newTable()} (id INTEGER${choices.one(['', ' PRIMARY KEY AUTOINCREMENT'])}) WITHOUT ROWID`,
  ])();
}

function maintenance(choices: Choices, names: Names): string {
  const table = names.table();
  return choices.one<() => string>([
    () => `ANALYZE ${names.tableName(table)}`,
    () => `REINDEX ${choices.one([names.index(), names.tableName(table)])}`,
    () => 'VACUUM',
    () => `PRAGMA user_version = ${choices.one(['1', '2'])}`,
    () => 'PRAGMA foreign_key_check',
    () => 'PRAGMA defer_foreign_keys = ON',
  ])();
}
