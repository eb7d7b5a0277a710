import type { DialectName } from '../dialects/dialect.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf } from './file-order.ts';

/** Words in paths that name a dialect. */
export const DIALECT_BY_WORD: ReadonlyMap<string, DialectName> = new Map<string, DialectName>([
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['pgsql', 'postgres'],
  ['pg', 'postgres'],
  ['psql', 'postgres'],
  ['timescale', 'postgres'],
  ['supabase', 'postgres'],
  ['sqlite', 'sqlite'],
  ['sqlite3', 'sqlite'],
  ['d1', 'sqlite'],
  ['libsql', 'sqlite'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
]);

/** Engines that migralint does not know, whose names mean nothing else. */
const OTHER_ENGINES: ReadonlySet<string> = new Set([
  'bigquery',
  'clickhouse',
  'cockroach',
  'cockroachdb',
  'db2',
  'exasol',
  'firebird',
  'hsqldb',
  'mssql',
  'oceanbase',
  'opengauss',
  'redshift',
  'snowflake',
  'sqlserver',
  'sybase',
  'vertica',
]);

/** Engines whose names are words of other trades too (a price oracle): believed only right at the file. */
const AMBIGUOUS_ENGINES: ReadonlySet<string> = new Set([
  'derby',
  'h2',
  'hana',
  'hive',
  'hsql',
  'ob',
  'og',
  'oracle',
  'trino',
]);

/**
 * The files without those whose path says that their SQL is for an engine that migralint does not know: `db/h2/V1__x.sql`,
 * `schema-oracle.sql`, `clickhouse/migrations/0001_x.up.sql`. The deepest word that names an engine counts.
 */
export function withoutOtherEngines(files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, SourceFile> {
  const twins = new Map<string, number>();
  for (const path of files.keys()) {
    const suffix = path.endsWith('.sql') ? engineSuffix(path) : null;
    if (suffix !== null) {
      const key = `${folderOf(path)}/${suffix.stem}`;
      twins.set(key, (twins.get(key) ?? 0) + 1);
    }
  }
  const hasTwin = (path: string): boolean => {
    const suffix = engineSuffix(path);
    return suffix !== null && (twins.get(`${folderOf(path)}/${suffix.stem}`) ?? 0) > 1;
  };
  return new Map([...files].filter(([path]) => !path.endsWith('.sql') || !isForOtherEngine(path, hasTwin(path))));
}

function isForOtherEngine(path: string, hasTwin: boolean): boolean {
  const fileWord = engineWordOfFile(path, hasTwin);
  if (fileWord !== null) return !DIALECT_BY_WORD.has(fileWord);
  const folders = folderOf(path).toLowerCase().split('/');
  if (AMBIGUOUS_ENGINES.has(folders.at(-1) ?? '')) return true;
  const deepest = folders
    .flatMap((folder) => folder.split(/[^a-z0-9]+/))
    .findLast((word) => OTHER_ENGINES.has(word) || DIALECT_BY_WORD.has(word));
  return deepest !== undefined && OTHER_ENGINES.has(deepest);
}

/**
 * The engine that a file's name begins or ends with: `derby-schema.sql`, `0001_x.mysql.up.sql`, `schema-h2.sql`. A numbered name
 * may speak of an engine without being for it (`0003_connect_clickhouse.sql`), unless it has a twin for another engine.
 */
function engineWordOfFile(path: string, hasTwin: boolean): string | null {
  const stem = stemOf(path);
  if (/^[vru]?\d/.test(stem) && !hasTwin && !/\.[a-z0-9]+$/.test(stem)) return null;
  const words = stem.split(/[^a-z0-9]+/);
  const last = words.at(-1) ?? '';
  if (isEngineWord(last)) return last;
  const first = words[0] ?? '';
  return isEngineWord(first) && first.length > 2 ? first : null;
}

function isEngineWord(word: string): boolean {
  return DIALECT_BY_WORD.has(word) || OTHER_ENGINES.has(word) || AMBIGUOUS_ENGINES.has(word);
}

/** A file's name in small letters, without extension, direction and transaction mode. */
export function stemOf(path: string): string {
  return (
    baseName(path)
      .toLowerCase()
      .replace(/\.sql$/, '')
      .replace(/[._-](?:up|down)$/, '')
      // Ory's popx: without a transaction.
      .replace(/\.autocommit$/, '')
  );
}

/** A file's name without the engine that it ends with, and that engine's word; null where it names none. */
export function engineSuffix(path: string): { readonly stem: string; readonly word: string } | null {
  const stem = stemOf(path);
  const word = /[^a-z0-9]([a-z0-9]+)$/.exec(stem)?.[1];
  if (word === undefined || !isEngineWord(word)) return null;
  return { stem: stem.slice(0, -word.length - 1), word };
}
