import type { Name } from '../../../ddl/operation.ts';
import { quotedLiteral } from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';

/** The doubt where a name in double quotes is no column. */
export const DEPENDS_ON_BUILD = 'whether an unknown "name" is a string depends on how SQLite was built';

/** Whether a name stands in double quotes, and not in `[]` or backticks. */
export function isDoubleQuoted(draft: Draft, name: Name): boolean {
  return name.quoted && draft.sourceAt(name.start) === '"';
}

/**
 * With the legacy setting DQS an unknown "name" is a string literal; how an engine was built decides
 * (sqlite.org/quirks.html, section 8).
 */
export function doubtQuotedName(draft: Draft, error: EngineError): void {
  const text = quotedLiteral(error.object.name);
  draft.doubt(DEPENDS_ON_BUILD, { ...error, text });
}
