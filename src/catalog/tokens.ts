import type { Dialect } from '../dialects/dialect.ts';
import { TokenKind, unquote } from '../sql/lexer.ts';
import { Scanner } from '../sql/scanner.ts';

/** A token of an expression or body, as far as names and canonical text need it. Comments and white space are left out. */
export interface Token {
  /** A placeholder is a symbol. */
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  /** As written. */
  readonly text: string;
  /** Of a quoted identifier or string: without quotes and escapes; else the text. */
  readonly value: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const tokensByText = new Map<string, readonly Token[]>();
const KEPT_TEXTS = 4096;

/** Cuts a text into tokens. Never throws: what has no end reaches to the end of the text. Answers are kept for some texts. */
export function tokensOf(text: string, dialect: Dialect): readonly Token[] {
  const key = `${dialect.name}:${text}`;
  const known = tokensByText.get(key);
  if (known !== undefined) return known;
  const tokens = cut(text, dialect);
  if (tokensByText.size >= KEPT_TEXTS) tokensByText.clear();
  tokensByText.set(key, tokens);
  return tokens;
}

/** Tokens without the parentheses around all of them, in one pass however deep these nest. */
export function withoutOuterParentheses(tokens: readonly Token[]): readonly Token[] {
  let opened = 0;
  while (2 * opened + 1 < tokens.length && isSymbol(tokens[opened], '(') && isSymbol(tokens.at(-1 - opened), ')'))
    opened++;
  let depth = opened;
  // As many of them as are never closed before the end stand around everything.
  let around = opened;
  for (let at = opened; at < tokens.length - opened; at++) {
    if (isSymbol(tokens[at], '(')) depth++;
    else if (isSymbol(tokens[at], ')')) around = Math.min(around, --depth);
  }
  return depth === opened && around > 0 ? tokens.slice(around, -around) : tokens;
}

function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

function cut(text: string, dialect: Dialect): readonly Token[] {
  const scanner = new Scanner(text, 0, text.length, dialect);
  const tokens: Token[] = [];
  while (scanner.next()) {
    const { start, end } = scanner;
    const kind = kindOf(scanner.kind);
    const source = text.slice(start, end);
    const isQuoted = kind === 'quoted' || kind === 'string';
    const value = isQuoted ? unquote(source, kind === 'string' && dialect.lexical.backslashEscapes) : source;
    tokens.push({ kind, text: source, value, start, end });
  }
  return tokens;
}

function kindOf(kind: TokenKind): Token['kind'] {
  switch (kind) {
    case TokenKind.word:
      return 'word';
    case TokenKind.quoted:
      return 'quoted';
    case TokenKind.string:
      return 'string';
    case TokenKind.number:
      return 'number';
    default:
      return 'symbol';
  }
}
