import type { WriteRows } from '../../../ddl/operation.ts';
import { viewMayNotBeWritten } from '../../errors/sqlite.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf } from '../lookup.ts';
import type { Target } from '../names.ts';
import { triggersOn } from '../triggers.ts';

/** A view takes rows only through an INSTEAD OF trigger for that kind of write. */
export function refuseViewWrite(draft: Draft, operation: WriteRows, target: Target): void {
  const event = operation.verb === 'replace' ? 'insert' : operation.verb;
  const isServed = triggersOn(draft, target.key).some(([, trigger]) => trigger.text.includes(` instead of ${event} `));
  if (isServed) return;
  draft.refuse(
    errorAt('wrong-object', viewMayNotBeWritten(target.name), target.at, { kind: 'view', ...objectOf(target) }),
  );
}
