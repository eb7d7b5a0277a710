import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config.ts';
import { folderWith, migralint } from './command-line.ts';

const app = {
  'app.py': `import sqlite3


def start():
    db = sqlite3.connect("cooks.db")
    db.executescript("CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY)")


if __name__ == "__main__":
    start()
`,
};

const text = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

describe('migralint init', () => {
  test('shows what was found with its evidence, and writes a config that says it', async () => {
    const folder = folderWith(app, 'git');
    const { code, out } = await migralint(folder, ['init']);
    expect(code).toBe(0);
    expect(out).toContain('known from import sqlite3 in app.py');
    expect(out).toContain('migralint.config.json  written\n');
    const config = text(folder, 'migralint.config.json');
    expect(parseConfig(config, 'c')).toEqual({ ok: true, config: { dialect: 'sqlite', ignore: [] } });
    expect(config).toMatch(/\/\/ {3}this project: app\.start runs at every start/);
    expect(config.split('\n').length).toBeLessThan(12);
    expect((await migralint(folder, ['--print-config'])).out).toContain('"from": "migralint.config.json"');
    expect((await migralint(folder, [])).code).toBe(0);
  });

  test('writes the hook where git looks for it, from a worktree too', async () => {
    const folder = folderWith(app, 'git');
    const worktree = join(mkdtempSync(join(tmpdir(), 'migralint-worktree-')), 'worktree');
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    execFileSync('git', [...identity, 'commit', '-q', '--no-verify', '--allow-empty', '-m', 'first'], { cwd: folder });
    execFileSync('git', ['worktree', 'add', '-q', '-b', 'other', worktree], { cwd: folder });
    writeFileSync(join(worktree, 'app.py'), app['app.py']);
    expect((await migralint(worktree, ['init', '--hook'])).code).toBe(0);
    expect(text(folder, '.git/hooks/pre-commit')).toContain('migralint --staged');
  });

  test('offers the hook and the file for CI, and writes them only when told to', async () => {
    const folder = folderWith(app, 'git');
    const { out } = await migralint(folder, ['init']);
    expect(out).toContain('.git/hooks/pre-commit  would be the commit hook: migralint init --hook\n');
    expect(out).toContain('.github/workflows/migralint.yml  would be the file for CI: migralint init --ci\n');
    expect(existsSync(join(folder, '.git/hooks/pre-commit'))).toBe(false);
    await migralint(folder, ['init', '--hook', '--ci']);
    expect(text(folder, '.git/hooks/pre-commit')).toBe('#!/bin/sh\nexec npx --no-install migralint --staged\n');
    expect(statSync(join(folder, '.git/hooks/pre-commit')).mode & 0o111).toBe(0o111);
    expect(parse(text(folder, '.github/workflows/migralint.yml'))).toMatchObject({ name: 'migralint' });
  });

  test.each([
    ['migralint.config.json', '{ "dialect": "sqlite" }\n', []],
    ['.git/hooks/pre-commit', '#!/bin/sh\nexit 0\n', ['--hook']],
    ['.husky/pre-commit', 'npm test\n', ['--hook']],
    ['.pre-commit-config.yaml', 'repos: []\n', ['--hook']],
    ['lefthook.yml', 'pre-push: {}\n', ['--hook']],
    ['.gitlab-ci.yml', 'test: {}\n', ['--ci']],
    ['.circleci/config.yml', 'version: 2.1\n', ['--ci']],
    ['.github/workflows/migralint.yml', 'name: mine\n', ['--ci']],
  ])('leaves %s as it is', async (path, before, words) => {
    const folder = folderWith({ ...app, [path]: before }, 'git');
    const { code, out } = await migralint(folder, ['init', ...words]);
    expect(code).toBe(0);
    expect(text(folder, path)).toBe(before);
    expect(out).toContain(`${path}  is there already, and stays as it is`);
    if (words.length > 0) expect(out).toMatch(/^ {4}.*(?:migralint --staged|npx --yes migralint)|^ {4}migralint:$/m);
  });

  test('husky gets its hook where it wants it', async () => {
    const folder = folderWith({ ...app, '.husky/_/husky.sh': '' }, 'git');
    await migralint(folder, ['init', '--hook']);
    expect(text(folder, '.husky/pre-commit')).toBe('npx --no-install migralint --staged\n');
  });

  test('does not assert a dialect that nothing shows', async () => {
    const files = {
      'migrations/0001_a.sql': 'CREATE TABLE a (id INTEGER);',
      'migrations/0002_b.sql': 'CREATE TABLE b (id INTEGER);',
    };
    const folder = folderWith(files, 'git');
    expect((await migralint(folder, ['init'])).out).toContain('no sign of a dialect');
    expect(parseConfig(text(folder, 'migralint.config.json'), 'c')).toEqual({ ok: true, config: { ignore: [] } });
  });

  test('says so where nothing runs SQL', async () => {
    const { code, out } = await migralint(folderWith({ 'readme.txt': '' }, 'git'), ['init']);
    expect(code).toBe(0);
    expect(out).toContain('No deployment was found');
  });

  test('the pages show the very files that it writes', async () => {
    const page = readFileSync('docs/continuous-integration.md', 'utf8');
    const folder = folderWith(app, 'git');
    await migralint(folder, ['init', '--ci']);
    expect(page).toContain(text(folder, '.github/workflows/migralint.yml'));
    const { out } = await migralint(folderWith({ ...app, '.gitlab-ci.yml': '' }, 'git'), ['init', '--ci']);
    const job = out.slice(
      out.indexOf('    migralint:\n'),
      out.indexOf('junit: migralint.xml') + 'junit: migralint.xml'.length,
    );
    expect(page).toContain(job.replace(/^ {4}/gm, ''));
  });

  test('says what a hook needs, and that nothing is checked as long as there is no SQL', async () => {
    const folder = folderWith({ 'package.json': '{}' }, 'git');
    const { code, out } = await migralint(folder, ['init', '--hook']);
    expect(code).toBe(0);
    expect(out).toContain('The hook needs migralint in the project: npm install --save-dev migralint\n');
    expect(out).toContain('There is no SQL here yet. Until there is, migralint ends with exit code 2');
    expect((await migralint(folder, [])).code).toBe(2);
  });
});
