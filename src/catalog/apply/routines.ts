import type { AlterObject, CommentOn, CreateRoutine, DropObject } from '../../ddl/operation.ts';
import { canonicalExpression, canonicalType } from '../canonical.ts';
import type { Routine } from '../catalog.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { originOf, type Draft } from './draft.ts';
import { errorAt, skippedByMissing } from './lookup.ts';
import { isFunctionOfPostgres } from './postgres/built-in-functions.ts';
import { noteAmbiguity } from './postgres/overloads.ts';
import { checkReplacement, releaseRoutine } from './postgres/routines.ts';
import { checkSqlBody } from './postgres/sql-bodies.ts';
import { checkSchema } from './postgres/schemas.ts';
import { objectKey, storedName, targetForCreation, targetsForLookup, type Target } from './names.ts';

export function createRoutine(draft: Draft, operation: CreateRoutine): Outcome | undefined {
  const target = targetForCreation(draft, operation.routine);
  const key = routineKey(draft, target, canonicalArguments(draft, operation.argumentTypes), operation.variant);
  const routine = routineOf(draft, operation, target);
  if (draft.engine.dialect.name === 'postgres') checkSchema(draft, target.schema, operation.routine);
  const existing = draft.catalog.routines.get(key);
  const object = { kind: operation.variant, schema: target.schema, name: target.name };
  if (existing !== undefined && operation.orReplace === undefined) {
    const skipped = refuseExisting(draft, operation, target, existing, object);
    if (skipped !== undefined) return skipped;
  }
  if (existing !== undefined && operation.orReplace !== undefined && draft.engine.dialect.name === 'postgres')
    checkReplacement(draft, operation, existing, routine);
  if (existing === undefined && draft.catalog.open && operation.orReplace === undefined)
    draft.doubt(`${target.name} may already exist`);
  if (draft.engine.dialect.name === 'postgres') checkSqlBody(draft, operation);
  if (existing === undefined && draft.engine.dialect.name === 'postgres') noteAmbiguity(draft, operation, routine);
  draft.catalog = { ...draft.catalog, routines: draft.catalog.routines.set(key, routine) };
  draft.record({ kind: existing === undefined ? 'created' : 'altered', object, silent: false });
  return undefined;
}

function refuseExisting(
  draft: Draft,
  operation: CreateRoutine,
  target: Target,
  existing: Routine,
  object: EngineError['object'],
): Outcome | undefined {
  const isPostgres = draft.engine.dialect.name === 'postgres';
  const text = isPostgres
    ? `function "${target.name}" already exists with same argument types`
    : draft.words.duplicateObject(existing.variant, target);
  const error = { ...errorAt('duplicate-object', text, operation.routine, object), existing: existing.origin };
  if (!existing.certain) {
    draft.doubt(`${target.name} may already exist`, error);
    return undefined;
  }
  if (operation.ifNotExists === undefined) draft.refuse(error);
  const { start, end } = operation.ifNotExists;
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs: null },
  };
}

function routineOf(draft: Draft, operation: CreateRoutine, target: Target): Routine {
  return {
    schema: target.schema,
    name: target.name,
    variant: operation.variant,
    argumentTypes: canonicalArguments(draft, operation.argumentTypes),
    argumentNames: operation.argumentNames,
    returns: operation.returns ?? null,
    text: canonicalExpression(operation.body?.text ?? '', draft.engine.dialect),
    origin: originOf(operation, operation.routine),
    certain: true,
  };
}

/** PostgreSQL tells routines apart by their argument types, MySQL by function or procedure. */
export function routineKey(
  draft: Draft,
  target: Target,
  argumentTypes: readonly string[],
  variant: Routine['variant'],
): string {
  const isPostgres = draft.engine.dialect.name === 'postgres';
  return isPostgres ? `${target.key}(${argumentTypes.join(',')})` : `${variant}:${target.key.toLowerCase()}`;
}

export function dropRoutine(draft: Draft, operation: DropObject): Outcome | undefined {
  const [target] = targetsForLookup(draft, operation.name).slice(-1);
  if (target === undefined) return undefined;
  const found = namedRoutines(draft, operation);
  const object = { kind: operation.object, schema: target.schema, name: target.name };
  const [only] = found;
  if (only === undefined) return missingRoutine(draft, operation, target, object);
  if (found.length > 1) {
    const text = `function name "${target.written}" is not unique`;
    draft.refuse(errorAt('other', text, operation.name, object));
  }
  if (draft.engine.dialect.name === 'postgres') releaseRoutine(draft, operation, only[1]);
  if (!only[1].certain) draft.doubt(`${target.name} may not exist`);
  draft.catalog = { ...draft.catalog, routines: draft.catalog.routines.delete(only[0]) };
  draft.record({ kind: 'dropped', object, silent: false, origin: only[1].origin });
  return undefined;
}

function missingRoutine(
  draft: Draft,
  operation: DropObject,
  target: Target,
  object: EngineError['object'],
): Outcome | undefined {
  const error = errorAt('missing-object', missingRoutineText(draft, operation, target), operation.name, object);
  if (draft.catalog.open) {
    draft.doubt(`${target.name} may not exist`, error);
    return undefined;
  }
  if (operation.ifExists === undefined) draft.refuse(error);
  return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
}

function missingRoutineText(draft: Draft, { object, argumentTypes }: DropObject, target: Target): string {
  if (draft.engine.dialect.name !== 'postgres') return draft.words.missingObject(object, target);
  const kind = object === 'procedure' || object === 'aggregate' ? object : 'function';
  if (argumentTypes === undefined) return `could not find a ${kind} named "${target.written}"`;
  return `${kind} ${target.written}(${canonicalArguments(draft, argumentTypes).join(', ')}) does not exist`;
}

/** ALTER FUNCTION .. RENAME TO, SET SCHEMA; everything else keeps its identity. */
export function alterRoutine(draft: Draft, operation: AlterObject): Outcome | undefined {
  const [found, ...others] = namedRoutines(draft, { ...operation, object: 'routine' });
  const [target] = targetsForLookup(draft, operation.name).slice(-1);
  if (found === undefined || others.length > 0) {
    if (target !== undefined && found === undefined) refuseMissing(draft, operation, target);
    return undefined;
  }
  const [key, routine] = found;
  const { dialect } = draft.engine;
  const { change } = operation;
  const name = change.kind === 'rename' ? storedName(change.to, dialect) : routine.name;
  const schema = change.kind === 'set-schema' ? storedName(change.schema, dialect) : routine.schema;
  const place = { schema, name, written: name, key: objectKey(schema, name, dialect), at: operation.name };
  const moved = routineKey(draft, place, routine.argumentTypes, routine.variant);
  const existing = draft.catalog.routines.get(moved);
  const object = { kind: routine.variant, schema, name };
  if (moved !== key && existing !== undefined) {
    const text = `function ${name}(${routine.argumentTypes.join(', ')}) already exists in schema "${schema}"`;
    draft.refuse({ ...errorAt('duplicate-object', text, operation.name, object), existing: existing.origin });
  }
  const routines = draft.catalog.routines.delete(key).set(moved, { ...routine, schema, name });
  draft.catalog = { ...draft.catalog, routines, triggers: triggersFollowing(draft, routine, schema, name) };
  draft.record({ kind: 'altered', object, silent: false, detail: change.kind, origin: routine.origin });
  return undefined;
}

/** Triggers hold on to their function, whatever it is called. */
function triggersFollowing(draft: Draft, routine: Routine, schema: string, name: string): Draft['catalog']['triggers'] {
  let { triggers } = draft.catalog;
  const before = `${routine.schema}.${routine.name}`;
  if (before === `${schema}.${name}` || routine.argumentTypes.length > 0) return triggers;
  for (const [key, trigger] of triggers.entries())
    if (trigger.calls === before) triggers = triggers.set(key, { ...trigger, calls: `${schema}.${name}` });
  return triggers;
}

/** COMMENT ON FUNCTION f(..): it must be there. */
export function requireRoutine(draft: Draft, { name }: CommentOn, argumentTypes: readonly string[]): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  const [target] = targetsForLookup(draft, name).slice(-1);
  if (target === undefined || isFunctionOfPostgres(target.name)) return;
  if (namedRoutines(draft, { name, object: 'routine', argumentTypes }).length > 0) return;
  const isOfAny = [...draft.catalog.routines.values()].some((routine) => routine.name === target.name);
  const mayBeOfExtension = [...draft.catalog.others.values()].some(({ kind }) => kind === 'extension');
  if (isOfAny || mayBeOfExtension || !draft.catalog.others.has(`schema:${target.schema}`))
    draft.doubt(`${target.name} may not exist`);
  else refuseMissing(draft, { name, argumentTypes }, target);
}

function refuseMissing(
  draft: Draft,
  { name, argumentTypes }: Pick<AlterObject, 'name' | 'argumentTypes'>,
  target: Target,
): void {
  const shown = argumentTypes === undefined ? null : canonicalArguments(draft, argumentTypes).join(', ');
  const text =
    shown === null
      ? `could not find a function named "${target.written}"`
      : `function ${target.written}(${shown}) does not exist`;
  const error = errorAt('missing-object', text, name, { kind: 'function', schema: target.schema, name: target.name });
  if (draft.catalog.open || draft.engine.dialect.name !== 'postgres')
    draft.doubt(`${target.name} may not exist`, error);
  else draft.refuse(error);
}

/** PostgreSQL: `int` and `integer` are one argument type. */
function canonicalArguments(draft: Draft, types: readonly string[]): readonly string[] {
  if (draft.engine.dialect.name !== 'postgres') return types;
  return types.map((type) => {
    const isArray = type.endsWith('[]');
    const name = (isArray ? type.slice(0, -2) : type).replace(/\(.*\)/, '').trim();
    const plain = canonicalType(
      { name, arguments: [], arrayDepth: isArray ? 1 : 0, modifiers: [], start: 0, end: 0 },
      draft.engine.dialect,
    );
    // Arguments have no lengths: `varchar(10)` is `character varying`.
    return plain.replace(/\(1\)/, '');
  });
}

function namedRoutines(
  draft: Draft,
  operation: Pick<DropObject, 'name' | 'object'> & Pick<AlterObject, 'argumentTypes'>,
): readonly (readonly [string, Routine])[] {
  const found: (readonly [string, Routine])[] = [];
  for (const target of targetsForLookup(draft, operation.name)) {
    for (const [key, routine] of draft.catalog.routines.entries()) {
      const isNamed = routine.name === target.name && routine.schema === target.schema;
      if (
        draft.engine.dialect.name !== 'postgres' &&
        operation.object !== 'routine' &&
        routine.variant !== operation.object
      )
        continue;
      const fits =
        operation.argumentTypes === undefined ||
        canonicalArguments(draft, operation.argumentTypes).join() === routine.argumentTypes.join();
      if (isNamed && (fits || draft.engine.dialect.name !== 'postgres')) found.push([key, routine]);
    }
    if (found.length > 0) return found;
  }
  return found;
}
