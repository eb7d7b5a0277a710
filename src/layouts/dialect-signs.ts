import type { Deployment, Evidence } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { dialectOfWord, engineSuffix } from './engine-words.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import { filesNamed, grouped } from './project-files.ts';
import { sqlcConfigOf } from './sqlc.ts';

export interface DialectSign {
  readonly dialect: DialectName;
  readonly evidence: Evidence;
}

/**
 * The dialect of a group of SQL files, by the surest sign: what was asked for, the folder's or file's name, the driver in
 * the nearest manifest or import, a client in a script, what only one dialect can parse. Without any sign SQLite is
 * assumed, whose SQL is the most common to all.
 */
export function dialectOf(
  project: Project,
  sqlFiles: readonly SourceFile[],
  root: string,
  asked: DialectName | undefined,
): DialectSign {
  if (asked !== undefined) return { dialect: asked, evidence: { strength: 'config', words: `${asked} was asked for` } };
  const sign = signOf(project, sqlFiles, root);
  return (sign.dialect === 'mysql' ? (signOfMariaDb(project, sqlFiles) ?? signOfDolt(project, sign)) : null) ?? sign;
}

function signOf(project: Project, sqlFiles: readonly SourceFile[], root: string): DialectSign {
  return (
    signInPath(sqlFiles) ??
    signOfTwoDrivers(project, sqlFiles, root) ??
    signInManifest(project, nearestManifests(project, root)) ??
    signInCodeOrScripts(project, root) ??
    signInText(sqlFiles) ??
    signOfSqlc(project, sqlFiles) ??
    signInManifestAbove(project, root) ??
    (isOfSqliteTypes(sqlFiles) ? { ...noSign, evidence: { ...noSign.evidence, likely: true } } : noSign)
  );
}

/** What is assumed where nothing tells the dialect. */
const noSign: DialectSign = {
  dialect: 'sqlite',
  evidence: {
    strength: 'name',
    words: 'no sign of a dialect: read as SQLite',
    assumes: 'if this is SQLite (nothing shows the dialect; --dialect tells it)',
  },
};

/**
 * Keys INTEGER PRIMARY KEY, and no type but those of SQLite's own (datatype3.html): who writes for a server has a varchar, a bigint or
 * a timestamp somewhere.
 */
function isOfSqliteTypes(sqlFiles: readonly SourceFile[]): boolean {
  const texts = sqlFiles.map(({ text }) => text.slice(0, 100_000));
  return texts.some((text) => SQLITE_KEY.test(text)) && !texts.some((text) => TYPE_OF_SERVERS.test(text));
}

const SQLITE_KEY = /\bINTEGER\s+(?:NOT\s+NULL\s+)?PRIMARY\s+KEY\b/i;
const TYPE_OF_SERVERS =
  /\b(?:(?:N?VAR)?CHAR|CHARACTER|(?:TINY|SMALL|MEDIUM|BIG)?INT|BOOL(?:EAN)?|TIMESTAMP|DATE(?:TIME)?|TIME|DECIMAL|DOUBLE|FLOAT|UUID|JSON|ENUM)\b/i;

/** Without a sign of the dialect everything rests on the assumption that was made. */
export function withDialectReading(deployment: Deployment): Deployment {
  const assumed = deployment.evidence.find(({ assumes }) => assumes !== undefined)?.assumes;
  if (assumed === undefined) return deployment;
  // What holds however the files run still holds on that dialect alone.
  return { ...deployment, reading: deployment.reading ?? assumed, otherReadings: [] };
}

/**
 * Python brings its SQLite driver along, so no manifest names it: a program that imports it and requires a server's driver runs on
 * either. Then the SQL itself tells, or it is an assumption.
 */
function signOfTwoDrivers(project: Project, sqlFiles: readonly SourceFile[], root: string): DialectSign | null {
  const folder = nearestManifests(project, root);
  const server = signInManifest(project, folder);
  if (
    folder === null ||
    server === null ||
    server.dialect === 'sqlite' ||
    !/(?:pyproject\.toml|\.txt|\.py|\.cfg|Pipfile)$/.test(server.evidence.words)
  )
    return null;
  const importer = [...project.files.values()].find(
    ({ path, text }) => path.endsWith('.py') && isInside(path, folder) && /^\s*import sqlite3\b/m.test(text),
  );
  if (importer === undefined) return null;
  const inText = signInText(sqlFiles);
  if (inText !== null) return inText;
  const words = `${server.evidence.words}, though ${importer.path} imports sqlite3`;
  const assumes = `if this runs on ${server.dialect} (the code imports sqlite3 too; --dialect tells it)`;
  return { dialect: server.dialect, evidence: { ...server.evidence, words, assumes } };
}

/** The engine for which sqlc makes code of a file, where its config names one. */
function signOfSqlc(project: Project, sqlFiles: readonly SourceFile[]): DialectSign | null {
  const config = sqlFiles.map((file) => sqlcConfigOf(project, file)).find((found) => found !== null);
  const engines = new Set(
    [...(config?.text ?? '').matchAll(SQLC_ENGINE)].flatMap(([, name]) => dialectOfWord(name ?? '') ?? []),
  );
  const [dialect] = engines;
  if (config == null || dialect === undefined || engines.size !== 1) return null;
  return { dialect, evidence: { strength: 'tool', words: `its engine in ${config.path}` } };
}

const SQLC_ENGINE = /\bengine"?\s*:\s*["']?(postgresql|mysql|sqlite)\b/g;

/** MariaDB goes by the name of MySQL in folders and drivers: its own guards tell it, where the project speaks of it too. */
function signOfMariaDb(project: Project, sqlFiles: readonly SourceFile[]): DialectSign | null {
  if (!sqlFiles.some((file) => MARIADB_GUARD.test(file.text.slice(0, 100_000)))) return null;
  for (const file of project.files.values()) {
    if (file.path.endsWith('.sql') || !/mariadb/i.test(file.text)) continue;
    const words = `guards that only MariaDB has, and MariaDB in ${file.path}`;
    return { dialect: 'mariadb', evidence: { strength: 'name', words } };
  }
  return null;
}

/** Dolt speaks MySQL's dialect and is laxer in places: it takes defaults of TEXT columns. */
function signOfDolt(project: Project, sign: DialectSign): DialectSign | null {
  const manifest = filesNamed(project, 'go.mod').find(({ text }) => text.includes('github.com/dolthub/d'));
  if (manifest === undefined) return null;
  const words = `${sign.evidence.words}, and Dolt in ${manifest.path}`;
  return { dialect: 'mysql', evidence: { ...sign.evidence, words, assumes: 'if Dolt does here what MySQL does' } };
}

const MARIADB_GUARD =
  /\b(?:DROP\s+(?:INDEX|COLUMN|KEY)\s+IF\s+EXISTS|ADD\s+(?:COLUMN|INDEX|KEY)\s+IF\s+NOT\s+EXISTS|CREATE\s+(?:UNIQUE\s+)?INDEX\s+IF\s+NOT\s+EXISTS)\b/i;

/**
 * `db/postgres/x.sql`, `schema-mysql.sql`, `001_x.sqlite3.up.sql`: the deepest word that names a dialect, if all files agree. A numbered
 * name may speak of another engine (`007_leave_sqlite.sql`): only its end counts.
 */
function signInPath(sqlFiles: readonly SourceFile[]): DialectSign | null {
  const found = new Map<DialectName, string>();
  for (const { path } of sqlFiles) {
    const isNumbered = /^[vru]?\d/i.test(baseName(path));
    const name = isNumbered ? (engineSuffix(path)?.word ?? '') : baseName(path);
    const word = `${folderOf(path)}/${name}`
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .findLast((part) => dialectOfWord(part) !== undefined);
    const dialect = word === undefined ? undefined : dialectOfWord(word);
    if (word === undefined || dialect === undefined) return null;
    found.set(dialect, word);
  }
  const [only] = found;
  if (found.size !== 1 || only === undefined) return null;
  return { dialect: only[0], evidence: { strength: 'name', words: `the path names ${only[1]}` } };
}

/** The URL in a tool's own config. */
const JDBC_FILES: readonly (readonly [manifest: RegExp, driver: RegExp, dialect: DialectName])[] = [
  [/^(?:liquibase\.properties|flyway\.(?:conf|toml))$/, /jdbc:postgresql/, 'postgres'],
  [/^(?:liquibase\.properties|flyway\.(?:conf|toml))$/, /jdbc:mysql/, 'mysql'],
  [/^(?:liquibase\.properties|flyway\.(?:conf|toml))$/, /jdbc:mariadb/, 'mariadb'],
  [/^(?:liquibase\.properties|flyway\.(?:conf|toml))$/, /jdbc:sqlite/, 'sqlite'],
];
const ATLAS_URLS: readonly (readonly [manifest: RegExp, driver: RegExp, dialect: DialectName])[] = [
  [/^atlas\.hcl$/, /"(?:docker:\/\/)?postgres(?:ql)?[:/]/, 'postgres'],
  [/^atlas\.hcl$/, /"(?:docker:\/\/)?mysql[:/]/, 'mysql'],
  [/^atlas\.hcl$/, /"(?:docker:\/\/)?mariadb[:/]/, 'mariadb'],
  [/^atlas\.hcl$/, /"sqlite:/, 'sqlite'],
];
/** A function's or a file's name that names one dialect: `newPostgresDatabase`, `storage/sqlite3/storage.go`. */
export function signInName(name: string): DialectSign | null {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const found = new Set(words.flatMap((word) => dialectOfWord(word) ?? []));
  const [only] = found;
  if (only === undefined || found.size !== 1) return null;
  return { dialect: only, evidence: { strength: 'name', words: `the name ${name}` } };
}

/** Drivers by manifest; a manifest that names drivers of two dialects says nothing. */
const DRIVERS: readonly (readonly [manifest: RegExp, driver: RegExp, dialect: DialectName])[] = [
  [/^Cargo\.toml$/, /\brusqlite\b|\blibsqlite3-sys\b|\blibsql\b|\brusqlite_migration\b/, 'sqlite'],
  [/^Cargo\.toml$/, /\btokio-postgres\b|^postgres\s*=|\bdeadpool-postgres\b/m, 'postgres'],
  [/^Cargo\.toml$/, /\b(?:sqlx|diesel|sea-orm|refinery)\b(?:\s*=\s*\{[^}]*|[^\n]*)"(?:sqlx-)?sqlite"/, 'sqlite'],
  [/^Cargo\.toml$/, /\b(?:sqlx|diesel|sea-orm|refinery)\b(?:\s*=\s*\{[^}]*|[^\n]*)"(?:sqlx-)?postgres"/, 'postgres'],
  [
    /^Cargo\.toml$/,
    /\b(?:sqlx|diesel|sea-orm|refinery)\b(?:\s*=\s*\{[^}]*|[^\n]*)"(?:sqlx-)?mysql"|^mysql(?:_async)?\s*=/m,
    'mysql',
  ],
  [
    /^package\.json$/,
    /"(?:better-sqlite3(?:-multiple-ciphers)?|sqlite3|sqlite|libsql|@libsql\/client|sql\.js|wa-sqlite|@sqlite\.org\/sqlite-wasm|expo-sqlite|node-sqlite3-wasm|@op-engineering\/op-sqlite|react-native-sqlite-storage|@capacitor-community\/sqlite)"\s*:/,
    'sqlite',
  ],
  [
    /^package\.json$/,
    /"(?:pg|postgres|pg-promise|pg-native|@neondatabase\/serverless|@vercel\/postgres|@electric-sql\/pglite|node-pg-migrate|postgres-migrations|slonik)"\s*:/,
    'postgres',
  ],
  [/^package\.json$/, /"(?:mysql|mysql2)"\s*:/, 'mysql'],
  [/^package\.json$/, /"mariadb"\s*:/, 'mariadb'],
  [
    /^(?:pyproject\.toml|requirements.*\.txt|setup\.py|setup\.cfg|Pipfile)$/,
    /\baiosqlite\b|\bsqlite-utils\b/,
    'sqlite',
  ],
  [
    /^(?:pyproject\.toml|requirements.*\.txt|setup\.py|setup\.cfg|Pipfile)$/,
    /\bpsycopg(?:2|2-binary|3)?\b|\basyncpg\b/,
    'postgres',
  ],
  [
    /^(?:pyproject\.toml|requirements.*\.txt|setup\.py|setup\.cfg|Pipfile)$/,
    /\bpymysql\b|\bmysqlclient\b|\bmysql-connector|\baiomysql\b/i,
    'mysql',
  ],
  [
    /^go\.mod$/,
    /mattn\/go-sqlite3|modernc\.org\/sqlite\b|glebarez\/(?:go-)?sqlite|ncruces\/go-sqlite3|zombiezen\.com\/go\/sqlite|crawshaw\.io\/sqlite|tursodatabase\/(?:go-libsql|libsql-client-go)|gorm\.io\/driver\/sqlite/,
    'sqlite',
  ],
  [/^go\.mod$/, /lib\/pq\b|jackc\/pgx|gorm\.io\/driver\/postgres/, 'postgres'],
  [/^go\.mod$/, /go-sql-driver\/mysql|gorm\.io\/driver\/mysql/, 'mysql'],
  [/^(?:pom\.xml|build\.gradle(?:\.kts)?)$/, /sqlite-jdbc/, 'sqlite'],
  [/^(?:pom\.xml|build\.gradle(?:\.kts)?)$/, /org\.postgresql/, 'postgres'],
  [/^(?:pom\.xml|build\.gradle(?:\.kts)?)$/, /mysql-connector/, 'mysql'],
  [/^(?:pom\.xml|build\.gradle(?:\.kts)?)$/, /mariadb-java-client/, 'mariadb'],
  [/^build\.sbt$/, /org\.postgresql/, 'postgres'],
  [/\.(?:cs|fs|vb)proj$/, /"(?:dbup-postgresql|Npgsql[\w.]*)"/i, 'postgres'],
  [/\.(?:cs|fs|vb)proj$/, /"(?:dbup-sqlite|Microsoft\.Data\.Sqlite[\w.]*|System\.Data\.SQLite[\w.]*)"/i, 'sqlite'],
  [/\.(?:cs|fs|vb)proj$/, /"(?:dbup-mysql|MySqlConnector|MySql\.Data)"/i, 'mysql'],
  ...JDBC_FILES,
  ...ATLAS_URLS,
];

/** The nearest folder at or above the root that holds a manifest; null where there is none. */
function nearestManifests(project: Project, root: string): string | null {
  const { manifests } = signpostsOf(project);
  for (let folder = root; ; folder = folderOf(folder)) {
    if (manifests.has(folder)) return folder;
    if (folder === '.') return null;
  }
}

/** The driver in the manifests of one folder. */
function signInManifest(project: Project, folder: string | null): DialectSign | null {
  const { manifests } = signpostsOf(project);
  for (const file of manifests.get(folder ?? '') ?? []) {
    const sign = driverIn(file);
    if (sign !== null) return sign;
  }
  return null;
}

/** The driver in a manifest of the whole repository: a weak sign, as it may be there for another part. */
function signInManifestAbove(project: Project, root: string): DialectSign | null {
  for (let folder = root; folder !== '.';) {
    folder = folderOf(folder);
    const sign = signInManifest(project, folder);
    if (sign !== null) return sign;
  }
  return null;
}

function driverIn(file: SourceFile): DialectSign | null {
  const name = baseName(file.path);
  const found = new Map<DialectName, string>();
  for (const [manifest, driver, dialect] of DRIVERS) {
    if (!manifest.test(name)) continue;
    const match = driver.exec(file.text)?.[0];
    if (match !== undefined) found.set(dialect, match.replace(/["\s:=]+/g, ' ').trim());
  }
  const [only] = found;
  if (found.size !== 1 || only === undefined) return null;
  return { dialect: only[0], evidence: { strength: 'tool', words: `${only[1]} in ${file.path}` } };
}

/** Imports, connection functions and addresses of Python, Rust, Go, TypeScript and JavaScript. */
const IMPORTS: readonly (readonly [pattern: RegExp, dialect: DialectName])[] = [
  [
    /(?:from|require\(|import) ?["'](?:better-sqlite3(?:-multiple-ciphers)?|node:sqlite|bun:sqlite|sqlite3|sqlite|libsql|@libsql\/client|sql\.js|expo-sqlite)["']|"(?:github\.com\/mattn\/go-sqlite3|modernc\.org\/sqlite|github\.com\/glebarez\/(?:go-)?sqlite|zombiezen\.com\/go\/sqlite[\w\/]*)"|\bsql(?:x)?\.(?:Open|Connect|MustConnect)\(\s*"sqlite3?"/,
    'sqlite',
  ],
  [
    /(?:from|require\(|import) ?["'](?:pg|postgres|pg-promise|@neondatabase\/serverless|@vercel\/postgres|@electric-sql\/pglite|slonik)["']|"github\.com\/(?:lib\/pq|jackc\/pgx(?:\/v\d)?(?:\/\w+)*)"|\bsql(?:x)?\.(?:Open|Connect|MustConnect)\(\s*"(?:postgres|pgx)"/,
    'postgres',
  ],
  [
    /(?:from|require\(|import) ?["'](?:mysql2?(?:\/promise)?|promise-mysql)["']|"github\.com\/go-sql-driver\/mysql"|\bsql(?:x)?\.(?:Open|Connect|MustConnect)\(\s*"mysql"/,
    'mysql',
  ],
  [/(?:from|require\(|import) ?["']mariadb["']/, 'mariadb'],
  [
    /^\s*(?:import (?:[\w.]+,\s*)*|from )(?:sqlite3|aiosqlite|apsw|pysqlite3)\b|\brusqlite::|\bsqlx::sqlite\b|\bSqlitePool|\bSqliteConnect|["']sqlite(?:\+\w+)?:\/\//m,
    'sqlite',
  ],
  [
    /^\s*(?:import (?:[\w.]+,\s*)*|from )(?:psycopg2?|asyncpg|pg8000)\b|\btokio_postgres::|\bsqlx::postgres\b|\bPgPool\b|["']postgres(?:ql)?(?:\+\w+)?:\/\//m,
    'postgres',
  ],
  [
    /^\s*(?:import (?:[\w.]+,\s*)*|from )(?:pymysql|MySQLdb|mysql|aiomysql)\b|\bsqlx::mysql\b|\bMySqlPool\b|\bmysql_async::|["']mysql(?:\+\w+)?:\/\//m,
    'mysql',
  ],
  [/^\s*(?:import (?:[\w.]+,\s*)*|from )mariadb\b|["']mariadb(?:\+\w+)?:\/\//m, 'mariadb'],
];

const HOST_CODE = /\.(?:py|rs|go|[cm]?[jt]sx?)$/;

/**
 * An import of a driver, or a database's URL, in the host code below the root, or else the client that a script calls. Where code
 * reaches databases of several dialects, a script's client is one of them: that says nothing.
 */
function signInCodeOrScripts(project: Project, root: string): DialectSign | null {
  const inCode = dialectsInHostCode(project, root);
  const [only] = inCode;
  if (only === undefined) return signInScripts(project, root);
  return inCode.size > 1 ? null : { dialect: only[0], evidence: { strength: 'call', words: only[1] } };
}

/** The dialects that host code connects to, each with the first place that says so. */
function dialectsInHostCode(project: Project, root: string): ReadonlyMap<DialectName, string> {
  const found = new Map<DialectName, string>();
  for (const { file, dialect, words } of signpostsOf(project).imports)
    if (isInside(file.path, root) && !found.has(dialect)) found.set(dialect, `${words} in ${file.path}`);
  return found;
}

/** The one dialect whose driver host files import, or whose address they hold: surer than what a manifest says of a whole package. */
export function signInImports(files: readonly SourceFile[]): DialectSign | null {
  const found = files.flatMap((file) => wordsFound(file, IMPORTS));
  const [first] = found;
  if (first === undefined || found.some(({ dialect }) => dialect !== first.dialect)) return null;
  return { dialect: first.dialect, evidence: { strength: 'call', words: `${first.words} in ${first.file.path}` } };
}

const CLIENTS: readonly (readonly [pattern: RegExp, dialect: DialectName])[] = [
  [/\bpsql\b|\bimage:\s*["']?(?:[\w.-]+\/)*postgres\b/, 'postgres'],
  [/\bsqlite3\b/, 'sqlite'],
  [/\bmariadb\b/, 'mariadb'],
  [/\bmysql\b/, 'mysql'],
];

/**
 * The command-line client or the image that scripts and compose files call: those above the root, in it, or in a folder of it. What
 * lies deeper belongs to a part of the project: `docker/keycloak/docker-compose.yml` tells which database Keycloak has.
 */
function signInScripts(project: Project, root: string): DialectSign | null {
  const found = new Map<DialectName, string>();
  for (const { file, dialect } of signpostsOf(project).clients) {
    const folder = folderOf(file.path);
    if (isInside(root, folder) || folder === root || folderOf(folder) === root) found.set(dialect, file.path);
  }
  const [only] = found;
  if (found.size !== 1 || only === undefined) return null;
  return { dialect: only[0], evidence: { strength: 'call', words: `${only[1]} runs its client` } };
}

const SCRIPT = /(?:\.sh|Makefile|docker-compose[^/]*\.ya?ml|compose\.ya?ml)$/;

/** What in a project tells dialects apart, whatever SQL is asked about: each file is looked at once, not for every script anew. */
interface Signposts {
  /** By folder. */
  readonly manifests: ReadonlyMap<string, readonly SourceFile[]>;
  readonly imports: readonly FoundWords[];
  readonly clients: readonly FoundWords[];
}

interface FoundWords {
  readonly file: SourceFile;
  readonly dialect: DialectName;
  readonly words: string;
}

const signpostsByFiles = new WeakMap<Project['files'], Signposts>();

function signpostsOf({ files }: Project): Signposts {
  const known = signpostsByFiles.get(files);
  if (known !== undefined) return known;
  const all = [...files.values()];
  const isManifest = (name: string): boolean => DRIVERS.some(([manifest]) => manifest.test(name));
  const signposts: Signposts = {
    manifests: grouped(
      all.filter(({ path }) => isManifest(baseName(path))),
      folderOf,
    ),
    imports: all.filter(({ path }) => HOST_CODE.test(path)).flatMap((file) => wordsFound(file, IMPORTS)),
    clients: all.filter(({ path }) => SCRIPT.test(path)).flatMap((file) => wordsFound(file, CLIENTS)),
  };
  signpostsByFiles.set(files, signposts);
  return signposts;
}

function wordsFound(
  file: SourceFile,
  patterns: readonly (readonly [pattern: RegExp, dialect: DialectName])[],
): readonly FoundWords[] {
  return patterns.flatMap(([pattern, dialect]) => {
    const match = pattern.exec(file.text)?.[0];
    return match === undefined ? [] : [{ file, dialect, words: match.trim() }];
  });
}

/** Words that one dialect alone accepts, each counted once per file. */
const DIALECT_WORDS: readonly (readonly [pattern: RegExp, dialect: DialectName])[] = [
  [
    /\bAUTOINCREMENT\b|\bPRAGMA\s+\w+|\bWITHOUT\s+ROWID\b|\bsqlite_(?:master|sequence)\b|USING\s+fts[345]\b|\bINSERT\s+OR\s+(?:IGNORE|REPLACE)\b/i,
    'sqlite',
  ],
  [
    /\b(?:BIG|SMALL)?SERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|\bBYTEA\b|::\w|\bplpgsql\b|\bUSING\s+(?:gin|gist|btree|brin)\b|\bCREATE\s+(?:EXTENSION|TYPE|DOMAIN|POLICY)\b|\bALTER\s+TYPE\b|\bROW\s+LEVEL\s+SECURITY\b|\bCOMMENT\s+ON\s+(?:TABLE|COLUMN)\b|\bCONCURRENTLY\b|\bADD\s+VALUE\b|\$\$|\bUUID\b[^,]*\bgen_random_uuid|ALTER\s+COLUMN\s+"?\w+"?\s+TYPE\b|\bOWNER\s+TO\b|WITH(?:OUT)?\s+TIME\s+ZONE|\bpg_catalog\.|^-- PostgreSQL database dump|\bALTER\s+TABLE\s+ONLY\b|\bLANGUAGE\s+(?:sql|plpgsql)\b|\bAS\s+IDENTITY\b|\buuid_generate_v\d\b|\bsearch_path\b|^SET\s+(?:statement|lock|transaction|idle_in_transaction_session)_timeout\b|^\\(?:un)?restrict\s/im,
    'postgres',
  ],
  [
    /\bAUTO_INCREMENT\b|\bENGINE\s*=\s*(?:InnoDB|MyISAM|MEMORY|Aria|ARCHIVE|CSV|ROCKSDB|NDB\w*)\b|^-- MySQL dump|^[ \t]*DELIMITER[ \t]+\S+[ \t\r]*$|\bUNSIGNED\b|`\w+`[^;]*\b(?:CHARSET|COLLATE)\b|\bMODIFY\s+(?:COLUMN\s+)?[`\w]+|\bCHANGE\s+COLUMN\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b|\bCHARACTER\s+SET\b/im,
    'mysql',
  ],
];

/** A column of a type that PostgreSQL lacks. */
const BLOB = /^[ \t]*"?\w+"?[ \t]+BLOB\b/im;

/** What the words of SQL say that one dialect alone has. */
export function signInText(sqlFiles: readonly SourceFile[]): DialectSign | null {
  const counts = new Map<DialectName, number>();
  for (const file of sqlFiles) {
    // The first part of a file says enough; a dump of 50 MB need not be searched.
    const text = file.text.slice(0, 100_000);
    for (const [pattern, dialect] of DIALECT_WORDS) {
      if (pattern.test(text)) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
    }
  }
  const [first, second] = [...counts].sort((left, right) => right[1] - left[1]);
  if (first === undefined || first[1] === second?.[1]) return null;
  // SQL for two dialects, which the code translates for PostgreSQL before it sends it.
  const hasBlob = ({ text }: SourceFile): boolean => BLOB.test(text.slice(0, 100_000));
  if (first[0] === 'postgres' && sqlFiles.filter(hasBlob).length > first[1]) return null;
  const title = first[0];
  return {
    dialect: title,
    evidence: { strength: 'name', words: `words that only ${title} has, in ${first[1]} of ${sqlFiles.length} files` },
  };
}
