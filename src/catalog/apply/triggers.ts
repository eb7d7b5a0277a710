import type { CreateTrigger, DropTrigger } from '../../ddl/operation.ts';
import { canonicalExpression } from '../canonical.ts';
import type { Trigger } from '../catalog.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { entriesWith } from '../reverse-index.ts';
import { originOf, type Draft } from './draft.ts';
import { errorAt, requireRelation, skippedByMissing, type RelationAt } from './lookup.ts';
import { findRelation, nameKey, objectKey, storedName } from './names.ts';
import { dependenciesOf } from './postgres/triggers.ts';
import { semanticsOf } from './semantics.ts';

export function createTrigger(draft: Draft, operation: CreateTrigger): Outcome | undefined {
  const found = requireRelation(draft, operation, operation.table, 'trigger');
  if ('outcome' in found) return found.outcome;
  const trigger = triggerOf(draft, operation, found);
  semanticsOf(draft).checkNewName(draft, {
    ...found.target,
    name: trigger.name,
    written: trigger.name,
    at: operation.trigger,
  });
  const key = triggerKey(draft, trigger.schema, found.target.key, trigger.name);
  const object = { kind: 'trigger', schema: trigger.schema, table: found.target.name, name: trigger.name };
  const skipped = makeRoom(draft, operation, key, trigger, object);
  if (skipped !== undefined) return skipped;
  semanticsOf(draft).checkNewTrigger(draft, operation, found);
  const kept = draft.hasDoubt && operation.ifNotExists !== undefined ? { ...trigger, certain: false } : trigger;
  draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.set(key, kept) };
  draft.record({ kind: 'created', object, silent: false });
  return undefined;
}

function triggerOf(draft: Draft, operation: CreateTrigger, { target }: RelationAt): Trigger {
  const { dialect } = draft.engine;
  const { sql, start, end } = operation.statement;
  const body = sql.text.slice(start, end);
  // SQLite: a trigger on a temporary table is temporary itself.
  const temporary = operation.temporary || (dialect.name === 'sqlite' && target.schema === 'temp');
  const schema =
    operation.trigger.schema === undefined
      ? temporary
        ? 'temp'
        : target.schema
      : storedName(operation.trigger.schema, dialect);
  return {
    schema,
    name: storedName(operation.trigger.name, dialect),
    table: target.key,
    text: canonicalTriggerText(body, dialect),
    body,
    events: operation.events,
    timing: operation.timing,
    // SQLite and MySQL know no other kind.
    forEachRow: dialect.name !== 'postgres' || /\bfor\s+(?:each\s+)?row\b/i.test(body),
    updateOf: operation.updateOf.map((column) => nameKey(column, dialect)),
    temporary,
    ...(dialect.name === 'postgres' ? dependenciesOf(draft, operation) : {}),
    origin: originOf(operation, operation.trigger),
    certain: true,
  };
}

/** What the trigger does, without the words that only say how it is created. */
export function canonicalTriggerText(text: string, dialect: Draft['engine']['dialect']): string {
  return canonicalExpression(text, dialect)
    .replace(/^create (?:or replace )?(?:temp |temporary )?/, '')
    .replace('trigger if not exists ', 'trigger ');
}

/** Trigger names are unique per schema; in PostgreSQL per table. */
export function triggerKey(draft: Draft, schema: string, tableKey: string, stored: string): string {
  const { dialect } = draft.engine;
  return dialect.name === 'postgres' ? `${tableKey}.${dialect.key(stored, true)}` : objectKey(schema, stored, dialect);
}

function makeRoom(
  draft: Draft,
  operation: CreateTrigger,
  key: string,
  wanted: Trigger,
  object: EngineError['object'],
): Outcome | undefined {
  const existing = draft.catalog.triggers.get(key);
  const mention = { schema: wanted.schema, name: wanted.name, written: wanted.name };
  const error = errorAt(
    'duplicate-object',
    draft.words.duplicateObject('trigger', mention, draft.catalog.relations.get(wanted.table)?.name),
    operation.trigger,
    object,
  );
  if (existing === undefined) {
    if (draft.catalog.open && operation.orReplace === undefined)
      draft.doubt(`the trigger ${wanted.name} may already exist`, error);
    return undefined;
  }
  if (operation.orReplace !== undefined) return undefined;
  if (!existing.certain) {
    draft.doubt(`the trigger ${wanted.name} may already exist`, error);
    return undefined;
  }
  if (operation.ifNotExists === undefined) draft.refuse({ ...error, existing: existing.origin });
  const { start, end } = operation.ifNotExists;
  const differs = existing.text === wanted.text && existing.table === wanted.table ? [] : null;
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs },
  };
}

export function dropTrigger(draft: Draft, operation: DropTrigger): Outcome | undefined {
  const table =
    operation.table === undefined
      ? undefined
      : requireRelation(draft, operation, operation.table, 'trigger', operation.ifExists);
  if (table !== undefined && 'outcome' in table) return table.outcome;
  const stored = storedName(operation.trigger.name, draft.engine.dialect);
  const found = namedTrigger(draft, operation, table, stored);
  const object = { kind: 'trigger', ...(table === undefined ? {} : { table: table.target.name }), name: stored };
  if (found?.[1].certain !== true) {
    const outcome = missingTrigger(draft, operation, object, found !== undefined);
    if (outcome !== undefined) return outcome;
  }
  if (found === undefined) return undefined;
  draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.delete(found[0]) };
  draft.record({ kind: 'dropped', object, silent: false, origin: found[1].origin });
  return undefined;
}

function missingTrigger(
  draft: Draft,
  operation: DropTrigger,
  object: EngineError['object'],
  isListed: boolean,
): Outcome | undefined {
  const { name, schema } = operation.trigger;
  const { dialect } = draft.engine;
  const stored = storedName(name, dialect);
  const written = schema === undefined ? stored : `${storedName(schema, dialect)}.${stored}`;
  const mention = { schema: object.table ?? '', name: stored, written };
  const error = errorAt(
    'missing-object',
    draft.words.missingObject('trigger', mention, object.table),
    operation.trigger,
    object,
  );
  if (isListed || draft.catalog.open) {
    draft.doubt(`the trigger ${stored} may not exist`, error);
    return undefined;
  }
  if (operation.ifExists === undefined) draft.refuse(error);
  return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
}

function namedTrigger(
  draft: Draft,
  operation: DropTrigger,
  table: RelationAt | undefined,
  stored: string,
): readonly [string, Trigger] | undefined {
  const { dialect } = draft.engine;
  const keys =
    table !== undefined && dialect.name === 'postgres'
      ? [triggerKey(draft, '', table.target.key, stored)]
      : schemasOf(draft, operation).map((schema) => triggerKey(draft, schema, '', stored));
  for (const key of keys) {
    const trigger = draft.catalog.triggers.get(key);
    if (trigger !== undefined) return [key, trigger];
  }
  return undefined;
}

function schemasOf(draft: Draft, operation: DropTrigger): readonly string[] {
  const { schema, name, start, end } = operation.trigger;
  if (schema !== undefined) return [storedName(schema, draft.engine.dialect)];
  const { target } = findRelation(draft, { name, start, end });
  return draft.engine.dialect.name === 'sqlite' ? ['temp', 'main'] : [target.schema];
}

/** The triggers on a table, with their keys. */
export function triggersOn(draft: Draft, tableKey: string): readonly (readonly [string, Trigger])[] {
  return entriesWith(draft.catalog.triggers, keysOfTrigger, tableKey);
}

/** The triggers on a table that has another key now. */
export function moveTriggers(draft: Draft, from: string, to: string): void {
  for (const [key, trigger] of triggersOn(draft, from)) {
    const moved = triggerKey(draft, trigger.schema, to, trigger.name);
    const triggers = draft.catalog.triggers.delete(key).set(moved, { ...trigger, table: to });
    draft.catalog = { ...draft.catalog, triggers };
  }
}

const keysOfTrigger = (trigger: Trigger): readonly string[] => [trigger.table];
