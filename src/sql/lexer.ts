import type { Dialect } from '../dialects/dialect.ts';
import { Scanner } from './scanner.ts';
import { TokenKind } from './token-kind.ts';

export { TokenKind } from './token-kind.ts';

/**
 * The tokens of a piece of SQL, without white space and comments. They are cut when they are first asked for, so that the
 * head of a statement costs the same whatever follows. Asking beyond the last token is allowed: it gives `TokenKind.end`
 * at the end of the piece.
 */
export class Tokens {
  readonly text: string;
  /** Where the piece ends. */
  readonly limit: number;

  readonly #scanner: Scanner;
  readonly #kinds: TokenKind[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #words: (string | undefined)[] = [];
  #complete = false;

  constructor(scanner: Scanner) {
    this.text = scanner.text;
    this.limit = scanner.limit;
    this.#scanner = scanner;
  }

  /** Number of tokens; cuts all of them. */
  get count(): number {
    this.#cutTo(Number.MAX_SAFE_INTEGER);
    return this.#kinds.length;
  }

  /** A literal, an identifier or a comment is never closed; it goes to the end. Cuts all tokens. */
  get unterminated(): boolean {
    this.#cutTo(Number.MAX_SAFE_INTEGER);
    return this.#scanner.unterminated;
  }

  kind(index: number): TokenKind {
    if (index >= this.#kinds.length) this.#cutTo(index);
    return this.#kinds[index] ?? TokenKind.end;
  }

  /** Offset in the text of the token's first character. */
  start(index: number): number {
    if (index >= this.#kinds.length) this.#cutTo(index);
    return this.#starts[index] ?? this.limit;
  }

  /** Offset after the token's last character. */
  end(index: number): number {
    if (index >= this.#kinds.length) this.#cutTo(index);
    return this.#ends[index] ?? this.limit;
  }

  #cutTo(index: number): void {
    const scanner = this.#scanner;
    while (!this.#complete && this.#kinds.length <= index) {
      if (!scanner.next()) {
        this.#complete = true;
        return;
      }
      this.#kinds.push(scanner.kind);
      this.#starts.push(scanner.start);
      this.#ends.push(scanner.end);
    }
  }

  /** The token as written. */
  source(index: number): string {
    return this.text.slice(this.start(index), this.end(index));
  }

  /** The bare word in upper case (kept, so asking again costs nothing); empty for every other kind of token. */
  word(index: number): string {
    if (this.kind(index) !== TokenKind.word) return '';
    const known = this.#words[index];
    if (known !== undefined) return known;
    const word = this.source(index).toUpperCase();
    this.#words[index] = word;
    return word;
  }

  /** Is it this bare word? `upper` in upper case. */
  isWord(index: number, upper: string): boolean {
    return (
      this.kind(index) === TokenKind.word &&
      this.end(index) - this.start(index) === upper.length &&
      this.word(index) === upper
    );
  }

  /** Is it this operator or punctuation, such as `(` or `::`? */
  isSymbol(index: number, symbol: string): boolean {
    const kind = this.kind(index);
    if (kind !== TokenKind.punctuation && kind !== TokenKind.operator) return false;
    const start = this.start(index);
    return this.end(index) - start === symbol.length && this.text.startsWith(symbol, start);
  }
}

/** Cuts `text` from `start` to `end` (exclusive) into tokens. Never throws; every character is in a token, white space or a comment. */
export function lex(text: string, start: number, end: number, dialect: Dialect): Tokens {
  return new Tokens(new Scanner(text, start, end, dialect));
}

/**
 * The value of an identifier or string as written in SQL: without its quotes and escapes. A bare word is its own value.
 * `backslashEscapes` as in `dialect.lexical`; `E'..'` knows them always.
 */
export function unquote(source: string, backslashEscapes = false): string {
  switch (source.charAt(0)) {
    case '"':
      return unquoted(source, 0, '"', backslashEscapes);
    case "'":
      return unquoted(source, 0, "'", backslashEscapes);
    case '`':
      return unquoted(source, 0, '`', false);
    case '[':
      return source.slice(1, source.endsWith(']') ? -1 : undefined);
    case '$':
      return dollarUnquoted(source);
    default:
      return prefixUnquoted(source, backslashEscapes);
  }
}

function unquoted(source: string, open: number, quote: string, backslashEscapes: boolean): string {
  const closed = source.length > open + 1 && source.endsWith(quote);
  const body = source.slice(open + 1, closed ? -1 : undefined);
  const plain = body.includes(quote) ? body.replaceAll(quote + quote, quote) : body;
  return backslashEscapes && plain.includes('\\') ? plain.replace(backslashEscape, decodeBackslash) : plain;
}

/** `\n`, `\'`, PostgreSQL's `\x41`, `\101`, `\u0041` (manual 4.1.2.2), MySQL's `\0` and `\Z` (manual 11.1.1). */
const backslashEscape = /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))/g;

const backslashLetters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
  Z: '\x1a',
};

function decodeBackslash(_all: string, byte?: string, short?: string, long?: string, letter?: string): string {
  const hex = byte ?? short ?? long;
  if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
  return letter === undefined ? '' : (backslashLetters[letter] ?? letter);
}

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : '\ufffd';
}

function dollarUnquoted(source: string): string {
  const tagEnd = source.indexOf('$', 1) + 1;
  if (tagEnd === 0) return source;
  const tag = source.slice(0, tagEnd);
  const closed = source.length >= 2 * tagEnd && source.endsWith(tag);
  return source.slice(tagEnd, closed ? -tagEnd : undefined);
}

function prefixUnquoted(source: string, backslashEscapes: boolean): string {
  const second = source.charAt(1);
  if (second === "'")
    return unquoted(source, 1, "'", backslashEscapes || source.startsWith('E') || source.startsWith('e'));
  const quote = source.charAt(2);
  if (second === '&' && (quote === "'" || quote === '"')) {
    return unquoted(source, 2, quote, false).replace(unicodeEscape, (_all: string, long?: string, short?: string) =>
      long === undefined && short === undefined ? '\\' : codePoint(Number.parseInt(long ?? short ?? '', 16)),
    );
  }
  return source;
}

/** `\0061`, `\+000061`, `\\` in `U&'..'` (PostgreSQL manual 4.1.2.3), with the default escape character. */
const unicodeEscape = /\\(?:\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4})|\\)/g;
