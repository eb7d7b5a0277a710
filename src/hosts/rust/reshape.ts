import type { HostAction, HostCondition, HostValue } from '../host.ts';
import { not } from './meaning.ts';

/** Whether the action, or one inside it, may change a database. */
export function changesDatabase(action: HostAction): boolean {
  if (action.kind === 'execute' || action.kind === 'call') return true;
  if (action.kind === 'if') return action.then.some(changesDatabase) || action.otherwise.some(changesDatabase);
  return (action.kind === 'for' || action.kind === 'block') && action.body.some(changesDatabase);
}

/** `if test { return true } return false` is the test itself. */
export function answerOfBranches(actions: readonly HostAction[]): readonly HostAction[] {
  const [test, last] = actions.slice(-2);
  if (test?.kind !== 'if' || last?.kind !== 'return' || test.otherwise.length > 0 || test.then.length !== 1)
    return actions;
  const [first] = test.then;
  if (first?.kind !== 'return') return actions;
  const isYes = isReturned(first.value, 1) && isReturned(last.value, 0);
  const isNo = isReturned(first.value, 0) && isReturned(last.value, 1);
  if (!isYes && !isNo) return actions;
  return [
    ...actions.slice(0, -2),
    { kind: 'return', value: isYes ? test.condition : not(test.condition), span: test.span },
  ];
}

function isReturned(value: HostValue | HostCondition | null, number: number): boolean {
  return value !== null && 'kind' in value && value.kind === 'number' && value.value === number;
}

/** A closure's `return` ends the closure alone: what follows it moves into the other branch. */
export function withoutReturns(actions: readonly HostAction[]): readonly HostAction[] {
  const kept: HostAction[] = [];
  for (const [index, action] of actions.entries()) {
    if (action.kind === 'return') return kept;
    if (action.kind !== 'if' || !endsWithReturn(action.then)) {
      kept.push(action);
      continue;
    }
    const rest = withoutReturns([...action.otherwise, ...actions.slice(index + 1)]);
    const then = withoutReturns(action.then);
    if (then.length > 0 || rest.length > 0) kept.push({ ...action, then, otherwise: rest });
    return kept;
  }
  return kept;
}

/** Actions of a loop that is not kept as one: `break` and `continue` have nothing left to leave. */
export function withoutLeaves(actions: readonly HostAction[]): HostAction[] {
  return actions.flatMap((action): HostAction[] => {
    if (action.kind === 'leave') return action.what === 'program' ? [action] : [];
    if (action.kind === 'block') return [{ ...action, body: withoutLeaves(action.body) }];
    if (action.kind !== 'if') return [action];
    const then = withoutLeaves(action.then);
    const otherwise = withoutLeaves(action.otherwise);
    return then.length === 0 && otherwise.length === 0 ? [] : [{ ...action, then, otherwise }];
  });
}

function endsWithReturn(actions: readonly HostAction[]): boolean {
  return actions.at(-1)?.kind === 'return';
}

/** In a function that answers true or false, the returned 1 and 0 are these. */
export function withTruths(actions: readonly HostAction[]): readonly HostAction[] {
  return actions.map((action): HostAction => {
    if (action.kind === 'if')
      return { ...action, then: withTruths(action.then), otherwise: withTruths(action.otherwise) };
    if (action.kind === 'for' || action.kind === 'block') return { ...action, body: withTruths(action.body) };
    if (action.kind !== 'return') return action;
    const isTruth = isReturned(action.value, 1) || isReturned(action.value, 0);
    return isTruth ? { ...action, value: { condition: 'constant', value: isReturned(action.value, 1) } } : action;
  });
}
