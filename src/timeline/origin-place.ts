import type { Origin } from '../catalog/catalog.ts';
import type { Related } from '../finding.ts';
import type { Range } from '../ddl/operation.ts';
import type { Statement } from '../sql/statement.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import { spanOf } from '../text/sql-text.ts';

/** The place of a range of a statement in its file. */
export function placeOf(statement: Statement, range: Range): Span {
  return spanOf(statement.sql, range.start, range.end);
}

/** Another place to look at, where an origin has one. */
export function relatedTo(origin: Origin | undefined, message: string): readonly Related[] {
  if (origin === null || origin === undefined) return [];
  return [{ span: placeOf(origin.statement, origin.at), message }];
}

/** `line 12`, or `schema.sql line 12` where it stands in another file than `from`; the folder is the report's to add. */
export function lineWords(span: Span, from: Span): string {
  const line = `line ${positionAt(span.file, span.start).line}`;
  return span.file.path === from.file.path
    ? line
    : `${span.file.path.slice(span.file.path.lastIndexOf('/') + 1)} ${line}`;
}
