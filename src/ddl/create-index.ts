import { acceptIfNotExists } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readExpression } from './expression.ts';
import { readIndexKeys } from './index-key.ts';
import { readName, readNameList, readQualifiedName, readTableName } from './names.ts';
import type { CreateIndex, Expression, GuardRange, Name, Operation, QualifiedName, Range } from './operation.ts';
import type { Family, Lead } from './reader.ts';
import { acceptNullsDistinct, isIndexType, skipIndexType, skipKnownKeyOption } from './table-constraint.ts';

export const createIndex: Family = { 'create index': readCreateIndex };

interface Draft {
  index?: QualifiedName;
  ifNotExists?: GuardRange;
  concurrently?: Range;
  method?: string;
}

/** What stands behind the keys. */
interface Tail {
  include: readonly Name[];
  where?: Expression;
  nullsNotDistinct?: boolean;
  opaque: Range[];
}

function readCreateIndex(cursor: Cursor, lead: Lead): readonly Operation[] {
  const draft = readHead(cursor);
  cursor.expect('on');
  cursor.accept('only');
  const table = readTableName(cursor);
  cursor.table = table;
  readMethod(cursor, draft);
  const keys = readIndexKeys(cursor);
  const tail = readTail(cursor, draft);
  const variant = lead.modifiers.includes('fulltext')
    ? 'fulltext'
    : lead.modifiers.includes('spatial')
      ? 'spatial'
      : undefined;
  const operation: CreateIndex = {
    kind: 'create-index',
    statement: cursor.statement,
    ...draft,
    table,
    unique: lead.modifiers.includes('unique'),
    ...(variant && { variant }),
    ...(lead.orReplace && { orReplace: lead.orReplace }),
    keys,
    ...tail,
    inAlterTable: false,
  };
  return [operation];
}

/** `[CONCURRENTLY] [IF NOT EXISTS] [name]`, and MySQL's `USING BTREE` behind the name. */
function readHead(cursor: Cursor): Draft {
  const draft: Draft = {};
  // Only PostgreSQL reserves the word; elsewhere it may be the index's name.
  const isName = cursor.is('on', 1) && cursor.dialect.name !== 'postgres';
  const concurrently = isName ? undefined : cursor.acceptWords('concurrently');
  if (concurrently !== undefined) draft.concurrently = concurrently;
  const ifNotExists = acceptIfNotExists(cursor);
  if (ifNotExists !== undefined) draft.ifNotExists = ifNotExists;
  if (!cursor.is('on') || cursor.is('on', 1)) draft.index = readQualifiedName(cursor);
  if (isIndexType(cursor)) readMethod(cursor, draft);
  return draft;
}

function readMethod(cursor: Cursor, draft: Draft): void {
  if (cursor.accept('using')) draft.method = readName(cursor).text.toLowerCase();
  else if (isIndexType(cursor)) skipIndexType(cursor);
}

function readTail(cursor: Cursor, draft: Draft): Tail {
  const tail: Tail = { include: [], opaque: [] };
  while (!cursor.atEnd()) {
    if (cursor.accept('include')) tail.include = readNameList(cursor);
    else if (cursor.accept('where')) tail.where = readExpression(cursor);
    else if (atNullsDistinct(cursor)) tail.nullsNotDistinct = acceptNullsDistinct(cursor);
    else if (isIndexType(cursor)) readMethod(cursor, draft);
    else if (cursor.accept('tablespace')) readName(cursor);
    else if (!skipKnownKeyOption(cursor) && !skipOnlineOption(cursor)) tail.opaque.push(skipStray(cursor));
  }
  return tail;
}

function atNullsDistinct(cursor: Cursor): boolean {
  return cursor.areWords('nulls', 'distinct') || cursor.areWords('nulls', 'not', 'distinct');
}

/** MySQL and MariaDB: `ALGORITHM = INPLACE`, `LOCK = NONE`, MariaDB's `WAIT 5` and `NOWAIT`. */
export function skipOnlineOption(cursor: Cursor): boolean {
  if (cursor.accept('nowait')) return true;
  if (!cursor.is('algorithm') && !cursor.is('lock') && !cursor.is('wait')) return false;
  cursor.advance();
  cursor.acceptSymbol('=');
  cursor.advance();
  return true;
}

/** What belongs to nothing known: to the next comma, and over it. */
function skipStray(cursor: Cursor): Range {
  const start = cursor.start();
  cursor.skipItem();
  while (!cursor.atClauseEnd()) cursor.skipItem();
  return cursor.rangeFrom(start);
}
