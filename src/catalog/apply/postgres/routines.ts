import type { CreateRoutine, DropObject } from '../../../ddl/operation.ts';
import type { Routine } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { dropDependents, type Dependent } from './dependents.ts';

/** OR REPLACE keeps what others may rely on: the return type and the names of the arguments (ProcedureCreate). */
export function checkReplacement(draft: Draft, operation: CreateRoutine, before: Routine, after: Routine): void {
  const object = { kind: before.variant, schema: before.schema, name: before.name };
  const refuse = (text: string): never =>
    draft.refuse({ ...errorAt('other', text, operation.routine, object), existing: before.origin });
  if (before.variant !== after.variant) refuse('cannot change routine kind');
  if (before.returns !== after.returns && normal(before.returns) !== normal(after.returns))
    refuse('cannot change return type of existing function');
  for (const [at, name] of before.argumentNames.entries()) {
    if (name !== '' && name !== after.argumentNames[at]) refuse(`cannot change name of input parameter "${name}"`);
  }
}

/** Spellings of one type compare equal only as far as letters and blanks go. */
function normal(type: string | null): string {
  const words = (type ?? '').toLowerCase().replace(/\s+/g, ' ').trim();
  return SPELLINGS.get(words) ?? words;
}

const SPELLINGS = new Map([
  ['int', 'integer'], ['int4', 'integer'], ['int8', 'bigint'], ['int2', 'smallint'], ['bool', 'boolean'], ['timestamptz', 'timestamp with time zone'],
  ['varchar', 'character varying'], ['float8', 'double precision'], ['decimal', 'numeric'], ['timestamp', 'timestamp without time zone'],
]); // prettier-ignore

/** Triggers call their function by name; defaults and checks may, which the words of an expression tell. */
export function releaseRoutine(draft: Draft, operation: DropObject, routine: Routine): void {
  const asked = operation.object;
  const text = `${routine.name}(${routine.argumentTypes.join(', ')})`;
  const object = { kind: routine.variant, schema: routine.schema, name: routine.name };
  if ((asked === 'function' || asked === 'procedure') && asked !== routine.variant)
    draft.refuse(errorAt('wrong-object', `${text} is not a ${asked}`, operation.name, object));
  const dependents = triggersCalling(draft, routine);
  if (operation.cascade) {
    dropDependents(draft, dependents);
    return;
  }
  const error = errorAt(
    'dependent-objects',
    `cannot drop ${routine.variant} ${text} because other objects depend on it`,
    operation.name,
    object,
  );
  if (dependents.some(({ sure }) => sure)) draft.refuse(error);
  if (dependents.length > 0) draft.doubt(`a trigger may call ${routine.name}`, error);
  if (isCalled(draft, routine)) draft.doubt(`an expression may call ${routine.name}`, error);
}

function triggersCalling(draft: Draft, routine: Routine): readonly Dependent[] {
  if (routine.argumentTypes.length > 0) return [];
  const dependents: Dependent[] = [];
  for (const trigger of draft.catalog.triggers.values()) {
    if (trigger.calls === `${routine.schema}.${routine.name}`)
      dependents.push({ kind: 'trigger', key: trigger.table, name: trigger.name, sure: trigger.certain });
  }
  return dependents;
}

function isCalled(draft: Draft, routine: Routine): boolean {
  const call = `${routine.name}(`;
  for (const relation of draft.catalog.relations.values()) {
    if (relation.kind === 'sequence') continue;
    if (relation.kind !== 'table') {
      if (relation.text.includes(call)) return true;
      continue;
    }
    const texts = [
      ...relation.columns.flatMap((column) => [column.default, column.generated?.expression ?? null]),
      ...relation.constraints.map((constraint) => constraint.expression),
      ...relation.indexes.flatMap((index) => [index.where, ...index.keys.map((key) => key.text)]),
    ];
    if (texts.some((text) => text?.includes(call) === true)) return true;
  }
  return false;
}
