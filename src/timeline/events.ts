import type { Event } from './history.ts';

/**
 * Events in order, as a list that runs share: the run from an earlier start state ends in the very list of a later one,
 * so 3,000 start states keep their common tail once.
 */
export type EventList = readonly (Event | EventList)[];

/** All events of a list, in order. */
export function* eventsOf(list: EventList): IterableIterator<Event> {
  // A stack of our own: shared tails nest as deep as a ledger is long.
  const stack: { list: EventList; at: number }[] = [{ list, at: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const item = top.list[top.at++];
    if (item === undefined) stack.pop();
    else if (isList(item)) {
      if (item.length > 0) stack.push({ list: item, at: 0 });
    } else yield item;
  }
}

function isList(item: Event | EventList): item is EventList {
  return Array.isArray(item);
}
