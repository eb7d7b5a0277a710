import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
