import { expect, it } from 'vitest';
import type { Finding } from '../../src/finding.ts';
import { lintFiles, placesOf } from '../support/project-of.ts';

const code = `import sqlite3
def open_db(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, paid_at TEXT)")
    return db.execute("SELECT id FROM orders WHERE paid_at IS NULL").fetchall()
open_db("shop.db")
`;

function loud(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

it('SQL in a folder named old is a database that a start may meet, as an assumption', async () => {
  const { findings } = await lintFiles({
    'shop.py': code,
    'old/v1.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);',
  });
  expect(findings.find(({ rule }) => rule === 'failing-statement')).toMatchObject({
    severity: 'warning',
    engineError: 'no such column: paid_at',
    reading: 'if databases of the shape in old/v1.sql are still in use',
  });
});

it('it is none where it makes other things, or where nothing says that it is past', async () => {
  const other = await lintFiles({
    'shop.py': code,
    'old/v1.sql': 'CREATE TABLE guests (id INTEGER PRIMARY KEY);\nCREATE TABLE visits (id INTEGER PRIMARY KEY);',
  });
  expect(loud(other.findings)).toEqual([]);
  const plain = await lintFiles({
    'shop.py': code,
    'more/v1.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);',
  });
  expect(loud(plain.findings)).toEqual([]);
});

it('a version that it writes tells which steps it has behind it', async () => {
  const steps = `import sqlite3
db = sqlite3.connect("shop.db")
have = db.execute("PRAGMA user_version").fetchone()[0]
if have < 1:
    db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
if have < 2:
    db.execute("ALTER TABLE orders ADD COLUMN paid_at TEXT")
db.execute("PRAGMA user_version = 2")
db.execute("DELETE FROM orders WHERE paid_at < '2000'")
`;
  const old = 'CREATE TABLE orders (id INTEGER PRIMARY KEY);\nPRAGMA user_version = ';
  expect((await lintFiles({ 'shop.py': steps, 'old/v1.sql': `${old}1;` })).findings).toEqual([]);
  const stamped = await lintFiles({ 'shop.py': steps, 'old/v2.sql': `${old}2;` });
  expect(placesOf(stamped.findings)).toContain('shop.py:9 failing-statement');
});

it('a ledger step that finds its own work done was run there before, so nothing is said', async () => {
  const { findings } = await lintFiles({
    'requirements.txt': 'aiosqlite\n',
    'migrations/1_orders.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);',
    'migrations/2_paid.sql': 'ALTER TABLE orders ADD COLUMN paid_at TEXT;',
    'old/v1.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);',
  });
  expect(loud(findings)).toEqual([]);
});
