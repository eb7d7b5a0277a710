import { embeddedEngine } from './embedded-engine.ts';
import { EngineThread } from './engine-thread.ts';
import { optionalPackagePath } from './optional-package.ts';
import type { EngineFound, EngineSettings } from './real-engine.ts';

/**
 * A database in memory takes two seconds to start, so one is used for all paths and emptied between them; where that fails it
 * is replaced by another. Everything of a user lives in schemas, but for extensions and what stands beside schemas.
 */
const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { PGlite } = require(workerData);
let database = new PGlite();
let isUsed = false;
const EMPTY = [
  'ROLLBACK',
  'DISCARD ALL',
  \`DO $empty$ DECLARE found record; BEGIN
    FOR found IN SELECT evtname AS name FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', found.name); END LOOP;
    FOR found IN SELECT pubname AS name FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', found.name); END LOOP;
    FOR found IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' LOOP
      EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', found.name); END LOOP;
    FOR found IN SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
      EXECUTE format('DROP SCHEMA %I CASCADE', found.name); END LOOP;
  END $empty$\`,
  'CREATE SCHEMA public AUTHORIZATION pg_database_owner',
  'GRANT USAGE ON SCHEMA public TO PUBLIC',
];
const reset = async () => {
  if (!isUsed) return;
  isUsed = false;
  try {
    for (const statement of EMPTY) await database.exec(statement);
  } catch {
    await database.close();
    database = new PGlite();
  }
};
const tasks = {
  reset,
  run: async (sql) => { isUsed = true; await database.exec(sql); },
  query: async (sql) => (await database.query(sql)).rows,
};
parentPort.on('message', async ([task, sql]) => {
  try {
    parentPort.postMessage({ rows: (await tasks[task](sql)) ?? [] });
  } catch (error) {
    parentPort.postMessage({ error: String(error && error.message), code: error && typeof error.code === 'string' ? error.code : '' });
  }
});
`;

/** PostgreSQL in memory; null where its package is not installed. */
export async function findPglite({ timeLimit, folder }: EngineSettings): Promise<EngineFound | null> {
  const library = optionalPackagePath('@electric-sql/pglite', folder);
  if (library === null) return null;
  const thread = new EngineThread(WORKER_SOURCE, library);
  const [row] = await thread.query('SHOW server_version');
  const title = `PostgreSQL ${String(row?.server_version)} (PGlite)`;
  return { engine: embeddedEngine(thread, { dialect: 'postgres', title, timeLimit, endSession }) };
}

/** It has one connection only. */
async function endSession(thread: EngineThread): Promise<void> {
  await thread.ask('run', 'ROLLBACK');
  await thread.ask('run', 'DISCARD ALL');
}
