import type { CreateTrigger } from '../../../ddl/operation.ts';
import * as words from '../../errors/sqlite.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type RelationAt } from '../lookup.ts';
import { refuseVirtualTable } from './special-tables.ts';

/** CREATE TRIGGER: INSTEAD OF is for views, BEFORE and AFTER for tables. Its body is looked at only when it fires. */
export function checkNewTrigger(draft: Draft, operation: CreateTrigger, { target, relation }: RelationAt): void {
  if (relation.kind === 'table') refuseVirtualTable(draft, operation, target, relation);
  const text = textOf(operation, relation.kind, target.written);
  if (text === null) return;
  const object = { kind: 'trigger', schema: target.schema, table: target.name, name: operation.trigger.name.text };
  draft.refuse(errorAt('wrong-object', text, operation.table, object));
}

function textOf(operation: CreateTrigger, kind: string, written: string): string | null {
  const isInstead = operation.timing === 'instead of';
  if (kind === 'view' && !isInstead) return words.timedTriggerOnView(operation.timing.toUpperCase(), written);
  return kind === 'table' && isInstead ? words.insteadOfOnTable(written) : null;
}
