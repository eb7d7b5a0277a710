import type { StringLiteral } from '../braces/syntax.ts';
import type { Lexicon } from '../braces/tokens.ts';

/** Templates nested deeper than this are not looked into. */
const DEEPEST = 30;

/** JavaScript's and TypeScript's literals (ECMA-262, 12.9). */
export const lexicon: Lexicon = { string: literalAt, patterns: true };

function literalAt(text: string, at: number, end: number): StringLiteral | undefined {
  const style = text.charAt(at);
  if (style === '`') return template(text, at, end, 0);
  return style === '"' || style === "'" ? quoted(text, at, end, style) : undefined;
}

/** A string ends with its line, closed or not, unless the line's end is escaped. */
function quoted(text: string, at: number, end: number, style: string): StringLiteral {
  let position = at + 1;
  while (position < end) {
    const character = text.charAt(position);
    if (character === style) return { style, start: at, end: position + 1, from: at + 1, to: position };
    if (character === '\n') break;
    position += character === '\\' ? (text.startsWith('\r\n', position + 1) ? 3 : 2) : 1;
  }
  const stop = Math.min(position, end);
  return { style, start: at, end: stop, from: at + 1, to: stop };
}

function template(text: string, at: number, end: number, depth: number): StringLiteral {
  let position = at + 1;
  while (position < end && text.charAt(position) !== '`') {
    if (text.charAt(position) === '\\') position += 2;
    else if (text.startsWith('${', position)) position = holeEnd(text, position, end, depth);
    else position++;
  }
  const to = Math.min(position, end);
  return { style: '`', start: at, end: Math.min(to + 1, end), from: at + 1, to };
}

/** Behind the brace that closes the hole that `${` opens at `at`; strings and comments inside are stepped over. */
export function holeEnd(text: string, at: number, end: number, depth = 0): number {
  let open = 0;
  let position = at + 1;
  while (position < end) {
    const character = text.charAt(position);
    if (character === '{') open++;
    else if (character === '}' && --open === 0) return position + 1;
    if (character === '`' && depth < DEEPEST) position = template(text, position, end, depth + 1).end;
    else if (character === '"' || character === "'") position = quoted(text, position, end, character).end;
    else if (text.startsWith('/*', position)) position = commentEnd(text, position, end);
    else position++;
  }
  return end;
}

function commentEnd(text: string, at: number, end: number): number {
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? end : Math.min(close + 2, end);
}
