import type { StringLiteral } from '../braces/syntax.ts';
import type { Lexicon } from '../braces/tokens.ts';

/** Go's literals (The Go Programming Language Specification, "String literals", "Rune literals"). */
export const lexicon: Lexicon = { string: literalAt, patterns: false };

function literalAt(text: string, at: number, end: number): StringLiteral | undefined {
  const style = text.charAt(at);
  if (style === '`') return raw(text, at, end);
  return style === '"' || style === "'" ? interpreted(text, at, end, style) : undefined;
}

function raw(text: string, at: number, end: number): StringLiteral {
  const close = text.indexOf('`', at + 1);
  const to = close < 0 || close >= end ? end : close;
  return { style: '`', start: at, end: Math.min(to + 1, end), from: at + 1, to };
}

/** It ends with its line, closed or not. */
function interpreted(text: string, at: number, end: number, style: string): StringLiteral {
  let position = at + 1;
  while (position < end && text.charAt(position) !== '\n') {
    const character = text.charAt(position);
    if (character === style) return { style, start: at, end: position + 1, from: at + 1, to: position };
    position += character === '\\' ? 2 : 1;
  }
  const stop = Math.min(position, end);
  return { style, start: at, end: stop, from: at + 1, to: stop };
}
