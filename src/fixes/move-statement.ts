import type { Edit, Fix } from '../finding.ts';
import type { Statement } from '../sql/statement.ts';
import type { History } from '../timeline/history.ts';
import { editOf, insertionAt, isSqlFile, wholeRange } from './edit.ts';

/** Takes a statement out; null where its text would be left empty, which no driver runs. */
export function deletionFix(statement: Statement, history: History, title: string): Fix | null {
  const others = history.statements.filter(({ parsed }) => parsed.statement.sql === statement.sql);
  const edit = others.length > 1 ? editOf(statement.sql, wholeRange(statement), '') : null;
  return edit === null ? null : { title, safe: true, edits: [edit] };
}

/** Moves a statement behind another. Between two files of SQL too, which a person has to look at. */
export function movingFix(statement: Statement, behind: Statement, title: string): Fix | null {
  const sameText = statement.sql === behind.sql;
  if (!sameText && !(isSqlFile(statement.sql) && isSqlFile(behind.sql))) return null;
  const taken = editOf(statement.sql, wholeRange(statement), '');
  const put = placedBehind(statement, behind);
  return taken === null || put === null ? null : { title, safe: sameText, edits: [taken, put] };
}

function placedBehind(statement: Statement, behind: Statement): Edit | null {
  const words = statement.sql.text.slice(statement.start, statement.end);
  const { sql, end, terminated } = behind;
  if (!terminated) return insertionAt(sql, end, `;\n${indentOf(behind)}${words}`);
  const terminator = /^\s*;/.exec(sql.text.slice(end, end + 100))?.[0].length ?? 0;
  return insertionAt(sql, end + terminator, `\n${indentOf(behind)}${words};`);
}

function indentOf({ sql, start }: Statement): string {
  return /(?:^|\n)([ \t]*)$/.exec(sql.text.slice(0, start))?.[1] ?? '';
}
