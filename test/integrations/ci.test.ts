import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderWith, migralint } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

const broken = {
  'app/migralint.config.json': JSON.stringify({
    dialect: 'sqlite',
    deployments: [{ root: '.', run: [{ files: ['*.sql'], when: 'always' }] }],
    overrides: [{ files: ['3.sql'], rules: { 'unused-ignore': 'info' } }],
  }),
  'app/3.sql': '-- migralint-ignore\nSELECT 1;\n',
  'app/1 schema.sql':
    'CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);\nCREATE INDEX cooks_name ON cooks (name);\n',
  'app/2.sql': '-- migralint-ignore\nCREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);\n',
};

interface Pattern {
  readonly regexp: string;
  readonly [group: string]: string | number;
}

/** Lines matched as runners do: a pattern to a line, one after the other; the last one's match makes a problem. */
function problems(output: string, patterns: readonly Pattern[]): readonly Record<string, string>[] {
  const lines = output.replace(/\u001b\[\d+m/g, '').split('\n');
  return lines.flatMap((_, at) => {
    const found: Record<string, string> = {};
    for (const [offset, { regexp, ...groups }] of patterns.entries()) {
      const match = new RegExp(regexp).exec(lines[at + offset] ?? '');
      if (match === null) return [];
      for (const [name, group] of Object.entries(groups)) found[name] = match[Number(group)] ?? '';
    }
    return [found];
  });
}

describe('problem matchers', () => {
  const github = (
    JSON.parse(text('matchers/github.json')) as { problemMatcher: { owner: string; pattern: Pattern[] }[] }
  ).problemMatcher;
  const tasks = (
    JSON.parse(text('matchers/vscode-tasks.json')) as {
      tasks: { command: string; problemMatcher: { pattern: Pattern | Pattern[] } }[];
    }
  ).tasks;
  const patterns = (owner: string) => github.find((matcher) => matcher.owner === owner)?.pattern ?? [];

  test.each([
    ['compact', 'migralint-compact', 0],
    ['pretty', 'migralint', 1],
  ] as const)('find every finding in what %s prints', async (format, owner, task) => {
    const folder = join(folderWith(broken), 'app');
    const { findings } = JSON.parse((await migralint(folder, ['-f', 'json'])).out) as {
      findings: { file: string; line: number; column: number; severity: string; rule: string; message: string }[];
    };
    expect([...new Set(findings.map(({ severity }) => severity))].sort()).toEqual(['error', 'info', 'warning']);
    const expected: readonly unknown[] = findings.map(({ file, line, column, severity, rule }): unknown =>
      expect.objectContaining({ file, line: String(line), column: String(column), severity, code: rule }),
    );
    for (const color of ['--color', '--no-color']) {
      const { out } = await migralint(folder, ['-f', format, color]);
      const found = problems(out, patterns(owner));
      expect(found).toEqual(expected);
      expect(
        found.every(({ message = '' }, index) => message !== '' && findings[index]?.message.startsWith(message)),
      ).toBe(true);
    }
    const { out } = await migralint(folder, ['-f', format]);
    const { pattern } = tasks[task]?.problemMatcher ?? { pattern: [] };
    expect(problems(out, [pattern].flat())).toEqual(expected);
    expect(tasks[task]?.command).toContain(format === 'compact' ? '--format compact' : 'npx migralint');
  });
});

/** A folder for PATH in which `npx` and `migralint` are the built package. */
function pathWithMigralint(): string {
  const bin = folderWith({});
  const program = join(root, 'bin/migralint.js');
  const npx = `#!/usr/bin/env bash
while [[ "$1" == --* ]]; do shift; done
name=\${1%%@*}; shift
[ "$name" = migralint ] || { echo "npx: $name" >&2; exit 99; }
exec node ${program} "$@"
`;
  for (const [name, script] of [
    ['npx', npx],
    ['migralint', `#!/bin/sh\nexec node ${program} "$@"\n`],
  ] as const) {
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  return `${bin}${delimiter}${process.env.PATH ?? ''}`;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly run: string; readonly env?: Record<string, string>; readonly shell: string }[];
  };
}

describe.runIf(existsSync(join(root, 'dist/cli.cjs')))('the action', () => {
  const action = parse(text('action.yml')) as Action;

  function runAction(folder: string, inputs: Record<string, string>, env: Record<string, string>) {
    const value = (words: string) =>
      words.replace(
        /\$\{\{ inputs\.([\w-]+) \}\}/g,
        (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '?',
      );
    return action.runs.steps.map(({ run, env: own = {} }) =>
      spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
        cwd: join(folder, value('${{ inputs.working-directory }}')),
        encoding: 'utf8',
        env: {
          PATH: pathWithMigralint(),
          HOME: folder,
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: folder,
          ...env,
          ...Object.fromEntries(Object.entries(own).map(([name, words]) => [name, value(words)])),
        },
      }),
    );
  }

  test('is composite, and says what each input is', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.inputs.version?.default).toBe((JSON.parse(text('package.json')) as { version: string }).version);
    for (const { description, default: value } of Object.values(action.inputs)) {
      expect(description).not.toBe('');
      expect(value).toBeTypeOf('string');
    }
  });

  test('annotates, writes the summary and SARIF, and fails on errors', () => {
    const folder = folderWith(broken, 'git');
    const summary = join(folder, 'summary.md');
    const inputs = { 'working-directory': 'app', sarif: 'out.sarif', args: '--rule duplicate-ddl=off' };
    const [history, lint] = runAction(folder, inputs, { GITHUB_STEP_SUMMARY: summary });
    expect(history).toMatchObject({ status: 0 });
    expect(lint).toMatchObject({ status: 1, stderr: '' });
    expect(lint?.stdout).toMatch(/^::error file=app\/1 schema\.sql,line=2/m);
    expect(lint?.stdout).not.toContain('duplicate-ddl');
    expect(readFileSync(summary, 'utf8')).toContain('### migralint: 1 error');
    expect(readFileSync(join(folder, 'app/out.sarif'), 'utf8')).toContain('"uri": "app/1%20schema.sql"');
  });

  test('fetches what a shallow checkout of a pull request lacks', () => {
    const folder = folderWith(
      { 'm/0001_a.sql': 'CREATE TABLE a (id INTEGER);\n', 'm/0002_b.sql': 'CREATE TABLE b (id INTEGER);\n' },
      'git',
    );
    const git = (cwd: string, ...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
        cwd,
        stdio: 'pipe',
        encoding: 'utf8',
      });
    git(folder, 'checkout', '-q', '-b', 'main');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'one');
    git(folder, 'tag', 'v1.0');
    git(folder, 'checkout', '-q', '-b', 'topic');
    writeFileSync(join(folder, 'm/0001_a.sql'), 'CREATE TABLE a (id INTEGER, b TEXT);\n');
    git(folder, 'commit', '-qam', 'two');
    const clones = folderWith({});
    mkdirSync(clones, { recursive: true });
    git(clones, 'clone', '-q', '--depth', '1', '--branch', 'topic', `file://${folder}`, 'clone');
    const clone = join(clones, 'clone');
    const [history, lint] = runAction(clone, {}, { GITHUB_BASE_REF: 'main' });
    expect(history).toMatchObject({ status: 0 });
    expect(lint?.stdout).toContain('edited-migration');
  });
});

describe.runIf(existsSync(join(root, 'dist/cli.cjs')))('the recipes for CI', () => {
  const page = text('docs/continuous-integration.md');
  const blocks = [...page.matchAll(/```(yaml|groovy)\n([\s\S]*?)```/g)].map(([, language = '', body = '']) => ({
    language,
    body,
  }));
  const commands = blocks.flatMap(({ body }) =>
    [...body.matchAll(/npx --yes migralint[^'\n]*/g)].map(([command]) => command),
  );

  test('are YAML where they say so', () => {
    expect(blocks.filter(({ language }) => language === 'yaml')).toHaveLength(4);
    for (const { language, body } of blocks)
      if (language === 'yaml') expect(() => parse(body) as unknown).not.toThrow();
  });

  test.each([...new Set(commands)])('%s fails on errors and leaves its reports', (command) => {
    const folder = join(folderWith(broken), 'app');
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', command], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: pathWithMigralint() },
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('non-idempotent-alter');
    for (const [, file = ''] of command.matchAll(/--format \w+:(\S+)/g))
      expect(existsSync(join(folder, file)), file).toBe(true);
  });
});
