import type { Choices } from './choices.ts';
import type { Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What stands beside tables in MariaDB and MySQL, and what writes their rows. */
export const mysqlObjects: Makers = [
  [4, rows],
  [4, generatedColumns],
  [3, checks],
  [3, triggers],
  [3, renames],
  [2, replaced],
  [3, partitions],
  [2, routinesAndEvents],
  [2, views],
];

/** MariaDB knows sequences as well. */
export const mariadbObjects: Makers = [...mysqlObjects, [2, sequences]];

function ifExists(choices: Choices): string {
  return choices.maybe(35, () => 'IF EXISTS ');
}

function rows(choices: Choices, names: Names): string {
  const table = choices.chance(8) ? names.readable() : names.table();
  const name = names.tableName(table);
  const other = names.readable();
  return choices.one<() => string>([
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (NULL)`,
    () => `INSERT INTO ${name} () VALUES ()`,
    () =>
      `INSERT IGNORE INTO ${name} (${names.column(table)}) SELECT ${names.column(other)} FROM ${names.tableName(other)}`,
    () => `UPDATE ${name} SET ${names.column(table)} = NULL`,
    () => `DELETE FROM ${name} WHERE ${names.column(table)} IS NULL`,
    () => `INSERT INTO ${name} SET ${names.column(table)} = NULL ON DUPLICATE KEY UPDATE ${names.column(table)} = NULL`,
    () => `TRUNCATE TABLE ${name}`,
    () => `SELECT ${names.column(table)} FROM ${name}`,
  ])();
}

function generatedColumns(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  const column = (): string => names.column(table);
  const kind = (): string => choices.one(['', ' STORED', ' VIRTUAL', ' PERSISTENT']);
  return choices.one<() => string>([
    () => `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} VARCHAR(40) AS (concat(${column()}, 'x'))${kind()}`,
    () => `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} INT GENERATED ALWAYS AS (${column()} + 1)${kind()}`,
    () =>
      `CREATE TABLE ${names.newTable()} (id INT PRIMARY KEY, name VARCHAR(20), note VARCHAR(40) AS (concat(name, 'x'))${kind()}, KEY (note))`,
    () => `ALTER TABLE ${name} MODIFY ${column()} INT AS (1)${kind()}`,
  ])();
}

function checks(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  const column = (): string => names.column(table);
  return choices.one<() => string>([
    () => `ALTER TABLE ${name} ADD CONSTRAINT ${names.newConstraint(table)} CHECK (${column()} <> 0)`,
    () => `ALTER TABLE ${name} ADD CHECK (${column()} IS NOT NULL AND ${column()} <> 1)`,
    () => `ALTER TABLE ${name} ADD COLUMN ${names.newColumn(table)} INT CHECK (${column()} > 0)`,
    () => `ALTER TABLE ${name} DROP CONSTRAINT ${ifExists(choices)}${names.constraint(table)}`,
    () => `ALTER TABLE ${name} DROP CHECK ${names.constraint(table)}`,
  ])();
}

function triggers(choices: Choices, names: Names): string {
  const table = names.table();
  const target = names.table();
  const head = `CREATE ${choices.maybe(30, () => 'OR REPLACE ')}TRIGGER ${names.newTrigger()}`;
  return choices.one<() => string>([
    () => `${head} BEFORE INSERT ON ${names.tableName(table)} FOR EACH ROW SET NEW.${names.column(table)} = 1`,
    () =>
      `${head} AFTER UPDATE ON ${names.tableName(table)} FOR EACH ROW INSERT INTO ${names.tableName(target)} (${names.column(target)}) VALUES (OLD.${names.column(table)})`,
    () =>
      `${head} AFTER DELETE ON ${names.tableName(table)} FOR EACH ROW BEGIN UPDATE ${names.tableName(target)} SET ${names.column(target)} = NULL; END`,
    () =>
      `${head} BEFORE UPDATE ON ${names.tableName(table)} FOR EACH ROW FOLLOWS ${names.trigger()} SET NEW.${names.column(table)} = OLD.${names.column(table)}`,
    () => `DROP TRIGGER ${ifExists(choices)}${names.trigger()}`,
  ])();
}

function renames(choices: Choices, names: Names): string {
  const one = names.tableName(names.table());
  const two = names.tableName(names.table());
  return choices.one<() => string>([
    () => `RENAME TABLE ${one} TO swapped, ${two} TO ${one}, swapped TO ${two}`,
    () => `RENAME TABLE ${one} TO ${names.newTable()}, ${two} TO ${names.newTable()}`,
    () => `RENAME TABLE ${ifExists(choices)}${one} TO ${names.newTable()}`,
    () => `RENAME TABLE ${names.view()} TO ${names.newView()}`,
    () => `ALTER TABLE ${one} RENAME AS ${names.newTable()}, ADD COLUMN ${names.newColumn(null)} INT`,
  ])();
}

function replaced(choices: Choices, names: Names): string {
  const table = names.table();
  const from = names.readable();
  return choices.one<() => string>([
    () => `CREATE OR REPLACE TABLE ${names.tableName(table)} (id INT PRIMARY KEY, name TEXT)`,
    () => `CREATE OR REPLACE INDEX ${names.indexOf(table)} ON ${names.tableName(table)} (${names.column(table)})`,
    () => `CREATE TABLE ${names.newTable()} AS SELECT ${names.column(from)} FROM ${names.tableName(from)}`,
    () => `CREATE OR REPLACE TABLE ${names.newTable()} SELECT * FROM ${names.tableName(from)}`,
    () =>
      `CREATE TABLE ${names.newTable()} (id INT AUTO_INCREMENT PRIMARY KEY) SELECT ${names.column(from)} FROM ${names.tableName(from)}`,
    () => `CREATE OR REPLACE TABLE ${names.newTable()} LIKE ${names.tableName(table)}`,
    () => `CREATE TEMPORARY TABLE ${names.newTable()} SELECT * FROM ${names.tableName(from)}`,
    () => `DROP TEMPORARY TABLE ${ifExists(choices)}${names.tableName(table)}`,
  ])();
}

function partitions(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  return choices.one<() => string>([
    () =>
      `CREATE TABLE ${names.newTable()} (id INT NOT NULL${choices.maybe(50, () => ' PRIMARY KEY')}, name VARCHAR(20)) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
    () => `CREATE TABLE ${names.newTable()} (id INT, name VARCHAR(20)) PARTITION BY HASH (id) PARTITIONS 2`,
    () => `ALTER TABLE ${name} PARTITION BY HASH (${names.column(table)}) PARTITIONS 2`,
    () => `ALTER TABLE ${name} DROP PARTITION ${ifExists(choices)}p0`,
    () => `ALTER TABLE ${name} ADD PARTITION (PARTITION p2 VALUES LESS THAN (30))`,
    () => `ALTER TABLE ${name} TRUNCATE PARTITION p0`,
    () => `ALTER TABLE ${name} REMOVE PARTITIONING`,
  ])();
}

function routinesAndEvents(choices: Choices, names: Names): string {
  const from = names.tableName(names.readable());
  const routine = choices.one(['counted', 'stamp']);
  return choices.one<() => string>([
    () =>
      `CREATE ${choices.maybe(40, () => 'OR REPLACE ')}FUNCTION ${routine}() RETURNS INT DETERMINISTIC RETURN (SELECT count(*) FROM ${from})`,
    () => `CREATE PROCEDURE ${choices.maybe(40, () => 'IF NOT EXISTS ')}${routine}() DELETE FROM ${from}`,
    () => `DROP FUNCTION ${ifExists(choices)}${routine}`,
    () => `DROP PROCEDURE ${ifExists(choices)}${routine}`,
    () =>
      `CREATE EVENT ${choices.maybe(40, () => 'IF NOT EXISTS ')}nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM ${from}`,
    () => `DROP EVENT ${ifExists(choices)}nightly`,
    () => `ALTER EVENT nightly ${choices.one(['DISABLE', 'RENAME TO weekly'])}`,
  ])();
}

function views(choices: Choices, names: Names): string {
  const from = names.readable();
  const source = names.tableName(from);
  return choices.one<() => string>([
    () => `ALTER VIEW ${names.view()} AS SELECT ${names.column(from)} FROM ${source}`,
    () =>
      `CREATE VIEW ${choices.maybe(40, () => 'IF NOT EXISTS ')}${names.newView()} (one) AS SELECT ${names.column(from)} FROM ${source}`,
    () => `CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW ${names.newView()} AS SELECT * FROM ${source}`,
    () => `DROP TABLE ${ifExists(choices)}${names.view()}`,
    () => `ALTER TABLE ${names.view()} ADD COLUMN more INT`,
    () => `SELECT * FROM ${names.view()}`,
  ])();
}

function sequences(choices: Choices, names: Names): string {
  const sequence = choices.one(['counter', 'users']);
  const table = names.table();
  return choices.one<() => string>([
    () => `CREATE ${choices.maybe(30, () => 'OR REPLACE ')}SEQUENCE ${sequence}`,
    () => `CREATE SEQUENCE IF NOT EXISTS ${sequence} START WITH 5`,
    () => `DROP SEQUENCE ${ifExists(choices)}${sequence}`,
    () => `ALTER SEQUENCE ${ifExists(choices)}${sequence} RESTART 7`,
    () => `SELECT NEXTVAL(${sequence})`,
    () =>
      `ALTER TABLE ${names.tableName(table)} ADD COLUMN ${names.newColumn(table)} BIGINT DEFAULT (NEXTVAL(${sequence}))`,
    () => `DROP TABLE ${sequence}`,
    () => `RENAME TABLE ${sequence} TO counter2`,
  ])();
}
