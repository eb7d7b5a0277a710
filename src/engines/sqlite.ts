import { embeddedEngine } from './embedded-engine.ts';
import { EngineThread } from './engine-thread.ts';
import { optionalPackagePath } from './optional-package.ts';
import type { EngineFound, EngineSettings } from './real-engine.ts';

/**
 * What runs in a thread of its own: SQLite answers in the thread that asks, so nothing else could stop a statement that
 * never ends. It is text because a bundle has no file for a worker. `node:sqlite` differs from SQLite as it is built
 * elsewhere in two settings, which are set back.
 */
const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
// Node 22 warns that its SQLite is an experiment, which is no news to a person who asked for a replay.
process.emitWarning = () => {};
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
  const thread = new EngineThread(WORKER_SOURCE, library);
  const [row] = await thread.query('SELECT sqlite_version() AS version');
  const title = `SQLite ${String(row?.version)}`;
  return { engine: embeddedEngine(thread, { dialect: 'sqlite', title, timeLimit, endSession }) };
}

/** A database in memory goes with its connection: so what a new one would not see is taken away instead. */
async function endSession(thread: EngineThread): Promise<void> {
  await thread.ask('run', 'ROLLBACK');
  const temporary = await thread.query(`SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view')`);
  for (const { type, name } of temporary) {
    await thread.ask('run', `DROP ${String(type)} temp."${String(name).replaceAll('"', '""')}"`);
  }
}
