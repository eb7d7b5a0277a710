import type { SourceFile } from '../../text/source-file.ts';
import type { HostValue } from '../host.ts';
import { LiteralBuilder } from '../literal.ts';
import type { Token } from './tokens.ts';

/** Reads what stands between the braces of an f-string, at `start`..`end` of the file. */
export type HoleReader = (start: number, end: number) => HostValue;

/** The value of adjacent string literals: a text, or texts and values joined where f-strings have holes. */
export function stringValue(file: SourceFile, literals: readonly Token[], readHole: HoleReader): HostValue {
  const reader = new StringReader(file, readHole);
  for (const literal of literals) reader.literal(literal);
  const start = literals[0]?.start ?? 0;
  return reader.value(start, literals.at(-1)?.end ?? start);
}

class StringReader {
  readonly #file: SourceFile;
  readonly #readHole: HoleReader;
  readonly #parts: HostValue[] = [];
  #run: LiteralBuilder;
  #runIsEmpty = true;

  constructor(file: SourceFile, readHole: HoleReader) {
    this.#file = file;
    this.#readHole = readHole;
    this.#run = new LiteralBuilder(file);
  }

  value(start: number, end: number): HostValue {
    if (this.#parts.length === 0) return this.#run.value();
    this.#endRun();
    return { kind: 'joined', parts: this.#parts, span: { file: this.#file, start, end } };
  }

  literal(token: Token): void {
    const { content, text: prefix } = token;
    if (content === undefined) return;
    const isFormat = /[ft]/.test(prefix);
    const isRaw = prefix.includes('r');
    let from = content.start;
    for (let at = content.start; at < content.end;) {
      const next = this.#special(at, content.end, isRaw, isFormat);
      if (next === at) {
        at++;
        continue;
      }
      this.#copy(from, at);
      this.#read(at, next);
      at = next;
      from = next;
    }
    this.#copy(from, content.end);
  }

  /** The end of the escape or hole that starts at `at`, or `at` itself for a plain character. */
  #special(at: number, end: number, isRaw: boolean, isFormat: boolean): number {
    const character = this.#file.text.charAt(at);
    if (character === '\\' && !isRaw) return Math.min(end, at + escapeLength(this.#file.text, at));
    if (!isFormat || (character !== '{' && character !== '}')) return at;
    if (this.#file.text.charAt(at + 1) === character) return at + 2;
    return character === '{' ? holeEnd(this.#file.text, at, end) : at;
  }

  #read(start: number, end: number): void {
    const { text } = this.#file;
    const character = text.charAt(start);
    if (character === '\\') this.#escape(unescaped(text.slice(start, end)), start, end);
    else if (text.charAt(start + 1) === character) this.#escape(character, start, end);
    else this.#hole(start, end);
  }

  #hole(start: number, end: number): void {
    const of = this.#readHole(start + 1, expressionEnd(this.#file.text, start + 1, end - 1));
    if (of.kind === 'unknown') {
      this.#runIsEmpty = false;
      this.#run.placeholder('value', start, end);
      return;
    }
    this.#endRun();
    const span = { file: this.#file, start, end };
    this.#parts.push({ kind: 'derived', operation: 'text', of, arguments: [], span });
  }

  #copy(start: number, end: number): void {
    if (end > start) this.#runIsEmpty = false;
    this.#run.copy(start, end);
  }

  #escape(characters: string, start: number, end: number): void {
    this.#runIsEmpty = false;
    this.#run.escape(characters, start, end);
  }

  #endRun(): void {
    if (!this.#runIsEmpty) this.#parts.push(this.#run.value());
    this.#run = new LiteralBuilder(this.#file);
    this.#runIsEmpty = true;
  }
}

/** Behind the brace that closes the hole opened at `at`; strings and nested braces inside are stepped over. */
function holeEnd(text: string, at: number, end: number): number {
  let open = 0;
  let quote = '';
  for (let position = at; position < end; position++) {
    const character = text.charAt(position);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') open++;
    else if (character === '}' && --open === 0) return position + 1;
  }
  return end;
}

/** Where a hole's expression ends and its conversion (`!r`) or format (`:>10`) begins. */
function expressionEnd(text: string, start: number, end: number): number {
  let open = 0;
  for (let at = start; at < end; at++) {
    const character = text.charAt(at);
    if ('([{'.includes(character)) open++;
    else if (')]}'.includes(character)) open--;
    else if (open === 0 && character === ':') return at;
    else if (open === 0 && character === '!' && text.charAt(at + 1) !== '=') return at;
    else if (open === 0 && character === '=' && /^=\s*[}!:]/.test(text.slice(at, at + 8))) return at;
  }
  return end;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"' }),
);

function escapeLength(text: string, at: number): number {
  switch (text.charAt(at + 1)) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    case 'N': {
      const close = text.indexOf('}', at);
      return close < 0 || close > at + 100 ? 2 : close + 1 - at;
    }
    case '\r':
      return text.charAt(at + 2) === '\n' ? 3 : 2;
    default:
      return 1 + (/^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0].length ?? 1);
  }
}

/** The characters that an escape sequence stands for; an unknown one stands for itself, as in Python. */
function unescaped(escape: string): string {
  const letter = escape.charAt(1);
  if (letter === '\n' || letter === '\r') return '';
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return simple;
  const code = /^[xuU]/.test(letter)
    ? parseInt(escape.slice(2), 16)
    : parseInt(/^\\([0-7]{1,3})/.exec(escape)?.[1] ?? '', 8);
  if (Number.isNaN(code) || code > 0x10ffff) return escape;
  return String.fromCodePoint(code);
}
