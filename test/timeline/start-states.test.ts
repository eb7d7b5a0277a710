import { describe, expect, it } from 'vitest';
import { lintFiles, placesOf } from '../support/project-of.ts';

it('files that rebuild a table which nothing in them creates start from a baseline', async () => {
  const files = {
    'sqlite/0007_rename.sql': `ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO users SELECT id, name FROM users_old;
DROP TABLE users_old;`,
    'sqlite/0008_copy.sql': `CREATE TABLE notes_new (id INTEGER PRIMARY KEY);
INSERT INTO notes_new SELECT id FROM notes;
DROP TABLE notes;
ALTER TABLE notes_new RENAME TO notes;`,
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('the table in which the tool keeps its ledger is there, and all else is known', async () => {
  const files = {
    'go.mod': 'require github.com/golang-migrate/migrate/v4 v4.17.0',
    'db/postgres/0001_cooks.up.sql': 'CREATE TABLE cooks (id INT);',
    'db/postgres/0002_own.up.sql': 'ALTER TABLE schema_migrations ADD COLUMN data_version INT;',
    'db/postgres/0003_name.up.sql': 'CREATE INDEX cooks_name ON cooks (name);',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual(['db/postgres/0003_name.up.sql:1 index-before-column']);
});

it('one table from elsewhere among many leaves the others known', async () => {
  const own = ['cooks', 'dishes', 'guests', 'tables'].map((name) => `CREATE TABLE ${name} (id INT PRIMARY KEY);`);
  const files = {
    'postgres/0001_own.sql': own.join('\n'),
    'postgres/0002_bill.sql': 'CREATE TABLE bills (id INT PRIMARY KEY, tenant INT REFERENCES tenants (id));',
    'postgres/0003_name.sql': 'CREATE INDEX cooks_name ON cooks (name);\nCREATE INDEX tenants_name ON tenants (name);',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([
    'postgres/0002_bill.sql:1 missing-create-table',
    'postgres/0003_name.sql:1 index-before-column',
  ]);
});

it('a table of the engine is no table of the schema', async () => {
  const files = {
    'Cargo.toml': '[dependencies]\ndiesel = { version = "2", features = ["postgres"] }',
    'migrations/0001_cooks/up.sql': 'CREATE TABLE cooks (id INT);',
    'migrations/0001_cooks/down.sql': 'DROP TABLE cooks;\nUPDATE pg_index SET indisready = false WHERE indrelid = 0;',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a table that is created too late is no baseline', async () => {
  const files = {
    'sqlite/0001_alter.sql': 'ALTER TABLE users ADD COLUMN name TEXT;',
    'sqlite/0002_create.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY);',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual(['sqlite/0001_alter.sql:1 missing-create-table']);
});

it('temporary tables do not outlive their connection', async () => {
  const config =
    '{ "dialect": "postgres", "deployments": [{ "root": ".", "run": [{ "files": ["run.sql"], "when": "always" }] }] }';
  const files = {
    'migralint.config.json': config,
    'run.sql': 'CREATE TEMPORARY TABLE counted (id INT);\nCREATE INDEX counted_id ON counted (id);',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('nothing is known about a name that is filled in later', async () => {
  const config =
    '{ "dialect": "postgres", "deployments": [{ "root": ".", "run": [{ "files": ["run.sql"], "when": "always" }] }] }';
  const files = {
    'migralint.config.json': config,
    'run.sql': `CREATE TABLE \${prefix}_jobs (id INT);\nDROP INDEX \${index};
CREATE TABLE IF NOT EXISTS a (id INT); CREATE TABLE IF NOT EXISTS b (id INT); CREATE TABLE IF NOT EXISTS c (id INT);
ALTER TABLE \${prefix}_users ADD COLUMN IF NOT EXISTS a INT; ALTER TABLE \${prefix}_users ADD COLUMN IF NOT EXISTS b INT;`,
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a table that only a change shows is not said to be created there', async () => {
  const files = {
    'sqlite/0001_alter.sql': 'ALTER TABLE users ADD COLUMN name TEXT;\nDROP TABLE never_made;',
    'sqlite/0002_create.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY);',
  };
  const { findings } = await lintFiles(files);
  expect(findings.map(({ message }) => message)).toEqual([
    'Table users is created here, but must be there already: 0001_alter.sql line 1 needs it.',
  ]);
});

it('a search path that a step empties is told once, and what it breaks', async () => {
  const files = {
    'migralint.config.json':
      '{ "dialect": "postgres", "deployments": [{ "root": ".", "run": [{ "files": ["m/*.sql"], "when": "once" }] }] }',
    'm/1.sql': "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.a (id int);",
    'm/2.sql': 'CREATE TABLE b (id int);',
  };
  const { findings } = await lintFiles(files);
  expect(findings.map(({ rule, engineError }) => [rule, engineError])).toEqual([
    ['search-path-leak', 'relation "schema_migrations" does not exist'],
    ['failing-statement', 'no schema has been selected to create in'],
  ]);
});

it('a script that reads a table before it rebuilds it starts from a baseline', async () => {
  const files = {
    'sqlite/preconfiguration.sql': `CREATE TABLE IF NOT EXISTS preconfiguration (id INTEGER PRIMARY KEY, expires_at INT);
INSERT INTO preconfiguration (expires_at) SELECT expires_at FROM consent_session;
DROP TABLE IF EXISTS consent_session;
CREATE TABLE IF NOT EXISTS consent_session (id INTEGER PRIMARY KEY);`,
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a pragma in an earlier migration says nothing about the next connection', async () => {
  const files = {
    'sqlite/0001_a.sql': `PRAGMA foreign_keys = OFF;
CREATE TABLE cooks (id INTEGER PRIMARY KEY);
CREATE TABLE dishes (cook INTEGER NOT NULL REFERENCES cooks (id));
PRAGMA foreign_keys = ON;`,
    'sqlite/0002_b.sql': 'DROP TABLE cooks;\nCREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT);',
  };
  expect((await lintFiles(files)).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe('a fresh database gets the newest schema and its number; older ones get the steps', () => {
  const opens = (columns: string): Record<string, string> => ({
    'src/db.rs': `use rusqlite::{Connection, Result};

const LATEST: i64 = 2;
const SCHEMA: &str = "CREATE TABLE secrets (${columns});";

pub fn open(path: &str) -> Result<Connection> {
    let conn = Connection::open(path)?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        conn.execute_batch(SCHEMA)?;
        conn.pragma_update(None, "user_version", LATEST)?;
        return Ok(conn);
    }
    if version < 2 {
        conn.execute_batch("ALTER TABLE secrets ADD COLUMN rotated_at INTEGER;")?;
        conn.pragma_update(None, "user_version", 2)?;
    }
    Ok(conn)
}
`,
  });

  it('nothing is wrong where both end the same', async () => {
    const { findings } = await lintFiles(opens('id INTEGER PRIMARY KEY, rotated_at INTEGER'));
    expect(placesOf(findings)).toEqual([]);
  });

  it('a schema that lacks what a step adds differs', async () => {
    const { findings } = await lintFiles(opens('id INTEGER PRIMARY KEY'));
    expect(placesOf(findings)).toEqual(['src/db.rs:15 installs-differ']);
  });
});

describe('a number that the code compares with stands around numbered steps', () => {
  const opens = (latest: number): Record<string, string> => ({
    'store.js': `const Database = require('better-sqlite3');

const LATEST = ${latest};

function open(file) {
  const db = new Database(file);
  const have = db.pragma('user_version', { simple: true });
  if (have < LATEST) {
    if (have < 1) db.exec('CREATE TABLE memo (id INTEGER PRIMARY KEY, body TEXT)');
    if (have < 2) db.exec('ALTER TABLE memo ADD COLUMN pinned INTEGER');
    if (have < 3) db.exec('ALTER TABLE memo ADD COLUMN tag TEXT');
    db.pragma(\`user_version = \${LATEST}\`);
  }
  console.log(db.prepare('SELECT tag FROM memo').all());
}

open('memo.db');
`,
  });

  it('nothing is wrong where it is that of the last step', async () => {
    expect(placesOf((await lintFiles(opens(3))).findings)).toEqual([]);
  });

  it('databases that have reached it never get to a later step', async () => {
    const { findings } = await lintFiles(opens(2));
    expect(placesOf(findings)).toEqual(['store.js:14 failing-statement']);
    expect(findings[0]?.holdsOn).toEqual(['after migration 2']);
  });
});
