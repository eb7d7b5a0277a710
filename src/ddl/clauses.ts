import { TokenKind } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import { acceptName, readName } from './names.ts';
import type { GuardRange, Name, QualifiedName, QueryText, Range } from './operation.ts';

/** Clauses that many statement families share. */

/** The fields that are there: an absent clause leaves no field behind. */
export function given<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const present: { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) present[key] = value as Exclude<Fields[typeof key], undefined>;
  }
  return present;
}

export function acceptIfExists(cursor: Cursor): GuardRange | undefined {
  return cursor.acceptWords('if', 'exists');
}

export function acceptIfNotExists(cursor: Cursor): GuardRange | undefined {
  return cursor.acceptWords('if', 'not', 'exists');
}

/** `CASCADE` or `RESTRICT`, or neither. */
export function acceptCascade(cursor: Cursor): boolean {
  if (cursor.accept('cascade')) return true;
  cursor.accept('restrict');
  return false;
}

/** All parts of a dotted name. */
export function readNameParts(cursor: Cursor): readonly Name[] {
  const parts = [readName(cursor)];
  while (cursor.acceptSymbol('.')) parts.push(readName(cursor));
  return parts;
}

/** The last parts of a dotted name as a qualified one, its range from the first part on. */
export function qualifiedFrom(parts: readonly Name[]): QualifiedName | undefined {
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const range = { start: parts[0]?.start ?? name.start, end: name.end };
  return { ...range, name, ...given({ schema: parts.at(-2) }) };
}

/** What has no identifier of its own is known by how it is written: operators, casts, user mappings. */
export function nameOfRange(cursor: Cursor, range: Range): QualifiedName {
  const text = cursor.textOf(range).replaceAll(/\s+/g, ' ');
  return { ...range, name: { ...range, text, quoted: false } };
}

/** A string literal as a text of its own: a routine's body, a prepared statement. Undefined when none stands here. */
export function acceptQuotedText(cursor: Cursor, value: (cursor: Cursor) => string | undefined): QueryText | undefined {
  const whole = cursor.here();
  const text = value(cursor);
  if (text === undefined) return undefined;
  const inner = cursor.textOf(whole).indexOf(text);
  // With escapes in it the text is no run of the source: then the range is that of the literal.
  return inner < 0 ? { ...whole, text } : { start: whole.start + inner, end: whole.start + inner + text.length, text };
}

/** The rest of the statement in lower-case words, cut to a length that a person reads. */
export function restAsWords(cursor: Cursor): string {
  const range = cursor.skipRest();
  return wordsOf(cursor.textOf({ start: range.start, end: Math.min(range.end, range.start + LONGEST_WORDS) }));
}

export function wordsOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

const LONGEST_WORDS = 120;

/** Skips to the word at this level of parentheses; false at the end of the statement. */
export function skipToWord(cursor: Cursor, word: string): boolean {
  while (!cursor.atEnd() && !cursor.is(word)) cursor.skipItem();
  return !cursor.atEnd();
}

/** A name that may be a word, a literal or an account such as `'app'@'%'` or `CURRENT_USER()`. */
export function readAccount(cursor: Cursor): QualifiedName {
  const start = cursor.start();
  const plain = acceptName(cursor);
  if (plain !== undefined && (cursor.atEnd() || cursor.start() !== cursor.lastEnd() || cursor.atClauseEnd())) {
    return { start, end: plain.end, name: plain };
  }
  if (plain === undefined) cursor.skipItem();
  while (!cursor.atClauseEnd() && cursor.start() === cursor.lastEnd()) cursor.skipItem();
  return nameOfRange(cursor, cursor.rangeFrom(start));
}

/** The rest of the statement as a body: what stands between `BEGIN` and the last `END`, or a single statement. */
export function readBlockBody(cursor: Cursor): QueryText {
  if (cursor.atEnd()) cursor.fail('expected a body');
  const block = cursor.accept('begin');
  if (block) cursor.accept('atomic');
  const start = cursor.start();
  let end = start;
  while (!cursor.atEnd()) {
    const last = cursor.is('end') && isLastEnd(cursor);
    if (last && block) break;
    cursor.advance();
    end = cursor.lastEnd();
  }
  cursor.skipRest();
  return { start, end, text: cursor.textOf({ start, end }) };
}

/** `END`, `END label` or `END;` at the very end. */
function isLastEnd(cursor: Cursor): boolean {
  const after = cursor.isSymbol(';', 1) ? 2 : 1;
  return cursor.kind(after) === TokenKind.end || (after === 1 && cursor.kind(2) === TokenKind.end);
}
