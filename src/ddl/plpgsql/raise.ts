import type { Cursor } from '../cursor.ts';
import { acceptString } from '../names.ts';
import { fragmentUpTo, toSemicolon } from './fragments.ts';
import type { Fragment, Raise } from './tree.ts';

const LEVELS: ReadonlySet<string> = new Set(['debug', 'log', 'info', 'notice', 'warning', 'exception']);

/** `RAISE [level] ['format' [, value ..] | condition | SQLSTATE '..'] [USING option = value ..]` (manual, 43.9.1). */
export function readRaise(cursor: Cursor): Raise {
  const start = cursor.start();
  cursor.advance();
  const again = cursor.isSymbol(';') || cursor.atEnd();
  const level = (cursor.acceptOneOf(LEVELS) ?? 'exception') as Raise['level'];
  const condition = acceptCondition(cursor);
  const message = condition === null ? (acceptString(cursor) ?? null) : null;
  const values: Fragment[] = [];
  while (cursor.acceptSymbol(',')) values.push(fragmentUpTo(cursor, ['using'], ','));
  const options: Raise['options'][number][] = [];
  if (cursor.accept('using')) {
    do {
      const name = cursor.word();
      cursor.advance();
      cursor.advance();
      options.push({ name, value: fragmentUpTo(cursor, [], ',') });
    } while (cursor.acceptSymbol(','));
  }
  toSemicolon(cursor);
  return { kind: 'raise', level, message, values, condition, options, again, ...cursor.rangeFrom(start) };
}

function acceptCondition(cursor: Cursor): string | null {
  if (cursor.accept('sqlstate')) return (acceptString(cursor) ?? '').toUpperCase();
  const word = cursor.word();
  if (word === '' || word === 'using') return null;
  cursor.advance();
  return word;
}
