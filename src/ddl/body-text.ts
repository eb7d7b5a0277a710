import type { Statement } from '../sql/statement.ts';
import { hostOffset, type SqlText } from '../text/sql-text.ts';
import type { QueryText } from './operation.ts';

const escapedBodies = new WeakMap<QueryText, Statement>();

/**
 * A body as a statement: its place in the text of the whole, or, where escapes stand in it (`DO 'BEGIN .. ''x'' .. END'`), a text of its
 * own, of which only the beginning has a place (`isOwn` is false).
 */
export function bodyStatement(
  statement: Statement,
  body: QueryText,
): { readonly inner: Statement; readonly isOwn: boolean } {
  const { start, end, text } = body;
  if (statement.sql.text.slice(start, end) === text) {
    const tag = /^\$\w*\$/.exec(text)?.[0].length ?? 0;
    return { inner: { ...statement, start: start + tag, end: end - tag }, isOwn: true };
  }
  let inner = escapedBodies.get(body);
  if (inner === undefined) {
    const segments = [{ start: 0, hostStart: hostOffset(statement.sql, start) }];
    const sql: SqlText = { file: statement.sql.file, text, segments, assembled: true };
    inner = { ...statement, sql, start: 0, end: text.length };
    escapedBodies.set(body, inner);
  }
  return { inner, isOwn: false };
}

/** Where the text of a literal begins behind its quotes; null where it is no plain literal, whose text stands as it is. */
export function literalStart(written: string): number | null {
  const opening = /^\s*(?:'|\$\w*\$)/.exec(written)?.[0];
  if (opening === undefined) return null;
  const quotes = opening.trimStart();
  const body = written.slice(opening.length).trimEnd();
  if (!body.endsWith(quotes)) return null;
  const inner = body.slice(0, -quotes.length);
  return inner.includes(quotes === "'" ? "'" : quotes) ? null : opening.length;
}
