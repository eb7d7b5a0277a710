import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from './command-line.ts';

const migrations = {
  'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY);\n',
  'migrations/0002_title.sql': 'ALTER TABLE recipes ADD COLUMN title TEXT;\n',
  'migrations/0003_title.sql': 'ALTER TABLE recipes ADD COLUMN title TEXT;\n',
};
const config = {
  dialect: 'sqlite',
  deployments: [{ root: '.', run: [{ files: ['migrations/*.sql'], when: 'once' }] }],
};
const files = { ...migrations, 'migralint.config.json': JSON.stringify(config), 'readme.md': 'words' };

const program = join(import.meta.dirname, '../../bin/migralint.js');
const broken = folderWith(files);
const healthy = folderWith({ ...files, 'migrations/0003_title.sql': 'SELECT 1;\n' });

interface Report {
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly severity: string }[];
  readonly paths: readonly { readonly name: string; readonly verdict: string }[];
}

async function reportOf(folder: string, ...words: string[]): Promise<Report> {
  return JSON.parse((await migralint(folder, ['-f', 'json', ...words])).out) as Report;
}

describe('a fault', () => {
  test('is reported, and the exit code is 1', async () => {
    const { code, out, err } = await migralint(broken, ['-f', 'compact']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^migrations\/0003_title\.sql:1:32: error duplicate-ddl: .*title/m);
  });

  test('is shown for people unless another format is asked for', async () => {
    const { out } = await migralint(broken, []);
    expect(out).toContain('    >   1 | ALTER TABLE recipes ADD COLUMN title TEXT;');
    expect(out).toContain('duplicate column name: title');
    expect(out).not.toContain('\u001b');
  });

  test.each([
    ['--fail-on', 'never'],
    ['--rule', 'duplicate-ddl=off'],
    ['migrations/0001_recipes.sql', '--rule', 'installs-differ=off'],
  ])('does not fail the run with %s %s', async (...words) => {
    expect((await migralint(broken, words)).code).toBe(0);
  });

  test('that is only a warning fails the run where no more are allowed', async () => {
    const asWarning = ['--rule', 'duplicate-ddl=warning'];
    expect((await migralint(broken, asWarning)).code).toBe(0);
    expect((await migralint(broken, [...asWarning, '--max-warnings', '0'])).code).toBe(1);
    expect((await migralint(broken, [...asWarning, '--fail-on', 'warning'])).code).toBe(1);
    expect((await migralint(broken, [...asWarning, '--quiet'])).out).toBe('');
  });

  test('is reported only where the paths ask for it; the project is read whole', async () => {
    const places = async (...words: string[]) => (await reportOf(broken, ...words)).findings.map(({ file }) => file);
    const all = await places();
    expect(await places('migrations/0003_title.sql')).toEqual(all);
    expect(await places('migrations/*_title.sql')).toEqual(all);
    expect(await places('readme.md')).toEqual([]);
    expect(await places('migrations')).toEqual(all);
  });

  test('is shown with its path from the working folder', async () => {
    const { findings } = await reportOf(join(broken, 'migrations'));
    expect(findings.map(({ file }) => file)).toContain('0003_title.sql');
    const elsewhere = await reportOf(healthy, broken);
    expect(elsewhere.findings.map(({ file }) => file)[0]).toMatch(/^\.\.\/migralint-\w+\/migrations\/0003_title\.sql$/);
  });

  test('can be asked for by start state', async () => {
    const { findings, paths } = await reportOf(broken, '--from', 'after 0003_title');
    expect(findings.filter(({ rule }) => rule === 'duplicate-ddl')).toEqual([]);
    expect(paths.map(({ name }) => name)).toEqual(['after 0003_title']);
    const { code, err } = await migralint(broken, ['--from', 'after 0003_titel']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'migralint: --from: no start state "after 0003_titel", did you mean "after 0003_title"?\n',
    });
    expect((await migralint(broken, ['--from', '0003'])).err).toContain('did you mean "after 0003_title"?');
  });
});

test.each([
  ['mysql', 'Keep one of the two.\n'],
  ['mariadb', 'Keep one of the two, or guard this one (IF NOT EXISTS) if both must stay.'],
])('a guard that %s does not have is not advised', async (dialect, advice) => {
  const folder = folderWith({
    'migrations/0001_cooks.sql':
      'CREATE TABLE cooks (id INT PRIMARY KEY, city INT);\nCREATE INDEX city ON cooks (city);\n',
    'migrations/0002_city.sql': 'CREATE INDEX city ON cooks (city);\n',
  });
  expect((await migralint(folder, ['--dialect', dialect])).out).toMatch(
    new RegExp(`fix +${advice.replace(/[.()]/g, '\\$&')}`),
  );
});

test('without a fault the exit code is 0', async () => {
  const { code, out } = await migralint(healthy, []);
  expect(code).toBe(0);
  expect(out).toMatch(/^nothing found\n3 files, 3 statements, /);
});

test('where there is no SQL there is nothing to check, unless files were given', async () => {
  const folder = folderWith({ 'readme.md': 'words' });
  const { code, err } = await migralint(folder, []);
  expect(code).toBe(2);
  expect(err).toMatch(/^migralint: nothing to check: /);
  expect((await migralint(folder, ['readme.md'])).code).toBe(0);
  const named = await migralint(dirname(folder), [folder]);
  expect({ code: named.code, err: named.err }).toEqual({ code: 2, err });
});

test('what two deployments run is told of once, with the installs of both', async () => {
  const script = 'CREATE TABLE cooks (id INTEGER);\nCREATE INDEX cooks_name ON cooks (name);';
  const deployments = ['one', 'two'].map((name) => ({
    name,
    root: '.',
    run: [{ files: ['schema.sql'], when: 'once' }],
  }));
  const config = JSON.stringify({ dialect: 'sqlite', deployments });
  const folder = folderWith({ 'schema.sql': script, 'migralint.config.json': config });
  const { code, out } = await migralint(folder, ['-f', 'compact']);
  expect(code).toBe(1);
  expect(out.match(/index-before-column/g)).toHaveLength(1);
});

test('SQL that makes no table is not called absent', async () => {
  const clickhouse = 'CREATE TABLE sales (id UInt64) ENGINE = MergeTree() ORDER BY id;';
  const folder = folderWith({ 'one.sql': clickhouse, 'two.sql': "CREATE FUNCTION f() RETURNS int AS 'SELECT 1';" });
  expect(await migralint(folder, [])).toMatchObject({
    code: 2,
    err: 'migralint: nothing to check: none of the 2 SQL files makes a table that could be followed, nor does host code (see --show-files)\n',
  });
  const { out } = await migralint(folder, ['--show-files']);
  expect(out).toContain('not checked, for another engine  one.sql');
});

test('a file that cannot be read is named, and the exit code is 2', async () => {
  const folder = folderWith(files);
  writeFileSync(join(folder, 'migrations/0004_picture.sql'), Buffer.from([0x89, 0, 0]));
  const { code, out } = await migralint(folder, ['--fail-on', 'never']);
  expect(code).toBe(2);
  expect(out).toContain('migrations/0004_picture.sql  not read  binary file');
});

test('a report goes to a file, without colour', async () => {
  const folder = folderWith(files);
  const { out, code } = await migralint(folder, ['-o', 'report.txt', '--color']);
  expect({ out, code }).toEqual({ out: '', code: 1 });
  expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toMatch(/^migrations\/0003_title\.sql:1:32 {2}error/);
  const { err } = await migralint(folder, ['-o', 'no/such/folder.txt']);
  expect(err).toBe('migralint: --output: no/such/folder.txt cannot be written (ENOENT)\n');
});

test.each([
  [['--color'], {}, true],
  [['--color', '--no-color'], {}, false],
  [[], { FORCE_COLOR: '1' }, true],
  [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  [[], {}, false],
])('colour with %s and %o: %s', async (words, env, colored) => {
  const { out } = await migralint(broken, words, env);
  expect(out.includes('\u001b[')).toBe(colored);
});

test('no colour into a pipe, in CI neither', () => {
  const env = { ...process.env, CI: 'true', FORCE_COLOR: undefined, NO_COLOR: undefined };
  const { stdout } = spawnSync(process.execPath, [program], { cwd: broken, env, encoding: 'utf8' });
  expect(stdout).toMatch(/^migrations\/0003_title\.sql:1:32 {2}error/);
});

test('the same input gives the same output, byte for byte', async () => {
  const first = await migralint(broken, ['-f', 'json']);
  expect(await migralint(broken, ['-f', 'json'])).toEqual(first);
});

describe('paths', () => {
  test('shows every path with its verdict and place', async () => {
    const { out, code } = await migralint(broken, ['paths']);
    expect(code).toBe(0);
    expect(out).toMatch(/^this project: as the config says, sqlite$/m);
    expect(out).toMatch(/^ {2}known from deployments in the config$/m);
    expect(out).toMatch(/^ {2}fails {3}fresh install +migrations\/0003_title\.sql:1 +duplicate column name: title$/m);
    expect(out).toMatch(/^ {2}ok {6}after 0003_title$/m);
  });

  test('--unsure names what is not certain, and why', async () => {
    const files = {
      'package.json': '{ "dependencies": { "better-sqlite3": "12" } }',
      'store.ts': `import Database from 'better-sqlite3';
const db = new Database('notes.db');
db.exec('ALTER TABLE notes ADD COLUMN archived INTEGER');
`,
    };
    const { out } = await migralint(folderWith(files), ['paths', '--unsure']);
    expect(out).toMatch(
      /^ {2}not certain:\n {4}store\.ts:3 {3}ALTER TABLE notes ADD COLUMN archived INTEGER\n {6}notes may .*no such table: notes\)$/m,
    );
    expect((await migralint(healthy, ['paths', '--unsure'])).out).toMatch(/^ {2}every outcome is certain$/m);
    expect((await migralint(folderWith(files), [])).out).toMatch(/not certain \(migralint paths --unsure\)$/m);
  });

  test('as JSON they are those of the report', async () => {
    const { paths } = await reportOf(broken);
    expect((JSON.parse((await migralint(broken, ['paths', '-f', 'json'])).out) as Report).paths).toEqual(paths);
  });
});

describe('schema', () => {
  test('shows the database at a state', async () => {
    expect((await migralint(healthy, ['schema'])).out).toBe(
      'CREATE TABLE recipes (\n  id INTEGER,\n  title TEXT,\n  PRIMARY KEY (id)\n);\n',
    );
    expect((await migralint(healthy, ['schema', '--at', 'after 0001_recipes'])).out).not.toContain('title');
    const { schemas } = JSON.parse((await migralint(healthy, ['schema', '-f', 'json'])).out) as { schemas: unknown };
    expect(schemas).toMatchObject([{ dialect: 'sqlite', complete: true, relations: [{ name: 'recipes' }] }]);
  });

  test('shows what PostgreSQL has beside tables', async () => {
    const folder = folderWith({
      'migrations/001_books.sql': [
        "CREATE TYPE mood AS ENUM ('sad', 'o''k');",
        'CREATE SCHEMA old;',
        'CREATE TABLE authors (id serial PRIMARY KEY, "Full Name" text NOT NULL);',
        'CREATE TABLE old.books (isbn text, author int REFERENCES authors ON DELETE CASCADE, m mood);',
        'CREATE UNIQUE INDEX books_isbn ON old.books (lower(isbn)) INCLUDE (m) WHERE author > 1;',
        'CREATE VIEW titles AS SELECT isbn FROM old.books;',
      ].join('\n'),
    });
    expect((await migralint(folder, ['schema', '--dialect', 'postgres'])).out).toBe(
      `CREATE SCHEMA old;

CREATE TYPE mood AS ENUM ('sad', 'o''k');

CREATE TABLE old.books (
  isbn text,
  author integer,
  m mood,
  CONSTRAINT books_author_fkey FOREIGN KEY (author) REFERENCES public.authors (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX books_isbn ON old.books (lower(isbn)) INCLUDE (m) WHERE author > 1;

CREATE TABLE authors (
  id integer NOT NULL DEFAULT nextval(),
  "Full Name" text NOT NULL,
  CONSTRAINT authors_pkey PRIMARY KEY (id)
);

CREATE VIEW titles (isbn) AS select isbn from old.books;
`,
    );
  });

  test('says what states there are', async () => {
    const { code, err } = await migralint(healthy, ['schema', '--at', 'frehs']);
    expect({ code, err }).toEqual({ code: 2, err: 'migralint: --at: no state "frehs", did you mean "fresh"?\n' });
  });
});

describe('diff', () => {
  test('shows what two states do not share', async () => {
    const { code, out } = await migralint(healthy, ['diff', 'after 0001_recipes', 'head']);
    expect(code).toBe(1);
    expect(out).toMatch(/^\+ column recipes\.title .*\n$/);
    const json = await migralint(healthy, ['diff', 'head', 'after 0001_recipes', '-f', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({
      comparisons: [{ differences: [{ kind: 'column', object: 'recipes.title', right: null }] }],
    });
  });

  test('says so where there is nothing', async () => {
    expect(await migralint(healthy, ['diff', 'fresh', 'head'])).toEqual({ code: 0, out: 'no difference\n', err: '' });
  });

  test.each([
    [['diff', 'fresh'], 'diff: expected two states; migralint paths lists them'],
    [['diff', 'fresh', '0001'], 'diff: no state "0001", did you mean "after 0001_recipes"?'],
    [['diff', 'fresh', 'haed'], 'diff: no state "haed", did you mean "head"?'],
  ])('%s', async (words, problem) => {
    expect(await migralint(healthy, words)).toEqual({ code: 2, out: '', err: `migralint: ${problem}\n` });
  });
});

describe('explain and rules', () => {
  test('explain shows what a rule is about', async () => {
    const { out, code } = await migralint(healthy, ['explain', 'duplicate-ddl']);
    expect(code).toBe(0);
    expect(out).toMatch(/^duplicate-ddl {2}error\n[^]*\nWhy\n[^]*\nInstead\n[^]*\nExample /);
  });

  test('a rule that is not there has a nearest name', async () => {
    const { code, err } = await migralint(healthy, ['explain', 'duplicate-dll']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'migralint: unknown rule "duplicate-dll", did you mean "duplicate-ddl"?\n',
    });
  });

  test('rules lists each with its severity', async () => {
    expect((await migralint(healthy, ['rules'])).out).toMatch(/^index-before-column +error +An index/m);
  });
});
