import type { Cursor } from '../cursor.ts';
import { readName } from '../names.ts';
import type { Name } from '../operation.ts';
import type { Fragment } from './tree.ts';

/** Up to the semicolon, or one of these words or symbols, outside of parentheses. Never empty. */
export function fragmentUpTo(cursor: Cursor, words: readonly string[], ...symbols: readonly string[]): Fragment {
  const start = cursor.start();
  while (!atFragmentEnd(cursor, words, symbols)) cursor.skipItem();
  const range = cursor.rangeFrom(start);
  if (range.end === range.start) cursor.fail('expected an expression');
  return { ...range, text: cursor.textOf(range) };
}

function atFragmentEnd(cursor: Cursor, words: readonly string[], symbols: readonly string[]): boolean {
  if (cursor.atEnd() || cursor.isSymbol(';')) return true;
  return words.includes(cursor.word()) || symbols.some((symbol) => cursor.isSymbol(symbol));
}

/** Past the next semicolon. */
export function toSemicolon(cursor: Cursor): void {
  while (!cursor.atEnd() && !cursor.isSymbol(';')) cursor.skipItem();
  cursor.acceptSymbol(';');
}

/** `<<name>>` */
export function labelHere(cursor: Cursor): string | null {
  if (!cursor.acceptSymbol('<<')) return null;
  const label = readName(cursor).text.toLowerCase();
  cursor.acceptSymbol('>>');
  return label;
}

/** `a, b.c`: the variables, of which fields may be meant. */
export function readTargets(cursor: Cursor): readonly Name[] {
  cursor.accept('strict');
  const targets: Name[] = [];
  do {
    targets.push(readName(cursor));
    while (cursor.isSymbol('.') || cursor.isSymbol('['))
      if (cursor.acceptSymbol('.')) cursor.advance();
      else cursor.skipBalanced();
  } while (cursor.acceptSymbol(','));
  return targets;
}
