import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from './command-line.ts';

const config = {
  dialect: 'sqlite',
  deployments: [{ root: '.', run: [{ files: ['migrations/*.sql'], when: 'once' }] }],
};
const old = {
  'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);\n',
  'migrations/0002_title.sql': 'ALTER TABLE recipes ADD COLUMN title TEXT;\n',
  'migralint.config.json': JSON.stringify(config),
};

interface Report {
  readonly findings: readonly {
    readonly rule: string;
    readonly file: string;
    readonly severity: string;
    readonly message: string;
  }[];
  readonly suppressed: number;
  readonly baseline: { readonly silenced: number; readonly gone: number } | null;
}

async function reportOf(folder: string, ...words: string[]): Promise<Report> {
  return JSON.parse((await migralint(folder, ['-f', 'json', ...words])).out) as Report;
}

describe('the baseline of an old project', () => {
  test('silences what is there, and only that; the summary counts it', async () => {
    const folder = folderWith(old);
    const before = (await reportOf(folder)).findings.length;
    expect(before).toBeGreaterThan(0);
    const { code, out } = await migralint(folder, ['baseline']);
    expect({ code, out }).toEqual({
      code: 0,
      out: `migralint-baseline.json: ${before} finding${before === 1 ? '' : 's'} known; only new ones are reported from now on\n`,
    });
    const quiet = await migralint(folder, []);
    expect(quiet.code).toBe(0);
    expect(quiet.out).toMatch(new RegExp(`^nothing found, ${before} silenced \\(${before} by the baseline\\)\n`));
    writeFileSync(join(folder, 'migrations/0003_cooks.sql'), 'CREATE TABLE cooks (id);\nCREATE TABLE cooks (id);\n');
    const { findings } = await reportOf(folder);
    expect(findings.map(({ file }) => file)).toContain('migrations/0003_cooks.sql');
    expect(findings.map(({ file }) => file)).not.toContain('migrations/0002_title.sql');
    expect((await reportOf(folder, '--no-baseline')).findings.length).toBeGreaterThan(findings.length);
  });

  test('knows a finding by rule, object and deployment: lines, words and the file may change', async () => {
    const folder = folderWith(old);
    await migralint(folder, ['baseline']);
    const moved = '-- a comment\n\nALTER  TABLE recipes\n  ADD COLUMN title TEXT NOT NULL DEFAULT 1;\n';
    writeFileSync(join(folder, 'migrations/0002_title.sql'), moved);
    expect((await reportOf(folder)).findings).toEqual([]);
    expect(readFileSync(join(folder, 'migralint-baseline.json'), 'utf8')).not.toMatch(/"line"|0002_title/);
  });

  test('says what is gone, and forgets it when told to', async () => {
    const folder = folderWith(old);
    await migralint(folder, ['baseline']);
    const known = (await reportOf(folder)).baseline?.silenced ?? 0;
    writeFileSync(join(folder, 'migrations/0002_title.sql'), 'SELECT 1;\n');
    expect((await reportOf(folder)).baseline).toEqual({ silenced: 0, gone: known });
    expect((await migralint(folder, [])).out).toMatch(/ of the baseline (?:is|are) gone: migralint baseline --prune /);
    expect((await migralint(folder, ['baseline', '--prune'])).out).toContain(
      `${known} finding${known === 1 ? '' : 's'} gone, 0 left`,
    );
    expect((await reportOf(folder)).baseline).toEqual({ silenced: 0, gone: 0 });
  });

  test('pruning adds nothing', async () => {
    const folder = folderWith(old);
    await migralint(folder, ['baseline', '--prune']);
    expect((await reportOf(folder)).findings.length).toBeGreaterThan(0);
  });

  test('a warning that has become an error is reported again', async () => {
    const folder = folderWith(old);
    await migralint(folder, ['baseline', '--rule', 'duplicate-ddl=warning']);
    const { findings } = await reportOf(folder);
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error duplicate-ddl');
  });

  test.each([
    ['{', /^migralint: migralint-baseline\.json:1:2: /],
    ['{"version":7}', /^migralint: migralint-baseline\.json: no baseline that this version can read/],
  ])('that cannot be read ends the run: %s', async (text, problem) => {
    const { code, err } = await migralint(folderWith({ ...old, 'migralint-baseline.json': text }), []);
    expect(code).toBe(2);
    expect(err).toMatch(problem);
  });

  test('that the config names must be there', async () => {
    const named = { ...old, 'migralint.config.json': JSON.stringify({ ...config, baseline: 'known.json' }) };
    const folder = folderWith(named);
    expect((await migralint(folder, [])).err).toContain('known.json: the baseline cannot be read (ENOENT)');
    await migralint(folder, ['baseline']);
    expect((await migralint(folder, [])).code).toBe(0);
  });
});

describe('levels in the config', () => {
  const withRules = (more: object) =>
    folderWith({ ...old, 'migralint.config.json': JSON.stringify({ ...config, ...more }) });
  const severities = async (folder: string, ...words: string[]) =>
    (await reportOf(folder, ...words)).findings.map(({ rule, severity }) => `${severity} ${rule}`);

  test('hold for some files only', async () => {
    const override = { files: ['migrations/0002*'], rules: { 'duplicate-ddl': 'warning' } };
    expect(await severities(withRules({ overrides: [override] }))).toContain('warning duplicate-ddl');
    const elsewhere = { ...override, files: ['migrations/0003*'] };
    expect(await severities(withRules({ overrides: [elsewhere] }))).toContain('error duplicate-ddl');
  });

  test('the last that matches wins, and the command line wins over all', async () => {
    const files = ['migrations/**'];
    const off = { files, rules: { 'duplicate-ddl': 'off' } };
    const info = { files, rules: { 'duplicate-ddl': 'info' } };
    const folder = withRules({ rules: { 'duplicate-ddl': 'off' }, overrides: [off, info] });
    expect(await severities(folder)).toContain('info duplicate-ddl');
    expect((await severities(folder, '--rule', 'duplicate-ddl=error'))[0]).toBe('error duplicate-ddl');
    expect(await severities(withRules({ overrides: [info, off] }))).not.toContain('info duplicate-ddl');
  });

  test('an unknown rule is named', async () => {
    const { err } = await migralint(
      withRules({ overrides: [{ files: ['*'], rules: { 'duplicate-dll': 'off' } }] }),
      [],
    );
    expect(err).toContain('overrides[0].rules: unknown rule "duplicate-dll", did you mean "duplicate-ddl"?');
  });
});

describe('ignore comments', () => {
  const alter = 'ALTER TABLE recipes ADD COLUMN title TEXT;';
  const withSecond = (text: string) => folderWith({ ...old, 'migrations/0002_title.sql': text });

  test.each([
    `-- migralint-ignore duplicate-ddl: known\n${alter}`,
    `-- migralint-ignore duplicate-ddl, installs-differ: known\n${alter}`,
    `ALTER TABLE recipes -- migralint-ignore duplicate-ddl: known\n ADD COLUMN title TEXT;`,
    `${alter}\n-- migralint-ignore-file duplicate-ddl: known`,
    `-- migralint-ignore-start duplicate-ddl: known\nSELECT 1;\n${alter}\n-- migralint-ignore-end`,
    `/* migralint-ignore-start duplicate-ddl: known */ ${alter} /* migralint-ignore-end duplicate-ddl */`,
  ])('silence the finding that they name: %s', async (text) => {
    const { findings, suppressed } = await reportOf(withSecond(text));
    expect(findings.map(({ rule }) => rule)).not.toContain('duplicate-ddl');
    expect(suppressed).toBeGreaterThan(0);
  });

  test.each([
    [`${alter}\n-- migralint-ignore duplicate-ddl: known`, 'duplicate-ddl finds nothing here'],
    [
      `-- migralint-ignore-start duplicate-ddl: a\nSELECT 1;\n-- migralint-ignore-end\n${alter}`,
      'duplicate-ddl finds nothing here',
    ],
    [`-- migralint-ignore-start duplicate-ddl: a\n${alter}`, 'begins a range that never ends'],
    [`${alter}\n-- migralint-ignore-end`, 'ends a range that nothing begins'],
    [`-- migralint-ignore\n${alter}`, 'names no rule'],
    [`-- migralint-ignore: because\n${alter}`, 'names no rule'],
    [`-- migralint-ignore duplicate-dll: known\n${alter}`, 'names duplicate-dll, which is no rule'],
    [`-- migralint-ignore duplicate-ddl\n${alter}`, 'gives no reason'],
  ])('that do not work are reported: %s', async (text, problem) => {
    const { findings } = await reportOf(withSecond(text));
    const complaint = findings.find(({ rule }) => rule === 'unused-ignore');
    expect(complaint?.message).toContain(problem);
  });

  test('a range may hold others', async () => {
    const text = `-- migralint-ignore-start duplicate-ddl: a
-- migralint-ignore-start installs-differ: b
${alter}
-- migralint-ignore-end installs-differ
-- migralint-ignore-end duplicate-ddl`;
    const { findings } = await reportOf(withSecond(text));
    expect(findings.map(({ rule }) => rule)).not.toContain('duplicate-ddl');
  });

  test('for a rule that is off need not silence anything', async () => {
    const { findings } = await reportOf(
      withSecond(`-- migralint-ignore duplicate-ddl: known\n${alter}`),
      '--rule',
      'duplicate-ddl=off',
    );
    expect(findings.map(({ rule }) => rule)).not.toContain('unused-ignore');
  });

  /** Code that adds a column at every start, with a comment before it. */
  const hosts: Readonly<Record<string, readonly [manifest: string, file: string, code: (comment: string) => string]>> =
    {
      python: [
        'pyproject.toml',
        'app.py',
        (comment) => `import sqlite3


def start(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY)")
    # ${comment}
    db.execute("ALTER TABLE recipes ADD COLUMN title TEXT")


if __name__ == "__main__":
    start("recipes.db")
`,
      ],
      rust: [
        'Cargo.toml',
        'src/main.rs',
        (comment) => `use rusqlite::Connection;

fn main() {
    let db = Connection::open("recipes.db").unwrap();
    db.execute("CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY)", []).unwrap();
    // ${comment}
    db.execute("ALTER TABLE recipes ADD COLUMN title TEXT", []).unwrap();
}
`,
      ],
      go: [
        'go.mod',
        'main.go',
        (comment) => `package main

import (
	"database/sql"

	_ "modernc.org/sqlite"
)

func main() {
	db, err := sql.Open("sqlite", "recipes.db")
	if err != nil {
		panic(err)
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY)"); err != nil {
		panic(err)
	}
	// ${comment}
	if _, err := db.Exec("ALTER TABLE recipes ADD COLUMN title TEXT"); err != nil {
		panic(err)
	}
}
`,
      ],
      typescript: [
        'package.json',
        'main.ts',
        (comment) => `import Database from 'better-sqlite3';

const db: Database.Database = new Database('recipes.db');
db.exec('CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY)');
/* ${comment} */
db.exec('ALTER TABLE recipes ADD COLUMN title TEXT');
`,
      ],
      javascript: [
        'package.json',
        'main.js',
        (comment) => `const Database = require('better-sqlite3');

const db = new Database('recipes.db');
db.exec('CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY)');
// ${comment}
db.exec('ALTER TABLE recipes ADD COLUMN title TEXT');
`,
      ],
    };

  test.each(Object.entries(hosts))('work in %s code', async (_, [manifest, file, code]) => {
    const rulesIn = async (comment: string) =>
      (await reportOf(folderWith({ [manifest]: '', [file]: code(comment) }))).findings.map(({ rule }) => rule);
    expect(await rulesIn('as it is')).toContain('non-idempotent-alter');
    for (const kind of ['', '-file']) {
      expect(await rulesIn(`migralint-ignore${kind} non-idempotent-alter: the file is new each time`)).toEqual([]);
    }
    expect(await rulesIn('migralint-ignore non-idempotent-alter')).toEqual(['unused-ignore']);
    const [, opener = '', closer = ''] = /([#/*]+) as it is( \*\/)?/.exec(code('as it is')) ?? [];
    const next = `${closer}\n${opener} `;
    const inRange = `migralint-ignore-start non-idempotent-alter: the file is new each time${next}more words`;
    const text = `${code(inRange)}${opener} migralint-ignore-end${closer}\n`;
    const ranged = await reportOf(folderWith({ [manifest]: '', [file]: text }));
    expect(ranged.findings.map(({ rule }) => rule)).toEqual([]);
    expect(await rulesIn(inRange)).toEqual(expect.arrayContaining(['non-idempotent-alter', 'unused-ignore']));
    const elsewhere = `migralint-ignore-start duplicate-ddl: known${next}migralint-ignore-end`;
    expect(await rulesIn(elsewhere)).toEqual(expect.arrayContaining(['non-idempotent-alter', 'unused-ignore']));
  });
});
