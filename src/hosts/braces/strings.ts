import type { SourceFile } from '../../text/source-file.ts';
import type { HostValue } from '../host.ts';
import { LiteralBuilder } from '../literal.ts';
import type { StringLiteral } from './syntax.ts';

/** An escape sequence: what it stands for and where it ends. */
export interface Escape {
  readonly characters: string;
  readonly end: number;
}

/** A hole in a literal: where it ends, and what stands in it. */
export interface Hole {
  readonly end: number;
  readonly value: HostValue;
}

/** How a language writes what does not stand for itself in a literal. */
export interface StringRules {
  readonly escapeAt?: (text: string, at: number) => Escape | undefined;
  readonly holeAt?: (text: string, at: number) => Hole | undefined;
}

/** The value of a string literal: a text, or texts and values joined where it has holes. */
export function stringValue(literal: StringLiteral, file: SourceFile, rules: StringRules): HostValue {
  const { text } = file;
  const parts: HostValue[] = [];
  let run = new LiteralBuilder(file);
  let isEmpty = true;
  let from = literal.from;
  const endRun = (): void => {
    if (!isEmpty) parts.push(run.value());
    run = new LiteralBuilder(file);
    isEmpty = true;
  };
  const copyTo = (end: number): void => {
    if (end > from) isEmpty = false;
    run.copy(from, end);
  };
  for (let at = literal.from; at < literal.to;) {
    const escape = rules.escapeAt?.(text, at);
    const hole = escape === undefined ? rules.holeAt?.(text, at) : undefined;
    if (escape === undefined && hole === undefined) {
      at++;
      continue;
    }
    copyTo(at);
    const end = Math.min(escape?.end ?? hole?.end ?? at + 1, literal.to);
    if (escape !== undefined) {
      isEmpty = false;
      run.escape(escape.characters, at, end);
    } else if (hole?.value.kind === 'unknown') {
      isEmpty = false;
      run.placeholder('value', at, end);
    } else if (hole !== undefined) {
      endRun();
      const span = { file, start: at, end };
      parts.push({ kind: 'derived', operation: 'text', of: hole.value, arguments: [], span });
    }
    at = end;
    from = end;
  }
  copyTo(literal.to);
  if (parts.length === 0) return run.value();
  endRun();
  return { kind: 'joined', parts, span: { file, start: literal.start, end: literal.end } };
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  0: '\0',
};

/** The escapes that C, Go, Java and JavaScript have in common. */
export function commonEscape(text: string, at: number): Escape | undefined {
  if (text.charAt(at) !== '\\') return undefined;
  const letter = text.charAt(at + 1);
  if (letter === '\r' && text.charAt(at + 2) === '\n') return { characters: '', end: at + 3 };
  if (letter === '\n') return { characters: '', end: at + 2 };
  const numeric = /^(?:x([\da-f]{2})|u\{([\da-f]{1,6})\}|u([\da-f]{4})|U([\da-f]{8}))/i.exec(
    text.slice(at + 1, at + 11),
  );
  if (numeric !== null) {
    const code = parseInt(numeric[1] ?? numeric[2] ?? numeric[3] ?? numeric[4] ?? '', 16);
    const characters = code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    return { characters, end: at + 1 + numeric[0].length };
  }
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  return { characters: simple ?? letter, end: at + 2 };
}
