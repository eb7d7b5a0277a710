import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
/** `npm ci --prefix test/companions` */
const lefthook = join(root, 'test/companions/node_modules/.bin/lefthook');
const page = readFileSync(join(root, 'docs/hooks.md'), 'utf8');

/** What the page says to write into a file: the block after its name. */
function blockAfter(words: string): string {
  const [, block = ''] = /```\w*\n([\s\S]*?)```/.exec(page.slice(page.indexOf(words))) ?? [];
  return block;
}

const schema = 'CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY);\n';
const broken = `${schema}CREATE INDEX cooks_id ON cooks (id);\n`;
const mended = `${schema}CREATE INDEX IF NOT EXISTS cooks_id ON cooks (id);\n`;
const project = {
  'package.json': '{ "name": "shop", "private": true }\n',
  'migralint.config.json': JSON.stringify({
    dialect: 'sqlite',
    deployments: [{ root: '.', run: [{ files: ['schema.sql'], when: 'always' }] }],
  }),
  'schema.sql': schema,
  '.gitignore': 'node_modules\n',
};

function git(folder: string, ...words: string[]) {
  return spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '', HUSKY: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
}

/** A repository with one commit; the tools are where `npm install` would have put them. */
function repository(files: Record<string, string> = {}): string {
  const folder = folderWith({ ...project, ...files }, 'git');
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(join(root, 'bin/migralint.js'), join(bin, 'migralint'));
  for (const name of ['husky', 'lint-staged']) symlinkSync(join(root, 'node_modules/.bin', name), join(bin, name));
  if (existsSync(lefthook)) symlinkSync(lefthook, join(bin, 'lefthook'));
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'first');
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('--staged', () => {
  const staged = (folder: string, ...words: string[]) => migralint(folder, ['--staged', '-f', 'compact', ...words]);

  test('reads the index, not the folder', async () => {
    const folder = repository();
    write(folder, 'schema.sql', broken);
    expect(await staged(folder)).toEqual({ code: 0, out: '', err: '' });
    git(folder, 'add', 'schema.sql');
    write(folder, 'schema.sql', mended);
    expect((await staged(folder)).out).toContain('schema.sql:2:14: error non-idempotent-alter');
    git(folder, 'add', 'schema.sql');
    write(folder, 'schema.sql', broken);
    expect((await staged(folder)).code).toBe(0);
  });

  test('reports what the commit brings, and not what was there', async () => {
    const folder = repository({ 'schema.sql': broken });
    write(folder, 'schema.sql', `-- a line above\n${broken}`);
    git(folder, 'add', '-A');
    expect(await staged(folder)).toMatchObject({ code: 0, out: '' });
    write(folder, 'schema.sql', `${broken}CREATE TABLE dishes (id INTEGER);\n`);
    git(folder, 'add', '-A');
    const { code, out } = await staged(folder);
    expect(code).toBe(1);
    expect(out).toMatch(/dishes/);
  });

  test('sees a first commit, a file that is deleted, and one that is not tracked', async () => {
    const first = folderWith({ ...project, 'schema.sql': broken }, 'git');
    git(first, 'add', '-A');
    expect((await staged(first)).code).toBe(1);
    const folder = repository();
    git(folder, 'rm', '-q', '--cached', 'schema.sql');
    expect((await staged(folder)).code).toBe(0);
    const other = repository();
    write(other, 'schema.sql', broken);
    write(other, 'other.sql', 'SELECT 1;\n');
    git(other, 'add', 'other.sql');
    expect((await staged(other)).code).toBe(0);
  });

  test('without a repository is bad usage, and so is a fix', async () => {
    expect(await staged(folderWith(project))).toMatchObject({
      code: 2,
      err: 'migralint: --staged: there is no git repository here\n',
    });
    expect((await staged(repository(), '--fix')).code).toBe(2);
  });
});

describe.runIf(existsSync(join(root, 'dist/cli.cjs')))('the hook', () => {
  const recipes: readonly (readonly [string, boolean, (folder: string) => void])[] = [
    [
      'husky',
      true,
      (folder) => {
        execFileSync('node_modules/.bin/husky', { cwd: folder });
        write(folder, '.husky/pre-commit', blockAfter('## husky\n'));
      },
    ],
    [
      'husky with lint-staged',
      true,
      (folder) => {
        execFileSync('node_modules/.bin/husky', { cwd: folder });
        write(folder, 'lint-staged.config.mjs', blockAfter('`lint-staged.config.mjs`'));
        const hook = page.slice(page.indexOf('`lint-staged.config.mjs`')).split('`.husky/pre-commit`:')[1] ?? '';
        write(folder, '.husky/pre-commit', /```sh\n([\s\S]*?)```/.exec(hook)?.[1] ?? '');
      },
    ],
    [
      'lefthook',
      existsSync(lefthook),
      (folder) => {
        write(folder, 'lefthook.yml', blockAfter('`lefthook.yml`'));
        execFileSync('node_modules/.bin/lefthook', ['install'], { cwd: folder, stdio: 'ignore' });
      },
    ],
    [
      'git',
      true,
      (folder) => {
        write(folder, '.git/hooks/pre-commit', blockAfter('## A plain git hook'));
        chmodSync(join(folder, '.git/hooks/pre-commit'), 0o755);
      },
    ],
  ];

  test.each(recipes.filter(([, isThere]) => isThere))(
    'of %s refuses a commit that breaks an install, and lets others pass',
    (_, __, install) => {
      const folder = repository();
      install(folder);
      write(folder, 'readme.txt', 'words\n');
      git(folder, 'add', 'readme.txt');
      const words = git(folder, 'commit', '-m', 'words');
      expect(words.status, words.stderr + words.stdout).toBe(0);
      write(folder, 'schema.sql', broken);
      git(folder, 'add', '-A');
      const refused = git(folder, 'commit', '-m', 'broken');
      expect(refused.status).not.toBe(0);
      expect(refused.stderr + refused.stdout).toContain('non-idempotent-alter');
      write(folder, 'schema.sql', mended);
      git(folder, 'add', '-A');
      const passed = git(folder, 'commit', '-m', 'mended');
      expect(passed.status, passed.stderr + passed.stdout).toBe(0);
    },
  );

  test('sees what git commit -a is about to commit', () => {
    const folder = repository();
    recipes.at(-1)?.[2](folder);
    write(folder, 'schema.sql', broken);
    expect(git(folder, 'commit', '-am', 'broken').status).not.toBe(0);
    expect(git(folder, 'log', '--format=%s').stdout).toBe('first\n');
  });

  const loadsCore = (folder: string): boolean => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/migralint.js'), '--staged'], {
      cwd: folder,
      encoding: 'utf8',
      // Node names the files that it loads; what the cache loads it does not see.
      env: { ...process.env, NODE_DEBUG: 'module', NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    expect(status).toBe(0);
    return stderr.includes('chunks/core-');
  };

  const plain = 'export const title = "Cooks";\n';
  const queries = 'export const all = (db) => db.query("SELECT id FROM cooks");\n';
  test.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ['a text', {}, { 'readme.txt': 'words\n' }, false],
    ['code and a script without SQL', {}, { 'web/page.ts': plain, 'build.sh': 'tsc -b\n' }, false],
    ['a test that holds SQL', {}, { 'test/cooks.test.ts': queries }, false],
    ['code that holds SQL', {}, { 'queries.ts': queries }, true],
    ['code that held SQL', { 'queries.ts': queries }, { 'queries.ts': plain }, true],
    ['a schema', {}, { 'schema.sql': mended }, true],
    ['SQL in a folder that is read only where the config names it', {}, { 'examples/a.sql': schema }, true],
    ['the config', {}, { 'migralint.config.json': '{ "dialect": "sqlite" }\n' }, true],
  ])('where a commit touches %s, parser and rules are loaded only if they are needed', (_, before, after, expected) => {
    const folder = repository(before);
    for (const [path, text] of Object.entries(after)) write(folder, path, text);
    git(folder, 'add', '-A');
    expect(loadsCore(folder)).toBe(expected);
  });
});
