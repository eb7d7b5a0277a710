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
