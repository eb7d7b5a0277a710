import type { Ledger } from '../catalog/ledger.ts';
import type { Action } from '../deployment.ts';

/**
 * How many actions from `index` on are steps that the ledger records, so that the deploy passes over them. A ledger of 5,000
 * steps is met by 5,000 start states: looking at each recorded step each time would be looking 12 million times.
 */
export function recordedFrom(actions: readonly Action[], index: number, ledger: Ledger): number {
  const action = actions[index];
  if (action?.kind !== 'step' || !ledger.has(action.step.identity)) return 0;
  const position = ledger.positions.get(action.step.identity);
  if (position === undefined || position >= ledger.prefix) return 1;
  return Math.min(ledger.prefix - position, lengthInOrder(actions, index, ledger));
}

const lengths = new WeakMap<readonly Action[], { readonly positions: object; readonly lengths: readonly number[] }>();

/** How many steps from here on stand one after another in the list as they do in the ledger's order. */
function lengthInOrder(actions: readonly Action[], index: number, ledger: Ledger): number {
  let known = lengths.get(actions);
  if (known?.positions !== ledger.positions) {
    known = { positions: ledger.positions, lengths: lengthsInOrder(actions, ledger) };
    lengths.set(actions, known);
  }
  return known.lengths[index] ?? 1;
}

function lengthsInOrder(actions: readonly Action[], { positions }: Ledger): readonly number[] {
  const found = new Array<number>(actions.length).fill(1);
  const positionAt = (at: number): number | undefined => {
    const action = actions[at];
    return action?.kind === 'step' ? positions.get(action.step.identity) : undefined;
  };
  for (let at = actions.length - 2; at >= 0; at--) {
    const position = positionAt(at);
    if (position !== undefined && positionAt(at + 1) === position + 1) found[at] = 1 + (found[at + 1] ?? 0);
  }
  return found;
}
