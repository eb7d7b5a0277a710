import { Worker } from 'node:worker_threads';
import { optionalPackagePath } from './optional-package.ts';
import type { Answer, EngineFound, EngineSettings, RealEngine, Row, ScratchDatabase } from './real-engine.ts';
import { withinLimit } from './time-limit.ts';

/**
 * What runs in a thread of its own: SQLite answers in the thread that asks, so nothing else could stop a statement that
 * never ends. It is text because a bundle has no file for a worker. `node:sqlite` differs from SQLite as it is built
 * elsewhere in two settings, which are set back.
 */
const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const library = require(workerData);
const open = () => library.DatabaseSync
  ? new library.DatabaseSync(':memory:', { enableForeignKeyConstraints: false, enableDoubleQuotedStringLiterals: true })
  : new library.Database();
const query = (sql) => (library.DatabaseSync ? database.prepare(sql).all() : database.all(sql));
let database = open();
const tasks = {
  reset: () => { database.close(); database = open(); },
  run: (sql) => { database.exec(sql); },
  query: (sql) => query(sql).map((row) => ({ ...row })),
};
parentPort.on('message', ([task, sql]) => {
  try {
    parentPort.postMessage({ rows: tasks[task](sql) ?? [] });
  } catch (error) {
    parentPort.postMessage({ error: String(error && error.message) });
  }
});
`;

/** SQLite in memory, from whichever library is there. */
export async function findSqlite({ timeLimit, folder }: EngineSettings): Promise<EngineFound> {
  const library = optionalPackagePath('node-sqlite3-wasm', folder) ?? optionalPackagePath('node:sqlite', folder);
  if (library === null)
    return {
      missing: 'SQLite is not here: npm install --save-dev node-sqlite3-wasm (or Node 22.13, which has its own)',
    };
  const thread = new SqliteThread(library);
  const [row] = await thread.query('SELECT sqlite_version() AS version');
  const engine: RealEngine = {
    dialect: 'sqlite',
    title: `SQLite ${String(row?.version)}`,
    foreignDatabases: [],
    create: async () => {
      await thread.ask('reset', '');
      return scratchDatabase(thread, timeLimit);
    },
    close: () => thread.end(),
  };
  return { engine };
}

function scratchDatabase(thread: SqliteThread, timeLimit: number): ScratchDatabase {
  return {
    run: (sql) => withinLimit(answerOf(thread, sql), timeLimit, () => thread.end()),
    rows: (query) => thread.query(query),
    reconnect: () => endSession(thread),
    close: async () => {
      await thread.ask('reset', '');
    },
  };
}

async function answerOf(thread: SqliteThread, sql: string): Promise<Answer> {
  const { error } = await thread.ask('run', sql);
  return error === undefined ? { kind: 'accepted' } : { kind: 'refused', words: error, code: '' };
}

/** A database in memory goes with its connection: so what a new one would not see is taken away instead. */
async function endSession(thread: SqliteThread): Promise<void> {
  await thread.ask('run', 'ROLLBACK');
  const temporary = await thread.query(`SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view')`);
  for (const { type, name } of temporary) {
    await thread.ask('run', `DROP ${String(type)} temp."${String(name).replaceAll('"', '""')}"`);
  }
}

interface Reply {
  readonly rows?: readonly Row[];
  readonly error?: string;
}

/** SQLite in a thread that starts when it is first asked. One question at a time. */
class SqliteThread {
  readonly #library: string;
  #worker: Worker | null = null;
  #settle: ((reply: Reply) => void) | null = null;

  constructor(library: string) {
    this.#library = library;
  }

  async query(sql: string): Promise<readonly Row[]> {
    const { rows, error } = await this.ask('query', sql);
    if (rows === undefined) throw new Error(error);
    return rows;
  }

  ask(task: 'reset' | 'run' | 'query', sql: string): Promise<Reply> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      this.#settle = resolve;
      worker.postMessage([task, sql]);
    });
  }

  #start(): Worker {
    const worker = new Worker(WORKER_SOURCE, { eval: true, workerData: this.#library });
    const settle = (reply: Reply): void => {
      this.#settle?.(reply);
      this.#settle = null;
    };
    worker.on('message', settle);
    worker.on('error', ({ message }) => {
      settle({ error: message });
    });
    worker.on('exit', () => {
      settle({ error: 'the engine was stopped' });
    });
    return worker;
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
