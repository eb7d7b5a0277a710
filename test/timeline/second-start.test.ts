import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

async function pathsOf(
  run: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly paths: readonly string[]; readonly found: readonly string[] }> {
  const config = `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [ ${run} ], "start": { "v1": ["v1.sql"] } } ] }`;
  const { histories, findings } = await lintFiles({ 'migralint.config.json': config, ...files });
  return {
    paths: histories.flatMap(({ paths }) => paths.map(({ name, verdict }) => `${verdict} ${name}`)),
    found: findings.map(({ severity, rule, span }) => `${severity} ${rule} ${span.file.path}`),
  };
}

it('an upgrade script that passes once fails at the next start of the upgraded install', async () => {
  const { paths, found } = await pathsOf(
    '{ "files": ["fresh.sql"], "when": "fresh" }, { "files": ["upgrade.sql"], "when": "upgrade" }',
    {
      'fresh.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'upgrade.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
      'v1.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
    },
  );
  expect(paths).toEqual(['ok fresh install', 'ok dump v1', 'ok second start', 'fails dump v1, second start']);
  expect(found).toContain('error non-idempotent-alter upgrade.sql');
});

it('a fresh database is fresh until the deploy has ended', async () => {
  const { paths, found } = await pathsOf(
    '{ "files": ["fresh.sql"], "when": "fresh" }, { "files": ["upgrade.sql"], "when": "upgrade" }',
    {
      'fresh.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, price INTEGER);',
      'upgrade.sql': 'DROP INDEX IF EXISTS dishes_price;',
      'v1.sql':
        'CREATE TABLE dishes (id INTEGER PRIMARY KEY, price INTEGER);\nCREATE INDEX dishes_price ON dishes (price);',
    },
  );
  expect(paths).toEqual(['ok fresh install', 'ok dump v1', 'ok second start']);
  expect(found).toEqual([]);
});

it('an error that is caught inside a transaction leaves it aborted', async () => {
  const code = `import psycopg2
def start():
    db = psycopg2.connect("dbname=kitchen")
    cursor = db.cursor()
    cursor.execute("CREATE TABLE IF NOT EXISTS dishes (id int)")
    try:
        cursor.execute("ALTER TABLE dishes ADD COLUMN price int")
    except psycopg2.Error:
        pass
    cursor.execute("CREATE INDEX IF NOT EXISTS dishes_price ON dishes (price)")
    db.commit()
start()
`;
  const { findings } = await lintFiles({ 'app.py': code });
  expect(findings.map(({ message }) => message)).toEqual([
    'This statement can run again, and fails then: current transaction is aborted, commands ignored until end of transaction block.',
  ]);
});
