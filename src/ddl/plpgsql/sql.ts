import type { Statement } from '../../sql/statement.ts';
import { sliceSql } from '../../text/sql-text.ts';
import type { Cursor } from '../cursor.ts';
import type { Name, Range } from '../operation.ts';
import { parseStatement } from '../parse.ts';
import { fragmentUpTo, readTargets, toSemicolon } from './fragments.ts';
import type { PlainSql } from './tree.ts';

/** A statement of SQL up to its semicolon. INTO and its variables are PL/pgSQL's, but for those of INSERT and MERGE (manual, 43.5.3). */
export function readSql(cursor: Cursor): PlainSql {
  const start = cursor.start();
  const before = cursor.mark();
  const whole = fragmentUpTo(cursor, []);
  const after = cursor.mark();
  cursor.returnTo(before);
  const into = findInto(cursor, whole.end);
  cursor.returnTo(after);
  toSemicolon(cursor);
  const range = cursor.rangeFrom(start);
  const statement: Statement = { ...cursor.statement, start: whole.start, end: whole.end };
  if (into === null)
    return {
      kind: 'sql',
      parsed: parseStatement(statement, cursor.dialect),
      query: whole,
      into: [],
      strict: false,
      ...range,
    };
  const text = blanked(whole.text, into.at.start - whole.start, into.at.end - whole.start);
  // A text of its own, of the same length: places in it count from the statement's start.
  const sql = { ...sliceSql(statement.sql, whole.start, whole.end), text };
  const parsed = parseStatement({ ...statement, sql, start: 0, end: text.length }, cursor.dialect);
  return { kind: 'sql', parsed, query: { ...whole, text }, into: into.targets, strict: into.strict, ...range };
}

interface Into {
  readonly at: Range;
  readonly targets: readonly Name[];
  readonly strict: boolean;
}

function findInto(cursor: Cursor, end: number): Into | null {
  const isQuery = /^(?:select|with|insert|update|delete|merge|values)$/.test(cursor.word());
  let previous = '';
  while (isQuery && !cursor.atEnd() && cursor.start() < end) {
    if (cursor.is('into') && previous !== 'insert' && previous !== 'merge') {
      const { start } = cursor.here();
      cursor.advance();
      const strict = cursor.is('strict');
      const targets = readTargets(cursor);
      return { at: cursor.rangeFrom(start), targets, strict };
    }
    previous = cursor.word();
    cursor.skipItem();
  }
  return null;
}

function blanked(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
}
