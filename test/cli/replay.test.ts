import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from './command-line.ts';

const WITH_SCHEMA_AT_EVERY_START = JSON.stringify({
  dialect: 'sqlite',
  deployments: [
    {
      root: '.',
      run: [
        { files: ['schema.sql'], when: 'always' },
        { files: ['migrations/*.sql'], when: 'once' },
      ],
    },
  ],
});

const outage = folderWith({
  'migralint.config.json': WITH_SCHEMA_AT_EVERY_START,
  'schema.sql':
    'CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, archived INT);\nCREATE INDEX IF NOT EXISTS by_archived ON jobs (archived);\n',
  'migrations/001_archive.sql': 'ALTER TABLE jobs ADD COLUMN archived INT;\n',
});

describe.each([
  [['-f', 'compact'], 'replay: expected --format pretty or json, got "compact"'],
  [['--url', 'oracle://host'], '--url: expected postgres://.., mysql://.. or mariadb://..'],
  [['--time-limit', 'long'], '--time-limit: expected a whole number, got "long"'],
  [['--dialect', 'mysql'], 'MySQL does not run embedded: --url mysql://user@host names a server'],
  [
    ['--dialect', 'postgres', '--url', 'postgres://secret:word@127.0.0.1:1/x'],
    'the server at postgres://127.0.0.1:1 cannot be used',
  ],
  [['--from', 'yesterday'], '--from: no start state "yesterday"'],
])('migralint replay %s', (words, problem) => {
  test('says what is wrong', async () => {
    const { code, out, err } = await migralint(outage, ['replay', ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(problem);
    expect(err).not.toContain('secret');
  });
});

test('shows each path with what both say', async () => {
  const { code, out, err } = await migralint(outage, ['replay']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.replace(/SQLite [\d.]+/, 'SQLite N')).toMatchInlineSnapshot(`
    "this project: as the config says, SQLite N
      agree    fresh install        fails   migrations/001_archive.sql:1   duplicate column name: archived
      agree    before 001_archive   fails   schema.sql:2   no such column: archived   (built from the catalog)
      agree    after 001_archive    ok   (built from the catalog)
      open     second start            this start could not be built: duplicate column name: archived
               migralint: ok
      confirmed  migrations/001_archive.sql:1  error  duplicate-ddl   duplicate column name: archived
      confirmed  schema.sql:2  error  index-before-column   no such column: archived

    4 paths: 3 agree, 0 differ, 1 open; 2 of 2 findings confirmed
    "
  `);
});

test('gives programs the same', async () => {
  const { out } = await migralint(outage, ['replay', '-f', 'json', '--from', 'before 001_archive']);
  const { paths, findings } = JSON.parse(out) as { paths: object[]; findings: object[] };
  expect(paths).toMatchInlineSnapshot(`
    [
      {
        "agrees": true,
        "deployment": ".",
        "engine": {
          "error": "no such column: archived",
          "failsAt": {
            "file": "schema.sql",
            "line": 2,
          },
          "verdict": "fails",
        },
        "migralint": {
          "error": "no such column: archived",
          "failsAt": {
            "file": "schema.sql",
            "line": 2,
          },
          "verdict": "fails",
        },
        "name": "before 001_archive",
        "notRun": [],
        "start": {
          "from": "catalog",
          "problem": null,
          "withoutRows": [],
        },
        "why": null,
      },
    ]
  `);
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: 'index-before-column', file: 'schema.sql', line: 2, confirmed: true }),
  );
});

const needsRows = folderWith({
  'migralint.config.json': JSON.stringify({
    dialect: 'sqlite',
    deployments: [{ root: '.', run: [{ files: ['migrations/*.sql'], when: 'once' }] }],
  }),
  'migrations/001_people.sql': `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')));
CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INT NOT NULL REFERENCES people (id));
CREATE TABLE odd (a INT NOT NULL CHECK (a > 1000));`,
  'migrations/002_since.sql': `ALTER TABLE pets ADD COLUMN since TEXT DEFAULT CURRENT_TIMESTAMP;`,
});

test('a hazard that needs rows shows where there are rows', async () => {
  const without = await migralint(needsRows, ['replay', '--from', 'after 001_people']);
  expect(without.out).toContain('it needs rows (--rows)');
  const { out } = await migralint(needsRows, ['replay', '--rows', '--from', 'after 001_people']);
  expect(out).toMatch(/agree +after 001_people +fails +migrations\/002_since\.sql:1/);
  expect(out).toContain('(no rows in odd)');
  expect(out).toContain('1 of 1 finding confirmed');
});

test('what reaches outside is not run, and shown', async () => {
  const folder = folderWith({
    'migralint.config.json': WITH_SCHEMA_AT_EVERY_START,
    'migrations/.gitkeep': '',
    'schema.sql': `ATTACH DATABASE 'other.db' AS other;\nCREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY);\n`,
  });
  const { out } = await migralint(folder, ['replay']);
  expect(out).toContain('not run  schema.sql:1   it attaches another database');
});

test('a statement that does not end is stopped', async () => {
  const folder = folderWith({
    'migralint.config.json': WITH_SCHEMA_AT_EVERY_START,
    'migrations/.gitkeep': '',
    'schema.sql': `CREATE TABLE IF NOT EXISTS numbers (n INT);
INSERT INTO numbers WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT sum(n) FROM c;\n`,
  });
  const { out } = await migralint(folder, ['replay', '--time-limit', '1', '--from', 'fresh install']);
  expect(out).toContain('no answer within 1 s');
});
