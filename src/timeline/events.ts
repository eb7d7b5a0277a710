import type { Event } from './history.ts';

/**
 * Events in order, as a list that runs share: the run from an earlier start state ends in the very list of a later one,
 * so 3,000 start states keep their common tail once.
 */
export interface EventList {
  readonly items: readonly (Event | EventList)[];
  /** Whether some statement in it fails where its table has rows, and nothing catches that. */
  readonly hasRowFailures: boolean;
  /** Whether some statement in it may fail or not. */
  readonly hasDoubts: boolean;
}

/** A list of events and of lists of events; one that holds a single list is that list. */
export function eventList(items: readonly (Event | EventList)[]): EventList {
  const filled = items.filter((item) => !isList(item) || item.items.length > 0);
  const [only] = filled;
  if (only === undefined) return NO_EVENTS;
  if (filled.length === 1 && isList(only)) return only;
  return {
    items: filled,
    hasRowFailures: filled.some((item) => (isList(item) ? item.hasRowFailures : failsWithRows(item))),
    hasDoubts: filled.some((item) => (isList(item) ? item.hasDoubts : isDoubtful(item))),
  };
}

export const NO_EVENTS: EventList = { items: [], hasRowFailures: false, hasDoubts: false };

export function isList(item: Event | EventList): item is EventList {
  return 'items' in item;
}

/** All events of a list, in order. */
export function eventsOf(list: EventList): IterableIterator<Event> {
  return eventsIn(list, () => true);
}

/** The failures that need rows in their table, in order. */
export function* rowFailuresOf(list: EventList): IterableIterator<Event> {
  for (const event of eventsIn(list, ({ hasRowFailures }) => hasRowFailures)) if (failsWithRows(event)) yield event;
}

function* eventsIn(list: EventList, isWanted: (part: EventList) => boolean): IterableIterator<Event> {
  // A stack of our own: shared tails nest as deep as a ledger is long.
  const stack: { list: EventList; at: number }[] = isWanted(list) ? [{ list, at: 0 }] : [];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const item = top.list.items[top.at++];
    if (item === undefined) stack.pop();
    else if (!isList(item)) yield item;
    else if (isWanted(item)) stack.push({ list: item, at: 0 });
  }
}

function failsWithRows({ outcome, caught }: Event): boolean {
  return outcome.kind === 'failed' && outcome.condition === 'rows' && !caught;
}

function isDoubtful({ outcome }: Event): boolean {
  return outcome.kind === 'unsure' && outcome.error !== undefined;
}
