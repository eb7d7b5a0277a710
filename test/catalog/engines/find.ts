import type { DialectName, Version } from '../../../src/dialects/dialect.ts';
import { mariadbAvailability, openMariadb } from './mariadb.ts';
import { openPglite } from './pglite.ts';
import { openPostgres, postgresAvailability } from './postgres.ts';
import { sqlJsLibrary } from './package-folder.ts';
import { nodeLibrary, openSqlite, sqliteVersion, wasmLibrary, type SqliteLibrary } from './sqlite.ts';
import { versionOf, type TestEngine } from './test-engine.ts';

/** An engine that is there, or why it is not. */
export type FoundTestEngine =
  | {
      readonly server: TestEngine;
      readonly version: Version;
      /** Opens another database on the same server; null where the engine runs in this process, and two would take turns. */
      readonly openAnother: (() => Promise<TestEngine>) | null;
    }
  | { readonly missing: string };

/** The engine of a dialect that tests run on; `build` names another one. */
export async function findTestEngine(dialect: DialectName, build?: string): Promise<FoundTestEngine> {
  if (dialect === 'sqlite') {
    const library = await sqliteLibrary(build);
    if (library === null) return { missing: `there is no SQLite in ${build ?? ''}` };
    return { server: openSqlite(library), version: sqliteVersion(library), openAnother: null };
  }
  if (dialect === 'postgres' && build !== undefined) return openPglite(build);
  const availability = await (dialect === 'postgres' ? postgresAvailability() : mariadbAvailability(dialect));
  if (!availability.available) return { missing: availability.why };
  const open = (): Promise<TestEngine> => (dialect === 'postgres' ? openPostgres() : openMariadb(dialect));
  return { server: await open(), version: versionOf(availability), openAnother: open };
}

/** A folder is that of an installed `sql.js`, whose versions bring older SQLites. */
async function sqliteLibrary(build: string | undefined): Promise<SqliteLibrary | null> {
  if (build === undefined) return wasmLibrary;
  return build === 'node:sqlite' ? nodeLibrary() : sqlJsLibrary(build);
}
