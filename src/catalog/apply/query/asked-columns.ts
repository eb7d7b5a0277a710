import type { Operation } from '../../../ddl/operation.ts';
import { asksOfTables, withoutParameters } from '../../../query/plain-query.ts';
import { readStatementTree } from '../../../query/reader.ts';
import type { Draft } from '../draft.ts';
import { resolve } from './check.ts';

/**
 * A query on its own: refused where it names a column that its tables surely lack. A table that is not there may be the doing of
 * code that is not read, so nothing is said of it.
 */
export function checkAskedColumns(draft: Draft, { statement }: Operation): void {
  const { dialect } = draft.engine;
  const text = statement.sql.text.slice(statement.start, statement.end);
  if (!asksOfTables(text)) return;
  const tree = readStatementTree(withoutParameters(text, dialect), dialect);
  if (tree === null) return;
  const { fault } = resolve(draft, tree, { text, offset: statement.start, schema: null });
  if (fault?.class === 'missing-column') draft.refuse(fault);
}
