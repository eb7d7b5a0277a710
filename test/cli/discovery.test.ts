import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from './command-line.ts';

const files = {
  'db/schema.sql': 'CREATE TABLE recipe (id INTEGER);',
  'db/Upper.SQL': 'SELECT 1;',
  'Cargo.toml': '[package]',
  'requirements-dev.txt': 'psycopg2',
  'deploy.sh': 'psql -f db/schema.sql',
  'hello.sh': 'echo hello',
  'app.py': 'conn.execute("CREATE TABLE recipe (id INTEGER)")',
  'colors.py': 'RED = 1',
  'readme.md': 'CREATE TABLE no',
  'tests/data.sql': 'SELECT 1;',
  'vendor/lib/x.sql': 'SELECT 1;',
  'node_modules/p/x.sql': 'SELECT 1;',
  'docs/tests/x.sql': 'SELECT 1;',
};

/** What `--show-files` lists, without the first line. */
async function shown(folder: string, ...words: string[]): Promise<readonly string[]> {
  const { out } = await migralint(folder, [...words, '--show-files']);
  return out
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/ {2,}/, ': '));
}

describe.each(['git', 'plain'] as const)('in a %s folder', (kind) => {
  const folder = folderWith(files, kind);

  test('takes what matters, with the reason', async () => {
    expect(await shown(folder)).toEqual([
      'manifest: Cargo.toml',
      'host code: app.py',
      'SQL: db/Upper.SQL',
      'SQL: db/schema.sql',
      'script: deploy.sh',
      'manifest: requirements-dev.txt',
    ]);
  });

  test('takes what is left out elsewhere where a path names it', async () => {
    expect(await shown(folder, 'tests/data.sql')).toContain('SQL: tests/data.sql');
    expect(await shown(folder, 'docs/tests', 'app.py')).toContain('SQL: docs/tests/x.sql');
    expect(await shown(folder, 'docs', 'app.py')).not.toContain('SQL: docs/tests/x.sql');
  });

  test('reads one folder as a project of its own, and shows its paths from here', async () => {
    expect(await shown(folder, 'tests')).toEqual(['SQL: tests/data.sql']);
    expect(await shown(join(folder, 'db'), '../tests')).toEqual(['SQL: ../tests/data.sql']);
  });
});

test('what git ignores is not read', async () => {
  const folder = folderWith({ ...files, '.gitignore': 'db/\n' }, 'git');
  expect(await shown(folder)).not.toContain('SQL: db/schema.sql');
});

test('what the config ignores is not read, and what it names is', async () => {
  const config = {
    ignore: ['db/U*'],
    deployments: [{ root: 'tests', run: [{ files: ['*.sql'], when: 'always' }] }],
  };
  const folder = folderWith({ ...files, 'migralint.config.json': JSON.stringify(config) });
  const list = await shown(folder);
  expect(list).toContain('SQL: tests/data.sql');
  expect(list).not.toContain('SQL: db/Upper.SQL');
});

test('what cannot be read is named, and is no crash', async () => {
  const folder = folderWith({ 'a.sql': 'SELECT 1;' });
  symlinkSync('circle.sql', join(folder, 'circle.sql'));
  symlinkSync('gone.txt', join(folder, 'dangling.sql'));
  symlinkSync('.', join(folder, 'itself'));
  writeFileSync(join(folder, 'picture.sql'), Buffer.from([0x89, 0x50, 0, 0, 1]));
  expect(await shown(folder)).toEqual([
    'SQL: a.sql',
    'not read: circle.sql: a link that leads back to itself',
    'not read: dangling.sql: a link to a file that is not there',
    'not read: picture.sql: binary file',
  ]);
});
