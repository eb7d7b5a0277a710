import { tableKeyOf } from '../catalog/unapply.ts';
import type { Operation } from '../ddl/operation.ts';
import type { Event, History, PlacedStatement } from './history.ts';
import { tableOf } from './program.ts';

/** Every operation of the deployment on the table that an event is about, in program order. */
export function* statementsAbout(
  event: Event,
  history: History,
): IterableIterator<{ readonly operation: Operation; readonly placed: PlacedStatement }> {
  const table = tableOf(event.operation);
  if (table === undefined) return;
  const { engine } = history.deployment;
  const key = tableKeyOf(event.before, table, engine);
  for (const placed of history.statements) {
    for (const operation of placed.parsed.operations) {
      const other = tableOf(operation);
      if (other !== undefined && tableKeyOf(event.before, other, engine) === key) yield { operation, placed };
    }
  }
}
