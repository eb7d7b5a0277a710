import type { Cursor } from '../cursor.ts';
import { readName } from '../names.ts';
import type { Name } from '../operation.ts';
import { fragmentUpTo } from './fragments.ts';
import type { BodyStatement, Fragment, Loop, LoopHead } from './tree.ts';

type ReadStatements = (cursor: Cursor) => readonly BodyStatement[];

export function readLoop(cursor: Cursor, label: string | null, statements: ReadStatements): Loop {
  const start = cursor.start();
  const head = readHead(cursor);
  cursor.expect('loop');
  const body = statements(cursor);
  return { kind: 'loop', label, head, statements: body, ...cursor.rangeFrom(start) };
}

function readHead(cursor: Cursor): LoopHead {
  if (cursor.is('loop')) return { kind: 'forever' };
  if (cursor.accept('while')) return { kind: 'while', condition: fragmentUpTo(cursor, ['loop']) };
  if (cursor.accept('foreach')) return readArrayHead(cursor);
  cursor.expect('for');
  const variables = readVariables(cursor);
  cursor.expect('in');
  if (cursor.accept('execute')) {
    const command = fragmentUpTo(cursor, ['loop', 'using']);
    if (cursor.is('using')) fragmentUpTo(cursor, ['loop']);
    return { kind: 'execute', variables, command };
  }
  const reverse = cursor.accept('reverse');
  const source = fragmentUpTo(cursor, ['loop']);
  const range = rangeOf(source);
  const [variable] = variables;
  if (range === null || variable === undefined) return { kind: 'query', variables, query: source };
  return { kind: 'range', variable, bounds: range, reverse };
}

function readArrayHead(cursor: Cursor): LoopHead {
  const variables = readVariables(cursor);
  if (cursor.accept('slice')) cursor.advance();
  cursor.expect('in');
  cursor.expect('array');
  return { kind: 'array', variables, array: fragmentUpTo(cursor, ['loop']) };
}

/** `a, b`, or one record. */
function readVariables(cursor: Cursor): readonly Name[] {
  const variables = [readName(cursor)];
  while (cursor.acceptSymbol(',')) variables.push(readName(cursor));
  return variables;
}

/** `1 .. 10 BY 2`: no query has two dots (manual, 43.6.5.5). */
function rangeOf({ text, start }: Fragment): readonly Fragment[] | null {
  if (/^\s*\(?\s*(?:select|with|values)\b/i.test(text)) return null;
  const parts = /^(?<from>[^']*?)\.\.(?<to>[^']*?)(?:\bby\b(?<by>.*))?$/is.exec(text)?.groups;
  if (parts === undefined) return null;
  let at = 0;
  return [parts.from, parts.to, parts.by]
    .filter((part) => part !== undefined)
    .map((part) => {
      const found = text.indexOf(part, at);
      at = found + part.length;
      return { start: start + found, end: start + at, text: part };
    });
}
