import type { Action, Call } from '../deployment.ts';

/** Every call of a program, those of its steps and branches too. */
export function* callsOf(actions: readonly Action[]): IterableIterator<Call> {
  for (const action of actions) {
    if (action.kind === 'call') yield action.call;
    else if (action.kind === 'step') yield* callsOf(action.step.actions);
    else if (action.kind === 'block') yield* callsOf(action.actions);
    else if (action.kind === 'if') {
      yield* callsOf(action.then);
      yield* callsOf(action.otherwise);
    }
  }
}

/** A program without some of its calls. */
export function withoutCalls(actions: readonly Action[], isLeftOut: (call: Call) => boolean): readonly Action[] {
  const within = (inner: readonly Action[]): readonly Action[] => withoutCalls(inner, isLeftOut);
  return actions.flatMap((action): readonly Action[] => {
    if (action.kind === 'call') return isLeftOut(action.call) ? [] : [action];
    if (action.kind === 'step') return [{ ...action, step: { ...action.step, actions: within(action.step.actions) } }];
    if (action.kind === 'block') return [{ ...action, actions: within(action.actions) }];
    if (action.kind === 'if') return [{ ...action, then: within(action.then), otherwise: within(action.otherwise) }];
    return [action];
  });
}
