import type { Relation } from '../../../src/catalog/catalog.ts';
import type { Choices } from './choices.ts';
import { columnOf, twoColumns, type Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What projects write for MariaDB and MySQL. The first makes tables. */
export const mariadbStatements: Makers = [
  [16, createTable],
  [14, addColumn],
  [8, (choices, names) => {
    const table = names.table();
    return `${alter(names, table)} DROP ${choices.one(['COLUMN ', ''])}${guard(choices, 15, 'IF EXISTS ')}${names.column(table)}`;
  }],
  [5, (_, names) => {
    const table = names.table();
    return `${alter(names, table)} RENAME COLUMN ${names.column(table)} TO ${names.newColumn(table)}`;
  }],
  [8, (choices, names) => {
    const table = names.table();
    const column = names.column(table);
    const name = choices.chance(50) ? column : names.newColumn(table);
    return `${alter(names, table)} CHANGE ${column} ${name} ${columnBody(choices, names)}`;
  }],
  [9, (choices, names) => {
    const table = names.table();
    return `${alter(names, table)} MODIFY ${guard(choices, 10, 'IF EXISTS ')}${names.column(table)} ${columnBody(choices, names)}${position(choices, names, table)}`;
  }],
  [4, (choices, names) => {
    const table = names.table();
    return `${alter(names, table)} ALTER ${names.column(table)} ${choices.one(['DROP DEFAULT', 'SET DEFAULT 5', 'SET DEFAULT NULL'])}`;
  }],
  [5, (_, names) => `${alter(names, names.table())} RENAME TO ${names.newTable()}`],
  [3, (_, names) => `RENAME TABLE ${names.tableName(names.table())} TO ${names.newTable()}`],
  [14, createIndex],
  [14, addKey],
  [8, dropKey],
  [6, (choices, names) => `DROP TABLE ${guard(choices, 40, 'IF EXISTS ')}${choices.times(2, () => names.tableName(names.table())).join(', ')}`],
  [5, createView],
  [3, (choices, names) => `DROP VIEW ${guard(choices, 40, 'IF EXISTS ')}${names.view()}`],
  [4, createTrigger],
  [2, (choices, names) => `DROP TRIGGER ${guard(choices, 40, 'IF EXISTS ')}${names.trigger()}`],
  [4, severalChanges],
  [2, (choices, names) => `CREATE TABLE ${guard(choices, 35, 'IF NOT EXISTS ')}${names.newTable()} LIKE ${names.tableName(names.table())}`],
  [2, (choices) => `SET foreign_key_checks = ${choices.one(['0', '1'])}`],
]; // prettier-ignore

const TYPES = [
  'INT', 'VARCHAR(20)', 'BIGINT', 'INT UNSIGNED', 'TEXT', 'DATE', 'DATETIME', 'DECIMAL(8,2)', 'TIMESTAMP', "ENUM('a','b')", 'TINYINT(1)', 'JSON',
] as const; // prettier-ignore

function guard(choices: Choices, percent: number, words: string): string {
  return choices.maybe(percent, () => words);
}

function alter(names: Names, table: Relation | null): string {
  return `ALTER TABLE ${names.tableName(table)}`;
}

function position(choices: Choices, names: Names, table: Relation | null): string {
  return choices.maybe(12, () => choices.one([' FIRST', ` AFTER ${names.column(table)}`]));
}

function createTable(choices: Choices, names: Names): string {
  const columns = names.newColumns(1 + choices.below(5));
  const definitions = columns.map((column) => `${names.written(column)} ${columnBody(choices, names)}`);
  const constraints = choices.chance(50) ? choices.times(2, () => tableKey(choices, names, columns)) : [];
  const temporary = choices.maybe(2, () => 'TEMPORARY ');
  return `CREATE ${temporary}TABLE ${guard(choices, 35, 'IF NOT EXISTS ')}${names.newTable()} (${[...definitions, ...constraints].join(', ')})`;
}

function columnBody(choices: Choices, names: Names): string {
  const type = choices.one(TYPES);
  const parts: string[] = [type];
  if (choices.chance(20)) parts.push('NOT NULL');
  if (choices.chance(20)) parts.push(defaultOf(choices, type));
  if (type === 'INT' && choices.chance(10)) parts.push('AUTO_INCREMENT');
  if (choices.chance(10)) parts.push('PRIMARY KEY');
  if (choices.chance(6)) parts.push('UNIQUE');
  if (choices.chance(3)) parts.push(`REFERENCES ${names.tableName(names.table())} (id)`);
  if (choices.chance(4)) parts.push("COMMENT 'x'");
  return parts.join(' ');
}

function defaultOf(choices: Choices, type: string): string {
  const byType: Readonly<Record<string, string>> = {
    INT: '0', 'VARCHAR(20)': "'x'", BIGINT: '1', 'INT UNSIGNED': '1', TEXT: "'x'", DATE: "'2020-01-01'",
    DATETIME: 'CURRENT_TIMESTAMP', 'DECIMAL(8,2)': '0', TIMESTAMP: 'CURRENT_TIMESTAMP', "ENUM('a','b')": "'a'", 'TINYINT(1)': '1',
  }; // prettier-ignore
  return choices.chance(10) ? 'DEFAULT NULL' : `DEFAULT ${byType[type] ?? 'NULL'}`;
}

function tableKey(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  const name = choices.maybe(40, () => names.newIndex());
  return choices.one<() => string>([
    () => `KEY ${name} (${column()})`,
    () => `PRIMARY KEY (${column()})`,
    () => `UNIQUE KEY ${name} (${column()})`,
    () => `KEY ${name} (${twoColumns(choices, names, columns).join(', ')})`,
    () => `PRIMARY KEY (${twoColumns(choices, names, columns).join(', ')})`,
    () => `${foreignKeyName(choices, names)}FOREIGN KEY (${column()}) ${references(choices, names)}`,
    () => `CONSTRAINT ${names.newConstraint(null)} CHECK (${column()} IS NOT NULL)`,
    () => `CONSTRAINT ${names.newConstraint(null)} UNIQUE (${column()})`,
  ])();
}

function foreignKeyName(choices: Choices, names: Names): string {
  return choices.maybe(50, () => `CONSTRAINT ${names.newConstraint(null)} `);
}

function references(choices: Choices, names: Names): string {
  const target = names.table();
  const action = choices.maybe(30, () =>
    choices.one([' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON UPDATE CASCADE']),
  );
  return `REFERENCES ${names.tableName(target)} (${names.column(target)})${action}`;
}

function addColumn(choices: Choices, names: Names): string {
  const table = names.table();
  const word = choices.one(['COLUMN ', '']);
  const ifNotExists = word === '' ? '' : guard(choices, 25, 'IF NOT EXISTS ');
  return `${alter(names, table)} ADD ${word}${ifNotExists}${names.newColumn(table)} ${columnBody(choices, names)}${position(choices, names, table)}`;
}

function createIndex(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const key = (): string => `${columnOf(choices, names, own)}${choices.maybe(8, () => choices.one([' DESC', '(5)']))}`;
  const unique = choices.maybe(25, () => 'UNIQUE ');
  return `CREATE ${unique}INDEX ${guard(choices, 25, 'IF NOT EXISTS ')}${names.newIndex()} ON ${names.tableName(table)} (${choices.times(2, key).join(', ')})`;
}

function addKey(choices: Choices, names: Names): string {
  const table = names.table();
  return `${alter(names, table)} ADD ${tableKey(choices, names, table?.columns.map(({ name }) => name) ?? [])}`;
}

function dropKey(choices: Choices, names: Names): string {
  const table = names.table();
  const ifExists = guard(choices, 20, 'IF EXISTS ');
  return choices.one<() => string>([
    () => `DROP INDEX ${ifExists}${names.indexOf(table)} ON ${names.tableName(table)}`,
    () => `${alter(names, table)} DROP INDEX ${ifExists}${names.indexOf(table)}`,
    () => `${alter(names, table)} DROP PRIMARY KEY`,
    () => `${alter(names, table)} DROP FOREIGN KEY ${ifExists}${names.constraint(table)}`,
    () => `${alter(names, table)} DROP CONSTRAINT ${ifExists}${names.constraint(table)}`,
    () => `${alter(names, table)} RENAME INDEX ${names.indexOf(table)} TO ${names.newIndex()}`,
  ])();
}

function createView(choices: Choices, names: Names): string {
  const from = names.readable();
  const source = names.tableName(from);
  const query = choices.one<() => string>([
    () => `SELECT ${names.column(from)} FROM ${source}`,
    () => `SELECT * FROM ${source}`,
    () => `SELECT ${names.column(from)} AS one, 1 AS two FROM ${source}`,
  ])();
  return `CREATE ${choices.maybe(30, () => 'OR REPLACE ')}VIEW ${names.newView()} AS ${query}`;
}

function createTrigger(choices: Choices, names: Names): string {
  const table = names.table();
  const target = names.table();
  const event = choices.one(['INSERT', 'UPDATE', 'DELETE']);
  return `CREATE TRIGGER ${guard(choices, 20, 'IF NOT EXISTS ')}${names.newTrigger()} ${choices.one(['BEFORE', 'AFTER'])} ${event} ON ${names.tableName(table)} FOR EACH ROW DELETE FROM ${names.tableName(target)}`;
}

function severalChanges(choices: Choices, names: Names): string {
  const table = names.table();
  const change = (): string =>
    choices.one<() => string>([
      () => `ADD COLUMN ${names.newColumn(table)} INT`,
      () => `DROP COLUMN ${names.column(table)}`,
      () => `MODIFY ${names.column(table)} ${columnBody(choices, names)}`,
      () => `ADD INDEX ${names.newIndex()} (${names.column(table)})`,
      () => `DROP INDEX ${names.indexOf(table)}`,
    ])();
  return `${alter(names, table)} ${change()}, ${change()}`;
}
