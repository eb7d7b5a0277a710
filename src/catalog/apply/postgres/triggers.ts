import type { AlterObject, CreateTrigger, Expression } from '../../../ddl/operation.ts';
import type { Outcome } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, type RelationAt } from '../lookup.ts';
import { nameKey, storedName, targetsForLookup } from '../names.ts';

/** The function must be there, and the columns that UPDATE OF and WHEN name. */
export function checkNewTrigger(draft: Draft, operation: CreateTrigger, at: RelationAt): void {
  checkUpdateOf(draft, operation, at);
  checkWhen(draft, operation.when, at);
  checkFunction(draft, operation);
}

function checkUpdateOf(draft: Draft, operation: CreateTrigger, { target, relation }: RelationAt): void {
  if (relation.kind !== 'table') return;
  for (const name of operation.updateOf) {
    const found = findColumn(relation, nameKey(name, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const error = missingColumnError(draft, target, name, 'alter');
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${relation.name} may lack the column ${name.text}`, error);
  }
}

function checkWhen(draft: Draft, when: Expression | undefined, { target, relation }: RelationAt): void {
  if (relation.kind !== 'table') return;
  for (const { table, column, start, end } of when?.columns ?? []) {
    const row = table?.text.toLowerCase();
    if (row !== 'old' && row !== 'new') continue;
    const found = findColumn(relation, nameKey(column, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const stored = storedName(column, draft.engine.dialect);
    const object = { kind: 'column', schema: target.schema, table: target.name, name: stored };
    const error = errorAt('missing-column', `column ${row}.${stored} does not exist`, { start, end }, object);
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${relation.name} may lack the column ${stored}`, error);
  }
}

/** Trigger functions that come with the server; those of extensions cannot be known. */
const SERVER_FUNCTIONS = new Set([
  'suppress_redundant_updates_trigger',
  'tsvector_update_trigger',
  'tsvector_update_trigger_column',
]);

function checkFunction(draft: Draft, operation: CreateTrigger): void {
  const name = operation.function;
  if (name === undefined || SERVER_FUNCTIONS.has(name.name.text.toLowerCase())) return;
  const targets = targetsForLookup(draft, name);
  for (const routine of draft.catalog.routines.values()) {
    const isNamed = targets.some((target) => target.schema === routine.schema && target.name === routine.name);
    if (isNamed && routine.certain && routine.argumentTypes.length === 0) return;
    if (isNamed) draft.doubt(`the function ${routine.name} may not exist`);
  }
  const written = targets.at(-1)?.written ?? name.name.text;
  const error = errorAt('missing-object', `function ${written}() does not exist`, name, {
    kind: 'function',
    name: written,
  });
  if (draft.catalog.open || name.schema !== undefined || hasExtensions(draft))
    draft.doubt(`the function ${written} may come from elsewhere`, error);
  else draft.refuse(error);
}

function hasExtensions(draft: Draft): boolean {
  for (const other of draft.catalog.others.values())
    if (other.kind === 'extension' && other.name !== 'plpgsql') return true;
  return false;
}

/** What a trigger keeps from being dropped: the columns in UPDATE OF and WHEN, and its function. */
export function dependenciesOf(
  draft: Draft,
  operation: CreateTrigger,
): { readonly columns: readonly string[]; readonly calls?: string } {
  const { dialect } = draft.engine;
  const columns = [...operation.updateOf, ...(operation.when?.columns ?? []).map(({ column }) => column)].map((name) =>
    nameKey(name, dialect),
  );
  const { function: called } = operation;
  if (called === undefined) return { columns: [...new Set(columns)] };
  const target = targetsForLookup(draft, called).find(({ schema, name }) => isRoutine(draft, schema, name));
  return {
    columns: [...new Set(columns)],
    ...(target === undefined ? {} : { calls: `${target.schema}.${target.name}` }),
  };
}

function isRoutine(draft: Draft, schema: string, name: string): boolean {
  for (const routine of draft.catalog.routines.values())
    if (routine.schema === schema && routine.name === name) return true;
  return false;
}

/** ALTER TRIGGER .. ON t RENAME TO: nothing else changes what the catalog keeps. */
export function alterTrigger(draft: Draft, operation: AlterObject, table: string | null): Outcome | undefined {
  const { change } = operation;
  const name = storedName(operation.name.name, draft.engine.dialect);
  const key = `${table ?? ''}.${name}`;
  const trigger = draft.catalog.triggers.get(key);
  const object = {
    kind: 'trigger',
    name,
    ...(operation.table === undefined ? {} : { table: operation.table.name.text }),
  };
  if (trigger === undefined) {
    const text = draft.words.missingObject(
      'trigger',
      { schema: '', name, written: name },
      operation.table?.name.text ?? '',
    );
    const error = errorAt('missing-object', text, operation.name, object);
    if (draft.catalog.open || table === null) draft.doubt(`the trigger ${name} may exist unseen`, error);
    else draft.refuse(error);
    return undefined;
  }
  if (change.kind !== 'rename') return undefined;
  const to = storedName(change.to, draft.engine.dialect);
  const triggers = draft.catalog.triggers.delete(key).set(`${table ?? ''}.${to}`, { ...trigger, name: to });
  draft.catalog = { ...draft.catalog, triggers };
  draft.record({ kind: 'renamed', object, silent: false, detail: to });
  return undefined;
}
