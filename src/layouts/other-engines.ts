import type { SourceFile } from '../text/source-file.ts';
import {
  AMBIGUOUS_ENGINES,
  DIALECT_BY_WORD,
  engineSuffix,
  isEngineWord,
  OTHER_ENGINES,
  stemOf,
} from './engine-words.ts';
import { folderOf } from './file-order.ts';

/**
 * The files without those whose path or SQL says that they are for an engine that migralint does not know: `db/h2/V1__x.sql`,
 * `schema-oracle.sql`, `clickhouse/migrations/0001_x.up.sql`. The deepest word that names an engine counts.
 */
export function withoutOtherEngines(files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, SourceFile> {
  const keys = new Map<string, string>();
  const twins = new Map<string, number>();
  for (const path of files.keys()) {
    const suffix = path.endsWith('.sql') ? engineSuffix(path) : null;
    if (suffix === null) continue;
    const key = `${folderOf(path)}/${suffix.stem}`;
    keys.set(path, key);
    twins.set(key, (twins.get(key) ?? 0) + 1);
  }
  const hasTwin = (path: string): boolean => (twins.get(keys.get(path) ?? '') ?? 0) > 1;
  const isOther = ({ path, text }: SourceFile): boolean =>
    path.endsWith('.sql') && (isNamedForOtherEngine(path, hasTwin(path)) || isWrittenForOtherEngine(text));
  return new Map([...files].filter(([, file]) => !isOther(file)));
}

/**
 * Tells whether SQL holds words that only engines have which migralint does not know. SQLite takes any word for a type, so a type counts
 * only in a spelling that nobody invents. What stands in a comment or a string says nothing.
 */
export function isWrittenForOtherEngine(text: string): boolean {
  const beginning = text.slice(0, MOST_UNITS);
  for (const { index } of beginning.matchAll(OTHER_SQL)) {
    const line = beginning.slice(beginning.lastIndexOf('\n', index) + 1, index);
    if (!/--|\/\*|^\s*\*|['"#]/.test(line)) return true;
  }
  return false;
}

/** A file in another engine's SQL shows it in its first tables. */
const MOST_UNITS = 100_000;

const CLICKHOUSE = [
  String.raw`ENGINE\s*=?\s*(?:\w*MergeTree|Distributed|Kafka|RabbitMQ|NATS)\b`,
  String.raw`ON CLUSTER\b`,
  String.raw`LowCardinality\(`,
  String.raw`DateTime64\(`,
  String.raw`Array\((?:String|U?Int\d)`,
];
const TRANSACT_SQL = [
  String.raw`dbo\]?\s*\.\s*\[`,
  String.raw`N?VARCHAR\s*\(\s*MAX\s*\)`,
  String.raw`IDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)`,
  String.raw`OBJECT_ID\s*\(\s*N?'`,
];
const ORACLE = [String.raw`N?VARCHAR2\s*\(`, String.raw`CREATE\s+(?:OR\s+REPLACE\s+)?PACKAGE\b`];
const HIVE = [
  String.raw`STORED\s+AS\s+(?:PARQUET|ORC|AVRO|TEXTFILE)\b`,
  String.raw`ROW\s+FORMAT\s+(?:SERDE|DELIMITED)\b`,
  String.raw`TBLPROPERTIES\s*\(`,
];
const WAREHOUSES = [
  String.raw`(?:STRUCT|ARRAY)<`,
  String.raw`TIMESTAMP_(?:NTZ|LTZ)\b`,
  String.raw`DISTKEY\b`,
  String.raw`DISTSTYLE\s+(?:EVEN|ALL|KEY|AUTO)\b`,
];
const DAMENG = [String.raw`STORAGE\s*\(\s*ON\b`, String.raw`CLUSTERBTR\b`];
const CASSANDRA = [String.raw`CREATE\s+KEYSPACE\b`];

const OTHER_SQL = new RegExp(
  String.raw`\b(?:${[...CLICKHOUSE, ...TRANSACT_SQL, ...ORACLE, ...HIVE, ...WAREHOUSES, ...DAMENG, ...CASSANDRA].join('|')})`,
  'gi',
);

function isNamedForOtherEngine(path: string, hasTwin: boolean): boolean {
  const fileWord = engineWordOfFile(path, hasTwin);
  if (fileWord !== null) return !DIALECT_BY_WORD.has(fileWord);
  const folders = folderOf(path).toLowerCase().split('/');
  return AMBIGUOUS_ENGINES.has(folders.at(-1) ?? '') || namesOtherEngine(folderOf(path));
}

/** Whether the deepest word in a path that names an engine names one that migralint does not know. */
export function namesOtherEngine(path: string): boolean {
  const deepest = path
    .toLowerCase()
    .split(/[^a-z0-9]+/)
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
