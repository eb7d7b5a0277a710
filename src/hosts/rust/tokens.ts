/** What a Rust token is, as far as reading SQL out of the code needs it. Comments and white space are no tokens. */
export const TokenKind = {
  identifier: 1,
  lifetime: 2,
  /** `".."`, `b".."`, `c".."`: escapes count. */
  string: 3,
  /** `r".."`, `r#".."#`, `br".."`: every character stands for itself. */
  rawString: 4,
  number: 5,
  character: 6,
  punctuation: 7,
  open: 8,
  close: 9,
} as const;

const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const CLOSE_PARENTHESIS = 41;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;

const WORD = 1;
const DIGIT = 2;
const SPACE = 4;
const OPEN = 8;
const CLOSE = 16;

const classes = classTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
    table[character.charCodeAt(0)] = WORD;
  for (const character of '0123456789') table[character.charCodeAt(0)] = DIGIT;
  for (const character of ' \t\r\n\f\v') table[character.charCodeAt(0)] = SPACE;
  for (const character of '([{') table[character.charCodeAt(0)] = OPEN;
  for (const character of ')]}') table[character.charCodeAt(0)] = CLOSE;
  return table;
}

/** Letters outside ASCII count as words: Rust allows them in names. */
function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : WORD;
}

const TWO_CHARACTERS = new Set([
  '::',
  '->',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '..',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '|=',
  '&=',
  '^=',
]);
const SECOND_CHARACTERS = secondCharacters();

function secondCharacters(): Uint8Array {
  const table = new Uint8Array(128);
  for (const pair of TWO_CHARACTERS) table[pair.charCodeAt(1)] = 1;
  return table;
}

/** A file's tokens, side by side in arrays: big files make millions of them. */
export class Tokens {
  readonly text: string;
  count = 0;
  private kinds: Uint8Array;
  private starts: Int32Array;
  private ends: Int32Array;
  /** For a bracket the index of its partner; the end of the file for one that is never closed. */
  private partners: Int32Array;

  constructor(text: string) {
    this.text = text;
    const capacity = (text.length >> 2) + 16;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.partners = new Int32Array(capacity);
  }

  add(kind: number, start: number, end: number): void {
    if (this.count === this.kinds.length) this.grow();
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  pair(open: number, close: number): void {
    this.partners[open] = close;
    if (close < this.count) this.partners[close] = open;
  }

  /** 0 beyond the end. */
  kind(index: number): number {
    return index < this.count ? (this.kinds[index] ?? 0) : 0;
  }

  start(index: number): number {
    return index < this.count ? (this.starts[index] ?? 0) : this.text.length;
  }

  end(index: number): number {
    return index < this.count ? (this.ends[index] ?? 0) : this.text.length;
  }

  partner(index: number): number {
    return index < this.count ? (this.partners[index] ?? this.count) : this.count;
  }

  /** The token's own characters. */
  words(index: number): string {
    return this.text.slice(this.start(index), this.end(index));
  }

  is(index: number, words: string): boolean {
    const start = this.start(index);
    return index < this.count && this.end(index) - start === words.length && this.text.startsWith(words, start);
  }

  private grow(): void {
    const capacity = this.kinds.length * 2;
    this.kinds = copyInto(new Uint8Array(capacity), this.kinds);
    this.starts = copyInto(new Int32Array(capacity), this.starts);
    this.ends = copyInto(new Int32Array(capacity), this.ends);
    this.partners = copyInto(new Int32Array(capacity), this.partners);
  }
}

function copyInto<Numbers extends Uint8Array | Int32Array>(target: Numbers, source: Numbers): Numbers {
  target.set(source);
  return target;
}

/** Reads a whole file. What is not closed ends with the file; a bracket that closes nothing is left out. */
export function tokenize(text: string): Tokens {
  const tokens = new Tokens(text);
  const open = new OpenBrackets();
  let offset = text.startsWith('#!') && !text.startsWith('#![') ? endOfLine(text, 0) : 0;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    const kind = classOf(code);
    if (kind === SPACE) offset++;
    else if (kind === WORD) offset = readWord(tokens, offset);
    else if (kind === OPEN) {
      open.push(tokens.count, code);
      tokens.add(TokenKind.open, offset, ++offset);
    } else if (kind === CLOSE) {
      closeBracket(tokens, open, offset, code);
      offset++;
    } else offset = readOther(tokens, offset, code);
  }
  for (const index of open.indexes) tokens.pair(index, tokens.count);
  return tokens;
}

/** Brackets that wait for their partner; the counts keep a text full of strays linear. */
class OpenBrackets {
  readonly indexes: number[] = [];
  private readonly codes: number[] = [];
  private readonly waiting = new Map<number, number>();

  push(index: number, code: number): void {
    this.indexes.push(index);
    this.codes.push(code);
    this.waiting.set(code, this.isWaiting(code) + 1);
  }

  isWaiting(code: number): number {
    return this.waiting.get(code) ?? 0;
  }

  /** The innermost bracket and its code. */
  pop(): { readonly index: number; readonly code: number } {
    const code = this.codes.pop() ?? 0;
    this.waiting.set(code, this.isWaiting(code) - 1);
    return { index: this.indexes.pop() ?? 0, code };
  }
}

function closeBracket(tokens: Tokens, open: OpenBrackets, offset: number, code: number): void {
  // In ASCII `)` follows `(`, and `]` and `}` stand two after theirs.
  const wanted = code === CLOSE_PARENTHESIS ? code - 1 : code - 2;
  if (open.isWaiting(wanted) === 0) return;
  const close = tokens.count;
  tokens.add(TokenKind.close, offset, offset + 1);
  for (;;) {
    // Brackets inside that were never closed end where the outer one ends.
    const inner = open.pop();
    tokens.pair(inner.index, close);
    if (inner.code === wanted) return;
  }
}

function readOther(tokens: Tokens, offset: number, code: number): number {
  const { text } = tokens;
  if (code === QUOTE) return readString(tokens, offset, offset);
  if (code === APOSTROPHE) return readQuote(tokens, offset);
  if (classOf(code) === DIGIT) return readNumber(tokens, offset);
  if (code === SLASH) {
    const next = text.charCodeAt(offset + 1);
    if (next === SLASH) return endOfLine(text, offset);
    if (next === STAR) return endOfBlockComment(text, offset);
  }
  const second = text.charCodeAt(offset + 1);
  const isPair = second < 128 && SECOND_CHARACTERS[second] === 1 && TWO_CHARACTERS.has(text.slice(offset, offset + 2));
  const end = offset + (isPair ? 2 : 1);
  tokens.add(TokenKind.punctuation, offset, end);
  return end;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** Block comments nest in Rust. */
function endOfBlockComment(text: string, offset: number): number {
  let depth = 0;
  let at = offset;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
      depth++;
      at += 2;
    } else if (code === STAR && text.charCodeAt(at + 1) === SLASH) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return text.length;
}

function readWord(tokens: Tokens, offset: number): number {
  const { text } = tokens;
  let end = offset + 1;
  while (end < text.length && (classOf(text.charCodeAt(end)) & (WORD | DIGIT)) !== 0) end++;
  const next = text.charCodeAt(end);
  if (next === QUOTE || next === HASH || next === APOSTROPHE) {
    const literalEnd = readPrefixedLiteral(tokens, offset, end, next);
    if (literalEnd >= 0) return literalEnd;
  }
  tokens.add(TokenKind.identifier, offset, end);
  return end;
}

/** `r".."`, `r#".."#`, `b".."`, `br#".."#`, `c".."`, `b'x'` and the raw name `r#type`; -1 when the word is only a word. */
function readPrefixedLiteral(tokens: Tokens, offset: number, end: number, next: number): number {
  const prefix = tokens.text.slice(offset, end);
  if (next === APOSTROPHE) return prefix === 'b' ? readQuote(tokens, end) : -1;
  if (prefix === 'r' || prefix === 'br' || prefix === 'cr') return readRawString(tokens, offset, end);
  return next === QUOTE && (prefix === 'b' || prefix === 'c') ? readString(tokens, offset, end) : -1;
}

function readRawString(tokens: Tokens, offset: number, afterPrefix: number): number {
  const { text } = tokens;
  let quote = afterPrefix;
  while (text.charCodeAt(quote) === HASH) quote++;
  if (text.charCodeAt(quote) !== QUOTE) return readRawName(tokens, offset, quote);
  const terminator = `"${'#'.repeat(quote - afterPrefix)}`;
  const close = text.indexOf(terminator, quote + 1);
  const end = close < 0 ? text.length : close + terminator.length;
  tokens.add(TokenKind.rawString, offset, end);
  return end;
}

function readRawName(tokens: Tokens, offset: number, nameStart: number): number {
  if (nameStart !== offset + 2 || classOf(tokens.text.charCodeAt(nameStart)) !== WORD) return -1;
  return readWord(tokens, nameStart);
}

function readString(tokens: Tokens, offset: number, quote: number): number {
  const { text } = tokens;
  let end = quote + 1;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) break;
    end += code === BACKSLASH ? 2 : 1;
  }
  end = Math.min(end + 1, text.length);
  tokens.add(TokenKind.string, offset, end);
  return end;
}

/** `'a'` and `'\n'` are characters, `'a` is a lifetime. */
function readQuote(tokens: Tokens, offset: number): number {
  const { text } = tokens;
  if (text.charCodeAt(offset + 1) === BACKSLASH) {
    const close = text.indexOf("'", offset + 3);
    const end = close < 0 || close > offset + 14 ? offset + 3 : close + 1;
    tokens.add(TokenKind.character, offset, Math.min(end, text.length));
    return end;
  }
  const width = (text.codePointAt(offset + 1) ?? 0) > 0xffff ? 2 : 1;
  if (text.charCodeAt(offset + 1 + width) === APOSTROPHE) {
    tokens.add(TokenKind.character, offset, offset + width + 2);
    return offset + width + 2;
  }
  let end = offset + 1;
  while (end < text.length && (classOf(text.charCodeAt(end)) & (WORD | DIGIT)) !== 0) end++;
  tokens.add(TokenKind.lifetime, offset, end);
  return end;
}

/** `1`, `0x1f_u8`, `1.5e3`; the dots of `0..3` and `1.max(2)` are none of the number's. */
function readNumber(tokens: Tokens, offset: number): number {
  const { text } = tokens;
  let end = offset + 1;
  while (end < text.length && (classOf(text.charCodeAt(end)) & (WORD | DIGIT)) !== 0) end++;
  if (text.charCodeAt(end) === DOT && classOf(text.charCodeAt(end + 1)) === DIGIT) {
    end += 2;
    while (end < text.length && (classOf(text.charCodeAt(end)) & (WORD | DIGIT)) !== 0) end++;
  }
  tokens.add(TokenKind.number, offset, end);
  return end;
}
