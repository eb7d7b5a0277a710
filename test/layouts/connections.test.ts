import { describe, expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const migrations = {
  'migrations/1_shelves.sql': 'CREATE TABLE shelves (id INTEGER PRIMARY KEY);',
  'migrations/2_books.sql':
    'CREATE TABLE books (id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelves (id));',
  'migrations/3_rebuild.sql': `CREATE TABLE shelves_new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO shelves_new (id) SELECT id FROM shelves;
DROP TABLE shelves;
ALTER TABLE shelves_new RENAME TO shelves;`,
};

/** What the deployment's connections do, and how many findings there are about the table that is dropped. */
async function checksWith(files: Readonly<Record<string, string>>): Promise<readonly [string | undefined, string]> {
  const { histories, findings } = await lintFiles({ ...migrations, ...files });
  const about = findings.filter(({ rule }) => rule === 'rebuild-of-referenced-table');
  return [histories[0]?.deployment.foreignKeys, about.map(({ severity }) => severity).join()];
}

describe('foreign keys are checked on connections', () => {
  it.each([
    [
      'rusqlite with its own SQLite',
      'Cargo.toml',
      '[dependencies]\nrusqlite = { version = "0.31", features = ["bundled"] }',
    ],
    [
      'rusqlite, in a table of its own',
      'Cargo.toml',
      '[dependencies.rusqlite]\nversion = "0.31"\nfeatures = ["bundled"]',
    ],
    ['sqlx', 'Cargo.toml', '[dependencies]\nsqlx = { version = "0.8", features = ["sqlite"] }'],
    ['better-sqlite3', 'package.json', '{ "dependencies": { "better-sqlite3": "^11.0.0" } }'],
  ])('%s', async (_, path, text) => {
    expect(await checksWith({ [path]: text })).toEqual(['on', 'error']);
  });

  it.each([
    ['in the DSN', 'const dsn = "file:x.db?_foreign_keys=on"'],
    ['where the database is opened', 'func Open(p string) { db, err := sql.Open("sqlite3", p+"?_foreign_keys=on") }'],
  ])('Go, %s', async (_, code) => {
    const files = {
      'go.mod': 'module x\nrequire github.com/mattn/go-sqlite3 v1.14.22',
      'db.go': `package x\n\n${code}\n`,
    };
    expect((await checksWith(files))[0]).toBe('on');
  });
});

describe('they are not', () => {
  it.each([
    ['mattn/go-sqlite3', 'go.mod', 'module x\nrequire github.com/mattn/go-sqlite3 v1.14.22'],
    ['node-sqlite3', 'package.json', '{ "dependencies": { "sqlite3": "^5.1.0" } }'],
  ])('%s', async (_, path, text) => {
    expect(await checksWith({ [path]: text })).toEqual(['off', '']);
  });
});

describe('it is not known', () => {
  it.each([
    ['the library of the system', { 'Cargo.toml': '[dependencies]\nrusqlite = "0.31"' }],
    [
      'code that switches them',
      {
        'package.json': '{ "dependencies": { "better-sqlite3": "^11.0.0" } }',
        'db.js':
          "import Database from 'better-sqlite3';\nexport const open = (db) => db.pragma('foreign_keys = OFF');\n",
      },
    ],
    [
      'a DSN to which code adds the switch, here only sometimes',
      {
        'go.mod': 'module x\nrequire github.com/mattn/go-sqlite3 v1.14.22',
        'db.go':
          'package x\n\nfunc dsn(migrating bool) string {\n\turl := "file:x.db?_journal=WAL"\n\tif !migrating {\n\t\turl += "&_fk=true"\n\t}\n\treturn url\n}\n',
      },
    ],
    [
      'two drivers that differ',
      { 'package.json': '{ "dependencies": { "better-sqlite3": "^11.0.0", "sqlite3": "^5.1.0" } }' },
    ],
  ])('%s', async (_, files) => {
    expect((await checksWith(files))[0]).toBeUndefined();
  });
});
