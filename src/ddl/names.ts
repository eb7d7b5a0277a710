import { TokenKind, unquote } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import type { Name, QualifiedName } from './operation.ts';
import { reservedWords } from './reserved-words.ts';

/**
 * A name, or undefined when none stands here. Any word counts, reserved or not: where the grammar makes a name optional,
 * the caller first looks for the words that may follow instead.
 */
export function acceptName(cursor: Cursor): Name | undefined {
  const kind = cursor.kind();
  const quoted = kind === TokenKind.quoted || (kind === TokenKind.string && quotesNames(cursor));
  if (!quoted && kind !== TokenKind.word && kind !== TokenKind.placeholder) return undefined;
  const start = cursor.start();
  const end = cursor.end();
  cursor.advance();
  const written = cursor.text.slice(start, end);
  return { start, end, text: quoted ? unquote(written) : written, quoted };
}

/** SQLite takes `'x'` for a name where only a name can stand. */
function quotesNames(cursor: Cursor): boolean {
  return cursor.dialect.lexical.singleQuotedIdentifiers && cursor.text.charCodeAt(cursor.start()) === 0x27;
}

/** A name that must be there. */
export function readName(cursor: Cursor): Name {
  return acceptName(cursor) ?? cursor.fail('expected a name');
}

/** The name of a new table or column, which no reserved word can be. */
export function readNewName(cursor: Cursor): Name {
  refuseReserved(cursor);
  return readName(cursor);
}

/** A table's name, with or without a schema; behind a dot reserved words are names. */
export function readTableName(cursor: Cursor): QualifiedName {
  refuseReserved(cursor);
  return readQualifiedName(cursor);
}

function refuseReserved(cursor: Cursor): void {
  const reserved = reservedWords[cursor.dialect.name];
  if (reserved.size > 0 && reserved.has(cursor.word())) cursor.fail('reserved word as a name');
}

/** `name`, `schema.name` or `database.schema.name`; of a database nothing is kept but its place in the range. */
export function readQualifiedName(cursor: Cursor): QualifiedName {
  const first = readName(cursor);
  let name = first;
  let schema: Name | undefined;
  while (cursor.isSymbol('.') && startsName(cursor.kind(1))) {
    cursor.advance();
    schema = name;
    name = readName(cursor);
  }
  const { start } = first;
  return schema === undefined ? { start, end: name.end, name } : { start, end: name.end, schema, name };
}

/** `(a, b, c)`; the cursor stands on the opening parenthesis. PostgreSQL 18 says `PERIOD p` for the last one. */
export function readNameList(cursor: Cursor): readonly Name[] {
  cursor.expectSymbol('(');
  const names: Name[] = [];
  do {
    if (cursor.is('period') && startsName(cursor.kind(1))) cursor.advance();
    names.push(readName(cursor));
  } while (cursor.acceptSymbol(','));
  cursor.expectSymbol(')');
  return names;
}

/** `a, b, c` of qualified names. */
export function readQualifiedNames(cursor: Cursor): readonly QualifiedName[] {
  const names = [readQualifiedName(cursor)];
  while (cursor.acceptSymbol(',')) names.push(readQualifiedName(cursor));
  return names;
}

/** A string literal's value, for options and comments; undefined when none stands here. */
export function acceptString(cursor: Cursor): string | undefined {
  if (cursor.kind() !== TokenKind.string) return undefined;
  const written = cursor.textOf(cursor.here());
  cursor.advance();
  return unquote(written, cursor.dialect.lexical.backslashEscapes);
}

function startsName(kind: TokenKind): boolean {
  return (
    kind === TokenKind.word || kind === TokenKind.quoted || kind === TokenKind.placeholder || kind === TokenKind.string
  );
}
