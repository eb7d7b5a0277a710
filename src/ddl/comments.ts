import { given, nameOfRange, qualifiedFrom, readNameParts } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readQualifiedName } from './names.ts';
import { readArguments } from './routines.ts';
import type { CommentOn, QualifiedName } from './operation.ts';
import type { Family } from './reader.ts';

/** COMMENT ON, for every kind of object that PostgreSQL comments on. */
export const comments: Family = { comment: (cursor) => [readCommentOn(cursor)] };

/** Kinds of more than one word. */
const longKinds: readonly (readonly string[])[] = [
  ['materialized', 'view'],
  ['foreign', 'table'],
  ['foreign', 'data', 'wrapper'],
  ['event', 'trigger'],
  ['access', 'method'],
  ['large', 'object'],
  ['operator', 'class'],
  ['operator', 'family'],
  ['procedural', 'language'],
  ['text', 'search', 'configuration'],
  ['text', 'search', 'dictionary'],
  ['text', 'search', 'parser'],
  ['text', 'search', 'template'],
];

/** Kinds whose name is no identifier. */
const namelessKinds: ReadonlySet<string> = new Set(['operator', 'cast', 'transform', 'large-object']);

const ROUTINES: ReadonlySet<string> = new Set(['function', 'procedure', 'routine']);

function readCommentOn(cursor: Cursor): CommentOn {
  const { statement } = cursor;
  cursor.expect('on');
  const object = readKind(cursor);
  const head = { kind: 'comment-on', statement, object } as const;
  if (object === 'column') return { ...head, ...readColumn(cursor) };
  const name = namelessKinds.has(object) ? readUpToIs(cursor) : readQualifiedName(cursor);
  const argumentTypes = ROUTINES.has(object) && cursor.isSymbol('(') ? readArguments(cursor).types : undefined;
  // COMMENT ON CONSTRAINT x ON DOMAIN d names a type, not a table.
  const hasTable = cursor.accept('on') && !cursor.accept('domain');
  const table = hasTable ? readQualifiedName(cursor) : undefined;
  while (!cursor.atEnd() && !cursor.is('is')) cursor.skipItem();
  cursor.expect('is');
  return { ...head, name, ...given({ table, argumentTypes }) };
}

function readKind(cursor: Cursor): string {
  for (const words of longKinds) {
    if (cursor.acceptWords(...words) !== undefined) return words.join('-');
  }
  const kind = cursor.word();
  if (kind === '') cursor.fail('expected a kind of object');
  cursor.advance();
  return kind;
}

function readColumn(cursor: Cursor): Pick<CommentOn, 'name' | 'column'> {
  const parts = readNameParts(cursor);
  const name = qualifiedFrom(parts.slice(0, -1));
  const column = parts.at(-1);
  if (name === undefined || column === undefined) return cursor.fail('expected table.column');
  cursor.expect('is');
  return { name, column };
}

function readUpToIs(cursor: Cursor): QualifiedName {
  const start = cursor.start();
  while (!cursor.atEnd() && !cursor.is('is')) cursor.skipItem();
  return nameOfRange(cursor, cursor.rangeFrom(start));
}
