import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findMysqlServer } from '../../src/engines/mysql-server.ts';
import { findPostgresServer } from '../../src/engines/postgres-server.ts';
import type { EngineFound, EngineSettings, RealEngine, ScratchDatabase } from '../../src/engines/real-engine.ts';
import { MARIADB_VARIABLE, mariadbAvailability, openMariadb, serverUrlOf } from '../catalog/engines/mariadb.ts';
import { openPostgres, POSTGRES_VARIABLE, postgresAvailability } from '../catalog/engines/postgres.ts';
import { requireInContinuousIntegration, type TestEngine } from '../catalog/engines/test-engine.ts';
import { folderWith, migralint } from '../cli/command-line.ts';

/** The command as it is published; `npm test` builds it first. */
const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'migralint.js');
const OURS = /^migralint_[0-9a-f]{16}$/;

/** Every name that was given to a database; others use the servers at the same time, so lists cannot be compared whole. */
const { given } = vi.hoisted(() => ({ given: [] as string[] }));
vi.mock('../../src/engines/scratch-name.ts', async (original) => {
  const real = await original<typeof import('../../src/engines/scratch-name.ts')>();
  const scratchName = (): string => {
    const name = real.scratchName();
    given.push(name);
    return name;
  };
  return { ...real, scratchName };
});

interface Server {
  readonly title: string;
  readonly dialect: string;
  readonly url: string;
  readonly isAvailable: boolean;
  readonly find: (url: string, settings: EngineSettings) => Promise<EngineFound>;
  readonly open: () => Promise<TestEngine>;
  readonly listDatabases: string;
  readonly sleep: string;
}

const SERVERS: readonly Server[] = [
  {
    title: 'PostgreSQL',
    dialect: 'postgres',
    url: process.env[POSTGRES_VARIABLE] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    isAvailable: requireInContinuousIntegration('PostgreSQL', POSTGRES_VARIABLE, await postgresAvailability()),
    find: findPostgresServer,
    open: openPostgres,
    listDatabases: 'SELECT datname AS name FROM pg_database',
    sleep: 'SELECT pg_sleep(20)',
  },
  {
    title: 'MariaDB',
    dialect: 'mariadb',
    url: (serverUrlOf('mariadb') ?? '').replace('mysql:', 'mariadb:'),
    isAvailable: requireInContinuousIntegration('MariaDB', MARIADB_VARIABLE, await mariadbAvailability('mariadb')),
    find: findMysqlServer,
    open: () => openMariadb('mariadb'),
    listDatabases: 'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA',
    sleep: 'SELECT SLEEP(20)',
  },
];

describe.each(SERVERS.filter(({ isAvailable }) => isAvailable))('$title', (server) => {
  afterEach(() => {
    given.length = 0;
  });

  async function engine(timeLimit = 20_000): Promise<RealEngine> {
    const found = await server.find(server.url, { urls: [server.url], timeLimit, folder: process.cwd() });
    if ('missing' in found) throw new Error(found.missing);
    return found.engine;
  }

  /** Those of our databases that are still there. */
  async function leftOver(): Promise<readonly string[]> {
    const observer = await engine();
    const database = await observer.create();
    const own = given.pop();
    const names = (await database.rows(server.listDatabases)).map((row) => String(row.name));
    await database.close();
    await observer.close();
    expect(names).toContain(own);
    expect(given.length).toBeGreaterThan(0);
    return names.filter((name) => given.includes(name));
  }

  function project(files: Readonly<Record<string, string>>): string {
    return folderWith({
      'migralint.config.json': JSON.stringify({
        dialect: server.dialect,
        deployments: [
          {
            root: '.',
            run: [
              { files: ['schema.sql'], when: 'always' },
              { files: ['migrations/*.sql'], when: 'once' },
            ],
          },
        ],
      }),
      ...files,
    });
  }

  it('is left as it was', async () => {
    const folder = project({
      'schema.sql': 'CREATE TABLE IF NOT EXISTS jobs (id INT PRIMARY KEY);',
      'migrations/001_archive.sql': 'ALTER TABLE jobs ADD COLUMN archived INT;',
    });
    const { code, out } = await migralint(folder, ['replay', '--url', server.url]);
    expect(out).toContain('0 differ, 0 open');
    expect(code).toBe(0);
    expect(await leftOver()).toEqual([]);
  });

  it('is left as it was by a run that fails', async () => {
    const folder = project({
      'schema.sql': 'CREATE TABLE jobs (id INT PRIMARY KEY);\nCREATE INDEX by_name ON jobs (name);',
      'migrations/001_archive.sql':
        'CREATE ROLE reader;\nDROP DATABASE test;\nALTER TABLE jobs ADD COLUMN archived INT;',
    });
    const { out } = await migralint(folder, ['replay', '--url', server.url]);
    expect(out).toMatch(/agree {4}fresh install +fails {3}schema\.sql:2/);
    expect(await leftOver()).toEqual([]);
  });

  it('keeps the database that the URL names', async () => {
    const owner = await server.open();
    try {
      await owner.run('CREATE TABLE customers (id INT PRIMARY KEY)');
      const before = await owner.introspect();
      const folder = project({
        'schema.sql': 'DROP TABLE IF EXISTS customers;\nCREATE TABLE customers (id INT, name INT);',
        'migrations/001_nothing.sql': 'SELECT 1;',
      });
      const url = new URL(server.url);
      url.pathname = `/${await nameOf(owner, server)}`;
      const { out } = await migralint(folder, ['replay', '--url', url.href]);
      expect(out).toContain('0 differ');
      expect(await owner.introspect()).toEqual(before);
    } finally {
      await owner.close();
    }
  });

  it('is left as it was when a run is ended in the middle', async () => {
    const running = await engine();
    const database: ScratchDatabase = await running.create();
    const answer = database.run(server.sleep);
    await running.close();
    expect((await answer).kind).not.toBe('accepted');
    expect(await leftOver()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is left as it was by %s to the command',
    async (signal) => {
      const tables = Array.from({ length: 400 }, (_, at) => `CREATE TABLE t${at} (id INT PRIMARY KEY);`).join('\n');
      const folder = project({ 'schema.sql': 'SELECT 1;', 'migrations/001_tables.sql': tables });
      const observer = await engine();
      const watched = await observer.create();
      const names = async (): Promise<readonly string[]> =>
        (await watched.rows(server.listDatabases)).map((row) => String(row.name)).filter((name) => OURS.test(name));
      const before = new Set(await names());
      const command = spawn(process.execPath, [COMMAND, 'replay', '--url', server.url], {
        cwd: folder,
        stdio: 'ignore',
      });
      const code = once(command, 'exit');
      let own: readonly string[] = [];
      while (own.length === 0 && command.exitCode === null) own = (await names()).filter((name) => !before.has(name));
      command.kill(signal);
      expect((await code)[0]).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(own.length).toBeGreaterThan(0);
      // Others make databases at the same time: those that were there while it ran are gone or theirs, which end too.
      await expect
        .poll(async () => (await names()).filter((name) => own.includes(name)), { timeout: 20_000 })
        .toEqual([]);
      await watched.close();
      await observer.close();
    },
    40_000,
  );

  it('stops a statement at the time limit', async () => {
    const running = await engine(300);
    const database = await running.create();
    expect(await database.run(server.sleep)).toEqual({ kind: 'stopped', words: 'no answer within 0.3 s' });
    await database.close();
    await running.close();
    expect(await leftOver()).toEqual([]);
  });
});

/** The name of a test's own database: the engine says it in the words of an error. */
async function nameOf(owner: TestEngine, { dialect }: Server): Promise<string> {
  const question = dialect === 'postgres' ? 'SELECT current_database()::int' : 'DROP TABLE nothing_here';
  const { errorText } = await owner.run(question);
  return /migralint_\w+/.exec(errorText ?? '')?.[0] ?? '';
}
