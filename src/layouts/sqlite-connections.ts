import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { folderOf, isInside } from './file-order.ts';

/**
 * Whether the connections of a program check foreign keys before anything is sent over them. SQLite's own default is off, unless
 * the build says otherwise (sqlite.org/compile.html, SQLITE_DEFAULT_FOREIGN_KEYS), and a driver may switch it.
 */
export type ForeignKeyChecks = 'on' | 'off';

/** Migration tools that open the connection themselves, each from its source. */
const TOOLS: ReadonlyMap<string, ForeignKeyChecks> = new Map([
  // SqliteConnectOptions::new: "SQLx chooses to enable this by default".
  ['sqlx', 'on'],
  // developers.cloudflare.com/d1/sql-api/foreign-keys: as if `PRAGMA foreign_keys = on` were set in every transaction.
  ['Cloudflare D1', 'on'],
  // schema-engine opens it with quaint, whose Cargo.toml asks for rusqlite with `bundled`.
  ['Prisma', 'on'],
]);

interface Driver {
  readonly file: RegExp;
  readonly words: RegExp;
  readonly checks: ForeignKeyChecks;
}

/** Drivers, by the manifest that names one or the code that imports one; each from its source or build. */
const DRIVERS: readonly Driver[] = [
  // libsqlite3-sys, build.rs, build_bundled: -DSQLITE_DEFAULT_FOREIGN_KEYS=1. Without it the system's library decides.
  {
    file: /(?:^|\/)Cargo\.toml$/,
    words:
      /(?:^|\.)(?:rusqlite|libsqlite3-sys|tokio-rusqlite)\b(?:\s*=\s*\{[^}]*|\.features[^\n]*|\][^[]*\[[^\]]*)"bundled(?:-full|-sqlcipher[\w-]*)?"/m,
    checks: 'on',
  },
  // better-sqlite3, docs/compilation.md: SQLITE_DEFAULT_FOREIGN_KEYS=1.
  { file: /(?:^|\/)package\.json$/, words: /"better-sqlite3(?:-multiple-ciphers)?"\s*:/, checks: 'on' },
  // tursodatabase/libsql #981: on in the server and in the native binding.
  { file: /(?:^|\/)package\.json$/, words: /"(?:libsql|@libsql\/client)"\s*:/, checks: 'on' },
  // nodejs/node #54777: enableForeignKeyConstraints is true unless told otherwise.
  { file: /\.[cm]?[jt]sx?$/, words: /(?:from|require\(|import\()\s*['"]node:sqlite['"]/, checks: 'on' },
  // node-sqlite3 builds SQLite without the option (deps/sqlite3.gyp).
  { file: /(?:^|\/)package\.json$/, words: /"sqlite3"\s*:/, checks: 'off' },
  // Both switch it only where the DSN asks for it: `_foreign_keys=1`, `_pragma=foreign_keys(1)`.
  { file: /(?:^|\/)go\.mod$/, words: /mattn\/go-sqlite3|modernc\.org\/sqlite\s/, checks: 'off' },
  // Python's module opens the library as it is.
  { file: /\.py$/, words: /^\s*(?:import|from)\s+(?:sqlite3|aiosqlite)\b/m, checks: 'off' },
  // org.sqlite.SQLiteConfig: enforceForeignKeys is off unless the URL or the properties say so.
  { file: /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/, words: /sqlite-jdbc/, checks: 'off' },
];

/** Code and DSNs that switch the checks on or off by themselves. */
const SWITCHES = /foreign_keys|[?&]_fk=|enableForeignKeyConstraints|enforceForeignKeys|ENABLE_FKEY/i;
const SWITCHES_ON_IN_DSN =
  /[?&]_(?:fk|foreign_keys)=(?:1|true|on|yes)\b|_pragma=foreign_keys(?:\(|=|%28)(?:1|true|on)\b/i;

/** A piece that code adds to a DSN: where it opens the database every time, elsewhere perhaps only sometimes. */
const ADDED_TO_DSN = /["'`][?&]_(?:fk|foreign_keys)=/i;
const OPENS_DATABASE = /\bsqlx?\.(?:Must)?(?:Open|Connect)\([^\n]*/g;

/** What drivers and code of a project say; read once for all of its deployments. */
export interface SqliteConnections {
  readonly drivers: readonly { readonly home: string; readonly checks: ForeignKeyChecks }[];
  readonly switching: readonly { readonly path: string; readonly onInDsn: boolean }[];
}

/** Looks through manifests and code for drivers, and for what switches the checks. */
export function sqliteConnectionsIn({ files }: Project): SqliteConnections {
  const drivers: SqliteConnections['drivers'][number][] = [];
  const switching: SqliteConnections['switching'][number][] = [];
  for (const file of files.values()) {
    if (file.path.endsWith('.sql')) continue;
    for (const { checks } of driversIn(file)) drivers.push({ home: folderOf(file.path), checks });
    if (!SWITCHES.test(file.text)) continue;
    const onInDsn = SWITCHES_ON_IN_DSN.test(file.text) && !ADDED_TO_DSN.test(file.text.replace(OPENS_DATABASE, ''));
    switching.push({ path: file.path, onInDsn });
  }
  return { drivers, switching };
}

function driversIn({ path, text }: SourceFile): readonly Driver[] {
  return DRIVERS.filter(({ file, words }) => file.test(path) && words.test(text));
}

/**
 * What the connections of a deployment do before the first statement; null: not known. Code that switches the checks itself, where
 * the replay does not see it, leaves it open.
 */
export function foreignKeyChecks(
  { drivers, switching }: SqliteConnections,
  root: string,
  tool: string | undefined,
): ForeignKeyChecks | null {
  const own = TOOLS.get(tool ?? '');
  if (own !== undefined) return own;
  const near = drivers.filter(({ home }) => isInside(root, home) || isInside(home, root));
  const [first] = near;
  if (first === undefined || near.some(({ checks }) => checks !== first.checks)) return null;
  if (switching.length === 0) return first.checks;
  return first.checks === 'off' && switching.every(({ onInDsn }) => onInDsn) ? 'on' : null;
}
