import { TokenKind } from '../sql/lexer.ts';
import { readColumnDefinition, readColumnWithoutType } from './column-definition.ts';
import { acceptIfNotExists } from './clauses.ts';
import { Unreadable, type Cursor } from './cursor.ts';
import { acceptName, readName, readTableName, readQualifiedName, readQualifiedNames } from './names.ts';
import type {
  Name,
  ColumnDefinition,
  CreateTable,
  GuardRange,
  Operation,
  QualifiedName,
  QueryText,
  Range,
  TableConstraint,
} from './operation.ts';
import type { Family, Lead } from './reader.ts';
import { atTableConstraint, readTableConstraint } from './table-constraint.ts';

export const createTable: Family = { 'create table': readCreateTable };

/** What is known of the table so far. */
interface Draft {
  columns: ColumnDefinition[];
  constraints: TableConstraint[];
  likes: CreateTable['likes'][number][];
  inherits: readonly QualifiedName[];
  partitionOf?: QualifiedName;
  partitionBy?: Range;
  partitionKey?: readonly Name[];
  asQuery?: QueryText;
  strict?: boolean;
  withoutRowid?: boolean;
  virtualModule?: string;
  options: Record<string, string>;
  opaque: Range[];
}

function readCreateTable(cursor: Cursor, lead: Lead): readonly Operation[] {
  const ifNotExists = acceptIfNotExists(cursor);
  const table = readTableName(cursor);
  cursor.table = table;
  const draft: Draft = { columns: [], constraints: [], likes: [], inherits: [], options: {}, opaque: [] };
  if (lead.modifiers.includes('virtual')) readVirtual(cursor, draft);
  else readBody(cursor, draft);
  noteMissingTypes(cursor, draft);
  return [finish(cursor, lead, table, ifNotExists, draft)];
}

function finish(
  cursor: Cursor,
  lead: Lead,
  table: QualifiedName,
  ifNotExists: GuardRange | undefined,
  draft: Draft,
): CreateTable {
  return {
    kind: 'create-table',
    statement: cursor.statement,
    table,
    ...(ifNotExists && { ifNotExists }),
    ...(lead.orReplace && { orReplace: lead.orReplace }),
    temporary: lead.temporary,
    ...(lead.modifiers.includes('unlogged') && { unlogged: true }),
    ...(lead.modifiers.includes('foreign') && { foreign: true }),
    ...draft,
  };
}

/** Only SQLite knows columns without a type, apart from those that a query, a parent or a composite type describes. */
function noteMissingTypes(cursor: Cursor, draft: Draft): void {
  if (cursor.dialect.name === 'sqlite' || draft.asQuery || draft.partitionOf || draft.options.of !== undefined) return;
  for (const { type, start, end } of draft.columns) if (type === undefined) draft.opaque.push({ start, end });
}

/** SQLite: `USING fts5(title, body, content='x')`; what stands in the parentheses is the module's own language. */
function readVirtual(cursor: Cursor, draft: Draft): void {
  cursor.expect('using');
  draft.virtualModule = readName(cursor).text;
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  if (!cursor.atEnd()) draft.opaque.push(cursor.skipRest());
}

function readBody(cursor: Cursor, draft: Draft): void {
  if (cursor.accept('like')) {
    // MySQL manual 15.1.20.3: all columns and indexes, no foreign keys.
    draft.likes.push({ table: readQualifiedName(cursor), including: ['all'] });
  } else if (cursor.acceptWords('partition', 'of')) {
    draft.partitionOf = readQualifiedName(cursor);
    if (cursor.isSymbol('(')) readItems(cursor, draft, readColumnWithoutType);
    readPartitionBounds(cursor, draft);
  } else if (cursor.accept('of')) {
    draft.options.of = cursor.textOf(readQualifiedName(cursor));
    if (cursor.isSymbol('(')) readItems(cursor, draft, readColumnWithoutType);
  } else if (cursor.isSymbol('(')) {
    readParentheses(cursor, draft);
  }
  readTail(cursor, draft);
}

/** `(columns and constraints)`, MySQL's `(LIKE other)`, or a query in parentheses. */
function readParentheses(cursor: Cursor, draft: Draft): void {
  const next = cursor.word(1);
  if ((next === 'select' || next === 'with') && cursor.kind(2) !== TokenKind.punctuation) {
    draft.asQuery = cursor.restAsQuery();
  } else readItems(cursor, draft, readColumnDefinition);
}

/** `FOR VALUES ..` or `DEFAULT`: which rows. */
function readPartitionBounds(cursor: Cursor, draft: Draft): void {
  if (cursor.accept('default')) return;
  const start = cursor.start();
  if (!cursor.acceptWords('for', 'values')) return;
  // FROM (..) TO (..), IN (..), WITH (MODULUS 4, REMAINDER 0): words with a parenthesis each.
  while (cursor.isSymbol('(', 1)) {
    cursor.advance();
    cursor.skipBalanced();
  }
  draft.options['for values'] = cursor.textOf(cursor.rangeFrom(start));
}

/** `( item, item .. )`. What one item says wrongly costs that item only. */
function readItems(cursor: Cursor, draft: Draft, readColumn: (cursor: Cursor) => ColumnDefinition): void {
  cursor.expectSymbol('(');
  while (!cursor.atEnd() && !cursor.isSymbol(')')) {
    readItem(cursor, draft, readColumn);
    // SQLite's grammar lets the comma between table constraints away.
    if (!cursor.acceptSymbol(',') && !atTableConstraint(cursor)) break;
  }
  cursor.expectSymbol(')');
}

function readItem(cursor: Cursor, draft: Draft, readColumn: (cursor: Cursor) => ColumnDefinition): void {
  const mark = cursor.mark();
  const start = cursor.start();
  try {
    if (atTableConstraint(cursor)) draft.constraints.push(readTableConstraint(cursor));
    else if (isLike(cursor)) draft.likes.push(readLike(cursor));
    else if (isPeriod(cursor)) cursor.skipClause();
    else draft.columns.push(readColumn(cursor));
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    cursor.returnTo(mark);
    cursor.skipClause();
    draft.opaque.push(cursor.rangeFrom(start));
  }
  if (!cursor.atClauseEnd() && !atTableConstraint(cursor)) draft.opaque.push(cursor.skipClause());
}

/** PostgreSQL, and MariaDB in `CREATE TABLE a (LIKE b)`. SQLite allows a column of that name. */
function isLike(cursor: Cursor): boolean {
  return cursor.is('like') && cursor.dialect.name !== 'sqlite';
}

function readLike(cursor: Cursor): CreateTable['likes'][number] {
  cursor.expect('like');
  const table = readQualifiedName(cursor);
  const including: string[] = cursor.dialect.name === 'postgres' ? [] : ['all'];
  for (;;) {
    if (cursor.accept('including')) including.push(cursor.word());
    else if (cursor.accept('excluding')) removeWord(including, cursor.word());
    else return { table, including };
    cursor.advance();
  }
}

/** `INCLUDING ALL EXCLUDING INDEXES`: ALL stays, with the exception behind a minus. */
function removeWord(including: string[], word: string): void {
  const position = including.indexOf(word);
  if (position >= 0) including.splice(position, 1);
  else if (including.includes('all')) including.push(`-${word}`);
}

/** MariaDB: `PERIOD FOR SYSTEM_TIME (a, b)`. */
function isPeriod(cursor: Cursor): boolean {
  return cursor.areWords('period', 'for') && cursor.dialect.name === 'mariadb';
}

/** Everything behind the parenthesis, in any order. */
function readTail(cursor: Cursor, draft: Draft): void {
  while (!cursor.atEnd()) {
    if (cursor.acceptSymbol(',')) continue;
    if (readTailClause(cursor, draft) || readOption(cursor, draft)) continue;
    draft.opaque.push(cursor.isSymbol(')') ? cursor.skipRest() : cursor.skipClause());
  }
}

function readTailClause(cursor: Cursor, draft: Draft): boolean {
  switch (cursor.word()) {
    case 'inherits':
      return readInherits(cursor, draft);
    case 'partition':
      return readPartitionBy(cursor, draft);
    case 'strict':
      draft.strict = true;
      cursor.advance();
      return true;
    case 'without':
      return readWithout(cursor, draft);
    case 'with':
      return readWith(cursor, draft);
    case 'on':
      return readOnCommit(cursor, draft);
    case 'as':
    case 'select':
    case 'values':
    case 'execute':
      return readQuery(cursor, draft);
    case 'ignore':
    case 'replace':
      // MySQL: what to do with duplicate rows of the query.
      cursor.advance();
      return true;
    default:
      if (!cursor.isSymbol('(') || cursor.word(1) !== 'select') return false;
      draft.asQuery = cursor.restAsQuery();
      return true;
  }
}

function readInherits(cursor: Cursor, draft: Draft): boolean {
  cursor.advance();
  cursor.expectSymbol('(');
  draft.inherits = readQualifiedNames(cursor);
  cursor.expectSymbol(')');
  return true;
}

/** `(a, lower(b), c COLLATE "C")`: the columns that stand there as such. */
function readPartitionKey(cursor: Cursor): readonly Name[] {
  const columns: Name[] = [];
  cursor.advance();
  while (!cursor.atEnd() && !cursor.isSymbol(')')) {
    const isCall = cursor.isSymbol('(', 1) || cursor.isSymbol('(') || cursor.isSymbol('.', 1);
    const column = isCall ? undefined : acceptName(cursor);
    if (column !== undefined) columns.push(column);
    cursor.skipClause();
    cursor.acceptSymbol(',');
  }
  cursor.acceptSymbol(')');
  return columns;
}

/** `PARTITION BY RANGE (a)`; in MySQL its options and partitions follow to the end. */
function readPartitionBy(cursor: Cursor, draft: Draft): boolean {
  const start = cursor.start();
  if (!cursor.acceptWords('partition', 'by')) return false;
  if (cursor.dialect.name === 'postgres') {
    cursor.advance();
    if (cursor.isSymbol('(')) draft.partitionKey = readPartitionKey(cursor);
  } else {
    while (!cursor.atEnd() && !startsQuery(cursor)) cursor.skipItem();
  }
  draft.partitionBy = cursor.rangeFrom(start);
  return true;
}

function startsQuery(cursor: Cursor): boolean {
  return cursor.is('as') || cursor.is('select');
}

function readWithout(cursor: Cursor, draft: Draft): boolean {
  if (cursor.acceptWords('without', 'rowid')) draft.withoutRowid = true;
  else if (!(cursor.acceptWords('without', 'oids') ?? cursor.acceptWords('without', 'system', 'versioning')))
    return false;
  return true;
}

/** `WITH (fillfactor = 70)`, MariaDB's `WITH SYSTEM VERSIONING`, `WITH [NO] DATA`, or a query's own WITH. */
function readWith(cursor: Cursor, draft: Draft): boolean {
  if (cursor.isSymbol('(', 1)) {
    cursor.advance();
    draft.options.with = cursor.textOf(cursor.skipBalanced());
  } else if (cursor.acceptWords('with', 'system', 'versioning')) {
    draft.options['system versioning'] = 'yes';
  } else if (!(
    cursor.acceptWords('with', 'data') ??
    cursor.acceptWords('with', 'no', 'data') ??
    cursor.acceptWords('with', 'oids')
  )) {
    draft.asQuery = cursor.restAsQuery();
  }
  return true;
}

function readOnCommit(cursor: Cursor, draft: Draft): boolean {
  if (!cursor.acceptWords('on', 'commit')) return false;
  draft.options['on commit'] = cursor.accept('drop') ? 'drop' : cursor.word();
  while (cursor.is('preserve') || cursor.is('delete') || cursor.is('rows')) cursor.advance();
  return true;
}

function readQuery(cursor: Cursor, draft: Draft): boolean {
  cursor.accept('as');
  draft.asQuery = cursor.restAsQuery();
  return true;
}

/** Options of more than one word, by their first. */
const secondOptionWords: ReadonlyMap<string, string> = new Map([
  ['character', 'set'],
  ['data', 'directory'],
  ['index', 'directory'],
]);

/** `ENGINE=InnoDB`, `DEFAULT CHARSET utf8`, `TABLESPACE x`, `USING heap`, `SERVER s`, `UNION = (a, b)`. */
function readOption(cursor: Cursor, draft: Draft): boolean {
  const { name: dialect } = cursor.dialect;
  if (cursor.kind() !== TokenKind.word || dialect === 'sqlite') return false;
  if (dialect === 'postgres' && !postgresOptions.has(cursor.word())) return false;
  cursor.accept('default');
  let name = cursor.word();
  cursor.advance();
  const second = secondOptionWords.get(name);
  if (second !== undefined && cursor.accept(second)) name += ` ${second}`;
  const assigned = cursor.acceptSymbol('=');
  if (!assigned && !optionsWithoutSign.has(name)) return unknownOption(cursor, draft, name);
  const start = cursor.start();
  cursor.skipItem();
  draft.options[canonicalOptions.get(name) ?? name] = cursor.textOf(cursor.rangeFrom(start));
  return true;
}

const postgresOptions: ReadonlySet<string> = new Set(['tablespace', 'using', 'server', 'options']);

const optionsWithoutSign: ReadonlySet<string> = new Set([
  'engine', 'charset', 'character set', 'collate', 'comment', 'auto_increment', 'tablespace', 'using', 'server', 'options',
  'row_format', 'data directory', 'index directory', 'storage', 'key_block_size', 'max_rows', 'min_rows', 'checksum', 'union',
  'insert_method', 'type', 'encryption', 'compression', 'connection', 'avg_row_length', 'pack_keys', 'password',
  'stats_persistent', 'stats_auto_recalc', 'stats_sample_pages', 'delay_key_write', 'autoextend_size', 'transactional',
]); // prettier-ignore

const canonicalOptions: ReadonlyMap<string, string> = new Map([
  ['character set', 'charset'],
  ['type', 'engine'],
]);

function unknownOption(cursor: Cursor, draft: Draft, name: string): boolean {
  const start = cursor.lastEnd() - name.length;
  while (!cursor.atEnd() && !cursor.isSymbol(',')) cursor.skipItem();
  draft.opaque.push(cursor.rangeFrom(start));
  return true;
}
