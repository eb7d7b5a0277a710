import { tableKeyOf } from '../catalog/relation-keys.ts';
import type { Operation, QualifiedName } from '../ddl/operation.ts';
import type { Event, History, PlacedStatement } from './history.ts';
import { nameOf, tableOf } from './program.ts';

/**
 * Every operation of the deployment on the table that an event is about, in program order: the one whose rows decide, or the one that
 * the statement names.
 */
export function* statementsAbout(event: Event, history: History): IterableIterator<PlacedOperation> {
  const { outcome, operation } = event;
  const table = outcome.kind === 'failed' && outcome.rowsOf !== undefined ? nameOf(outcome.rowsOf) : tableOf(operation);
  if (table === undefined) return;
  const { engine } = history.deployment;
  const key = tableKeyOf(event.before, table, engine);
  for (const candidate of operationsByTable(history).get(roughName(table)) ?? []) {
    const other = tableOf(candidate.operation);
    if (other !== undefined && tableKeyOf(event.before, other, engine) === key) yield candidate;
  }
}

interface PlacedOperation {
  readonly operation: Operation;
  readonly placed: PlacedStatement;
}

const operationsOfHistories = new WeakMap<History, ReadonlyMap<string, readonly PlacedOperation[]>>();

/** The operations of a history by the rough name of their table, each list in program order. */
function operationsByTable(history: History): ReadonlyMap<string, readonly PlacedOperation[]> {
  const known = operationsOfHistories.get(history);
  if (known !== undefined) return known;
  const made = new Map<string, PlacedOperation[]>();
  for (const placed of history.statements) {
    for (const operation of placed.parsed.operations) {
      const table = tableOf(operation);
      if (table === undefined) continue;
      const list = made.get(roughName(table));
      if (list === undefined) made.set(roughName(table), [{ operation, placed }]);
      else list.push({ operation, placed });
    }
  }
  operationsOfHistories.set(history, made);
  return made;
}

/** Equal for all names of one table: case may not tell names apart, nor what stands beyond PostgreSQL's 63 bytes. */
function roughName({ name }: QualifiedName): string {
  return name.text.slice(0, 15).toLowerCase();
}
