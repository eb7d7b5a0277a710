import type { Token } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import type { Name, QualifiedName } from './operation.ts';

/**
 * A name, or undefined when none stands here. Any word counts, reserved or not: where the grammar makes a name optional,
 * the caller first looks for the words that may follow instead.
 */
export function acceptName(cursor: Cursor): Name | undefined {
  const first = cursor.token();
  if (first === undefined || !startsName(cursor, first)) return undefined;
  cursor.advance();
  if (first.kind === 'quoted-name' || first.kind === 'string') return nameOf(cursor, first.start, first.end, true);
  return nameOf(cursor, first.start, takeAdjacentParts(cursor, first), false);
}

/** A name that must be there. */
export function readName(cursor: Cursor): Name {
  return acceptName(cursor) ?? cursor.fail('expected a name');
}

/** `name`, `schema.name` or `database.schema.name`; of a database nothing is kept but its place in the range. */
export function readQualifiedName(cursor: Cursor): QualifiedName {
  const first = readName(cursor);
  let name = first;
  let schema: Name | undefined;
  while (cursor.isSymbol('.') && cursor.token(1) !== undefined) {
    cursor.advance();
    schema = name;
    name = readName(cursor);
  }
  const range = { start: first.start, end: name.end };
  return schema === undefined ? { ...range, name } : { ...range, schema, name };
}

/** `(a, b, c)`; the cursor stands on the opening parenthesis. */
export function readNameList(cursor: Cursor): readonly Name[] {
  cursor.expectSymbol('(');
  const names = [readName(cursor)];
  while (cursor.acceptSymbol(',')) names.push(readName(cursor));
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
  const token = cursor.token();
  if (token?.kind !== 'string') return undefined;
  cursor.advance();
  return unquote(cursor.text.slice(token.start, token.end));
}

function startsName(cursor: Cursor, token: Token): boolean {
  switch (token.kind) {
    case 'word':
    case 'quoted-name':
    case 'placeholder':
      return true;
    case 'string':
      return cursor.dialect.lexical.singleQuotedIdentifiers && cursor.text.charCodeAt(token.start) === 0x27;
    default:
      return false;
  }
}

/** A template writes one name in several tokens: `{{prefix}}_users`, `users_${suffix}`. Gives the end of the last one. */
function takeAdjacentParts(cursor: Cursor, first: Token): number {
  let last = first;
  for (let next = cursor.token(); next !== undefined; next = cursor.token()) {
    const joins = next.start === last.end && (next.kind === 'placeholder' || last.kind === 'placeholder');
    if (!joins || (next.kind !== 'placeholder' && next.kind !== 'word' && next.kind !== 'number')) break;
    cursor.advance();
    last = next;
  }
  return last.end;
}

function nameOf(cursor: Cursor, start: number, end: number, quoted: boolean): Name {
  const written = cursor.text.slice(start, end);
  return { start, end, text: quoted ? unquote(written) : written, quoted };
}

/** Takes the quotes off a name or string, with prefix (`U&"..."`, `N'..'`) and doubled quotes. */
export function unquote(written: string): string {
  const open = written.search(/["'`[]/);
  if (open < 0) return written;
  const quote = written.charAt(open) === '[' ? ']' : written.charAt(open);
  const closed = written.length > open + 1 && written.endsWith(quote);
  const inner = written.slice(open + 1, closed ? -1 : undefined);
  return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
}
