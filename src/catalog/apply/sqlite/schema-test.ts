import type { Table, Trigger, View } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import { viewsOf } from '../../views.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { resolveTrigger } from '../query/trigger-bodies.ts';
import { resolveView } from '../query/view-bodies.ts';

/** Where in an ALTER TABLE the schema is looked through. */
type Moment = Parameters<typeof words.errorIn>[2];

/**
 * RENAME and DROP COLUMN parse every view and trigger of the schema anew, before and after the change, and stop at the first
 * that does not resolve, whatever it has to do with the table (alter.c, renameTestSchema). ADD COLUMN does not. Under PRAGMA
 * legacy_alter_table a body that does not resolve stops them too, without a word, and RENAME TO looks at none. What a trigger writes is not looked up: it fails when it fires.
 */
export function testSchema(draft: Draft, { target }: TableAt, moment: Moment = ''): void {
  if (draft.session.legacyAlterTable && moment !== '') return;
  for (const [, view] of viewsOf(draft.catalog)) {
    if (!isTested(view, target)) continue;
    testBody(draft, target.at, moment, 'view', view, resolveView(draft, view));
  }
  for (const trigger of draft.catalog.triggers.values()) {
    if (!isTested(trigger, target)) continue;
    testBody(draft, target.at, moment, 'trigger', trigger, resolveTrigger(draft, trigger, { onlyReads: true }));
  }
}

/** The same with the table as it is to be. */
export function testSchemaWith(draft: Draft, at: TableAt, table: Table, moment: Moment): void {
  const { catalog } = draft;
  draft.putRelation(at.target.key, table);
  try {
    testSchema(draft, at, moment);
  } finally {
    draft.catalog = catalog;
  }
}

/** The schema of the altered table and the temporary one: a temporary table leaves the others alone. */
function isTested(object: View | Trigger, { schema }: TableAt['target']): boolean {
  return object.schema === schema || object.schema === 'temp';
}

function testBody(
  draft: Draft,
  at: TableAt['target']['at'],
  moment: Moment,
  kind: 'view' | 'trigger',
  object: View | Trigger,
  verdict: ReturnType<typeof resolveTrigger>,
): void {
  const errorFor = (text: string): EngineError => ({
    ...errorAt(
      'dependent-objects',
      draft.session.legacyAlterTable ? words.silentError : words.errorIn(kind, object.name, moment, text),
      at,
      { kind, schema: object.schema, name: object.name },
    ),
    existing: object.origin,
  });
  if (verdict === null) {
    draft.doubt(`the body of ${object.name} could not be read`);
    return;
  }
  const { fault, doubt } = verdict;
  if (fault !== null && object.certain) draft.refuse(errorFor(fault.text));
  const text = fault?.text ?? doubt?.error.text;
  if (text !== undefined) draft.doubt(`the ${kind} ${object.name} may point to nothing`, errorFor(text));
}
