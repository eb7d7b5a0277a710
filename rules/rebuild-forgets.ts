import type { CreateTable } from '../src/ddl/operation.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { rebuildsIn, type Rebuild } from '../src/timeline/rebuilds.ts';

export default defineRule({
  id: 'rebuild-forgets',
  severity: 'warning',
  summary:
    'A table of SQLite is made anew without STRICT, WITHOUT ROWID or AUTOINCREMENT, or its AUTOINCREMENT counts anew.',
  why: `Who rebuilds a table writes its definition again, and what that leaves out is gone: STRICT no longer refuses values of another
type, AUTOINCREMENT no longer keeps ids from being used twice. Where AUTOINCREMENT is repeated, it starts from the largest id that was
copied: the id of a row that was deleted since is given away again, and whatever still points to it then points to another row.`,
  instead: `Repeat the options of the old table, and carry its counter over:
UPDATE sqlite_sequence SET seq = (the old value) WHERE name = 'the new table'.`,
  examples: [
    {
      title: 'The new table is not STRICT',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_bills.sql': 'CREATE TABLE bills (id INTEGER PRIMARY KEY, total INTEGER) STRICT;',
        'migrations/0002_guest.sql': `CREATE TABLE bills_new (id INTEGER PRIMARY KEY, total INTEGER, guest TEXT); -- expect: rebuild-forgets
INSERT INTO bills_new (id, total) SELECT id, total FROM bills;
DROP TABLE bills;
ALTER TABLE bills_new RENAME TO bills;`,
      },
    },
    {
      title: 'Bills are deleted, and the number of the last one is given away again',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_bills.sql': `CREATE TABLE bills (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER);
DELETE FROM bills WHERE total = 0;`,
        'migrations/0002_guest.sql': `CREATE TABLE bills_new (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER, guest TEXT); -- expect: rebuild-forgets
INSERT INTO bills_new (id, total) SELECT id, total FROM bills;
DROP TABLE bills;
ALTER TABLE bills_new RENAME TO bills;`,
      },
    },
    {
      title: 'Rows are deleted once the table is made anew',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_bills.sql': 'CREATE TABLE bills (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER);',
        'migrations/0002_guest.sql': `CREATE TABLE bills_new (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER, guest TEXT);
INSERT INTO bills_new (id, total) SELECT id, total FROM bills;
DROP TABLE bills;
ALTER TABLE bills_new RENAME TO bills;`,
        'migrations/0003_empty.sql': 'DELETE FROM bills WHERE total = 0;',
      },
    },
    {
      title: 'The column that counted is gone: another is the key',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_pins.sql':
          'CREATE TABLE pins (id INTEGER PRIMARY KEY AUTOINCREMENT, bill INTEGER, guest INTEGER);',
        'migrations/0002_key.sql': `CREATE TABLE pins_new (bill INTEGER NOT NULL, guest INTEGER NOT NULL, PRIMARY KEY (bill, guest));
INSERT OR IGNORE INTO pins_new (bill, guest) SELECT bill, guest FROM pins WHERE bill IS NOT NULL AND guest IS NOT NULL;
DROP TABLE pins;
ALTER TABLE pins_new RENAME TO pins;`,
      },
    },
    {
      title: 'The counter is carried over',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_bills.sql': `CREATE TABLE bills (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER);
DELETE FROM bills WHERE total = 0;`,
        'migrations/0002_guest.sql': `CREATE TABLE bills_new (id INTEGER PRIMARY KEY AUTOINCREMENT, total INTEGER, guest TEXT);
INSERT INTO bills_new (id, total) SELECT id, total FROM bills;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'bills') WHERE name = 'bills_new';
DROP TABLE bills;
ALTER TABLE bills_new RENAME TO bills;`,
      },
    },
  ],
  check(history, report) {
    if (history.deployment.engine.dialect.name !== 'sqlite') return;
    for (const rebuild of rebuildsIn(history)) {
      const words = forgotten(rebuild) ?? countsAnew(rebuild, history);
      if (words !== null) report({ ...words, ...placed(rebuild, history) });
    }
  },
});

type Words = Pick<Report, 'message' | 'help'>;

function forgotten({ name, old, made }: Rebuild): Words | null {
  const gone = optionsOf(old).filter(
    (option) => !optionsOf(made).includes(option) && !(option === 'AUTOINCREMENT' && isWithoutCounted(old, made)),
  );
  if (gone.length === 0) return null;
  return {
    message: `${name} is made anew without ${gone.join(', ')}, which it had: it is not the same table afterwards.`,
    help: `Write ${gone.join(', ')} into the new table too.`,
  };
}

function optionsOf(table: CreateTable): readonly string[] {
  return [
    ...(table.strict === true ? ['STRICT'] : []),
    ...(table.withoutRowid === true ? ['WITHOUT ROWID'] : []),
    ...(table.columns.some(({ autoIncrement }) => autoIncrement !== undefined) ? ['AUTOINCREMENT'] : []),
  ];
}

/** The column that counted is no column of the new table: its key is another. */
function isWithoutCounted(old: CreateTable, made: CreateTable): boolean {
  const counted = old.columns.find(({ autoIncrement }) => autoIncrement !== undefined)?.name.text.toLowerCase();
  const isMade = made.columns.some(({ name }) => name.text.toLowerCase() === counted);
  return made.columns.length > 0 && !isMade;
}

/** Rows are deleted before the rebuild or by the program, and the step does not speak of the table that keeps the counters. */
function countsAnew({ name, old, made, part }: Rebuild, { statements }: History): Words | null {
  if (!optionsOf(old).includes('AUTOINCREMENT') || !optionsOf(made).includes('AUTOINCREMENT')) return null;
  const isCarried = statements.some(
    ({ parsed: { statement }, step, call }) =>
      (step ?? call) === part && /\bsqlite_sequence\b/i.test(statement.sql.text.slice(statement.start, statement.end)),
  );
  const rebuilt = statements.findIndex(({ parsed }) => parsed.operations.includes(made));
  const isDeletedFrom = statements.some(
    ({ parsed, step }, index) =>
      (step === null || index < rebuilt) &&
      parsed.operations.some(
        (operation) =>
          operation.kind === 'write-rows' &&
          operation.verb === 'delete' &&
          operation.table?.name.text.toLowerCase() === name,
      ),
  );
  if (isCarried || !isDeletedFrom) return null;
  return {
    message: `${name} is made anew, and its AUTOINCREMENT counts on from the largest id that is copied: rows are deleted from it, and the ids of the last ones are given away again.`,
    help: `Carry the counter over: UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = '${name}') WHERE name = '${made.table.name.text}', before the old table is dropped.`,
  };
}

function placed({ name, old, made }: Rebuild, { deployment }: History): Omit<Report, keyof Words> {
  return {
    at: { statement: made.statement, range: made.table },
    object: name,
    reading: deployment.reading,
    related: [{ span: placeOf(old.statement, old.table), message: `${name} as it was` }],
  };
}
