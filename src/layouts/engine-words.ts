import type { DialectName } from '../dialects/dialect.ts';
import { baseName } from './file-order.ts';

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

/** The dialect that a word of a path or a name tells: `pg`, `sqlite3`, and `riversqlite` or `PostgresStore`, where an engine's whole name is a part. */
export function dialectOfWord(word: string): DialectName | undefined {
  const part = /^(?:sqlite3?|postgres(?:ql)?|mysql|mariadb)|(?:sqlite3?|postgres(?:ql)?|mysql|mariadb)$/.exec(
    word,
  )?.[0];
  return DIALECT_BY_WORD.get(word) ?? (part === undefined ? undefined : DIALECT_BY_WORD.get(part));
}

/** Engines that migralint does not know, whose names mean nothing else. */
export const OTHER_ENGINES: ReadonlySet<string> = new Set([
  'bigquery',
  'cassandra',
  'clickhouse',
  'cockroach',
  'cockroachdb',
  'databricks',
  'db2',
  'doris',
  'duckdb',
  'exasol',
  'firebird',
  'gaussdb',
  'greenplum',
  'hsqldb',
  'informix',
  'kingbase',
  'mongodb',
  'mssql',
  'oceanbase',
  'opengauss',
  'presto',
  'questdb',
  'redshift',
  'scylladb',
  'singlestore',
  'snowflake',
  'sqlserver',
  'starrocks',
  'surrealdb',
  'sybase',
  'tdengine',
  'teradata',
  'vertica',
]);

/** Engines whose names are words of other trades too (a price oracle): believed only right at the file. */
export const AMBIGUOUS_ENGINES: ReadonlySet<string> = new Set([
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

export function isEngineWord(word: string): boolean {
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

/** A file's name without the engine that it ends with. */
export interface EngineSuffix {
  readonly stem: string;
  readonly word: string;
  /** What stands before the word: `.`, `_`, `-`. */
  readonly separator: string;
}

/** The engine that a file's name ends with; null where it names none. */
export function engineSuffix(path: string): EngineSuffix | null {
  const stem = stemOf(path);
  const [, separator = '', word = ''] = /([^a-z0-9])([a-z0-9]+)$/.exec(stem) ?? [];
  if (!isEngineWord(word)) return null;
  return { stem: stem.slice(0, -word.length - separator.length), word, separator };
}
