/**
 * Where quoted text and comments end. Every function takes the offset of the first character (`at`) and of the end of the
 * text that may be read (`limit`), and gives the offset after the last character, or `UNTERMINATED` when it is never closed.
 */

export const UNTERMINATED = -1;

const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const DOLLAR = 36;

/** A literal or identifier that starts and ends with the same quote; a doubled quote stays inside. */
export function endOfQuoted(text: string, at: number, limit: number, quote: string, backslashEscapes: boolean): number {
  let from = at + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close === -1 || close >= limit) return UNTERMINATED;
    if (backslashEscapes && isEscaped(text, from, close)) from = close + 1;
    else if (close + 1 < limit && text.charCodeAt(close + 1) === quote.charCodeAt(0)) from = close + 2;
    else return close + 1;
  }
}

/** An odd run of backslashes before `at` escapes it; the run cannot begin before `from`. */
function isEscaped(text: string, from: number, at: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

/** `[x]`: no escapes (SQLite's tokenizer ends it at the first `]`). */
export function endOfBracketed(text: string, at: number, limit: number): number {
  const close = text.indexOf(']', at + 1);
  return close === -1 || close >= limit ? UNTERMINATED : close + 1;
}

/** A block comment. */
export function endOfBlockComment(text: string, at: number, limit: number, nested: boolean): number {
  if (nested) return endOfNestedComment(text, at, limit);
  const close = text.indexOf('*/', at + 2);
  return close === -1 || close + 2 > limit ? UNTERMINATED : close + 2;
}

function endOfNestedComment(text: string, at: number, limit: number): number {
  let depth = 1;
  let offset = at + 2;
  while (offset + 1 < limit) {
    const unit = text.charCodeAt(offset);
    const next = text.charCodeAt(offset + 1);
    if (unit === STAR && next === SLASH) {
      depth--;
      offset += 2;
      if (depth === 0) return offset;
    } else if (unit === SLASH && next === STAR) {
      depth++;
      offset += 2;
    } else {
      offset++;
    }
  }
  return UNTERMINATED;
}

/** The end of the line, without its line break. Never unterminated. */
export function endOfLine(text: string, at: number, limit: number): number {
  let offset = at;
  while (offset < limit) {
    const unit = text.charCodeAt(offset);
    if (unit === 10 || unit === 13) break;
    offset++;
  }
  return offset;
}

/** `$tag$` or `$$` at this place (PostgreSQL manual 4.1.2.4); empty when it is none. */
export function dollarTag(text: string, at: number, limit: number): string {
  let offset = at + 1;
  if (isDigit(text.charCodeAt(offset))) return '';
  while (offset < limit && isTagCharacter(text.charCodeAt(offset))) offset++;
  return offset < limit && text.charCodeAt(offset) === DOLLAR ? text.slice(at, offset + 1) : '';
}

/** `$tag$ .. $tag$`. */
export function endOfDollarQuoted(text: string, at: number, limit: number, tag: string): number {
  const close = text.indexOf(tag, at + tag.length);
  return close === -1 || close + tag.length > limit ? UNTERMINATED : close + tag.length;
}

function isTagCharacter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95 || unit >= 128 || isDigit(unit);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
