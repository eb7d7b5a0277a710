import type mysql from 'mysql2/promise';
import type { DialectName } from '../dialects/dialect.ts';
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

type Library = typeof mysql;

/** A MariaDB or MySQL server. Only CREATE DATABASE and DROP DATABASE run outside of the databases that are made here. */
export async function findMysqlServer(url: string, settings: EngineSettings): Promise<EngineFound> {
  const library = optionalPackage('mysql2/promise', settings.folder) as Library | null;
  if (library === null)
    return { missing: 'a MariaDB or MySQL server is reached through mysql2: npm install --save-dev mysql2' };
  const server = new Server(library, url);
  let admin: mysql.Connection;
  try {
    admin = await server.connect();
  } catch (error) {
    return { missing: `the server at ${new URL(url).host} cannot be used: ${wordsOfError(error)}` };
  }
  return { engine: await engineOn(server, admin, settings.timeLimit) };
}

async function engineOn(server: Server, admin: mysql.Connection, timeLimit: number): Promise<RealEngine> {
  const { dialect, title } = await identityOf(admin);
  const [databases] = await admin.query<mysql.RowDataPacket[]>('SHOW DATABASES');
  const made: Workplace['made'] = new Map();
  return {
    dialect,
    title,
    foreignDatabases: databases
      .map((row) => String(Object.values(row)[0]).toLowerCase())
      .filter((name) => name !== 'information_schema'),
    create: () => MysqlScratch.create({ server, admin, timeLimit, made }),
    close: async () => {
      for (const [name, connection] of made) {
        if (connection !== null) await end(connection, admin);
        await drop(admin, name);
      }
      await admin.end();
    },
  };
}

async function drop(admin: mysql.Connection, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name}`);
}

async function identityOf(admin: mysql.Connection): Promise<{ readonly dialect: DialectName; readonly title: string }> {
  const [rows] = await admin.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version');
  const version = String(rows[0]?.version ?? '');
  const isMariadb = /mariadb/i.test(version);
  const number = /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
  return { dialect: isMariadb ? 'mariadb' : 'mysql', title: `${isMariadb ? 'MariaDB' : 'MySQL'} ${number}` };
}

/** How to reach a server; the database that its URL names is never opened. */
class Server {
  readonly #library: Library;
  readonly #url: URL;

  constructor(library: Library, url: string) {
    this.#library = library;
    this.#url = new URL(url);
  }

  async connect(database?: string): Promise<mysql.Connection> {
    const { hostname, port, username, password } = this.#url;
    const connection = await this.#library.createConnection({
      host: hostname,
      port: port === '' ? 3306 : Number(port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      connectTimeout: 5000,
      ...(database === undefined ? {} : { database }),
    });
    // A connection that breaks also fails the query that waits for it; without a listener it would end the process.
    connection.on('error', () => undefined);
    return connection;
  }
}

interface Workplace {
  readonly server: Server;
  readonly admin: mysql.Connection;
  readonly timeLimit: number;
  /** Names of the databases that are to be dropped, with the connection that works there. */
  readonly made: Map<string, mysql.Connection | null>;
}

class MysqlScratch implements ScratchDatabase {
  readonly #workplace: Workplace;
  readonly #name: string;
  #connection: mysql.Connection | null = null;

  private constructor(workplace: Workplace, name: string) {
    this.#workplace = workplace;
    this.#name = name;
  }

  static async create(workplace: Workplace): Promise<MysqlScratch> {
    const name = scratchName();
    // Noted before it is there: who ends the run meanwhile drops it too.
    workplace.made.set(name, null);
    await workplace.admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    const scratch = new MysqlScratch(workplace, name);
    await scratch.reconnect();
    return scratch;
  }

  run(sql: string): Promise<Answer> {
    if (this.#connection === null) return Promise.resolve({ kind: 'stopped', words: 'the connection is closed' });
    return withinLimit(answerOf(this.#connection, sql), this.#workplace.timeLimit, () => this.#end());
  }

  async rows(query: string): Promise<readonly Row[]> {
    if (this.#connection === null) throw new Error('the connection is closed');
    const [rows] = await this.#connection.query<mysql.RowDataPacket[]>(query);
    return rows;
  }

  async reconnect(): Promise<void> {
    await this.#end();
    this.#connection = await this.#workplace.server.connect(this.#name);
    this.#workplace.made.set(this.#name, this.#connection);
  }

  async close(): Promise<void> {
    await this.#end();
    await drop(this.#workplace.admin, this.#name);
    this.#workplace.made.delete(this.#name);
  }

  async #end(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) await end(connection, this.#workplace.admin);
  }
}

/**
 * The server goes on with a statement when its client only leaves, and a DROP DATABASE waits for it. A user may always KILL
 * connections of their own; what waits for an answer there then fails.
 */
async function end(connection: mysql.Connection, admin: mysql.Connection): Promise<void> {
  await admin.query(`KILL ${connection.threadId}`).catch(() => {
    connection.destroy();
  });
}

async function answerOf(connection: mysql.Connection, sql: string): Promise<Answer> {
  try {
    await connection.query(sql);
    return { kind: 'accepted' };
  } catch (error) {
    const number = error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
    // Numbers of the server begin at 1000; what the driver reports are negative numbers of the system.
    return number >= 1000
      ? { kind: 'refused', words: wordsOfError(error), code: number.toString() }
      : { kind: 'stopped', words: wordsOfError(error) };
  }
}
