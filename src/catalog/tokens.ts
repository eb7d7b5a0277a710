import type { Dialect } from '../dialects/dialect.ts';

/** A token of an expression or body, as far as names and canonical text need it. Comments and white space are left out. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  /** As written. */
  readonly text: string;
  /** Of a quoted identifier: without quotes; else the text. */
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
  const tokens = scan(text, dialect);
  if (tokensByText.size >= KEPT_TEXTS) tokensByText.clear();
  tokensByText.set(key, tokens);
  return tokens;
}

function scan(text: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const blank = endOfBlank(text, at, dialect);
    if (blank > at) {
      at = blank;
      continue;
    }
    const token = tokenAt(text, at, dialect);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The end of a run of white space or a comment, or `at` itself. */
function endOfBlank(text: string, at: number, { lexical }: Dialect): number {
  const unit = text.charCodeAt(at);
  if (unit <= 32 || unit === 0xfeff) return at + 1;
  if (text.startsWith('--', at) || (lexical.hashComments && unit === HASH)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end + 1;
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  return at;
}

function tokenAt(text: string, at: number, dialect: Dialect): Token {
  const { lexical } = dialect;
  const first = text.charAt(at);
  if (first === "'") return quoted(text, at, "'", 'string', lexical.backslashEscapes);
  if (first === '"') return quoted(text, at, '"', lexical.doubleQuotedIdentifiers ? 'quoted' : 'string', false);
  if (first === '`' && lexical.backtickIdentifiers) return quoted(text, at, '`', 'quoted', false);
  if (first === '[' && lexical.bracketIdentifiers) return bracketed(text, at);
  if (first === '$' && lexical.dollarQuotes) {
    const dollar = dollarQuoted(text, at);
    if (dollar !== null) return dollar;
  }
  return (
    matched(WORD, 'word', text, at) ??
    matched(NUMBER, 'number', text, at) ??
    matched(SYMBOL, 'symbol', text, at) ??
    one(text, at)
  );
}

const HASH = 35;
const WORD = /[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*/uy;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SYMBOL = /::|<=>|->>|->|\|\||<=|>=|<>|!=|==|<<|>>|:=|&&|#>>|#>|@>|<@/y;

function matched(pattern: RegExp, kind: Token['kind'], text: string, at: number): Token | null {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  return found === undefined ? null : { kind, text: found, value: found, start: at, end: at + found.length };
}

function one(text: string, at: number): Token {
  const symbol = text.charAt(at);
  return { kind: 'symbol', text: symbol, value: symbol, start: at, end: at + 1 };
}

function quoted(text: string, start: number, quote: string, kind: 'string' | 'quoted', escapes: boolean): Token {
  let at = start + 1;
  for (; at < text.length; at++) {
    const symbol = text.charAt(at);
    if (escapes && symbol === '\\') at++;
    else if (symbol === quote && text.charAt(at + 1) === quote) at++;
    else if (symbol === quote) break;
  }
  const end = Math.min(at + 1, text.length);
  const inner = text.slice(start + 1, at).replaceAll(quote + quote, quote);
  return { kind, text: text.slice(start, end), value: inner, start, end };
}

function bracketed(text: string, start: number): Token {
  const close = text.indexOf(']', start);
  const end = close < 0 ? text.length : close + 1;
  return {
    kind: 'quoted',
    text: text.slice(start, end),
    value: text.slice(start + 1, close < 0 ? end : close),
    start,
    end,
  };
}

const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

function dollarQuoted(text: string, start: number): Token | null {
  DOLLAR_TAG.lastIndex = start;
  const tag = DOLLAR_TAG.exec(text)?.[0];
  if (tag === undefined) return null;
  const close = text.indexOf(tag, start + tag.length);
  const end = close < 0 ? text.length : close + tag.length;
  return {
    kind: 'string',
    text: text.slice(start, end),
    value: text.slice(start + tag.length, close < 0 ? end : close),
    start,
    end,
  };
}
