import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderWith } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const isThere = spawnSync('pre-commit', ['--version']).status === 0 && existsSync(join(root, 'dist/cli.cjs'));

test('the hook of pre-commit reads the project whole, once', () => {
  expect(parse(text('.pre-commit-hooks.yaml'))).toMatchObject([
    { id: 'migralint', entry: 'migralint --staged', language: 'node', pass_filenames: false, require_serial: true },
  ]);
});

/** Packages come from npm's cache where they are in it. */
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  PRE_COMMIT_COLOR: 'never',
  npm_config_prefer_offline: 'true',
};

function run(folder: string, command: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8', env });
  return { status, said: stdout + stderr };
}

const schema = 'CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY);\n';

/** A repository with one commit and a fault that is staged. */
function repository(files: Record<string, string> = {}): string {
  const deployments = [{ root: '.', run: [{ files: ['schema.sql'], when: 'always' }] }];
  const config = JSON.stringify({ dialect: 'sqlite', deployments });
  const folder = folderWith({ 'migralint.config.json': config, 'schema.sql': schema, ...files }, 'git');
  run(folder, 'git', 'add', '-A');
  run(folder, 'git', 'commit', '-qm', 'first');
  writeFileSync(join(folder, 'schema.sql'), `${schema}CREATE INDEX cooks_id ON cooks (id);\n`);
  run(folder, 'git', 'add', '-A');
  return folder;
}

describe.runIf(isThere)('pre-commit', () => {
  test('takes this repository for a hook, and the hook refuses a fault', { timeout: 600_000 }, () => {
    const folder = repository();
    const { status, said } = run(folder, 'pre-commit', 'try-repo', root, 'migralint');
    expect(said).toMatch(/^schema\.sql:2:14 {2}error {2}non-idempotent-alter$/m);
    expect(status).toBe(1);
  });

  test('runs the recipe of the documentation as a hook of git', { timeout: 300_000 }, () => {
    const [, recipe = ''] = /## pre-commit\n\n```yaml\n([\s\S]*?)```/.exec(text('docs/hooks.md')) ?? [];
    const packed = folderWith({});
    const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', packed];
    const [{ filename } = { filename: '' }] = JSON.parse(
      execFileSync('npm', words, { cwd: root, encoding: 'utf8' }),
    ) as { filename: string }[];
    expect(recipe).toContain('additional_dependencies: [migralint]');
    const config = recipe.replace('[migralint]', `['${join(packed, filename)}']`);
    const folder = repository({ '.pre-commit-config.yaml': config });
    expect(run(folder, 'pre-commit', 'install')).toMatchObject({ status: 0 });
    const refused = run(folder, 'git', 'commit', '-m', 'second');
    expect(refused.said).toContain('schema.sql:2:14  error  non-idempotent-alter');
    expect(refused.status).toBe(1);
    writeFileSync(join(folder, 'schema.sql'), `${schema}CREATE INDEX IF NOT EXISTS cooks_id ON cooks (id);\n`);
    run(folder, 'git', 'add', '-A');
    expect(run(folder, 'git', 'commit', '-m', 'second')).toMatchObject({ status: 0 });
  });
});
