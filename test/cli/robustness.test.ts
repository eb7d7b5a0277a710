import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { folderWith, migralint, type Answer } from './command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

const good = 'CREATE TABLE recipe (id INTEGER);\n';
const canReadEverything = process.getuid?.() === 0;

/** Lints a folder as PostgreSQL; whatever it holds, no stack and no fault of our own may come out. */
async function check(folder: string, ...words: string[]): Promise<Answer> {
  const answer = await migralint(folder, ['--dialect', 'postgres', ...words]);
  expect(answer.out + answer.err).not.toMatch(/internal[ -]error|^\s+at .*:\d+:\d+/m);
  return answer;
}

interface JsonReport {
  readonly errors: readonly { readonly path: string }[];
  readonly coverage: { readonly files: number; readonly statements: number };
}

async function report(folder: string): Promise<JsonReport & { readonly code: number }> {
  const { code, out } = await check(folder, '-f', 'json');
  return { code, ...(JSON.parse(out) as JsonReport) };
}

test('links that lead back to themselves and to nothing are named, and the rest is read', async () => {
  const folder = folderWith({ 'db/schema.sql': good });
  symlinkSync('loop.sql', join(folder, 'db/loop.sql'));
  symlinkSync('gone', join(folder, 'db/lost.sql'));
  symlinkSync('..', join(folder, 'db/up'));
  const { code, errors, coverage } = await report(folder);
  expect(errors.map(({ path }) => path)).toEqual(['db/loop.sql', 'db/lost.sql']);
  expect({ code, statements: coverage.statements }).toEqual({ code: 2, statements: 1 });
});

test.skipIf(canReadEverything)('a file and a folder without permission are named', async () => {
  const folder = folderWith({ 'schema.sql': good, 'secret.sql': good, 'closed/a.sql': good });
  chmodSync(join(folder, 'secret.sql'), 0);
  chmodSync(join(folder, 'closed'), 0);
  const { code, errors } = await report(folder);
  chmodSync(join(folder, 'closed'), 0o700);
  expect(errors.map(({ path }) => path).sort()).toEqual(['closed', 'secret.sql']);
  expect(code).toBe(2);
});

test('bytes that are no text under the name of SQL are named', async () => {
  const folder = folderWith({
    'schema.sql': good,
    'picture.sql': '\u0089PNG\u0000\u0001',
    'nul.sql': 'SELECT\u0000 1;',
  });
  const { code, errors } = await report(folder);
  expect({ code, paths: errors.map(({ path }) => path) }).toEqual({ code: 2, paths: ['nul.sql', 'picture.sql'] });
  const pretty = await check(folder);
  expect(pretty.code).toBe(2);
  expect(pretty.out + pretty.err).toMatch(/picture\.sql.*binary/);
});

const encodings: readonly (readonly [string, Buffer])[] = [
  ['UTF-16 with a mark', Buffer.from(`\ufeff${good}`, 'utf16le')],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${good}`)],
  ['latin1', Buffer.from(`-- caf\u00e9\n${good}`, 'latin1')],
  ['CRLF', Buffer.from(`-- first\r\n${good.trimEnd()}\r\n`)],
  ['no newline and no semicolon', Buffer.from('CREATE TABLE recipe (id INTEGER)')],
];

test.each(encodings)('%s is read', async (_, bytes) => {
  const folder = folderWith({});
  writeFileSync(join(folder, 'schema.sql'), bytes);
  expect((await report(folder)).coverage).toMatchObject({ statements: 1, opaque: 0 });
});

test('an empty file beside others is no trouble; alone there is nothing to check', async () => {
  expect((await check(folderWith({ 'empty.sql': '', 'schema.sql': good }))).code).toBe(0);
  const alone = await check(folderWith({ 'empty.sql': '' }));
  expect(alone).toMatchObject({ code: 2, out: '' });
  expect(alone.err).toMatch(/^migralint: nothing to check/);
});

test('a folder named like a file, and names that no one types', async () => {
  const folder = folderWith({ 'my schema.sql': good, 'm\u00fcsli \u2603.sql': 'CREATE TABLE b (id INTEGER);' });
  mkdirSync(join(folder, 'folder.sql'));
  writeFileSync(join(folder, 'two\nlines.sql'), 'CREATE TABLE c (id INTEGER);');
  expect((await report(folder)).coverage).toMatchObject({ files: 3, statements: 3 });
});

const broken = [
  'CREATE TABLE (',
  "INSERT INTO a VALUES ('no end",
  'CREATE TABLE a (id int); $$$ ((( ;;; \u0001',
  '/* no end',
  '")"',
];

test.each(broken)('broken SQL ends in a report: %s', async (text) => {
  const { code } = await check(folderWith({ 'schema.sql': `${good}${text}` }));
  expect([0, 1]).toContain(code);
});

test('host code that ends inside a string, and host code that is none', async () => {
  const folder = folderWith({
    'schema.sql': good,
    'a.py': 'import sqlite3\ndb.execute("""CREATE TABLE a (id',
    'b.rs': 'fn main() { db.execute("CREATE TABLE b (id',
    'c.py': `database ${'(['.repeat(50_000)}`,
    'd.rs': `database ${'{('.repeat(50_000)}`,
  });
  expect([0, 1]).toContain((await check(folder)).code);
});

const deep = '('.repeat(100_000);
const closed = ')'.repeat(100_000);
const nestings = {
  check: `CREATE TABLE a (id int CHECK (${deep}id > 0${closed}));`,
  default: `CREATE TABLE a (id int DEFAULT ${deep}1${closed});`,
  index: `CREATE TABLE a (id int); CREATE INDEX i ON a (${deep}id${closed});`,
  view: `CREATE TABLE a (id int); CREATE VIEW v AS SELECT ${deep}id${closed} FROM a;`,
  'view over subqueries': `${good}CREATE VIEW v AS SELECT * FROM ${'(SELECT * FROM '.repeat(100_000)}`,
  'a column list that never ends': `CREATE TABLE a ${deep}`,
};

test('3,000 conditions in a DO block', async () => {
  const block = `DO $$ BEGIN ${'IF true THEN '.repeat(3000)} ALTER TABLE t ADD COLUMN a int; ${'END IF; '.repeat(3000)} END $$;`;
  const folder = folderWith({ 'schema.sql': `CREATE TABLE t (id int);\n${block}\nCREATE INDEX i ON t (a);` });
  const { code, out } = await migralint(folder, ['--dialect', 'postgres']);
  expect({ code, out: out.split('\n')[0] }).toEqual({ code: 0, out: 'nothing found' });
});

test.each(Object.entries(nestings))('100,000 parentheses: %s', async (_, sql) => {
  const { code } = await check(folderWith({ 'schema.sql': sql }));
  expect([0, 1]).toContain(code);
});

test('a line of 10 MB', async () => {
  const rows = Array.from({ length: 300_000 }, (_, id) => `(${id}, 'a row with words in it')`).join(', ');
  const table = 'CREATE TABLE recipe (id INTEGER, title TEXT);\n';
  const { code } = await check(folderWith({ 'schema.sql': `${table}INSERT INTO recipe VALUES ${rows};` }));
  expect(code).toBe(0);
});

test('10,000 files', async () => {
  const files = Array.from({ length: 10_000 }, (_, at) => [
    `s${at % 100}/table_${at}.sql`,
    `CREATE TABLE t${at} (id int);`,
  ]);
  const { coverage } = await report(folderWith(Object.fromEntries(files) as Record<string, string>));
  expect(coverage.statements).toBe(10_000);
});

const configs = {
  'no JSON': ['{ "dialect": ', /migralint\.config\.json/],
  'an unknown key': ['{ "dialekt": "sqlite" }', /dialect/],
  'a wrong type': ['{ "rules": 7 }', /rules/],
  'files that are not there': [
    '{ "deployments": [{ "root": ".", "run": [{ "files": ["no/*.sql"], "when": "once" }] }] }',
    /run\[0\]\.files: no file matches "no\/\*\.sql"/,
  ],
} as const;

test.each(Object.entries(configs))('a config with %s is said in a line', async (_, [config, words]) => {
  const { code, err } = await check(folderWith({ 'schema.sql': good, 'migralint.config.json': config }));
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

test.skipIf(process.platform === 'win32')('a working folder that is gone is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'migralint-gone-'));
  const program = join(import.meta.dirname, '../../bin/migralint.js');
  const inFolder = (word: string): string =>
    `cd '${folder}' && rmdir '${folder}' && '${process.execPath}' '${program}' ${word}`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', inFolder('check')], { encoding: 'utf8' });
  expect({ stdout, stderr, status }).toEqual({
    stdout: '',
    stderr: 'migralint: the current folder is not there any more\n',
    status: 2,
  });
});

describe("Node's permission model", () => {
  const option = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const program = join(import.meta.dirname, '../../bin/migralint.js');

  test.each([
    [
      '--allow-fs-read=*',
      /^migralint: Node's permission model does not let it ask git: start Node with --allow-child-process$/m,
    ],
    [
      `--allow-fs-read=${join(import.meta.dirname, '../..')}`,
      /does not let it read files \(.*\): start Node with --allow-fs-read$/m,
    ],
  ])('%s', (allowed, words) => {
    const cwd = folderWith({ 'schema.sql': good }, 'git');
    const { stderr, status } = spawnSync(process.execPath, [option, allowed, program], { cwd, encoding: 'utf8' });
    expect(stderr).toMatch(words);
    expect(status).toBe(2);
  });
});
