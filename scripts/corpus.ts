/**
 * Measures the DDL parser on real projects:
 *
 *     npm run corpus -- DIR [--dialect sqlite|postgres|mysql|mariadb] [--show opaque|differences] [--limit N]
 *
 * DIR holds checkouts of repositories. Their `.sql` files are split and parsed, in the dialect that `--dialect`, a word of the
 * path (`postgres/`, `x.sqlite.sql`) or the line of its repository in `DIR/INDEX.tsv` (dialect, folder) tells; where none
 * does, the file is left out. Each statement is also shown to the engine's own grammar, libpg-query or sqlite3-parser, which says
 * whether it is valid and what it means. Node 20 reads no TypeScript, so the npm script bundles this file first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { Operation } from '../src/ddl/operation.ts';
import { parseSql, type ParsedStatement } from '../src/ddl/parse.ts';
import type { Dialect, DialectName } from '../src/dialects/dialect.ts';
import { dialectNames, dialects } from '../src/dialects/index.ts';
import { sqlTextOfFile } from '../src/text/sql-text.ts';
import { ourFacts } from '../test/ddl/oracle/our-facts.ts';
import { loadPostgresGrammar, postgresFacts } from '../test/ddl/oracle/postgres-facts.ts';
import { sqliteFacts } from '../test/ddl/oracle/sqlite-facts.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { dialect: { type: 'string' }, show: { type: 'string' }, limit: { type: 'string', default: '40' } },
});
const root = positionals[0];
if (root === undefined) throw new Error('usage: npm run corpus -- DIR [--dialect NAME] [--show opaque|differences]');
const limit = Number(options.limit);
const indexed = readIndex(join(root, 'INDEX.tsv'));
const tallies = new Map<DialectName, Tally>();

interface Tally {
  files: number;
  bytes: number;
  milliseconds: number;
  statements: number;
  ddl: number;
  valid: number;
  opaque: number;
  compared: number;
  agreed: number;
  /** Examples by shape. */
  readonly opaqueShapes: Map<string, string[]>;
  readonly differences: Map<string, string[]>;
}

const ddlWord = /^(?:create|alter|drop|rename|comment|truncate)\b/i;

function readIndex(path: string): ReadonlyMap<string, readonly DialectName[]> {
  const byFolder = new Map<string, DialectName[]>();
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return byFolder;
  }
  for (const line of text.split('\n').slice(1)) {
    const [dialect, folder = ''] = line.split('\t');
    const name = dialectNames.find((known) => known === dialect);
    if (name !== undefined) byFolder.set(folder, [...(byFolder.get(folder) ?? []), name]);
  }
  return byFolder;
}

function* sqlFiles(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') yield* sqlFiles(path);
    else if (entry.isFile() && /\.sql(?:\.(?:sqlite|postgres|mysql|mariadb))?$/i.test(entry.name)) yield path;
  }
}

const dialectWords: readonly (readonly [RegExp, DialectName])[] = [
  [/mariadb/i, 'mariadb'],
  [/mysql/i, 'mysql'],
  [/sqlite|d1\b/i, 'sqlite'],
  [/postgres|pgsql|\bpg\b|[-_]pg[-_/]/i, 'postgres'],
];
const otherEngines =
  /cockroach|oracle|mssql|sqlserver|clickhouse|\bh2\b|hsqldb|derby|db2|sybase|snowflake|vertica|exasol|hana|spanner|gbase|dameng|\bog\b|opengauss|\bob\b/i;

function dialectOf(path: string): Dialect | undefined {
  const asked = dialectNames.find((name) => name === options.dialect);
  if (asked !== undefined && positionals.length === 1 && indexed.size === 0) return dialects[asked];
  const inside = relative(root ?? '', path);
  const [folder = '', ...rest] = inside.split('/');
  const within = rest.join('/');
  if (otherEngines.test(within)) return undefined;
  const named = dialectWords.find(([words]) => words.test(within))?.[1];
  const candidates = indexed.get(folder) ?? [];
  const found = named ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (found === undefined || (asked !== undefined && found !== asked)) return undefined;
  return dialects[found];
}

function measure(path: string): void {
  const dialect = dialectOf(path);
  if (dialect === undefined) return;
  const text = readFileSync(path, 'utf8');
  const tally = tallyOf(dialect.name);
  const start = performance.now();
  const parsed = parseSql(sqlTextOfFile({ path: relative(root ?? '', path), text }), dialect);
  tally.milliseconds += performance.now() - start;
  tally.files++;
  tally.bytes += text.length;
  for (const statement of parsed) measureStatement(statement, dialect, tally);
}

function tallyOf(name: DialectName): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) {
    const counts = {
      files: 0,
      bytes: 0,
      milliseconds: 0,
      statements: 0,
      ddl: 0,
      valid: 0,
      opaque: 0,
      compared: 0,
      agreed: 0,
    };
    tally = { ...counts, opaqueShapes: new Map(), differences: new Map() };
    tallies.set(name, tally);
  }
  return tally;
}

function measureStatement({ statement, operations }: ParsedStatement, dialect: Dialect, tally: Tally): void {
  if (statement.kind !== 'sql') return;
  const written = statement.sql.text.slice(statement.start, statement.end);
  tally.statements++;
  const isDdl = ddlWord.test(written);
  if (isDdl) tally.ddl++;
  const facts = oracleFacts(written, dialect);
  if (facts === 'rejected') return;
  if (isDdl) tally.valid++;
  const place = `${statement.sql.file.path}: ${written.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  const unread = isDdl ? opaqueParts(operations) : operations.filter(({ kind }) => kind === 'opaque').map(reasonOf);
  if (unread.length > 0) {
    if (isDdl) tally.opaque++;
    remember(tally.opaqueShapes, `${shapeOf(written)}: ${unread[0] ?? ''}`, place);
  }
  compare(facts, ourFacts(operations, dialect), tally, place);
}

function oracleFacts(written: string, dialect: Dialect): string[] | 'rejected' | undefined {
  if (dialect.name === 'postgres') return postgresFacts(written);
  return dialect.name === 'sqlite' ? sqliteFacts(written, dialect) : undefined;
}

/** Opaque operations, and opaque clauses of those that were read. */
function opaqueParts(operations: readonly Operation[]): string[] {
  return operations.flatMap((operation) => {
    if (operation.kind === 'opaque') return [reasonOf(operation)];
    const text = operation.statement.sql.text;
    return opaqueRanges(operation).map(({ start, end }) => `clause <${text.slice(start, Math.min(end, start + 40))}>`);
  });
}

function reasonOf(operation: Operation): string {
  if (operation.kind !== 'opaque') return '';
  const at = operation.statement.sql.text.slice(operation.at.start, operation.at.end);
  return `${operation.reason} at <${at.slice(0, 40)}>`;
}

function opaqueRanges(value: unknown): readonly { start: number; end: number }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, part]) => {
    if (field === 'statement') return [];
    return field === 'opaque' ? (part as readonly { start: number; end: number }[]) : opaqueRanges(part);
  });
}

function compare(theirs: string[] | undefined, ours: string[] | undefined, tally: Tally, place: string): void {
  if (theirs === undefined) return;
  tally.compared++;
  const missing = without(theirs, ours ?? []);
  const surplus = without(ours ?? [], theirs);
  if (missing.length + surplus.length === 0) {
    tally.agreed++;
    return;
  }
  const shape = `${(missing[0] ?? surplus[0] ?? '').split(' ')[0] ?? ''}${ours === undefined ? ' (not comparable)' : ''}`;
  const limited = (facts: readonly string[]): string => facts.slice(0, 3).join('; ');
  remember(
    tally.differences,
    shape,
    `${place}\n      grammar: ${limited(missing)}\n      ours:    ${limited(surplus)}`,
  );
}

function without(facts: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return facts.filter((fact) => {
    const index = left.indexOf(fact);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function remember(examples: Map<string, string[]>, shape: string, example: string): void {
  const known = examples.get(shape);
  if (known === undefined) examples.set(shape, [example]);
  else known.push(example);
}

function shapeOf(written: string): string {
  return written.trim().split(/\s+/, 2).join(' ').toUpperCase();
}

function report(name: DialectName, tally: Tally): void {
  const rate = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);
  const speed = (tally.bytes / 1e6 / (tally.milliseconds / 1e3)).toFixed(0);
  const lines = [
    `${name}: ${tally.files} files, ${(tally.bytes / 1e6).toFixed(1)} MB at ${speed} MB/s, ${tally.statements} statements`,
    `  DDL ${tally.ddl}, valid ${tally.valid}, without opaque parts ${rate(tally.valid - tally.opaque, tally.valid)} (${tally.opaque} opaque)`,
    `  compared ${tally.compared}, agreed ${rate(tally.agreed, tally.compared)} (${tally.compared - tally.agreed} differ)`,
  ];
  if (options.show !== 'differences') lines.push('  opaque shapes:', ...top(tally.opaqueShapes));
  if (options.show !== 'opaque') lines.push('  shapes of disagreement:', ...top(tally.differences));
  process.stdout.write(`${lines.join('\n')}\n`);
}

function top(examples: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const ordered = [...examples].sort((left, right) => right[1].length - left[1].length).slice(0, limit);
  return ordered.flatMap(([shape, all]) => [
    `    ${all.length} × ${shape}`,
    ...all.slice(0, 3).map((one) => `      ${one}`),
  ]);
}

await loadPostgresGrammar();
for (const path of sqlFiles(root)) measure(path);
for (const [name, tally] of tallies) report(name, tally);
