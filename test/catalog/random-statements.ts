import fc from 'fast-check';

/** Random DDL over a few names, so that statements meet: most of them concern something that is, or was, there. */
export function randomSequences(dialect: 'postgres' | 'mariadb', length: number): fc.Arbitrary<string> {
  const statements = dialect === 'postgres' ? postgresStatement : mariadbStatement;
  return fc
    .array(statements, { minLength: length, maxLength: length })
    .map((lines) => lines.map((line) => `${line};\n`).join(''));
}

const table = fc.constantFrom('ta', 'tb', 'tc');
const column = fc.constantFrom('x', 'y', 'z', 'w');
const index = fc.constantFrom('ia', 'ib');
const constraint = fc.constantFrom('ka', 'kb');
const ifExists = fc.constantFrom('', '', 'IF EXISTS ');
const ifNotExists = fc.constantFrom('', '', 'IF NOT EXISTS ');
const cascade = fc.constantFrom('', '', ' CASCADE');
const action = fc.constantFrom('', '', ' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON UPDATE CASCADE');

/** Fills a pattern: `{0}`, `{1}` .. stand for what the arbitraries give. */
function pattern(text: string, ...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => text.replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ''));
}

const postgresType = fc.constantFrom(
  'integer',
  'bigint',
  'text',
  'varchar(20)',
  'boolean',
  'date',
  'serial',
  'uuid',
  'mood',
);
const mariadbType = fc.constantFrom('INT', 'BIGINT', 'INT UNSIGNED', 'VARCHAR(20)', 'DATE', 'TEXT', 'DECIMAL(8,2)');
const postgresProperty = fc.constantFrom(
  '', '', '', ' NOT NULL', ' UNIQUE', ' PRIMARY KEY', ' CHECK (x > 0)', ' REFERENCES ta', ' REFERENCES tb (x)',
); // prettier-ignore
const mariadbProperty = fc.constantFrom(
  '',
  '',
  '',
  ' NOT NULL',
  ' UNIQUE',
  ' PRIMARY KEY',
  ' NULL',
  ' REFERENCES ta (x)',
);
const predicate = fc.constantFrom('', '', '', ' WHERE y IS NOT NULL');

const postgresColumns = fc
  .uniqueArray(fc.tuple(column, postgresType, postgresProperty), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map((columns) => columns.map((parts) => parts.join(' ').replace('  ', ' ')).join(', '));
const mariadbColumns = fc
  .uniqueArray(fc.tuple(column, mariadbType, mariadbProperty), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map((columns) => columns.map((parts) => parts.join(' ').replace('  ', ' ')).join(', '));

const shared: readonly fc.Arbitrary<string>[] = [
  pattern('ALTER TABLE {0} DROP COLUMN {1}{2}', table, ifExists, column),
  pattern('ALTER TABLE {0} RENAME COLUMN {1} TO {2}', table, column, column),
  pattern('ALTER TABLE {0} RENAME TO {1}', table, table),
  pattern('DROP TABLE {0}{1}', ifExists, table),
  pattern('DROP TABLE {0}{1}, {2}', ifExists, table, table),
  pattern('CREATE VIEW v AS SELECT {0} FROM {1}', column, table),
  pattern('DROP VIEW {0}v', ifExists),
  pattern('ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2} IS NOT NULL)', table, constraint, column),
  pattern('ALTER TABLE {0} ADD CONSTRAINT {1} UNIQUE ({2})', table, constraint, column),
  pattern('ALTER TABLE {0} ADD UNIQUE ({1}, {2})', table, column, column),
  pattern('ALTER TABLE {0} ADD PRIMARY KEY ({1})', table, column),
  pattern('ALTER TABLE {0} ADD FOREIGN KEY ({1}) REFERENCES {2} ({3}){4}', table, column, table, column, action),
  pattern('ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES {3} (x)', table, constraint, column, table),
  pattern('ALTER TABLE {0} DROP CONSTRAINT {1}{2}', table, ifExists, constraint),
];

const postgresStatement = fc.oneof(
  { weight: 4, arbitrary: pattern('CREATE TABLE {0}{1} ({2})', ifNotExists, table, postgresColumns) },
  {
    weight: 3,
    arbitrary: pattern(
      'ALTER TABLE {0} ADD COLUMN {1}{2} {3}{4}',
      table,
      ifNotExists,
      column,
      postgresType,
      postgresProperty,
    ),
  },
  {
    weight: 2,
    arbitrary: pattern('CREATE INDEX {0}{1} ON {2} ({3}){4}', ifNotExists, index, table, column, predicate),
  },
  pattern('CREATE UNIQUE INDEX ON {0} ({1}, {2})', table, column, column),
  pattern('CREATE INDEX ON {0} (lower({1}::text)) INCLUDE ({2})', table, column, column),
  pattern('DROP INDEX {0}{1}', ifExists, index),
  pattern('ALTER INDEX {0}{1} RENAME TO {2}', ifExists, index, index),
  pattern(
    'ALTER TABLE {0} ALTER COLUMN {1} TYPE {2}',
    table,
    column,
    fc.constantFrom('integer', 'bigint', 'text', 'boolean', 'date'),
  ),
  pattern(
    'ALTER TABLE {0} ALTER COLUMN {1} {2}',
    table,
    column,
    fc.constantFrom('SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT', 'SET DEFAULT NULL'),
  ),
  pattern('ALTER TABLE {0} ADD COLUMN {1} integer, DROP COLUMN {2}', table, column, column),
  pattern('ALTER TABLE {0} DROP COLUMN {1}{2}', table, column, cascade),
  pattern('DROP TABLE {0}{1}', table, cascade),
  pattern("CREATE TYPE mood AS ENUM ('a')"),
  pattern('DROP TYPE {0}mood{1}', ifExists, cascade),
  pattern("ALTER TYPE mood ADD VALUE {0}'b'", ifNotExists),
  pattern('CREATE SEQUENCE {0}{1}', ifNotExists, fc.constantFrom('ta_x_seq', 'tb', 's')),
  pattern('DROP SEQUENCE {0}{1}', ifExists, fc.constantFrom('ta_x_seq', 's')),
  pattern('CREATE OR REPLACE VIEW v AS SELECT {0} FROM {1}', column, table),
  pattern('CREATE MATERIALIZED VIEW {0}m AS SELECT {1}, {2} AS other FROM {3}', ifNotExists, column, column, table),
  pattern('CREATE TABLE {0} (LIKE {1} INCLUDING ALL)', table, table),
  pattern(
    'ALTER TABLE {0} DROP CONSTRAINT {1}{2}_{3}',
    table,
    ifExists,
    table,
    fc.constantFrom('pkey', 'x_key', 'x_check', 'y_fkey', 'x_fkey'),
  ),
  { weight: 2, arbitrary: fc.constantFrom('BEGIN', 'COMMIT', 'ROLLBACK', 'ROLLBACK', 'SAVEPOINT s', 'ROLLBACK TO s') },
  ...shared,
);

const mariadbStatement = fc.oneof(
  { weight: 4, arbitrary: pattern('CREATE TABLE {0}{1} ({2})', ifNotExists, table, mariadbColumns) },
  {
    weight: 3,
    arbitrary: pattern(
      'ALTER TABLE {0} ADD COLUMN {1}{2} {3}{4}',
      table,
      ifNotExists,
      column,
      mariadbType,
      mariadbProperty,
    ),
  },
  { weight: 2, arbitrary: pattern('CREATE INDEX {0}{1} ON {2} ({3})', ifNotExists, index, table, column) },
  pattern('CREATE UNIQUE INDEX {0} ON {1} ({2}, {3})', index, table, column, column),
  pattern('DROP INDEX {0}{1} ON {2}', ifExists, fc.oneof(index, column), table),
  pattern('ALTER TABLE {0} ADD INDEX ({1}, {2})', table, column, column),
  pattern('ALTER TABLE {0} RENAME INDEX {1} TO {2}', table, index, index),
  pattern(
    'ALTER TABLE {0} MODIFY {1} {2}{3}',
    table,
    column,
    mariadbType,
    fc.constantFrom('', ' NOT NULL', ' DEFAULT NULL'),
  ),
  pattern('ALTER TABLE {0} CHANGE {1} {2} {3}', table, column, column, mariadbType),
  pattern('ALTER TABLE {0} ADD COLUMN {1} INT AFTER {2}', table, column, column),
  pattern('ALTER TABLE {0} ADD COLUMN {1} INT, DROP COLUMN {2}', table, column, column),
  pattern('ALTER TABLE {0} ADD COLUMN {1} INT AUTO_INCREMENT PRIMARY KEY', table, column),
  pattern('ALTER TABLE {0} DROP PRIMARY KEY', table),
  pattern(
    'ALTER TABLE {0} DROP FOREIGN KEY {1}',
    table,
    fc.oneof(constraint, fc.constantFrom('ta_ibfk_1', 'tb_ibfk_1')),
  ),
  pattern('RENAME TABLE {0} TO {1}', table, table),
  pattern('CREATE TABLE {0} LIKE {1}', table, table),
  pattern('ALTER TABLE {0} ALTER {1} {2}', table, column, fc.constantFrom('DROP DEFAULT', 'SET DEFAULT 5')),
  fc.constantFrom('SET foreign_key_checks = 0', 'SET foreign_key_checks = 1'),
  ...shared,
);
