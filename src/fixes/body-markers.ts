import type { Fix } from '../finding.ts';
import type { Statement } from '../sql/statement.ts';
import { insertionAt, isSqlFile } from './edit.ts';

/** Puts the markers of a migration tool on lines of their own around a statement. */
export function bodyMarkersFix(statement: Statement, { begin, end }: { begin: string; end: string }): Fix | null {
  const { sql, terminated } = statement;
  if (!isSqlFile(sql)) return null;
  const lineStart = sql.text.lastIndexOf('\n', statement.start - 1) + 1;
  if (sql.text.slice(lineStart, statement.start).trim() !== '') return null;
  const terminator = terminated ? (/^\s*;/.exec(sql.text.slice(statement.end))?.[0].length ?? 0) : 0;
  const after = statement.end + terminator;
  const rest = /^[^\n]*/.exec(sql.text.slice(after))?.[0] ?? '';
  // Another statement on the last line would come between the markers.
  if (!/^\s*(?:--.*)?$/.test(rest)) return null;
  const edits = [insertionAt(sql, lineStart, `${begin}\n`), insertionAt(sql, after + rest.length, `\n${end}`)];
  const made = edits.filter((edit) => edit !== null);
  return made.length < 2 ? null : { title: `Put ${begin} and ${end} around it`, safe: true, edits: made };
}
