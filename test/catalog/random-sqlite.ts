import fc from 'fast-check';

const table = fc.constantFrom('ta', 'tb', 'tc');
const column = fc.constantFrom('x', 'y', 'z', 'w');
const index = fc.constantFrom('ia', 'ib', 'ta');
const ifExists = fc.constantFrom('', '', 'IF EXISTS ');
const ifNotExists = fc.constantFrom('', '', 'IF NOT EXISTS ');
const type = fc.constantFrom('', ' INT', ' INTEGER', ' TEXT');
const value = fc.constantFrom('', '', '', ' DEFAULT 1', " DEFAULT 'a'", ' DEFAULT CURRENT_TIMESTAMP', ' DEFAULT NULL');
const property = fc.constantFrom(
  '', '', '', ' NOT NULL', ' UNIQUE', ' PRIMARY KEY', ' CHECK (x > 0)', ' REFERENCES ta (x)', ' REFERENCES tb ON DELETE CASCADE', ' AS (y)',
); // prettier-ignore

/** Random statements over a few names, so that they meet: most concern something that is, or was, there. */
export function randomSqliteSequence(length: number): fc.Arbitrary<string> {
  return fc
    .array(statement, { minLength: length, maxLength: length })
    .map((lines) => lines.map((line) => `${line};\n`).join(''));
}

/** Fills a pattern: `{0}`, `{1}` .. stand for what the arbitraries give. */
function pattern(text: string, ...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => text.replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ''));
}

const columns = fc
  .array(fc.tuple(column, type, value, property), { minLength: 1, maxLength: 4 })
  .map((definitions) => definitions.map((parts) => parts.join('')).join(', '));
const constraint = fc.oneof(
  fc.constant(''),
  fc.constant(''),
  pattern(', UNIQUE ({0}, {1})', column, column),
  pattern(', PRIMARY KEY ({0})', column),
  pattern(', CHECK ({0} > {1})', column, column),
  pattern(', FOREIGN KEY ({0}) REFERENCES {1} ({2})', column, table, column),
);
const option = fc.constantFrom('', '', '', ' STRICT', ' WITHOUT ROWID');
const predicate = fc.constantFrom('', '', '', ' WHERE y IS NOT NULL');
const body = fc.oneof(
  pattern('UPDATE {0} SET {1} = 1', table, column),
  pattern('INSERT INTO {0} ({1}) VALUES (new.{2})', table, column, column),
  pattern('DELETE FROM {0}', table),
);

const statement = fc.oneof(
  { weight: 5, arbitrary: pattern('CREATE TABLE {0}{1} ({2}{3}){4}', ifNotExists, table, columns, constraint, option) },
  { weight: 4, arbitrary: pattern('ALTER TABLE {0} ADD COLUMN {1}{2}{3}{4}', table, column, type, value, property) },
  { weight: 3, arbitrary: pattern('ALTER TABLE {0} DROP COLUMN {1}', table, column) },
  { weight: 3, arbitrary: pattern('ALTER TABLE {0} RENAME COLUMN {1} TO {2}', table, column, column) },
  { weight: 3, arbitrary: pattern('ALTER TABLE {0} RENAME TO {1}', table, table) },
  {
    weight: 3,
    arbitrary: pattern('CREATE INDEX {0}{1} ON {2} ({3}, lower({4}))', ifNotExists, index, table, column, column),
  },
  {
    weight: 2,
    arbitrary: pattern('CREATE UNIQUE INDEX {0}{1} ON {2} ({3}){4}', ifNotExists, index, table, column, predicate),
  },
  {
    weight: 2,
    arbitrary: pattern(
      'CREATE VIEW {0}{1} AS SELECT {2} FROM {3}',
      ifNotExists,
      fc.constantFrom('va', 'vb'),
      column,
      table,
    ),
  },
  pattern('CREATE TEMP TABLE {0}{1} ({2})', ifNotExists, table, columns),
  pattern('DROP TABLE {0}{1}', ifExists, table),
  pattern('DROP INDEX {0}{1}', ifExists, index),
  pattern('DROP VIEW {0}{1}', ifExists, fc.constantFrom('va', 'vb', 'ta')),
  pattern('CREATE TRIGGER {0}ga AFTER INSERT ON {1} BEGIN {2}; END', ifNotExists, table, body),
  pattern('DROP TRIGGER {0}ga', ifExists),
  fc.constantFrom(
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'SAVEPOINT s',
    'ROLLBACK TO s',
    'RELEASE s',
    'PRAGMA legacy_alter_table = 1',
    'PRAGMA legacy_alter_table = 0',
  ),
);
