import { TokenKind } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import { isKeywordOperand } from './expression-words.ts';
import { readCompleteExpression } from './expression.ts';
import { acceptName, readQualifiedName } from './names.ts';
import type { Expression, IndexKey, Name } from './operation.ts';

/** `(a, lower(b), c(20) DESC)`: the keys of an index or of a key constraint; the cursor stands on the parenthesis. */
export function readIndexKeys(cursor: Cursor): readonly IndexKey[] {
  cursor.expectSymbol('(');
  const keys = [readIndexKey(cursor)];
  while (cursor.acceptSymbol(',')) keys.push(readIndexKey(cursor));
  cursor.expectSymbol(')');
  return keys;
}

interface KeyDraft {
  column?: Name;
  expression?: Expression;
  prefixLength?: number;
  descending?: boolean;
  nulls?: 'first' | 'last';
  collation?: string;
  operatorClass?: string;
}

/** One key; ends before a comma, `)`, or the `WITH` of an exclusion constraint. */
export function readIndexKey(cursor: Cursor): IndexKey {
  const start = cursor.start();
  const draft: KeyDraft = {};
  if (isPlainColumn(cursor)) readPlainColumn(cursor, draft);
  else draft.expression = readCompleteExpression(cursor);
  readKeyOptions(cursor, draft);
  return { ...cursor.rangeFrom(start), ...draft };
}

/** A name that is the whole key: something may follow it, but no operator, dot or (except for MySQL's prefix) parenthesis. */
function isPlainColumn(cursor: Cursor): boolean {
  const kind = cursor.kind();
  const named = kind === TokenKind.word || kind === TokenKind.quoted || kind === TokenKind.placeholder;
  if (!named && !(kind === TokenKind.string && cursor.dialect.lexical.singleQuotedIdentifiers)) return false;
  if (isKeywordOperand(cursor.dialect.name, cursor.word())) return false;
  switch (cursor.kind(1)) {
    case TokenKind.end:
    case TokenKind.word:
      return !operatorsAfterColumn.has(cursor.word(1));
    case TokenKind.quoted:
      return true;
    case TokenKind.punctuation:
      return cursor.isSymbol(',', 1) || cursor.isSymbol(')', 1) || isPrefixLength(cursor);
    default:
      return false;
  }
}

const operatorsAfterColumn: ReadonlySet<string> = new Set([
  'is',
  'in',
  'like',
  'between',
  'and',
  'or',
  'not',
  'glob',
  'at',
]);

/** MySQL and MariaDB: `body(20)`. */
function isPrefixLength(cursor: Cursor): boolean {
  return cursor.isMysql && cursor.isSymbol('(', 1) && cursor.kind(2) === TokenKind.number && cursor.isSymbol(')', 3);
}

function readPlainColumn(cursor: Cursor, draft: KeyDraft): void {
  const column = acceptName(cursor);
  if (column === undefined) return cursor.fail('expected a column');
  draft.column = column;
  if (!cursor.isSymbol('(')) return;
  draft.prefixLength = Number(cursor.textOf({ start: cursor.start(1), end: cursor.end(1) }));
  cursor.skipBalanced();
}

/** COLLATE, operator class with its parameters, ASC, DESC, NULLS FIRST: in any order, as far as they are there. */
function readKeyOptions(cursor: Cursor, draft: KeyDraft): void {
  while (!cursor.atClauseEnd() && !cursor.is('with')) {
    if (cursor.accept('asc')) draft.descending = false;
    else if (cursor.accept('desc')) draft.descending = true;
    else if (cursor.acceptWords('nulls', 'first')) draft.nulls = 'first';
    else if (cursor.acceptWords('nulls', 'last')) draft.nulls = 'last';
    else if (cursor.accept('collate')) draft.collation = readQualifiedName(cursor).name.text;
    // PostgreSQL 18: the last key of a temporal constraint.
    else if (cursor.acceptWords('without', 'overlaps')) continue;
    else if (draft.operatorClass === undefined && startsOperatorClass(cursor)) readOperatorClass(cursor, draft);
    else cursor.fail('unknown clause in an index key');
  }
}

function startsOperatorClass(cursor: Cursor): boolean {
  const kind = cursor.kind();
  return cursor.dialect.name === 'postgres' && (kind === TokenKind.word || kind === TokenKind.quoted);
}

function readOperatorClass(cursor: Cursor, draft: KeyDraft): void {
  draft.operatorClass = readQualifiedName(cursor).name.text;
  if (cursor.isSymbol('(')) cursor.skipBalanced();
}
