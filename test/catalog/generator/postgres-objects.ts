import type { Choices } from './choices.ts';
import { columnOf, type Names } from './names.ts';
import type { Makers } from './sequence.ts';

/** What stands beside tables and on them in PostgreSQL, and what writes their rows. */
export const postgresObjects: Makers = [
  [3, comments],
  [3, rows],
  [3, functions],
  [3, policies],
  [3, ownedSequences],
  [3, renamedViews],
  [2, materializedViews],
  [2, compositesAndDomains],
  [3, partitions],
  [2, inheritance],
  [2, rulesAndStatistics],
  [2, tableOptions],
];

function ifExists(choices: Choices): string {
  return choices.maybe(35, () => 'IF EXISTS ');
}

function cascade(choices: Choices): string {
  return choices.maybe(20, () => choices.one([' CASCADE', ' RESTRICT']));
}

function comments(choices: Choices, names: Names): string {
  const table = names.table();
  const what = choices.one<() => string>([
    () => `TABLE ${names.tableName(table)}`,
    () => `COLUMN ${names.tableName(table)}.${names.column(table)}`,
    () => `INDEX ${names.index()}`,
    () => `VIEW ${names.view()}`,
    () => `CONSTRAINT ${names.constraint(table)} ON ${names.tableName(table)}`,
    () => `TYPE ${names.type()}`,
    () => `FUNCTION ${functionName(choices)}()`,
    () => `SEQUENCE ${sequenceName(choices)}`,
    () => `TRIGGER ${names.trigger()} ON ${names.tableName(table)}`,
    () => `POLICY ${policyName(choices)} ON ${names.tableName(table)}`,
    () => `MATERIALIZED VIEW ${names.view()}`,
  ])();
  return `COMMENT ON ${what} IS ${choices.one(["'x'", 'NULL'])}`;
}

function rows(choices: Choices, names: Names): string {
  const table = choices.chance(8) ? names.readable() : names.table();
  const name = choices.chance(4) ? names.index() : names.tableName(table);
  const other = names.readable();
  return choices.one<() => string>([
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (NULL)`,
    () => `INSERT INTO ${name} DEFAULT VALUES`,
    () => `INSERT INTO ${name} (${names.column(table)}) SELECT NULL FROM ${names.tableName(other)}`,
    () => `UPDATE ${name} SET ${names.column(table)} = ${choices.one(['NULL', 'DEFAULT'])}`,
    () => `DELETE FROM ${name} WHERE ${names.column(table)} IS NULL`,
    () => `TRUNCATE ${name}${cascade(choices)}`,
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (NULL) ON CONFLICT DO NOTHING`,
    () => `INSERT INTO ${name} (${names.column(table)}) VALUES (NULL) ON CONFLICT (${names.column(table)}) DO NOTHING`,
  ])();
}

function functionName(choices: Choices): string {
  return choices.one(['counted', 'stamp', 'level']);
}

function functions(choices: Choices, names: Names): string {
  const name = functionName(choices);
  const from = names.readable();
  const table = names.table();
  const source = names.tableName(from);
  const head = `CREATE ${choices.maybe(60, () => 'OR REPLACE ')}FUNCTION ${name}`;
  return choices.one<() => string>([
    () => `${head}() RETURNS bigint LANGUAGE sql AS $$ SELECT count(${names.column(from)}) FROM ${source} $$`,
    () => `${head}() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM ${source}); END $$`,
    () => `${head}(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'`,
    () => `${head}() RETURNS SETOF ${source} LANGUAGE sql AS $$ SELECT * FROM ${source} $$`,
    () => `${head}(${names.tableName(table)}) RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
    () => `${head}() RETURNS ${choices.one(['integer', 'text'])} LANGUAGE sql AS 'SELECT NULL'`,
    () => `DROP FUNCTION ${ifExists(choices)}${name}${choices.one(['()', '', '(integer)'])}${cascade(choices)}`,
    () => `ALTER FUNCTION ${name}${choices.one(['()', '', '(integer)'])} RENAME TO ${functionName(choices)}`,
    () => `ALTER TABLE ${names.tableName(table)} ALTER ${names.column(table)} SET DEFAULT ${name}()`,
    () => `ALTER TABLE ${names.tableName(table)} ADD CHECK (${name}(1) = 1)`,
    () => `CREATE INDEX ${names.newIndex()} ON ${names.tableName(table)} (${name}(1))`,
    () => `CREATE VIEW ${names.newView()} AS SELECT ${name}() AS one`,
    () => `SELECT ${name}()`,
  ])();
}

function policyName(choices: Choices): string {
  return choices.one(['own', 'readers']);
}

function policies(choices: Choices, names: Names): string {
  const table = names.table();
  const own = table?.columns.map(({ name }) => name) ?? [];
  const name = names.tableName(table);
  const policy = policyName(choices);
  const column = (): string => columnOf(choices, names, own);
  return choices.one<() => string>([
    () => `CREATE POLICY ${policy} ON ${name} USING (${column()} IS NOT NULL)`,
    () => `CREATE POLICY ${policy} ON ${name} FOR INSERT WITH CHECK (${column()}::text = current_user)`,
    () => {
      const other = names.readable();
      return `CREATE POLICY ${policy} ON ${name} USING (EXISTS (SELECT 1 FROM ${names.tableName(other)} o WHERE o.${names.column(other)} IS NOT NULL))`;
    },
    () => `DROP POLICY ${ifExists(choices)}${policy} ON ${name}`,
    () => `ALTER POLICY ${policy} ON ${name} USING (${column()} IS NULL)`,
    () => `ALTER POLICY ${policy} ON ${name} RENAME TO ${policyName(choices)}`,
    () => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
  ])();
}

function sequenceName(choices: Choices): string {
  return choices.one(['counter', 'users_id_seq', 'items_id_seq']);
}

function ownedSequences(choices: Choices, names: Names): string {
  const table = names.table();
  const sequence = sequenceName(choices);
  const column = `${names.tableName(table)}.${names.column(table)}`;
  return choices.one<() => string>([
    () => `CREATE SEQUENCE ${sequence} OWNED BY ${column}`,
    () => `ALTER TABLE ${names.tableName(table)} ALTER ${names.column(table)} SET DEFAULT nextval('${sequence}')`,
    () => `ALTER TABLE ${names.tableName(table)} ADD ${names.newColumn(table)} bigint DEFAULT nextval('${sequence}')`,
    () => `CREATE TABLE ${names.newTable()} (id bigint NOT NULL DEFAULT nextval('${sequence}'::regclass))`,
    () => `ALTER SEQUENCE ${sequence} OWNED BY NONE`,
    () => `ALTER SEQUENCE ${ifExists(choices)}${sequence} OWNED BY ${column}`,
    () => `ALTER SEQUENCE ${sequence} RESTART WITH 5`,
    () => `ALTER SEQUENCE ${sequence} SET SCHEMA ${names.hasSchema('app') ? 'app' : 'public'}`,
    () => `SELECT setval('${sequence}', 5)`,
    () => `DROP SEQUENCE ${ifExists(choices)}${sequence}${cascade(choices)}`,
  ])();
}

function renamedViews(choices: Choices, names: Names): string {
  const view = names.view();
  const kind = choices.one(['VIEW', 'TABLE', 'MATERIALIZED VIEW']);
  return choices.one<() => string>([
    () => `ALTER ${kind} ${ifExists(choices)}${view} RENAME TO ${names.newView()}`,
    () => `ALTER ${kind} ${view} RENAME COLUMN ${names.column(null)} TO ${names.newColumn(null)}`,
    () => `ALTER ${kind} ${view} SET SCHEMA ${names.hasSchema('app') ? 'app' : 'public'}`,
    () => `ALTER ${kind} ${view} OWNER TO CURRENT_USER`,
    () => `ALTER VIEW ${view} ALTER COLUMN ${names.column(null)} SET DEFAULT 1`,
  ])();
}

function materializedViews(choices: Choices, names: Names): string {
  const view = names.view();
  return choices.one<() => string>([
    () => `REFRESH MATERIALIZED VIEW ${view}`,
    () => `DROP MATERIALIZED VIEW ${ifExists(choices)}${view}${cascade(choices)}`,
    () => `CREATE UNIQUE INDEX ${names.newIndex()} ON ${view} (${names.column(null)})`,
  ])();
}

function compositesAndDomains(choices: Choices, names: Names): string {
  const composite = choices.one(['pair', 'level']);
  const domain = choices.one(['mail', 'level']);
  const table = names.table();
  const attribute = (): string => choices.one(['a', 'b', 'c']);
  return choices.one<() => string>([
    () => `CREATE TYPE ${composite} AS (a integer, b text)`,
    () => `ALTER TYPE ${composite} ADD ATTRIBUTE ${attribute()} integer${cascade(choices)}`,
    () => `ALTER TYPE ${composite} DROP ATTRIBUTE ${ifExists(choices)}${attribute()}${cascade(choices)}`,
    () => `ALTER TYPE ${composite} ALTER ATTRIBUTE ${attribute()} TYPE text${cascade(choices)}`,
    () => `ALTER TYPE ${composite} RENAME ATTRIBUTE ${attribute()} TO ${attribute()}${cascade(choices)}`,
    () => `ALTER TYPE ${names.type()} SET SCHEMA ${names.hasSchema('app') ? 'app' : 'public'}`,
    () =>
      `ALTER TABLE ${names.tableName(table)} ADD ${names.newColumn(table)} ${names.type()}${choices.maybe(30, () => '[]')}`,
    () => `CREATE DOMAIN ${domain} AS ${choices.one(['text', 'integer NOT NULL'])}`,
    () => `CREATE DOMAIN ${domain} AS ${names.type()}`,
    () => `ALTER DOMAIN ${domain} ADD CONSTRAINT ck CHECK (VALUE IS NOT NULL)`,
    () => `ALTER DOMAIN ${domain} DROP CONSTRAINT ${ifExists(choices)}ck`,
    () => `ALTER DOMAIN ${domain} ${choices.one(['SET', 'DROP'])} NOT NULL`,
    () => `ALTER DOMAIN ${domain} RENAME TO ${choices.one(['mail', 'pair'])}`,
    () => `DROP TYPE ${ifExists(choices)}${composite}, ${names.type()}${cascade(choices)}`,
  ])();
}

function partitions(choices: Choices, names: Names): string | readonly string[] {
  const table = names.table();
  const part = names.tableName(names.table());
  const parent = names.newTable();
  const bounds = choices.one(['FOR VALUES FROM (1) TO (9)', 'FOR VALUES FROM (9) TO (20)', 'DEFAULT']);
  return choices.one<() => string | readonly string[]>([
    () => [
      `CREATE TABLE ${parent} (id integer NOT NULL, name text${choices.maybe(40, () => ', PRIMARY KEY (id)')}) PARTITION BY RANGE (id)`,
      `CREATE TABLE ${names.newTable()} PARTITION OF ${parent} ${bounds}`,
    ],
    () => `CREATE TABLE ${names.newTable()} PARTITION OF ${names.tableName(table)} ${bounds}`,
    () => `ALTER TABLE ${names.tableName(table)} ATTACH PARTITION ${part} ${bounds}`,
    () => `ALTER TABLE ${names.tableName(table)} DETACH PARTITION ${part}`,
    () => `CREATE TABLE ${parent} (${names.column(null)} integer, name text) PARTITION BY LIST (${names.column(null)})`,
  ])();
}

function inheritance(choices: Choices, names: Names): string {
  const table = names.table();
  const parent = names.tableName(names.table());
  return choices.one<() => string>([
    () => `CREATE TABLE ${names.newTable()} (${names.newColumn(null)} integer) INHERITS (${parent})`,
    () => `CREATE TABLE ${names.newTable()} () INHERITS (${parent})`,
    () => `ALTER TABLE ${names.tableName(table)} INHERIT ${parent}`,
    () => `ALTER TABLE ${names.tableName(table)} NO INHERIT ${parent}`,
    () =>
      `CREATE TABLE ${names.newTable()} (LIKE ${parent} INCLUDING ${choices.one(['DEFAULTS', 'CONSTRAINTS', 'INDEXES', 'IDENTITY', 'ALL EXCLUDING INDEXES'])})`,
  ])();
}

function rulesAndStatistics(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  const own = table?.columns.map((column) => column.name) ?? [];
  const column = (): string => columnOf(choices, names, own);
  const rule = choices.one(['quiet', 'moved']);
  const statistics = choices.one(['by_two', 'by_more']);
  return choices.one<() => string>([
    () => `CREATE ${choices.maybe(40, () => 'OR REPLACE ')}RULE ${rule} AS ON DELETE TO ${name} DO INSTEAD NOTHING`,
    () => {
      const other = names.table();
      return `CREATE RULE ${rule} AS ON INSERT TO ${name} DO ALSO INSERT INTO ${names.tableName(other)} (${names.column(other)}) VALUES (NULL)`;
    },
    () => `CREATE RULE ${rule} AS ON UPDATE TO ${name} WHERE old.${column()} IS NULL DO INSTEAD NOTHING`,
    () => `DROP RULE ${ifExists(choices)}${rule} ON ${name}${cascade(choices)}`,
    () => `ALTER RULE ${rule} ON ${name} RENAME TO ${choices.one(['quiet', 'moved'])}`,
    () =>
      `CREATE STATISTICS ${choices.maybe(30, () => 'IF NOT EXISTS ')}${statistics} ON ${column()}, ${column()} FROM ${name}`,
    () => `DROP STATISTICS ${ifExists(choices)}${statistics}`,
    () => `ALTER STATISTICS ${statistics} RENAME TO ${choices.one(['by_two', 'by_more'])}`,
  ])();
}

function tableOptions(choices: Choices, names: Names): string {
  const table = names.table();
  const name = names.tableName(table);
  return choices.one<() => string>([
    () => `GRANT SELECT ON ${name} TO PUBLIC`,
    () => `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
    () => `ALTER TABLE ${name} SET (fillfactor = 70)`,
    () =>
      `ALTER TABLE ${name} ${choices.one(['DISABLE', 'ENABLE'])} TRIGGER ${choices.one(['ALL', 'USER', names.trigger()])}`,
    () => `ALTER TABLE ${name} REPLICA IDENTITY ${choices.one(['FULL', `USING INDEX ${names.indexOf(table)}`])}`,
    () => `ALTER TABLE ${name} CLUSTER ON ${names.indexOf(table)}`,
    () => `LOCK TABLE ${name} IN SHARE MODE`,
    () => `ANALYZE ${name}`,
    () => `ALTER TABLE ${name} ALTER ${names.column(table)} SET STATISTICS 100`,
    () => `ALTER TABLE ${name} SET UNLOGGED`,
    () => `ALTER TABLE ${name} ADD INDEX ${names.newIndex()} (${names.column(table)})`,
    () => `ALTER TABLE ${name} MODIFY ${names.column(table)} integer`,
  ])();
}
