import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MARIADB_VARIABLE, mariadbAvailability, serverUrlOf } from '../catalog/engines/mariadb.ts';
import { POSTGRES_VARIABLE, postgresAvailability } from '../catalog/engines/postgres.ts';
import { requireInContinuousIntegration } from '../catalog/engines/test-engine.ts';
import { folderWith, migralint } from './command-line.ts';
import { cases, type FixCase } from './fix-cases.ts';

const servers = {
  sqlite: { isAvailable: true, url: null },
  postgres: {
    isAvailable: requireInContinuousIntegration('PostgreSQL', POSTGRES_VARIABLE, await postgresAvailability()),
    url: process.env[POSTGRES_VARIABLE] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  mariadb: {
    isAvailable: requireInContinuousIntegration('MariaDB', MARIADB_VARIABLE, await mariadbAvailability('mariadb')),
    url: (serverUrlOf('mariadb') ?? '').replace('mysql:', 'mariadb:'),
  },
};

const filesOf = ({ files }: FixCase) =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? text : JSON.stringify(text)]),
  );

function textsIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.includes('/.git/'));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

interface Report {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly fix: { readonly safe: boolean } | null;
  }[];
}

async function rulesIn(folder: string): Promise<readonly string[]> {
  const { findings } = JSON.parse((await migralint(folder, ['-f', 'json'])).out) as Report;
  return findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule);
}

interface EngineReport {
  readonly deployments: readonly { readonly engine: string | null }[];
  readonly paths: readonly {
    readonly name: string;
    readonly engine: { readonly verdict: string | null; readonly error: string | null } | null;
  }[];
}

/** What the engine does on every path of which migralint is sure. */
async function engineVerdicts(folder: string, dialect: FixCase['dialect']): Promise<readonly string[]> {
  const { url } = servers[dialect];
  const words = ['replay', '-f', 'json', '--rows', ...(url === null ? [] : ['--url', url])];
  const { out, err } = await migralint(folder, words);
  expect(err).toBe('');
  const { deployments, paths } = JSON.parse(out) as EngineReport;
  expect(deployments.map(({ engine }) => engine)).not.toContain(null);
  return paths.map(({ name, engine }) => `${name}: ${engine?.verdict ?? 'none'} ${engine?.error ?? ''}`.trim());
}

describe.each(cases.filter(({ dialect }) => servers[dialect].isAvailable))('$rule, $dialect: $title', (fixCase) => {
  const option = fixCase.unsafe === true ? '--fix-unsafe' : '--fix';

  test('the engine fails before it and passes after it; a second run is clean; a second fix changes nothing', async () => {
    const folder = folderWith(filesOf(fixCase), 'git');
    const before = textsIn(folder);
    expect(await rulesIn(folder)).toContain(fixCase.rule);
    expect((await engineVerdicts(folder, fixCase.dialect)).filter((words) => words.includes(': fails'))).not.toEqual(
      [],
    );

    const diff = await migralint(folder, ['--diff', ...(fixCase.unsafe === true ? [option] : [])]);
    await expect(diff.out).toMatchFileSnapshot(`expected/fixes/${fixCase.dialect}-${fixCase.name}.diff`);
    expect(textsIn(folder)).toEqual(before);

    const { err } = await migralint(folder, [option]);
    expect(err).toContain('fixed      ');
    const fixed = textsIn(folder);
    expect(await rulesIn(folder)).not.toContain(fixCase.rule);
    const verdicts = await engineVerdicts(folder, fixCase.dialect);
    expect(verdicts.filter((words) => !words.endsWith(': ok'))).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(1);

    const again = await migralint(folder, [option]);
    expect(again.err).not.toContain('fixed      ');
    expect(textsIn(folder)).toEqual(fixed);

    for (const [path, text] of Object.entries(before)) writeFileSync(join(folder, path), text);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: diff.out });
    expect(textsIn(folder)).toEqual(fixed);
  });

  test.runIf(fixCase.unsafe === true)('--fix leaves it to a person', async () => {
    const folder = folderWith(filesOf(fixCase), 'git');
    const before = textsIn(folder);
    const { err } = await migralint(folder, ['--fix']);
    expect(err).toContain('a person has to look at it first: --fix-unsafe makes it');
    expect(textsIn(folder)).toEqual(before);
  });
});

describe('a released migration', () => {
  const released = cases.find(({ name }) => name === 'table-of-the-schema');
  if (released === undefined) throw new Error('the case is there');
  const git = (folder: string, ...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
      cwd: folder,
      stdio: 'pipe',
    });

  test.each([['--fix'], ['--fix-unsafe']])('that is on the base branch is never changed by %s', async (option) => {
    const folder = folderWith(filesOf(released), 'git');
    git(folder, 'checkout', '-q', '-b', 'main');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'all');
    git(folder, 'checkout', '-q', '-b', 'topic');
    const before = textsIn(folder);
    const { err } = await migralint(folder, [option]);
    expect(err).toContain('not fixed  migrations/001_dishes.sql:2 missing-create-table');
    expect(err).toContain(
      'migrations/001_dishes.sql is on main: installs may have run it, and would not run it again.',
    );
    expect(textsIn(folder)).toEqual(before);
  });

  test('that is only in a release is not changed either', async () => {
    const folder = folderWith(filesOf(released), 'git');
    git(folder, 'checkout', '-q', '-b', 'main');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'first');
    git(folder, 'checkout', '-q', '-b', 'topic');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'all');
    git(folder, 'tag', 'v1.2');
    expect((await migralint(folder, ['--fix'])).err).toContain('migrations/001_dishes.sql is in the release v1.2');
  });

  test('is told from one that only this branch has', async () => {
    const folder = folderWith(filesOf(released), 'git');
    git(folder, 'checkout', '-q', '-b', 'main');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'first');
    git(folder, 'checkout', '-q', '-b', 'topic');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'all');
    expect((await migralint(folder, ['--fix'])).err).toMatch(
      /^fixed {6}migrations\/001_dishes\.sql:2 missing-create-table/,
    );
  });

  test('cannot be told from a new one without git', async () => {
    const folder = folderWith(filesOf(released));
    expect((await migralint(folder, ['--fix'])).err).toContain(
      'without git nobody knows whether an install has run it',
    );
    expect((await migralint(folder, ['--fix-unsafe'])).err).toMatch(/^fixed {6}/);
  });

  test('does not keep a schema that runs at every start from being mended', async () => {
    const schema = cases.find(({ name }) => name === 'index-above-its-column');
    if (schema === undefined) throw new Error('the case is there');
    const folder = folderWith(filesOf(schema), 'git');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'all');
    expect((await migralint(folder, ['--fix'])).err).toMatch(/^fixed {6}schema\.sql:2 index-before-column/);
  });
});

describe('a file', () => {
  const [first] = cases;
  if (first === undefined) throw new Error('there are cases');
  const { 'schema.sql': schema = '' } = filesOf(first);
  const folderOf = (bytes: Uint8Array) => {
    const folder = folderWith(filesOf(first), 'git');
    writeFileSync(join(folder, 'schema.sql'), bytes);
    return folder;
  };
  const fixedBytes = async (folder: string) => {
    await migralint(folder, ['--fix']);
    return readFileSync(join(folder, 'schema.sql'));
  };

  test('keeps its line ends and its byte order mark', async () => {
    const bytes = await fixedBytes(folderOf(Buffer.from(`\ufeff${schema.replaceAll('\n', '\r\n')}`)));
    const text = bytes.toString('utf8');
    expect(text.startsWith('\ufeffCREATE TABLE')).toBe(true);
    expect(text).not.toMatch(/[^\r]\n/);
    expect(text).not.toContain(`${schema.split('\n')[1] ?? ''}\r\nALTER`);
  });

  test('keeps its encoding', async () => {
    const latin1 = Buffer.from(`-- für alle\n${schema}`, 'latin1');
    expect((await fixedBytes(folderOf(latin1))).toString('latin1')).toMatch(/^-- für alle\n/);
    const utf16 = Buffer.from(`\ufeff-- für alle\n${schema}`, 'utf16le');
    expect((await fixedBytes(folderOf(utf16))).toString('utf16le')).toMatch(/^\ufeff-- für alle\n/);
  });
});

test('a fix that the replay does not approve is not made', async () => {
  const config = { dialect: 'postgres', deployments: [{ root: '.', run: [{ files: ['m/*.sql'], when: 'once' }] }] };
  // The table would refer to another one that is not there yet either.
  const folder = folderWith(
    {
      'migralint.config.json': JSON.stringify(config),
      'm/001.sql': 'ALTER TABLE users ADD COLUMN age int;\n',
      'm/002.sql':
        'CREATE TABLE sites (id int PRIMARY KEY);\nCREATE TABLE users (id int, site int REFERENCES sites);\n',
    },
    'git',
  );
  const before = textsIn(folder);
  const { err } = await migralint(folder, ['--fix']);
  expect(err).toContain('with it the replay finds another fault, or still this one');
  expect(textsIn(folder)).toEqual(before);
});
