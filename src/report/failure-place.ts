import { spanOf } from '../text/sql-text.ts';
import type { Span } from '../text/source-file.ts';
import type { Event } from '../timeline/history.ts';

/** Where a path stops: at the identifier that the engine names, else at the statement. */
export function failurePlace({ parsed, outcome }: Event): Span {
  const { sql, start, end } = parsed.statement;
  const at = outcome.kind === 'failed' ? outcome.error.at : { start, end };
  return spanOf(sql, at.start, at.end);
}

/** What the engine says there, or why it cannot be known. */
export function failureWords({ outcome }: Event): string {
  if (outcome.kind === 'failed') return outcome.error.text;
  return outcome.kind === 'unsure' ? (outcome.error?.text ?? outcome.why) : '';
}
