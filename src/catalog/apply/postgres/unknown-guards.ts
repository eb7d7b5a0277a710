import type { Operation, Range } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/** `CREATE [OR REPLACE] [modifiers] <kind> [IF NOT EXISTS]`. */
const HEAD =
  /^create\s+(?<replace>or\s+replace\s+(?:(?:global|local|temp|temporary|recursive)\s+)*)?(?<kind>(?:(?:event|materialized|constraint|foreign|temp|temporary|local|global|recursive)\s+)*\w+)(?<guard>\s+if\s+not\s+exists\b)?/i;

/** What PostgreSQL creates without any such guard, although other things have one. Checked on 15 and 18. */
const WITHOUT_GUARD =
  /(?:^|\s)(?:aggregate|database|domain|function|group|policy|procedure|publication|role|rule|subscription|trigger|type|user)$|^(?:(?:temp|temporary|local|global|recursive)\s+)*view$/i;

/** What it replaces. */
const REPLACED =
  /^(?:aggregate|constraint|function|language|procedural|procedure|rule|transform|trigger|trusted|view)\b/i;

/** Refuses IF NOT EXISTS and OR REPLACE where the grammar has none. */
export function refuseUnknownGuard(draft: Draft, { statement: { sql, start, end } }: Operation): void {
  const head = HEAD.exec(sql.text.slice(start, Math.min(end, start + 200)));
  if (head?.groups === undefined) return;
  const { replace, kind = '', guard } = head.groups;
  const at = start + head[0].length;
  if (replace !== undefined && !REPLACED.test(kind)) {
    const kindAt = at - (guard ?? '').length - kind.length;
    refuse(draft, { start: kindAt, end: kindAt + kind.length }, /^\w+/.exec(kind)?.[0] ?? kind);
  }
  if (guard !== undefined && WITHOUT_GUARD.test(kind))
    refuse(draft, { start: at - guard.trimStart().length, end: at }, /not/i.exec(guard)?.[0] ?? guard);
}

function refuse(draft: Draft, at: Range, near: string): never {
  return draft.refuse(errorAt('syntax', `syntax error at or near "${near}"`, at, { kind: 'statement', name: '' }));
}
