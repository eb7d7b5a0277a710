import type { Guard } from '../../deployment.ts';
import type { HostCondition, HostValue } from '../host.ts';
import type { Draft } from './draft.ts';

/**
 * A condition may rest on what was asked earlier: `is_new = not has_table(conn, "users")`, then the schema, then `if is_new:`. What
 * ran in between must not change the answer, so it is read as if it stood in both branches.
 */
export function askedBefore(draft: Draft, between: readonly Draft[]): Draft | undefined {
  if (draft.kind !== 'if' || between.some(({ kind }) => kind === 'control')) return undefined;
  if (!maySettle(draft.guard, between)) return undefined;
  return { ...draft, then: [...between, ...draft.then], otherwise: [...between, ...draft.otherwise] };
}

/** The variables that a condition looks at. */
export function variablesIn(condition: HostCondition): readonly string[] {
  switch (condition.condition) {
    case 'not':
      return variablesIn(condition.of);
    case 'and':
    case 'or':
      return condition.of.flatMap(variablesIn);
    case 'contains':
      return 'kind' in condition.collection ? variablesOf(condition.collection) : variablesIn(condition.collection);
    case 'compare':
      return [...variablesOf(condition.left), ...variablesOf(condition.right)];
    case 'value':
      return variablesOf(condition.value);
    default:
      return [];
  }
}

function variablesOf(value: HostValue): readonly string[] {
  switch (value.kind) {
    case 'name':
      return [value.path.join('.')];
    case 'derived':
      return variablesOf(value.of);
    case 'condition':
      return variablesIn(value.condition);
    default:
      return [];
  }
}

/** Whether the drafts may make or drop what the guard asks for. */
function maySettle(guard: Guard, drafts: readonly Draft[]): boolean {
  if ('all' in guard) return guard.all.some((part) => maySettle(part, drafts));
  if ('any' in guard) return guard.any.some((part) => maySettle(part, drafts));
  if (guard.test === 'unknown' || guard.test === 'recorded') return false;
  if (guard.test === 'empty') return textsIn(drafts).length > 0;
  const { name } = guard;
  return textsIn(drafts).some((text) => text.includes(name) && new RegExp(`\\b${escaped(name)}\\b`).test(text));
}

function textsIn(drafts: readonly Draft[]): readonly string[] {
  return drafts.flatMap((draft) => {
    switch (draft.kind) {
      case 'call':
        return draft.reads === true ? [] : [draft.call.sql.text];
      case 'if':
        return [...textsIn(draft.then), ...textsIn(draft.otherwise)];
      case 'block':
      case 'step':
        return textsIn(draft.actions);
      default:
        return [];
    }
  });
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, String.raw`\$&`);
}
