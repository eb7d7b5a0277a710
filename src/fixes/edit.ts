import type { Range } from '../ddl/operation.ts';
import type { Edit } from '../finding.ts';
import type { Statement } from '../sql/statement.ts';
import { hostOffset, type SqlText } from '../text/sql-text.ts';

/** An edit of a range of SQL; null where the range is not one run of the file, as written there. */
export function editOf(sql: SqlText, { start, end }: Range, text: string): Edit | null {
  if (sql.assembled === true) return null;
  const from = hostOffset(sql, start);
  const to = end > start ? hostOffset(sql, end - 1) + 1 : from;
  if (sql.file.text.slice(from, to) !== sql.text.slice(start, end)) return null;
  return { span: { file: sql.file, start: from, end: to }, text };
}

/** Text put before an offset of a statement's SQL. */
export function insertionAt(sql: SqlText, offset: number, text: string): Edit | null {
  return editOf(sql, { start: offset, end: offset }, text);
}

/** Whether whole statements may be written into this text: in host code they would have to be spelled as the language wants. */
export function isSqlFile({ file, assembled, segments }: SqlText): boolean {
  return assembled !== true && segments.length === 1 && file.path.toLowerCase().endsWith('.sql');
}

/** A statement with its terminator, and with its line where nothing else stands on it. */
export function wholeRange({ sql, start, end, terminated }: Statement): Range {
  const terminator = terminated ? (/^\s*;/.exec(sql.text.slice(end, end + 100))?.[0].length ?? 0) : 0;
  const before = /(\r?\n|^)[ \t]*$/.exec(sql.text.slice(0, start));
  const rest = sql.text.slice(end + terminator);
  const after = /^[ \t]*(?:--[^\n]*)?(?:\n|$)/.exec(rest)?.[0];
  if (before === null || after === undefined) return { start, end: end + terminator };
  const lineStart = before.index + (before[1] ?? '').length;
  // The last line of a text takes the line end before it: what closes a literal stays where it was.
  if (after.length === rest.length && !after.endsWith('\n')) return { start: before.index, end: sql.text.length };
  return { start: lineStart, end: end + terminator + after.length };
}
