import { createRequire } from 'node:module';
import type { FoundTestEngine } from './find.ts';
import { fillTables, introspect, postgresBehaviour, reset } from './postgres-queries.ts';
import type { EngineVerdict } from './test-engine.ts';

/** The part of `@electric-sql/pglite` that is used here. */
interface Pglite {
  exec(sql: string): Promise<unknown>;
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
  close(): Promise<void>;
}

/** PostgreSQL embedded, where `@electric-sql/pglite` is installed, or a version of it in a folder. It has one connection, so an open transaction is seen from inside. */
export async function openPglite(build: string): Promise<FoundTestEngine> {
  const name = build === 'pglite' ? '@electric-sql/pglite' : build;
  let library: { readonly PGlite?: new () => Pglite };
  try {
    library = createRequire(import.meta.url)(name) as typeof library;
  } catch {
    return { missing: `${name} is not installed` };
  }
  if (library.PGlite === undefined) return { missing: `there is no PostgreSQL in ${build}` };
  const database = new library.PGlite();
  const { rows } = await database.query('SHOW server_version');
  const version = (rows[0] as { server_version: string }).server_version;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ask = async (query: string): Promise<readonly unknown[]> => (await database.query(query)).rows;
  const server = {
    ...postgresBehaviour,
    title: `PostgreSQL ${version} (PGlite)`,
    run: (statement: string) => runStatement(database, statement),
    introspect: () => introspect(ask),
    fillTables: () => fillTables(ask),
    reset: () => reset((query) => database.exec(query)),
    close: () => database.close(),
  };
  return { server, version: [major, minor], openAnother: null };
}

async function runStatement(database: Pglite, statement: string): Promise<EngineVerdict> {
  try {
    await database.exec(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: error instanceof Error ? error.message : String(error) };
  }
}
