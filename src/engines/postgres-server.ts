import type pg from 'pg';
import { optionalPackage } from './optional-package.ts';
import {
  wordsOfError,
  type Answer,
  type EngineFound,
  type EngineSettings,
  type RealEngine,
  type Row,
  type ScratchDatabase,
} from './real-engine.ts';
import { scratchName } from './scratch-name.ts';
import { withinLimit } from './time-limit.ts';

type Library = typeof pg;

/** A PostgreSQL server. Only CREATE DATABASE and DROP DATABASE run outside of the databases that are made here. */
export async function findPostgresServer(url: string, settings: EngineSettings): Promise<EngineFound> {
  const library = optionalPackage('pg', settings.folder) as Library | null;
  if (library === null) return { missing: 'a PostgreSQL server is reached through pg: npm install --save-dev pg' };
  const admin = await connectAsAdmin(library, url);
  if ('missing' in admin) return admin;
  const made = new Set<string>();
  const { rows } = await admin.client.query<{ server_version: string }>('SHOW server_version');
  const engine: RealEngine = {
    dialect: 'postgres',
    title: `PostgreSQL ${(rows[0]?.server_version ?? '').split(' ')[0] ?? ''}`,
    foreignDatabases: [],
    create: () => PostgresScratch.create({ library, admin: admin.client, url, timeLimit: settings.timeLimit, made }),
    close: async () => {
      for (const name of made) await drop(admin.client, name);
      await admin.client.end();
    },
  };
  return { engine };
}

/** Connects to the server's maintenance database, or to the one that the URL names where that is not there. */
async function connectAsAdmin(
  library: Library,
  url: string,
): Promise<{ readonly client: pg.Client } | { readonly missing: string }> {
  let missing = '';
  for (const target of [withDatabase(url, 'postgres'), url]) {
    const client = clientOf(library, target);
    try {
      await client.connect();
      return { client };
    } catch (error) {
      missing = `the server at ${shownUrl(url)} cannot be used: ${wordsOfError(error)}`;
    }
  }
  return { missing };
}

function clientOf(library: Library, url: string): pg.Client {
  const client = new library.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A connection that breaks also fails the query that waits for it; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

/** Without its password. */
function shownUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

interface Server {
  readonly library: Library;
  readonly admin: pg.Client;
  readonly url: string;
  readonly timeLimit: number;
  /** Names of the databases that are to be dropped. */
  readonly made: Set<string>;
}

/** FORCE (PostgreSQL 13) ends what still runs there. */
async function drop(admin: pg.Client, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

class PostgresScratch implements ScratchDatabase {
  readonly #server: Server;
  readonly #name: string;
  #client: pg.Client;

  private constructor(server: Server, name: string) {
    this.#server = server;
    this.#name = name;
    this.#client = clientOf(server.library, withDatabase(server.url, name));
  }

  static async create(server: Server): Promise<PostgresScratch> {
    const name = scratchName();
    // Noted before it is there: who ends the run meanwhile drops it too.
    server.made.add(name);
    // template0: what an owner put into template1 is no part of the project.
    await server.admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const scratch = new PostgresScratch(server, name);
    await scratch.#client.connect();
    return scratch;
  }

  run(sql: string): Promise<Answer> {
    return withinLimit(answerOf(this.#client, sql), this.#server.timeLimit, () => drop(this.#server.admin, this.#name));
  }

  async rows(query: string): Promise<readonly Row[]> {
    return (await this.#client.query<Row>(query)).rows;
  }

  async reconnect(): Promise<void> {
    await this.#client.end();
    this.#client = clientOf(this.#server.library, withDatabase(this.#server.url, this.#name));
    await this.#client.connect();
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
    await drop(this.#server.admin, this.#name);
    this.#server.made.delete(this.#name);
  }
}

async function answerOf(client: pg.Client, sql: string): Promise<Answer> {
  try {
    await client.query(sql);
    return { kind: 'accepted' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    // Five characters: SQLSTATE. Everything else is trouble with the connection.
    return /^[0-9A-Z]{5}$/.test(code)
      ? { kind: 'refused', words: wordsOfError(error), code }
      : { kind: 'stopped', words: wordsOfError(error) };
  }
}
