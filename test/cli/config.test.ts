import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint, type Answer } from './command-line.ts';

/** What `--print-config` says about the config that holds in a folder. */
async function configIn(
  folder: string,
  ...words: string[]
): Promise<{ from: string | null; config: { dialect?: string } }> {
  const { out, err } = await migralint(folder, ['--print-config', ...words]);
  expect(err).toBe('');
  return JSON.parse(out) as { from: string | null; config: { dialect?: string } };
}

test.each([
  ['migralint.config.json', '{ "dialect": "mysql" }'],
  ['migralint.config.mjs', 'export default { dialect: "mysql" };'],
  ['package.json', '{ "name": "x", "migralint": { "dialect": "mysql" } }'],
])('%s is found from folders below', async (name, text) => {
  const folder = folderWith({ [name]: text, 'db/schema.sql': '' });
  expect(await configIn(folder)).toMatchObject({ from: name, config: { dialect: 'mysql' } });
  expect(await configIn(join(folder, 'db'))).toMatchObject({ from: `../${name}`, config: { dialect: 'mysql' } });
});

test('nothing beyond the top of the repository is a config', async () => {
  const folder = folderWith({ 'migralint.config.json': '{ "dialect": "mysql" }', 'repository/a.sql': '' });
  mkdirSync(join(folder, 'repository/.git'));
  expect((await configIn(join(folder, 'repository'))).from).toBeNull();
});

test('options win', async () => {
  const folder = folderWith({
    'migralint.config.json': '{ "dialect": "mysql" }',
    'other.json': '{ "dialect": "mariadb" }',
  });
  expect((await configIn(folder, '--dialect', 'postgres')).config.dialect).toBe('postgres');
  expect((await configIn(folder, '--config', 'other.json')).config.dialect).toBe('mariadb');
  expect((await configIn(folder, '--no-config')).config.dialect).toBeUndefined();
});

test('the levels of --rule join those of the config', async () => {
  const folder = folderWith({ 'migralint.config.json': '{ "rules": { "unused-ignore": "off" } }' });
  const { config } = await configIn(folder, '--rule', 'internal-error=warning');
  expect(config).toEqual({ rules: { 'unused-ignore': 'off', 'internal-error': 'warning' } });
});

test('every fault of a config is a line, without a stack', async () => {
  const folder = folderWith({ 'migralint.config.json': '{ "dialct": "x", "upgrades": 1 }', 'a.sql': '' });
  const answer: Answer = await migralint(folder, []);
  expect(answer).toEqual({
    code: 2,
    out: '',
    err:
      'migralint: migralint.config.json: unknown key "dialct", did you mean "dialect"?\n' +
      'migralint: migralint.config.json: upgrades: expected true or false, got 1\n',
  });
});

test('a config that throws is a line, too', async () => {
  const folder = folderWith({ 'migralint.config.mjs': 'throw new Error("no luck");' });
  const { code, err } = await migralint(folder, []);
  expect(code).toBe(2);
  expect(err).toMatch(/^migralint: .*migralint\.config\.mjs: no luck\n$/);
});

test('a config in another folder is named with it', async () => {
  const folder = folderWith({ 'shop/migralint.config.json': '{ "dialct": "x" }', 'shop/a.sql': '' });
  const { code, err } = await migralint(folder, ['shop']);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'migralint: shop/migralint.config.json: unknown key "dialct", did you mean "dialect"?\n',
  });
});

describe('a pattern that names no file', () => {
  const files = {
    'db/schema.sql': 'CREATE TABLE jobs (id INTEGER PRIMARY KEY);',
    'db/migrations/001_a.sql': 'ALTER TABLE jobs ADD COLUMN title TEXT;',
    'db/old.ddl': 'CREATE TABLE jobs (id INTEGER PRIMARY KEY);',
  };

  /** What is said about one deployment of these files. */
  async function said(deployment: object, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const config = JSON.stringify({ dialect: 'sqlite', deployments: [deployment], ignore: ['vendor/**'] });
    const { err } = await migralint(folderWith({ ...files, ...more, 'migralint.config.json': config }), []);
    return err.replaceAll('migralint: migralint.config.json: ', '');
  }
  const always = { files: ['db/schema.sql'], when: 'always' };
  const once = (...patterns: string[]) => ({ files: patterns, when: 'once' });

  test.each([
    [once('db/migratons/*.sql'), 'no file matches "db/migratons/*.sql", did you mean "db/migrations/*.sql"?'],
    [
      once('db/migrations/001_b.sql'),
      'no file matches "db/migrations/001_b.sql", did you mean "db/migrations/001_a.sql"?',
    ],
    [once('sql/**'), 'no file matches "sql/**"'],
    [once('db/migrations/V*.sql'), 'no file matches "db/migrations/V*.sql"'],
    [once('db/old.ddl'), '"db/old.ddl" names no file that ends in .sql'],
    [once('vendor/*.sql'), '"ignore" leaves out what "vendor/*.sql" names'],
  ])('%j', async (entry, problem) => {
    const vendor = { 'vendor/a.sql': 'CREATE TABLE a (b INT);' };
    expect(await said({ root: '.', run: [always, entry] }, vendor)).toBe(`deployments[0].run[1].files: ${problem}\n`);
  });

  test('a root that is not there is one line', async () => {
    expect(await said({ root: 'bd', run: [once('a.sql'), once('b/*.sql')] })).toBe(
      'deployments[0].root: there is no folder "bd", did you mean "db"?\n',
    );
  });

  test('in a start state', async () => {
    const run = [always, once('db/migrations/*.sql')];
    expect(
      await said({ root: 'db', run: [once('*.sql', 'migrations/*.sql')], start: { 'v0.9': ['v0.9/*.sql'] } }),
    ).toBe('deployments[0].start["v0.9"]: no file matches "v0.9/*.sql"\n');
    expect(await said({ root: '.', run, start: { releases: 'v*' } })).toBe('');
  });

  test('a glob may be empty as long as its folder has no SQL that nothing names', async () => {
    const entries = [once('db/migrations/V*.sql'), { files: ['db/migrations/R*.sql'], when: 'on-change' }];
    const renamed = { 'db/migrations/001_a.sql': '', 'db/migrations/V1__a.sql': '' };
    expect(await said({ root: '.', run: [always, once('db/migrations/0*.sql'), ...entries] }, renamed)).toBe('');
    expect(await said({ root: '.', run: [always, once('later/*')] }, { 'later/.gitkeep': '' })).toBe('');
  });

  test('a rerunnable migration that is not there', async () => {
    const run = [always, once('db/migrations/*.sql')];
    expect(await said({ root: '.', run, rerunnable: ['001'] })).toBe('');
    expect(await said({ root: '.', run, rerunnable: ['001_b'] })).toBe(
      'deployments[0].rerunnable[0]: no migration that runs once is called "001_b" or begins so, did you mean "001_a"?\n',
    );
    expect(await said({ root: '.', run: [always], rerunnable: ['001'] })).toBe('');
  });

  test('is no trouble for a person who looks for the files', async () => {
    const config = JSON.stringify({ deployments: [{ root: '.', run: [once('sql/*.sql')] }] });
    const folder = folderWith({ ...files, 'migralint.config.json': config });
    expect((await migralint(folder, ['--show-files'])).code).toBe(0);
    expect((await migralint(folder, ['paths'])).code).toBe(2);
  });
});
