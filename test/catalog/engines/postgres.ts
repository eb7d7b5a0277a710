import pg from 'pg';
import { fillTables, introspect, postgresBehaviour, reset } from './postgres-queries.ts';
import { scratchDatabaseName, type EngineAvailability, type EngineVerdict, type TestEngine } from './test-engine.ts';

/** The server that tests create scratch databases on. */
export const POSTGRES_VARIABLE = 'MIGRALINT_TEST_POSTGRES_URL';
const DEFAULT_URL = 'postgres://postgres@127.0.0.1:5432/postgres';

function serverUrl(): string {
  return process.env[POSTGRES_VARIABLE] ?? DEFAULT_URL;
}

/** Whether the PostgreSQL server answers. */
export async function postgresAvailability(): Promise<EngineAvailability> {
  const client = new pg.Client({ connectionString: serverUrl(), connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return { available: true, version: rows[0]?.server_version ?? '' };
  } catch (error) {
    return { available: false, why: messageOf(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates a scratch database and connects to it. */
export async function openPostgres(): Promise<TestEngine> {
  const name = scratchDatabaseName();
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  // Nobody needs these databases after a crash.
  const client = new pg.Client({ connectionString: url.href, options: '-c synchronous_commit=off' });
  // What an open transaction has not committed is not to be seen, and a changed search_path must not shorten names.
  const reader = new pg.Client({ connectionString: url.href, options: '-c plan_cache_mode=force_generic_plan' });
  await client.connect();
  await reader.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  const ask = async (query: string): Promise<readonly unknown[]> => (await reader.query(query)).rows as unknown[];
  return {
    ...postgresBehaviour,
    title: `PostgreSQL ${rows[0]?.server_version.split(' ')[0] ?? ''}`,
    run: (statement) => runStatement(client, statement),
    // To plan this question takes four times as long as to answer it.
    introspect: () => introspect(async (text) => (await reader.query({ name: 'catalog', text })).rows as unknown[]),
    fillTables: () => fillTables(ask),
    reset: () => reset((query) => client.query(query)),
    close: async () => {
      await Promise.all([client.end(), reader.end()]).catch(() => undefined);
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function runStatement(client: pg.Client, statement: string): Promise<EngineVerdict> {
  try {
    await client.query(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
