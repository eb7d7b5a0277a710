import type { HostAction, HostValue } from '../host.ts';
import { reachesDatabase } from '../reaches-database.ts';

/** Whether an action reaches a database, itself or in a function of the project. */
export function doesSomething(action: HostAction): boolean {
  return reachesDatabase(action, isReport);
}

/** Printing, logging, waiting. */
function isReport(callee: readonly string[]): boolean {
  return (
    /^(?:console|log|logger|logging|slog|fmt|zap|klog|glog|chalk|process|String|JSON|Date|Math|strings|errors|time|os|filepath|path)$/.test(
      callee[0] ?? '',
    ) ||
    /^(?:debug|info|warn|warning|error|log|print|println|printf|trace|infof|warnf|errorf|debugf|close|setTimeout)$/i.test(
      callee.at(-1) ?? '',
    )
  );
}

/** SQL that asks and changes nothing, as far as its first words show. */
export function isQueryText(sql: HostValue): boolean {
  const text = leadingText(sql);
  return /^\s*(?:select|with|show|describe|explain)\b/i.test(text) || /^\s*pragma\s+[\w.]+\s*(?:\(|;|$)/i.test(text);
}

/** A query of the engine's own tables: it never fails, and finds a row or none. */
export function asksCatalog(sql: HostValue): boolean {
  return /\b(?:sqlite_(?:master|schema)|information_schema|pragma|pragma_\w+|pg_\w+|to_regclass|count\s*\(|exists\s*\(|max\s*\(|version)/i.test(
    leadingText(sql),
  );
}

/** The text with which the SQL begins. */
export function leadingText(sql: HostValue): string {
  switch (sql.kind) {
    case 'text':
      return sql.sql.text;
    case 'joined':
      return sql.parts.map((part) => (part.kind === 'text' ? part.sql.text : ' ')).join('');
    case 'derived':
      return sql.operation === 'same' ||
        sql.operation === 'text' ||
        sql.operation === 'filled' ||
        sql.operation === 'sum'
        ? leadingText(sql.of)
        : '';
    default:
      return '';
  }
}
