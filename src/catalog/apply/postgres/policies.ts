import type { CreateObject } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { findRelation, nameKey } from '../names.ts';
import { checkReferences } from './constraint-columns.ts';

/** CREATE STATISTICS ON a, a (statscmds.c, CreateStatistics). */
export function refuseRepeatedStatistics(draft: Draft, operation: CreateObject): void {
  if (operation.object !== 'statistics') return;
  const plain = operation.expressions.flatMap(({ columns: [column], text }) =>
    column !== undefined && /^(?:\w+|"[^"]+")$/.test(text.trim()) ? [column.column] : [],
  );
  const keys = plain.map((name) => nameKey(name, draft.engine.dialect));
  const again = plain.find((_, at) => keys.indexOf(keys[at] ?? '') !== at);
  if (again === undefined) return;
  const object = { kind: 'statistics', name: operation.name.name.text };
  draft.refuse(errorAt('duplicate-column', 'duplicate column name in statistics definition', again, object));
}

/** The columns that USING and WITH CHECK name must be there. */
export function checkPolicyColumns(draft: Draft, operation: CreateObject): void {
  if (operation.object !== 'policy' || operation.table === undefined) return;
  const found = findRelation(draft, operation.table);
  if (found.presence !== 'present' || found.value.kind !== 'table') return;
  // A reference that is qualified with another name belongs to a subquery.
  const { target, value } = found;
  for (const expression of operation.expressions) {
    if (!expression.hasSubquery) checkReferences(draft, { target, table: value }, expression);
  }
}
