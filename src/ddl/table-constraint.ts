import { TokenKind } from '../sql/lexer.ts';
import { acceptIfNotExists } from './clauses.ts';
import { acceptNameOfConstraint, skipConflictClause } from './column-definition.ts';
import type { Cursor } from './cursor.ts';
import { readParenthesized } from './expression.ts';
import { acceptDeferring, readForeignKeyTarget } from './foreign-key.ts';
import { readIndexKey, readIndexKeys } from './index-key.ts';
import { acceptName, acceptString, readName, readNameList } from './names.ts';
import type { IndexKey, Name, Range, TableConstraint } from './operation.ts';

/** Whether a table constraint, and not a column, begins here. */
export function atTableConstraint(cursor: Cursor): boolean {
  switch (cursor.word()) {
    case 'constraint':
    case 'unique':
    case 'check':
    case 'foreign':
      return true;
    case 'primary':
      return cursor.is('key', 1);
    case 'exclude':
      return cursor.dialect.name === 'postgres' && (cursor.is('using', 1) || cursor.isSymbol('(', 1));
    case 'not':
      return cursor.is('null', 1);
    case 'key':
    case 'index':
    case 'fulltext':
    case 'spatial':
      return cursor.isMysql;
    case 'vector':
      return cursor.dialect.name === 'mariadb' && (cursor.is('index', 1) || cursor.is('key', 1));
    default:
      return false;
  }
}

/** `[CONSTRAINT name] kind ..`, with what belongs to it, up to the comma or parenthesis that ends it. */
export function readTableConstraint(cursor: Cursor): TableConstraint {
  const start = cursor.start();
  const named = cursor.accept('constraint');
  const ifNotExists = named ? acceptIfNotExists(cursor) : undefined;
  const name = named ? acceptNameOfConstraint(cursor) : undefined;
  const constraint = readKind(cursor, start, name);
  const attributes = readAttributes(cursor);
  return { ...constraint, ...attributes, ...cursor.rangeFrom(start), ...(ifNotExists && { ifNotExists }) };
}

interface Attributes {
  notValid?: boolean;
  notEnforced?: boolean;
  noInherit?: boolean;
}

/** PostgreSQL takes them behind every constraint in any order (ConstraintAttributeSpec in its gram.y); MySQL has NOT ENFORCED. */
function readAttributes(cursor: Cursor): Attributes {
  const attributes: Attributes = {};
  for (;;) {
    if (cursor.acceptWords('not', 'valid')) attributes.notValid = true;
    else if (cursor.acceptWords('not', 'enforced')) attributes.notEnforced = true;
    else if (cursor.acceptWords('no', 'inherit')) attributes.noInherit = true;
    else if (!cursor.accept('enforced') && acceptDeferring(cursor) === undefined) return attributes;
  }
}

function readKind(cursor: Cursor, start: number, name: Name | undefined): TableConstraint {
  switch (cursor.word()) {
    case 'primary':
      return readPrimaryKey(cursor, start, name);
    case 'unique':
      return readUnique(cursor, start, name);
    case 'check':
      return readCheck(cursor, start, name);
    case 'foreign':
      return readForeignKey(cursor, start, name);
    case 'exclude':
      return readExclusion(cursor, start, name);
    case 'not':
      return readNotNull(cursor, start, name);
    case 'key':
    case 'index':
    case 'fulltext':
    case 'spatial':
    case 'vector':
      return readIndex(cursor, start, name);
    default:
      return cursor.fail('unknown constraint');
  }
}

/** What may follow the keys of PRIMARY KEY, UNIQUE, KEY .. in the three dialects. */
interface KeyOptions {
  include?: readonly Name[];
  deferrable?: boolean;
  opaque?: Range[];
}

function readPrimaryKey(cursor: Cursor, start: number, name: Name | undefined): TableConstraint {
  cursor.acceptWords('primary', 'key');
  const ifNotExists = acceptIfNotExists(cursor);
  const usingIndex = acceptUsingIndex(cursor);
  if (usingIndex === undefined) acceptIndexName(cursor);
  const keys = usingIndex === undefined ? readIndexKeys(cursor) : [];
  const options = readKeyOptions(cursor);
  return {
    ...{ start, end: start, kind: 'primary-key', keys, ...options },
    ...(name && { name }),
    ...(usingIndex && { usingIndex }),
    ...(ifNotExists && { ifNotExists }),
  };
}

function readUnique(cursor: Cursor, start: number, constraintName: Name | undefined): TableConstraint {
  cursor.expect('unique');
  if (!cursor.accept('key') && cursor.is('index')) cursor.advance();
  const ifNotExists = acceptIfNotExists(cursor);
  const nullsNotDistinct = acceptNullsDistinct(cursor);
  const usingIndex = acceptUsingIndex(cursor);
  const indexName = usingIndex === undefined ? acceptIndexName(cursor) : undefined;
  const keys = usingIndex === undefined ? readIndexKeys(cursor) : [];
  const options = readKeyOptions(cursor);
  // MySQL manual 15.1.20: of CONSTRAINT a UNIQUE KEY b, b is the index's name.
  const name = indexName ?? constraintName;
  return {
    ...{ start, end: start, kind: 'unique', keys, ...options },
    ...(name && { name }),
    ...(usingIndex && { usingIndex }),
    ...(nullsNotDistinct && { nullsNotDistinct }),
    ...(ifNotExists && { ifNotExists }),
  };
}

/** `NULLS [NOT] DISTINCT`: whether NOT was said. */
export function acceptNullsDistinct(cursor: Cursor): boolean {
  if (!cursor.is('nulls')) return false;
  if (cursor.acceptWords('nulls', 'not', 'distinct')) return true;
  cursor.acceptWords('nulls', 'distinct');
  return false;
}

/** PostgreSQL: `UNIQUE USING INDEX i`. */
function acceptUsingIndex(cursor: Cursor): Name | undefined {
  return cursor.acceptWords('using', 'index') ? readName(cursor) : undefined;
}

/** MySQL and MariaDB: the name before the keys, with USING BTREE around it. */
function acceptIndexName(cursor: Cursor): Name | undefined {
  const name = cursor.isSymbol('(') || isIndexType(cursor) ? undefined : acceptName(cursor);
  if (isIndexType(cursor)) skipIndexType(cursor);
  return name;
}

/** MySQL and MariaDB: `USING BTREE`, `TYPE HASH`. */
export function isIndexType(cursor: Cursor): boolean {
  return (cursor.is('using') || cursor.is('type')) && cursor.kind(1) === TokenKind.word && !cursor.is('index', 1);
}

export function skipIndexType(cursor: Cursor): void {
  cursor.advance();
  cursor.advance();
}

function readKeyOptions(cursor: Cursor): KeyOptions {
  const options: KeyOptions = {};
  while (!cursor.atClauseEnd() && !atTableConstraint(cursor)) {
    if (cursor.acceptWords('include')) options.include = readNameList(cursor);
    else if (!skipKnownKeyOption(cursor)) {
      const deferring = acceptDeferring(cursor);
      if (deferring !== undefined) options.deferrable = deferring !== 'not';
      else if (cursor.is('no') || cursor.is('not') || cursor.is('enforced')) break;
      else (options.opaque ??= []).push(cursor.skipClause());
    }
  }
  return options;
}

/** Settings of the index that change nothing about what it holds. */
export function skipKnownKeyOption(cursor: Cursor): boolean {
  if (cursor.areWords('on', 'conflict')) skipConflictClause(cursor);
  else if (cursor.acceptWords('using', 'index', 'tablespace')) readName(cursor);
  else if (isIndexType(cursor)) skipIndexType(cursor);
  else if (cursor.accept('comment')) acceptString(cursor);
  else if (cursor.acceptWords('with', 'parser')) cursor.advance();
  else if (cursor.is('with') && cursor.isSymbol('(', 1)) {
    cursor.advance();
    cursor.skipBalanced();
  } else if (settings.has(cursor.word())) skipSetting(cursor);
  else return cursor.acceptOneOf(flags) !== undefined || cursor.acceptWords('not', 'ignored') !== undefined;
  return true;
}

const settings: ReadonlySet<string> = new Set([
  'key_block_size', 'engine_attribute', 'secondary_engine_attribute', 'clustering', 'm', 'distance',
]); // prettier-ignore
const flags: ReadonlySet<string> = new Set(['visible', 'invisible', 'ignored', 'not_ignored']);

function skipSetting(cursor: Cursor): void {
  cursor.advance();
  cursor.acceptSymbol('=');
  if (!cursor.atClauseEnd()) cursor.advance();
}

function readCheck(cursor: Cursor, start: number, name: Name | undefined): TableConstraint {
  cursor.expect('check');
  const ifNotExists = acceptIfNotExists(cursor);
  const expression = readParenthesized(cursor);
  skipConflictClause(cursor);
  return {
    ...{ start, end: start, kind: 'check', expression },
    ...(name && { name }),
    ...(ifNotExists && { ifNotExists }),
  };
}

function readForeignKey(cursor: Cursor, start: number, constraintName: Name | undefined): TableConstraint {
  cursor.expect('foreign');
  cursor.expect('key');
  const ifNotExists = acceptIfNotExists(cursor);
  const indexName = cursor.isSymbol('(') ? undefined : acceptName(cursor);
  const columns = readNameList(cursor);
  const targetStart = cursor.start();
  cursor.expect('references');
  const target = readForeignKeyTarget(cursor, targetStart);
  return {
    ...{ start, end: start, kind: 'foreign-key', columns, target },
    ...(constraintName && { name: constraintName }),
    ...(indexName && { indexName }),
    ...(ifNotExists && { ifNotExists }),
  };
}

/** PostgreSQL: `EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (..)`. */
function readExclusion(cursor: Cursor, start: number, name: Name | undefined): TableConstraint {
  cursor.expect('exclude');
  const method = cursor.accept('using') ? readName(cursor).text : undefined;
  cursor.expectSymbol('(');
  const keys: IndexKey[] = [];
  do {
    keys.push(readIndexKey(cursor));
    if (cursor.accept('with')) cursor.skipClause();
  } while (cursor.acceptSymbol(','));
  cursor.expectSymbol(')');
  const { opaque } = readExclusionOptions(cursor);
  const where = cursor.accept('where') ? readParenthesized(cursor) : undefined;
  return {
    ...{ start, end: start, kind: 'exclude', keys },
    ...(name && { name }),
    ...(method !== undefined && { method }),
    ...(where && { where }),
    ...(opaque && { opaque }),
  };
}

function readExclusionOptions(cursor: Cursor): KeyOptions {
  const options: KeyOptions = {};
  while (
    !cursor.atClauseEnd() &&
    !cursor.is('where') &&
    !cursor.is('deferrable') &&
    !cursor.is('initially') &&
    !cursor.is('not')
  ) {
    if (cursor.accept('include')) cursor.skipBalanced();
    else if (!skipKnownKeyOption(cursor)) (options.opaque ??= []).push(cursor.skipClause());
  }
  return options;
}

/** PostgreSQL 18: `CONSTRAINT n NOT NULL a`. */
function readNotNull(cursor: Cursor, start: number, name: Name | undefined): TableConstraint {
  cursor.expect('not');
  cursor.expect('null');
  const column = readName(cursor);
  return { ...{ start, end: start, kind: 'not-null', column }, ...(name && { name }) };
}

/** MySQL and MariaDB: `KEY k (a)`, `FULLTEXT INDEX (body)`, `SPATIAL KEY s (g)`. */
function readIndex(cursor: Cursor, start: number, constraintName: Name | undefined): TableConstraint {
  const variant = cursor.accept('fulltext') ? 'fulltext' : cursor.accept('spatial') ? 'spatial' : undefined;
  if (variant === undefined) cursor.accept('vector');
  if (!cursor.accept('key')) cursor.accept('index');
  const ifNotExists = acceptIfNotExists(cursor);
  const name = acceptIndexName(cursor) ?? constraintName;
  const keys = readIndexKeys(cursor);
  const { opaque } = readKeyOptions(cursor);
  return {
    ...{ start, end: start, kind: 'index', keys },
    ...(name && { name }),
    ...(variant && { variant }),
    ...(ifNotExists && { ifNotExists }),
    ...(opaque && { opaque }),
  };
}
