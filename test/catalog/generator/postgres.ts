import type { Relation } from '../../../src/catalog/catalog.ts';
import type { Choices } from './choices.ts';
import { columnOf, twoColumns, type Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What projects write for PostgreSQL. The first makes tables. */
export const postgresStatements: Makers = [
  [16, createTable],
  [14, addColumn],
  [8, (choices, names) => {
    const table = names.table();
    return `${alter(choices, names, table)} DROP COLUMN ${ifExists(choices, 30)}${names.column(table)}${cascade(choices)}`;
  }],
  [8, (_, names) => {
    const table = names.table();
    return `ALTER TABLE ${names.tableName(table)} RENAME COLUMN ${names.column(table)} TO ${names.newColumn(table)}`;
  }],
  [7, (choices, names) => `${alter(choices, names, names.table())} RENAME TO ${names.newTable()}`],
  [16, alterColumn],
  [14, createIndex],
  [12, addConstraint],
  [6, (choices, names) => {
    const table = names.table();
    return `${alter(choices, names, table)} DROP CONSTRAINT ${ifExists(choices, 40)}${names.constraint(table)}${cascade(choices)}`;
  }],
  [2, (_, names) => {
    const table = names.table();
    return `ALTER TABLE ${names.tableName(table)} RENAME CONSTRAINT ${names.constraint(table)} TO ${names.newConstraint(table)}`;
  }],
  [2, (_, names) => {
    const table = names.table();
    return `ALTER TABLE ${names.tableName(table)} VALIDATE CONSTRAINT ${names.constraint(table)}`;
  }],
  [8, createView],
  [4, (choices, names) => `DROP VIEW ${ifExists(choices, 40)}${choices.chance(8) ? names.tableName(names.table()) : names.view()}${cascade(choices)}`],
  [7, (choices, names) => `DROP TABLE ${ifExists(choices, 40)}${[...new Set(choices.times(2, () => names.tableName(names.table())))].join(', ')}${cascade(choices)}`],
  [5, (choices, names) => `DROP INDEX ${ifExists(choices, 40)}${names.index()}${cascade(choices)}`],
  [3, (choices, names) => `ALTER INDEX ${ifExists(choices, 30)}${names.index()} RENAME TO ${names.newIndex()}`],
  [6, types],
  [5, triggers],
  [4, schemas],
  [3, sequencesOf],
  [3, severalChanges],
  [2, createTableAs],
  [4, (choices) => choices.one(['BEGIN', 'COMMIT', 'ROLLBACK', 'ROLLBACK', 'SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s', 'COMMIT'])],
]; // prettier-ignore

const TYPES = [
  'integer', 'text', 'bigint', 'varchar(20)', 'boolean', 'timestamptz', 'serial', 'uuid', 'jsonb', 'numeric(8,2)', 'date', 'text[]',
] as const; // prettier-ignore

function ifExists(choices: Choices, percent: number): string {
  return choices.maybe(percent, () => 'IF EXISTS ');
}

function ifNotExists(choices: Choices, percent: number): string {
  return choices.maybe(percent, () => 'IF NOT EXISTS ');
}

function cascade(choices: Choices): string {
  return choices.maybe(15, () => choices.one([' CASCADE', ' CASCADE', ' RESTRICT']));
}

function alter(choices: Choices, names: Names, table: Relation | null): string {
  return `ALTER TABLE ${choices.maybe(12, () => choices.one(['IF EXISTS ', 'ONLY ', 'IF EXISTS ONLY ']))}${names.tableName(table)}`;
}

function typeOf(choices: Choices, names: Names): string {
  return names.hasTypes && choices.chance(10) ? names.type() : choices.one(TYPES);
}

function createTable(choices: Choices, names: Names): string {
  const columns = names.newColumns(1 + choices.below(5));
  const definitions = columns.map((column) => `${names.written(column)} ${columnBody(choices, names, columns)}`);
  const constraints = choices.chance(35) ? choices.times(2, () => tableConstraint(choices, names, columns)) : [];
  if (choices.chance(4))
    definitions.push(`LIKE ${names.tableName(names.table())}${choices.maybe(50, () => ' INCLUDING ALL')}`);
  const temporary = choices.maybe(3, () => choices.one(['TEMP ', 'UNLOGGED ']));
  const schema = choices.maybe(4, () => `${schemaOf(choices, names)}.`);
  const table = `${temporary === 'TEMP ' ? '' : schema}${names.newTable()}`;
  return `CREATE ${temporary}TABLE ${ifNotExists(choices, 35)}${table} (${[...definitions, ...constraints].join(', ')})`;
}

function columnBody(choices: Choices, names: Names, columns: readonly string[]): string {
  const type = typeOf(choices, names);
  const parts = [type];
  if (choices.chance(20)) parts.push('NOT NULL');
  if (choices.chance(type === 'serial' ? 2 : 20)) parts.push(defaultOf(choices, type));
  if (choices.chance(10)) parts.push('PRIMARY KEY');
  if (choices.chance(8)) parts.push('UNIQUE');
  if (choices.chance(8)) parts.push(`CHECK (${condition(choices, names, columns)})`);
  if (choices.chance(10)) parts.push(references(choices, names));
  if (type === 'integer' && !parts.some((part) => part.startsWith('DEFAULT')) && choices.chance(8))
    parts.push(`GENERATED ${choices.one(['ALWAYS', 'BY DEFAULT'])} AS IDENTITY`);
  return parts.filter((part) => part !== '').join(' ');
}

function defaultOf(choices: Choices, type: string): string {
  const byType: Readonly<Record<string, string>> = {
    integer: '0', bigint: '1', text: "'x'", 'varchar(20)': "'x'", boolean: 'false', timestamptz: 'now()', uuid: 'gen_random_uuid()',
    jsonb: "'{}'", 'numeric(8,2)': '0', date: 'CURRENT_DATE', 'text[]': "'{}'",
  }; // prettier-ignore
  return choices.chance(10) ? 'DEFAULT NULL' : `DEFAULT ${byType[type] ?? 'NULL'}`;
}

function references(choices: Choices, names: Names): string {
  const target = names.table();
  const columns = choices.maybe(60, () => ` (${names.column(target)})`);
  return `REFERENCES ${names.tableName(target)}${columns}${actions(choices)}`;
}

function actions(choices: Choices): string {
  return choices.maybe(40, () =>
    choices.one([' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON UPDATE CASCADE', ' DEFERRABLE INITIALLY DEFERRED', ' ON DELETE RESTRICT ON UPDATE SET DEFAULT']),
  ); // prettier-ignore
}

/** Casts to text make them fit a column of any type. */
function expression(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  return choices.one<() => string>([
    () => `lower(${column()}::text)`,
    () => `coalesce(${column()}::text, ${column()}::text)`,
    () => `length(${column()}::text)`,
  ])();
}

function condition(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  return choices.one<() => string>([
    () => `${column()} IS NOT NULL`,
    () => `length(${column()}::text) > 0`,
    () => `${column()} IS NULL OR ${column()} IS NOT NULL`,
  ])();
}

function tableConstraint(choices: Choices, names: Names, columns: readonly string[]): string {
  const column = (): string => columnOf(choices, names, columns);
  const name = choices.maybe(35, () => `CONSTRAINT ${names.newConstraint(null)} `);
  return choices.one<() => string>([
    () => `${name}UNIQUE (${column()})`,
    () => `${name}PRIMARY KEY (${twoColumns(choices, names, columns).join(', ')})`,
    () => `${name}PRIMARY KEY (${column()})`,
    () => `${name}CHECK (${condition(choices, names, columns)})`,
    () => `${name}FOREIGN KEY (${column()}) ${references(choices, names)}`,
    () => `${name}UNIQUE (${twoColumns(choices, names, columns).join(', ')})`,
    () => `${name}UNIQUE (${column()}) INCLUDE (${column()})`,
  ])();
}

function addColumn(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const word = choices.one(['COLUMN ', '']);
  const guard = word === '' ? '' : ifNotExists(choices, 40);
  return `${alter(choices, names, table)} ADD ${word}${guard}${names.newColumn(table)} ${columnBody(choices, names, own)}`;
}

function alterColumn(choices: Choices, names: Names): string {
  const table = names.table();
  return `${alter(choices, names, table)} ${changeOfColumn(choices, names, names.column(table))}`;
}

function changeOfColumn(choices: Choices, names: Names, column: string): string {
  return choices.one<() => string>([
    () => `ALTER COLUMN ${column} SET NOT NULL`,
    () => `ALTER COLUMN ${column} DROP NOT NULL`,
    () => `ALTER COLUMN ${column} DROP DEFAULT`,
    () => `ALTER COLUMN ${column} SET DEFAULT NULL`,
    () => `ALTER COLUMN ${column} TYPE ${typeOf(choices, names).replace('serial', 'smallint')}`,
    () => `ALTER ${column} TYPE text USING ${column}::text`,
    () => `ALTER COLUMN ${column} ADD GENERATED ${choices.one(['ALWAYS', 'BY DEFAULT'])} AS IDENTITY`,
    () => `ALTER COLUMN ${column} DROP IDENTITY${choices.maybe(40, () => ' IF EXISTS')}`,
  ])();
}

function createIndex(choices: Choices, names: Names): string {
  const table = choices.chance(3) ? names.readable() : names.table();
  const own = table?.kind === 'table' ? table.columns.map(({ name }) => name) : [];
  const key = (): string =>
    `${choices.chance(15) ? `(${expression(choices, names, own)})` : columnOf(choices, names, own)}${choices.maybe(12, () => choices.one([' DESC', ' NULLS FIRST']))}`;
  const keys = choices.times(2, key).join(', ');
  const include = choices.maybe(6, () => ` INCLUDE (${columnOf(choices, names, own)})`);
  const where = choices.maybe(15, () => ` WHERE ${condition(choices, names, own)}`);
  const unique = choices.maybe(25, () => 'UNIQUE ');
  const concurrently = choices.maybe(4, () => 'CONCURRENTLY ');
  const name = choices.chance(12) ? '' : `${ifNotExists(choices, 50)}${names.newIndex()} `;
  return `CREATE ${unique}INDEX ${concurrently}${name}ON ${names.tableName(table)} (${keys})${include}${where}`;
}

function addConstraint(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const notValid = choices.maybe(10, () => ' NOT VALID');
  const constraint = choices.chance(8)
    ? `CONSTRAINT ${names.newConstraint(table)} ${choices.one(['UNIQUE', 'PRIMARY KEY'])} USING INDEX ${names.indexOf(table)}`
    : tableConstraint(choices, names, own);
  const canBeInvalid = /CHECK|FOREIGN/.test(constraint);
  return `${alter(choices, names, table)} ADD ${constraint}${canBeInvalid ? notValid : ''}`;
}

function createView(choices: Choices, names: Names): string {
  const kind = choices.one(['VIEW', 'VIEW', 'MATERIALIZED VIEW']);
  const lead = kind === 'VIEW' ? choices.maybe(35, () => 'OR REPLACE ') : '';
  const guard = kind === 'VIEW' ? '' : ifNotExists(choices, 35);
  const columns = choices.maybe(6, () => ' (first)');
  return `CREATE ${lead}${kind} ${guard}${names.newView()}${columns} AS ${select(choices, names)}`;
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
      return `SELECT a.${column()}, b.${names.column(joined)} AS more FROM ${source} a JOIN ${names.tableName(joined)} b ON a.${column()}::text = b.${names.column(joined)}::text`;
    },
    () => `WITH c AS (SELECT ${column()} AS one FROM ${source}) SELECT one FROM c`,
    () => `SELECT count(*) AS n FROM ${source} GROUP BY ${column()}`,
  ])();
}

function types(choices: Choices, names: Names): string {
  return choices.one<() => string>([
    () => `CREATE TYPE ${choices.one(['mood', 'level', 'users'])} AS ENUM ('a', 'b')`,
    () =>
      `ALTER TYPE ${names.type()} ADD VALUE ${ifNotExists(choices, 40)}${choices.one(["'c'", "'d'", "'a'"])}${choices.maybe(30, () => choices.one([" BEFORE 'a'", " AFTER 'z'"]))}`,
    () => `DROP TYPE ${ifExists(choices, 40)}${names.type()}${cascade(choices)}`,
    () => `ALTER TYPE ${names.type()} RENAME TO ${choices.one(['mood', 'level'])}`,
    () => `ALTER TYPE ${names.type()} RENAME VALUE 'a' TO ${choices.one(["'z'", "'b'"])}`,
    () => `CREATE DOMAIN ${choices.one(['mail', 'level'])} AS text CHECK (VALUE <> '')`,
    () => `DROP DOMAIN ${ifExists(choices, 40)}${choices.one(['mail', 'level'])}${cascade(choices)}`,
  ])();
}

function triggers(choices: Choices, names: Names): string {
  const table = names.table();
  return choices.one<() => string>([
    () =>
      `CREATE ${choices.maybe(60, () => 'OR REPLACE ')}FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
    () =>
      `CREATE TRIGGER ${names.newTrigger()} ${choices.one(['BEFORE', 'AFTER'])} ${choices.one(['INSERT', 'UPDATE', `UPDATE OF ${names.column(table)}`])} ON ${names.tableName(table)} FOR EACH ROW EXECUTE FUNCTION stamp()`,
    () => `DROP TRIGGER ${ifExists(choices, 40)}${names.trigger()} ON ${names.tableName(table)}${cascade(choices)}`,
    () => `DROP FUNCTION ${ifExists(choices, 40)}stamp()${cascade(choices)}`,
  ])();
}

function schemas(choices: Choices, names: Names): string {
  return choices.one<() => string>([
    () => `CREATE SCHEMA ${ifNotExists(choices, 50)}app`,
    () => `DROP SCHEMA ${ifExists(choices, 40)}app${cascade(choices)}`,
    () => `${alter(choices, names, names.table())} SET SCHEMA ${schemaOf(choices, names)}`,
    () =>
      `SET search_path TO ${schemaOf(choices, names) === 'app' ? choices.one(['app', 'app, public']) : choices.one(['public', 'app, public'])}`,
    () => `ALTER SCHEMA app RENAME TO ${choices.one(['app', 'other'])}`,
  ])();
}

/** Which schemas others made no catalog knows: one that is not there is seldom named. */
function schemaOf(choices: Choices, names: Names): string {
  return choices.one(names.hasSchema('app') || choices.chance(3) ? ['app', 'app', 'public'] : ['public']);
}

function sequencesOf(choices: Choices, names: Names): string {
  const name = choices.one(['counter', 'users_id_seq', 'orders_id_seq']);
  const table = names.table();
  return choices.one<() => string>([
    () => `CREATE SEQUENCE ${ifNotExists(choices, 40)}${name}`,
    () => `DROP SEQUENCE ${ifExists(choices, 40)}${name}${cascade(choices)}`,
    () => `ALTER SEQUENCE ${ifExists(choices, 30)}${name} OWNED BY ${names.tableName(table)}.${names.column(table)}`,
    () => `ALTER SEQUENCE ${ifExists(choices, 30)}${name} RENAME TO ${choices.one(['counter', 'users_id_seq'])}`,
  ])();
}

function severalChanges(choices: Choices, names: Names): string {
  const table = names.table();
  const change = (): string =>
    choices.one<() => string>([
      () => `ADD COLUMN ${names.newColumn(table)} integer`,
      () => `DROP COLUMN ${names.column(table)}`,
      () => changeOfColumn(choices, names, names.column(table)),
    ])();
  return `ALTER TABLE ${names.tableName(table)} ${change()}, ${change()}`;
}

function createTableAs(choices: Choices, names: Names): string {
  return `CREATE TABLE ${ifNotExists(choices, 35)}${names.newTable()} AS ${select(choices, names)}`;
}
