import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Repository } from '../support/repository.ts';
import { folderWith, migralint } from './command-line.ts';

const cargo = '[dependencies]\nsqlx = { version = "0.8", features = ["sqlite"] }\n';
const attributes = '*.sql text eol=lf\n';
const cooks = 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);\n';
const dishes = 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);\n';
const project = { 'Cargo.toml': cargo, '.gitattributes': attributes, 'migrations/1_cooks.sql': cooks };

async function findingsIn({ folder }: Repository, words: readonly string[] = []): Promise<readonly string[]> {
  const { out } = await migralint(folder, [...words, '-f', 'compact']);
  return out.split('\n').filter((line) => / (?:error|warning) /.test(line));
}

describe('edited-migration', () => {
  it('keysat: the file differs from the commit that added it', async () => {
    const projects = join(import.meta.dirname, '../../fixtures/projects');
    const repository = new Repository()
      .commitFolder('0.1.40', join(projects, 'keysat-broken-first-revision/project'))
      .commitFolder('0.1.41', join(projects, 'keysat-broken/project'));
    const { code, out } = await migralint(repository.folder, ['-f', 'json']);
    const { findings } = JSON.parse(out) as {
      findings: { rule: string; severity: string; file: string; line: number; engineError: string }[];
    };
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule, file, line, engineError }) => ({ rule, file, line, engineError }))).toEqual([
      {
        rule: 'edited-migration',
        file: 'licensing-service/migrations/0009_discount_codes_set_price.sql',
        line: 1,
        engineError: 'migration 9 was previously applied but has been modified',
      },
    ]);
    expect(code).toBe(1);
  });

  it('compares with the base branch, and says how to restore the bytes', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('edit', { 'migrations/1_cooks.sql': `-- People who cook.\n${cooks}` });
    const { out } = await migralint(repository.folder, []);
    expect(out).toContain('1_cooks is not what it was on main.');
    expect(out.replace(/\s+/g, ' ')).toContain('git checkout main -- migrations/1_cooks.sql');
  });

  it('a release is the strongest proof', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('tag', 'v1.2.0');
    repository.commit('edit', { 'migrations/1_cooks.sql': cooks.replace('id', 'key') });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('1_cooks is not what it was in release v1.2.0') as string,
    ]);
  });

  it('what was edited before its first release is no fault', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('tag', 'v1.0.0');
    repository
      .commit('dishes', { 'migrations/2_dishes.sql': dishes })
      .commit('dishes again', { 'migrations/2_dishes.sql': dishes.replace('id', 'code') });
    expect(await findingsIn(repository)).toEqual([]);
  });

  it('nor what was edited inside of a branch before it was merged', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('checkout', '-q', '-b', 'work');
    repository
      .commit('dishes', { 'migrations/2_dishes.sql': dishes })
      .commit('dishes again', { 'migrations/2_dishes.sql': dishes.replace('id', 'code') });
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', 'merged', 'work');
    expect(await findingsIn(repository)).toEqual([]);
  });

  it('follows a file that was moved', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('tag', 'v1.0.0');
    const moved = { 'Cargo.toml': null, 'migrations/1_cooks.sql': null, 'db/Cargo.toml': cargo };
    repository.commit('moved', { ...moved, 'db/migrations/1_cooks.sql': cooks });
    expect(await findingsIn(repository)).toEqual([]);
    repository.write({ 'db/migrations/1_cooks.sql': cooks.replace('id', 'key') });
    const { out } = await migralint(repository.folder, []);
    expect(out.replace(/\s+/g, ' ')).toContain('git show v1.0.0:migrations/1_cooks.sql > db/migrations/1_cooks.sql');
  });

  it('a project in a folder of the repository', async () => {
    const inside = Object.fromEntries(Object.entries(project).map(([path, text]) => [`server/${path}`, text]));
    const repository = new Repository().commit('first', inside);
    repository.git('tag', 'v1.0.0');
    repository.write({ 'server/migrations/1_cooks.sql': cooks.replace('id', 'key') });
    const { out } = await migralint(join(repository.folder, 'server'), ['-f', 'compact']);
    expect(out).toContain('migrations/1_cooks.sql:1:1: error edited-migration');
  });
});

describe('late-migration', () => {
  const goose = (sql: string): string => `-- +goose Up\n${sql}`;

  it('a number below one of the base branch, which has grown meanwhile', async () => {
    const repository = new Repository().commit('first', { 'migrations/1_cooks.sql': goose(cooks) });
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('dishes', { 'migrations/2_dishes.sql': goose(dishes) });
    repository.git('checkout', '-q', 'main');
    repository.commit('guests', { 'migrations/3_guests.sql': goose(dishes.replace('dishes', 'guests')) });
    repository.git('checkout', '-q', 'work');
    repository.git('merge', '-q', '-m', 'merged main', 'main');
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('2_dishes is new, and stands before 3_guests, which is in main.') as string,
    ]);
  });

  it('a number below one that the base branch has got and the work here has not merged', async () => {
    const repository = new Repository().commit('first', { 'migrations/1_cooks.sql': goose(cooks) });
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('dishes', { 'migrations/2_dishes.sql': goose(dishes) });
    repository.git('checkout', '-q', 'main');
    repository.commit('guests', { 'migrations/10_guests.sql': goose(dishes.replace('dishes', 'guests')) });
    repository.git('checkout', '-q', 'work');
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('2_dishes is new, and stands before 10_guests, which is in main meanwhile.') as string,
    ]);
  });

  it('a number above it is none', async () => {
    const repository = new Repository().commit('first', { 'migrations/1_cooks.sql': goose(cooks) });
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('dishes', { 'migrations/3_dishes.sql': goose(dishes) });
    repository.git('checkout', '-q', 'main');
    repository.commit('guests', { 'migrations/2_guests.sql': goose(dishes.replace('dishes', 'guests')) });
    repository.git('checkout', '-q', 'work');
    expect(await findingsIn(repository)).toEqual([]);
  });
});

describe('late-migration of Diesel', () => {
  it('the same directory for two engines is in a release for both', async () => {
    const manifest = {
      'Cargo.toml': '[dependencies]\ndiesel = { version = "2", features = ["postgres", "sqlite"] }\n',
    };
    const of = (engine: string): Readonly<Record<string, string>> => ({
      [`migrations/${engine}/2024-01-01-000000_cooks/up.sql`]: cooks,
      [`migrations/${engine}/2024-01-02-000000_dishes/up.sql`]: dishes.replace('id', `${engine}_id`),
    });
    const repository = new Repository().commit('first', { ...manifest, ...of('postgresql'), ...of('sqlite') });
    repository.git('tag', 'v1.0.0');
    const { out } = await migralint(repository.folder, ['-f', 'compact']);
    expect(out).toBe('');
  });
});

describe('duplicate-version', () => {
  it('a number that the base branch has given away meanwhile', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('dishes', { 'migrations/2_dishes.sql': dishes });
    repository.git('checkout', '-q', 'main');
    repository.commit('guests', { 'migrations/0002_guests.sql': dishes.replace('dishes', 'guests') });
    repository.git('checkout', '-q', 'work');
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('2_dishes.sql will have the version 2 of 0002_guests.sql, which is on main') as string,
    ]);
  });
});

describe('missing-migration', () => {
  it('a renumbered file', async () => {
    const repository = new Repository().commit('first', { ...project, 'migrations/2_dishes.sql': dishes });
    repository.commit('renumbered', { 'migrations/2_dishes.sql': null, 'migrations/3_dishes.sql': dishes });
    repository.git('tag', 'v1.0.0', 'HEAD~1');
    const found = await findingsIn(repository);
    expect(found).toEqual([expect.stringContaining('2_dishes.sql is 3_dishes.sql now') as string]);
  });
});

it('a repository without a commit has no past', async () => {
  const repository = new Repository().write(project);
  expect(await findingsIn(repository)).toEqual([]);
});

describe('--since and --staged', () => {
  const fails = 'ALTER TABLE menus ADD COLUMN price INTEGER;\n';
  const other = 'CREATE INDEX cooks_born ON cooks (born);\n';

  it('what is found in a file that was renamed is not new', async () => {
    const faulty = { 'migrations/2_name.sql': 'CREATE INDEX cooks_name ON cooks (name);\n' };
    const repository = new Repository().commit('first', { ...project, ...faulty });
    repository.git('checkout', '-q', '-b', 'work');
    repository.write({ 'migrations/2_name.sql': null, 'migrations/2_names.sql': faulty['migrations/2_name.sql'] });
    expect(await findingsIn(repository)).toHaveLength(1);
    expect(await findingsIn(repository, ['--since', 'main'])).toEqual([]);
    repository.git('add', '-A');
    expect(await findingsIn(repository, ['--staged'])).toEqual([]);
  });

  it('report what a branch brings, and not what was there', async () => {
    const repository = new Repository().commit('first', { ...project, 'migrations/2_index.sql': other });
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('more', { 'migrations/3_index.sql': other.replaceAll('born', 'name') });
    expect(await findingsIn(repository)).toHaveLength(2);
    expect(await findingsIn(repository, ['--since', 'main'])).toEqual([
      expect.stringContaining('migrations/3_index.sql:1:35: error index-before-column') as string,
    ]);
    repository.git('checkout', '-q', 'main');
    expect(await findingsIn(repository, ['--since', 'main'])).toEqual([]);
  });

  it('--staged looks at what is staged, not at what lies on the disk', async () => {
    const repository = new Repository().commit('first', { ...project, 'migrations/2_index.sql': other });
    repository.write({ 'migrations/3_index.sql': other.replaceAll('born', 'name') });
    expect(await findingsIn(repository, ['--staged'])).toEqual([]);
    repository.git('add', '-A');
    repository.write({ 'migrations/3_index.sql': cooks.replace('cooks', 'guests'), 'migrations/4_menus.sql': fails });
    expect(await findingsIn(repository, ['--staged'])).toEqual([
      expect.stringContaining('migrations/3_index.sql:1:35: error index-before-column') as string,
    ]);
  });

  it('an edited migration is new until it is on the base', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('tag', 'v1.0.0');
    repository.git('checkout', '-q', '-b', 'work');
    repository.commit('edit', { 'migrations/1_cooks.sql': cooks.replace('id', 'key') });
    expect(await findingsIn(repository, ['--since', 'main'])).toEqual([
      expect.stringContaining('edited-migration') as string,
    ]);
    expect(await findingsIn(repository, ['--since', 'work'])).toEqual([]);
  });

  it('say what is wrong', async () => {
    const repository = new Repository().commit('first', project);
    const unknown = await migralint(repository.folder, ['--since', 'nowhere']);
    expect([unknown.code, unknown.err]).toEqual([2, 'migralint: --since: git knows no commit "nowhere" here\n']);
    const none = await migralint(folderWith(project), ['--staged']);
    expect([none.code, none.err]).toEqual([2, 'migralint: --staged: there is no git repository here\n']);
    const { folder } = new Repository().write(project);
    const first = await migralint(folder, ['--since', 'HEAD']);
    const noCommit = 'migralint: --since: there is no commit yet; --staged takes all as new\n';
    expect([first.code, first.err]).toEqual([2, noCommit]);
    const ignored = await migralint(
      join(new Repository().write({ '.gitignore': 'out', 'out/a.sql': cooks }).folder, 'out'),
      ['--since', 'HEAD'],
    );
    const noFiles = 'migralint: --since: git has no files in this folder: it is empty, or git ignores it\n';
    expect([ignored.code, ignored.err]).toEqual([2, noFiles]);
    const brokenGit = await migralint(folderWith({ ...project, '.git/HEAD': 'nothing' }), ['--since', 'HEAD']);
    const noAnswer = 'migralint: --since: git does not answer in this repository; git status says why\n';
    expect([brokenGit.code, brokenGit.err]).toEqual([2, noAnswer]);
  });
});

describe('releases as start states', () => {
  const config = (more: object = {}): string =>
    JSON.stringify({
      dialect: 'sqlite',
      start: { releases: 'v*' },
      deployments: [{ root: '.', run: [{ files: ['schema.sql'], when: 'always' }] }],
      ...more,
    });
  const jobs = 'CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, name TEXT';
  const schema = {
    first: `${jobs});\n`,
    second: `${jobs}, archived INTEGER);\n`,
    third: `${jobs}, archived INTEGER);\nCREATE INDEX IF NOT EXISTS jobs_archived ON jobs (archived);\n`,
  };

  it('name the releases whose databases break', async () => {
    const repository = new Repository().commit('first', { 'schema.sql': schema.first });
    repository.git('tag', 'v0.9.0');
    repository.commit('docs', { 'README.md': '# Jobs\n' });
    repository.git('tag', 'v0.9.1');
    repository.commit('archived', { 'schema.sql': schema.second });
    repository.git('tag', 'v1.0.0');
    repository.commit('index', { 'schema.sql': schema.third, 'migralint.config.json': config() });
    const { out } = await migralint(repository.folder, ['paths']);
    expect(out.split('\n').filter((line) => /^ {2}(?:ok|fails)/.test(line))).toEqual([
      '  ok      fresh install',
      '  fails   release v0.9.1   schema.sql:2   no such column: archived',
      '  ok      release v1.0.0',
      '  ok      second start',
    ]);
  });

  it('a release that is the beginning of the ledger is the state after its last step', async () => {
    const repository = new Repository().commit('first', project);
    repository.git('tag', 'v1.0.0');
    const start = JSON.stringify({ start: { releases: 'v*' } });
    repository.commit('dishes', { 'migrations/2_dishes.sql': dishes, 'migralint.config.json': start });
    const { out } = await migralint(repository.folder, ['paths']);
    expect(out).toContain('after 1_cooks, release v1.0.0');
  });

  it('a migration that was edited after a release ends otherwise on its databases', async () => {
    const dbmate = (columns: string): string =>
      `-- migrate:up\nCREATE TABLE cooks (id INTEGER PRIMARY KEY${columns});\n-- migrate:down\nDROP TABLE cooks;\n`;
    const repository = new Repository().commit('first', { 'db/migrations/1_cooks.sql': dbmate('') });
    repository.git('tag', 'v1.0.0');
    repository.write({
      'db/migrations/1_cooks.sql': dbmate(', name TEXT'),
      'migralint.config.json': '{ "dialect": "sqlite", "start": { "releases": "v*" } }',
    });
    const { out } = await migralint(repository.folder, ['-f', 'json']);
    const { findings } = JSON.parse(out) as { findings: { rule: string; holdsOn: readonly string[] | null }[] };
    expect(findings.map(({ rule, holdsOn }) => [rule, holdsOn])).toEqual([
      ['edited-migration', null],
      ['installs-differ', ['release v1.0.0']],
    ]);
  });

  it('say so where no tag fits', async () => {
    const repository = new Repository().commit('first', {
      'schema.sql': schema.first,
      'migralint.config.json': config(),
    });
    const { code, err } = await migralint(repository.folder, []);
    expect([code, err]).toEqual([2, 'migralint: start: no tag "v*" leads to the commit that is checked out here\n']);
  });
});

describe('names and numbers that changed', () => {
  const goose = (table: string): string =>
    `-- +goose Up\nCREATE TABLE ${table} (id INTEGER PRIMARY KEY, name TEXT);\n-- +goose Down\nDROP TABLE ${table};\n`;
  const released = (files: Readonly<Record<string, string>>): Repository => {
    const repository = new Repository().commit('first', { '.gitattributes': attributes, ...files });
    repository.git('tag', 'v1.0.0');
    repository.git('checkout', '-q', '-b', 'work');
    return repository;
  };
  const three = {
    'migrations/1_a.sql': goose('a'),
    'migrations/2_b.sql': goose('b'),
    'migrations/3_c.sql': goose('c'),
  };

  it('a file that the branch at hand has renamed is not new', async () => {
    const repository = released(three);
    repository.commit('renamed', { 'migrations/2_b.sql': null, 'migrations/2_boats.sql': goose('b') });
    expect(await findingsIn(repository)).toEqual([]);
  });

  it('nor is one that is not yet committed', async () => {
    const repository = released(three);
    repository.write({ 'migrations/2_b.sql': null, 'migrations/2_boats.sql': goose('b') });
    expect(await findingsIn(repository)).toEqual([]);
  });

  it('a migration is put in the middle, and those behind it take the next numbers', async () => {
    const repository = released(three);
    repository.commit('put in', {
      'migrations/2_b.sql': null,
      'migrations/3_c.sql': null,
      'migrations/2_new.sql': goose('other'),
      'migrations/3_b.sql': goose('b'),
      'migrations/4_c.sql': goose('c'),
    });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('2_new.sql has the version 2, under which databases have run 2_b.sql') as string,
      expect.stringContaining('4_c was 3_c.sql in release v1.0.0, and goose records the number') as string,
    ]);
  });

  it('a tool that keeps whole names runs a renamed file again', async () => {
    const lock = { 'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n' };
    const repository = released({ ...lock, 'prisma/migrations/20240101000000_a/migration.sql': cooks });
    repository.commit('renamed', {
      'prisma/migrations/20240101000000_a/migration.sql': null,
      'prisma/migrations/20240101000000_cooks/migration.sql': cooks,
    });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('Prisma runs it there a second time.') as string,
    ]);
  });

  it('a name that is part of the checksum', async () => {
    const manifest = { 'Cargo.toml': '[dependencies]\nrefinery = { version = "0.8", features = ["rusqlite"] }\n' };
    const repository = released({ ...manifest, 'migrations/V1__a.sql': cooks });
    repository.commit('renamed', { 'migrations/V1__a.sql': null, 'migrations/V1__cooks.sql': cooks });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('V1__cooks is not what it was in release v1.0.0. refinery compares SipHash') as string,
    ]);
  });

  it('a changeset that came into a changelog is new, and not an edited one', async () => {
    const changelog = `--liquibase formatted sql\n\n--changeset me:a\n${cooks}`;
    const repository = released({ 'db/changelog.sql': changelog });
    repository.commit('added', { 'db/changelog.sql': `${changelog}\n--changeset me:b\n${dishes}` });
    expect(await findingsIn(repository)).toEqual([]);
    repository.commit('edited', {
      'db/changelog.sql': `${changelog.replace('id', 'key')}\n--changeset me:b\n${dishes}`,
    });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('db/changelog.sql:4:1: error edited-migration: changelog:a is not what it was') as string,
    ]);
  });

  it('code that compares the checksums of sqlx itself may take both forms', async () => {
    const own = 'async fn applied(conn: &mut PgConnection) { conn.list_applied_migrations().await }\n';
    const repository = released({ ...project, 'src/lib.rs': own });
    repository.commit('guarded', { 'migrations/1_cooks.sql': cooks.replace('TABLE', 'TABLE IF NOT EXISTS') });
    expect(await findingsIn(repository)).toEqual([]);
    repository.commit('edited', { 'migrations/1_cooks.sql': cooks.replace('id', 'key') });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining('warning edited-migration: 1_cooks is not what it was') as string,
    ]);
  });

  it('golang-migrate misses only the number at which a database stands', async () => {
    const manifest = { 'go.mod': 'module x\nrequire github.com/golang-migrate/migrate/v4 v4.1.0\n' };
    const ups = { 'migrations/1_a.up.sql': cooks, 'migrations/2_b.up.sql': dishes };
    const repository = released({ ...manifest, ...ups });
    repository.commit('gone', { 'migrations/1_a.up.sql': null });
    expect(await findingsIn(repository)).toEqual([
      expect.stringContaining(
        'warning missing-migration: 1_a.up.sql is not among the files any more. golang-migrate refuses to start on every database on which it is the last that was run.',
      ) as string,
    ]);
  });
});
