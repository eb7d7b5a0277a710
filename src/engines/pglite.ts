import { optionalPackage } from './optional-package.ts';
import {
  wordsOfError,
  type Answer,
  type EngineFound,
  type EngineSettings,
  type Row,
  type ScratchDatabase,
} from './real-engine.ts';
import { withinLimit } from './time-limit.ts';

/** The part of `@electric-sql/pglite` that is used here. */
interface Pglite {
  readonly waitReady: Promise<void>;
  exec(sql: string): Promise<unknown>;
  query(sql: string): Promise<{ readonly rows: readonly Row[] }>;
  close(): Promise<void>;
}
interface Library {
  readonly PGlite: new () => Pglite;
}

/** PostgreSQL in memory; null where its package is not installed. */
export async function findPglite({ timeLimit, folder }: EngineSettings): Promise<EngineFound | null> {
  const library = optionalPackage('@electric-sql/pglite', folder) as Library | null;
  if (library === null) return null;
  const probe = new library.PGlite();
  const { rows } = await probe.query('SHOW server_version');
  await probe.close();
  const title = `PostgreSQL ${String(rows[0]?.server_version)} (PGlite)`;
  const create = (): Promise<ScratchDatabase> => Promise.resolve(scratchDatabase(new library.PGlite(), timeLimit));
  return { engine: { dialect: 'postgres', title, foreignDatabases: [], create, close: () => Promise.resolve() } };
}

function scratchDatabase(database: Pglite, timeLimit: number): ScratchDatabase {
  return {
    run: (sql) => withinLimit(answerOf(database, sql), timeLimit, () => Promise.resolve()),
    rows: async (query) => (await database.query(query)).rows,
    // It has one connection only.
    reconnect: async () => {
      await database.exec('ROLLBACK');
      await database.exec('DISCARD ALL');
    },
    close: () => database.close(),
  };
}

async function answerOf(database: Pglite, sql: string): Promise<Answer> {
  try {
    await database.exec(sql);
    return { kind: 'accepted' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    return { kind: 'refused', words: wordsOfError(error), code };
  }
}
