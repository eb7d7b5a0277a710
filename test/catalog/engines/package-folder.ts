import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { SqliteConnection, SqliteLibrary } from './sqlite.ts';

/** The part of `sql.js` that is used here. */
interface SqlJs {
  readonly Database: new () => {
    exec(sql: string, values?: readonly string[]): readonly { columns: string[]; values: unknown[][] }[];
    close(): void;
  };
}

/** SQLite of any version of `sql.js`, by the folder of the package; null where the folder holds something else. */
export async function sqlJsLibrary(folder: string): Promise<SqliteLibrary | null> {
  const binary = join(folder, 'dist', 'sql-wasm.wasm');
  if (!existsSync(binary)) return null;
  const load = createRequire(import.meta.url)(folder) as (options: { wasmBinary: Uint8Array }) => Promise<SqlJs>;
  const library = await load({ wasmBinary: readFileSync(binary) });
  return { name: 'sql.js', open: () => connectionTo(library) };
}

function connectionTo(library: SqlJs): SqliteConnection {
  const database = new library.Database();
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    all: (query, values) => {
      const bound = values.reduce((text, value) => text.replace('?', `'${value.replaceAll("'", "''")}'`), query);
      const [result] = database.exec(bound);
      return (result?.values ?? []).map((row) =>
        Object.fromEntries(row.map((value, at) => [result?.columns[at] ?? '', value])),
      );
    },
    close: () => {
      database.close();
    },
  };
}
