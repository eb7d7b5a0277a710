import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Repository } from '../support/repository.ts';
import { migralint } from './command-line.ts';

/** A project of which `old` is on the base branch, what `new` brings to it, and what `--fix` makes of that. */
interface DirectoryFix {
  readonly rule: string;
  readonly title: string;
  readonly old: Readonly<Record<string, string>>;
  readonly new: Readonly<Record<string, string>>;
  /** What is there afterwards; null: no longer. */
  readonly fixed: Readonly<Record<string, string | null>>;
  readonly unsafe?: true;
}

const goose = {
  'go.mod': 'module kitchen\n\nrequire github.com/pressly/goose/v3 v3.24.0\nrequire github.com/lib/pq v1.10.9\n',
};
const sqlx = { 'Cargo.toml': '[dependencies]\nsqlx = { version = "0.8", features = ["postgres"] }\n' };
const cooks = 'CREATE TABLE cooks (id bigint PRIMARY KEY, name text);\n';
const born = 'ALTER TABLE cooks ADD COLUMN born date;\n';
const dishes = 'CREATE TABLE dishes (id bigint PRIMARY KEY);\n';
const index = 'CREATE INDEX CONCURRENTLY cooks_name ON cooks (name);\n';
const up = (text: string) => `-- +goose Up\n${text}`;

function journal(...times: readonly number[]): string {
  const tags = ['0000_cooks', '0001_dishes', '0002_born'];
  const entries = times.map((when, idx) => ({ idx, version: '7', when, tag: tags[idx], breakpoints: true }));
  return `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`;
}

/** As `atlas migrate hash` writes it: each line the hash of all names and texts up to its file. */
function atlasSum(files: Readonly<Record<string, string>>): string {
  const lines = Object.keys(files).map((name, at) => {
    const digest = createHash('sha256');
    for (const [before, text] of Object.entries(files).slice(0, at + 1)) digest.update(before).update(text);
    return [name, digest.digest('base64')] as const;
  });
  const total = createHash('sha256');
  for (const [name, sum] of lines) total.update(name).update(sum);
  return `h1:${total.digest('base64')}\n${lines.map(([name, sum]) => `${name} h1:${sum}\n`).join('')}`;
}

/** As graphile-migrate writes it. */
function committed(body: string, previous: string, hash?: string): string {
  const own = `sha1:${createHash('sha1')
    .update(`${`${previous === '-' ? '' : previous}\n${body.trim()}`.trim()}\n`)
    .digest('hex')}`;
  return `--! Previous: ${previous}\n--! Hash: ${hash ?? own}\n\n${body}`;
}
const first = committed(cooks, '-');
const firstHash = /Hash: (\S+)/.exec(first)?.[1] ?? '';

const fixes: readonly DirectoryFix[] = [
  {
    rule: 'line-endings',
    title: 'a new file ends its lines as sqlx wants them everywhere',
    old: { ...sqlx, 'migrations/0001_cooks.sql': cooks },
    new: { 'migrations/0002_born.sql': `${born}${dishes}`.replaceAll('\n', '\r\n') },
    fixed: { 'migrations/0002_born.sql': `${born}${dishes}` },
  },
  {
    rule: 'journal-order',
    title: 'a new entry gets a time after the newest',
    old: {
      'drizzle/meta/_journal.json': journal(1000, 3000),
      'drizzle/0000_cooks.sql': cooks,
      'drizzle/0001_dishes.sql': dishes,
    },
    new: { 'drizzle/meta/_journal.json': journal(1000, 3000, 2000), 'drizzle/0002_born.sql': born },
    fixed: { 'drizzle/meta/_journal.json': journal(1000, 3000, 3001) },
  },
  {
    rule: 'checksum-file',
    title: 'atlas.sum is taken again with the new file',
    old: { 'migrations/1_cooks.sql': cooks, 'migrations/atlas.sum': atlasSum({ '1_cooks.sql': cooks }) },
    new: { 'migrations/2_born.sql': born },
    fixed: { 'migrations/atlas.sum': atlasSum({ '1_cooks.sql': cooks, '2_born.sql': born }) },
  },
  {
    rule: 'checksum-file',
    title: 'the header of a new migration of graphile-migrate is taken again',
    old: { '.gmrc': '{}\n', 'migrations/committed/000001.sql': first },
    new: { 'migrations/committed/000002.sql': committed(born, firstHash, 'sha1:0000') },
    fixed: { 'migrations/committed/000002.sql': committed(born, firstHash) },
  },
  {
    rule: 'splitter-breaks-body',
    title: 'goose keeps a function whole between its markers',
    old: { ...goose, 'migrations/0001_cooks.sql': up(cooks) },
    new: {
      'migrations/0002_tidy.sql': up(
        'CREATE FUNCTION tidy() RETURNS trigger AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$ LANGUAGE plpgsql;\n\n-- +goose Down\nDROP FUNCTION tidy();\n',
      ),
    },
    fixed: {
      'migrations/0002_tidy.sql': up(
        '-- +goose StatementBegin\nCREATE FUNCTION tidy() RETURNS trigger AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$ LANGUAGE plpgsql;\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION tidy();\n',
      ),
    },
  },
  {
    rule: 'transaction-opt-out',
    title: 'goose begins no transaction',
    old: { ...goose, 'migrations/0001_cooks.sql': up(cooks) },
    new: { 'migrations/0002_names.sql': up(index) },
    fixed: { 'migrations/0002_names.sql': `-- +goose NO TRANSACTION\n${up(index)}` },
  },
  {
    rule: 'transaction-opt-out',
    title: 'goose begins no transaction around two statements, which a person has to look at',
    old: { ...goose, 'migrations/0001_cooks.sql': up(cooks) },
    new: { 'migrations/0002_names.sql': up(`${born}${index}`) },
    fixed: { 'migrations/0002_names.sql': `-- +goose NO TRANSACTION\n${up(`${born}${index}`)}` },
    unsafe: true,
  },
  {
    rule: 'transaction-opt-out',
    title: 'dbmate says it behind its marker',
    old: {
      'migralint.config.json': '{ "dialect": "postgres" }',
      'db/migrations/1_cooks.sql': `-- migrate:up\n${cooks}`,
    },
    new: { 'db/migrations/2_names.sql': `-- migrate:up\n${index}\n-- migrate:down\nDROP INDEX cooks_name;\n` },
    fixed: {
      'db/migrations/2_names.sql': `-- migrate:up transaction:false\n${index}\n-- migrate:down\nDROP INDEX cooks_name;\n`,
    },
  },
  {
    rule: 'transaction-opt-out',
    title: 'sqlx says it in the first bytes',
    old: { ...sqlx, 'migrations/0001_cooks.sql': cooks },
    new: { 'migrations/0002_names.sql': index },
    fixed: { 'migrations/0002_names.sql': `-- no-transaction\n${index}` },
  },
  {
    rule: 'late-migration',
    title: 'a new migration is numbered after the newest',
    old: { ...goose, 'migrations/0001_cooks.sql': up(cooks), 'migrations/0003_dishes.sql': up(dishes) },
    new: { 'migrations/0002_born.sql': up(born) },
    fixed: { 'migrations/0002_born.sql': null, 'migrations/0004_born.sql': up(born) },
  },
  {
    rule: 'duplicate-version',
    title: 'the new one of two gets a number of its own, with its down half',
    old: {
      'go.mod':
        'module kitchen\n\nrequire github.com/golang-migrate/migrate/v4 v4.18.1\nrequire github.com/lib/pq v1.10.9\n',
      'migrations/001_cooks.up.sql': cooks,
      'migrations/001_cooks.down.sql': 'DROP TABLE cooks;\n',
      'migrations/002_dishes.up.sql': dishes,
      'migrations/002_dishes.down.sql': 'DROP TABLE dishes;\n',
    },
    new: {
      'migrations/002_born.up.sql': born,
      'migrations/002_born.down.sql': 'ALTER TABLE cooks DROP COLUMN born;\n',
    },
    fixed: {
      'migrations/002_born.up.sql': null,
      'migrations/002_born.down.sql': null,
      'migrations/003_born.up.sql': born,
      'migrations/003_born.down.sql': 'ALTER TABLE cooks DROP COLUMN born;\n',
    },
  },
  {
    rule: 'edited-migration',
    title: 'what was appended to a migration that is on the base branch goes into a new one',
    old: { ...sqlx, 'migrations/0001_cooks.sql': cooks },
    new: { 'migrations/0001_cooks.sql': `${cooks}\n${born}` },
    fixed: { 'migrations/0001_cooks.sql': cooks, 'migrations/0002_more.sql': born },
    unsafe: true,
  },
  {
    rule: 'installs-differ',
    title: 'a new migration brings what only the schema has',
    old: {
      'migralint.config.json': JSON.stringify({
        dialect: 'postgres',
        deployments: [
          {
            root: '.',
            run: [
              { files: ['schema.sql'], when: 'always' },
              { files: ['migrations/*.sql'], when: 'once' },
            ],
            start: { 'version 1': ['old.sql'] },
          },
        ],
      }),
      'old.sql': 'CREATE TABLE cooks (id bigint PRIMARY KEY);\n',
      'schema.sql': cooks.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'),
      'migrations/001_names.sql': 'ALTER TABLE cooks ADD COLUMN IF NOT EXISTS name text;\n',
    },
    new: { 'schema.sql': 'CREATE TABLE IF NOT EXISTS cooks (id bigint PRIMARY KEY, name text, born date);\n' },
    fixed: { 'migrations/002_add_cooks_born.sql': 'ALTER TABLE cooks ADD COLUMN IF NOT EXISTS born date;\n' },
    unsafe: true,
  },
];

function repositoryOf(fix: DirectoryFix): Repository {
  const repository = new Repository().commit('old', fix.old);
  repository.git('checkout', '-q', '-b', 'topic');
  return repository.write(fix.new);
}

/** Rules with a finding that has a fix, or that is more than a note: a note such as "nothing pins the bytes" is no case for one. */
async function rulesIn({ folder }: Repository): Promise<readonly string[]> {
  const { findings } = JSON.parse((await migralint(folder, ['-f', 'json'])).out) as {
    findings: { rule: string; severity: string; fix: unknown }[];
  };
  return findings.filter(({ severity, fix }) => severity !== 'info' || fix !== null).map(({ rule }) => rule);
}

function textsIn({ folder }: Repository): Record<string, string> {
  const words = ['ls-files', '-z', '--cached', '--others', '--deduplicate'];
  const listed = execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).split('\0').filter(Boolean);
  return Object.fromEntries(
    listed.flatMap((path): [string, string][] => {
      try {
        return [[path, readFileSync(`${folder}/${path}`, 'utf8')]];
      } catch {
        return [];
      }
    }),
  );
}

describe.each(fixes)('$rule: $title', (fix) => {
  const option = fix.unsafe === true ? '--fix-unsafe' : '--fix';
  const { rule, old, new: brought, fixed } = fix;
  const gone = Object.keys(fixed).filter((path) => fixed[path] === null);
  const expected = Object.fromEntries(
    Object.entries({ ...old, ...brought, ...fixed }).filter(([path, text]) => text !== null && !gone.includes(path)),
  );

  test('a second run is clean of it, a second fix changes nothing, and the diff says the same', async () => {
    const repository = repositoryOf(fix);
    const before = textsIn(repository);
    expect(await rulesIn(repository)).toContain(rule);
    const diff = await migralint(repository.folder, ['--diff', option]);
    expect(textsIn(repository)).toEqual(before);
    const { err } = await migralint(repository.folder, [option]);
    expect(err).toContain('fixed      ');
    expect(textsIn(repository)).toEqual(expected);
    expect(await rulesIn(repository)).not.toContain(rule);
    expect((await migralint(repository.folder, [option])).err).not.toContain('fixed      ');
    expect(textsIn(repository)).toEqual(expected);

    const other = repositoryOf(fix);
    execFileSync('git', ['apply', '-'], { cwd: other.folder, input: diff.out });
    expect(textsIn(other)).toEqual(expected);
  });

  test.runIf(fix.unsafe === true)('--fix leaves it to a person', async () => {
    const repository = repositoryOf(fix);
    const before = textsIn(repository);
    expect((await migralint(repository.folder, ['--fix'])).err).toContain(
      'a person has to look at it first: --fix-unsafe',
    );
    expect(textsIn(repository)).toEqual(before);
  });

  // What needs the past to be seen at all is not there without the branch, and a new file changes none that is released.
  const isOfBranch = ['late-migration', 'edited-migration', 'installs-differ'].includes(rule);
  test.runIf(!isOfBranch)('what is on the base branch stays as it is', async () => {
    const repository = new Repository().commit('all', { ...old, ...brought });
    repository.git('checkout', '-q', '-b', 'topic');
    const before = textsIn(repository);
    const { err } = await migralint(repository.folder, ['--fix-unsafe']);
    expect(err).toContain('is on main: installs may have run it');
    expect(textsIn(repository)).toEqual(before);
  });
});
