import type { Catalog, Database } from '../catalog/catalog.ts';
import type { PersistentMap } from '../catalog/persistent-map.ts';
import type { Action } from '../deployment.ts';
import { eventList, type EventList } from './events.ts';
import type { Event } from './history.ts';

/**
 * Calls in a row of which every statement is a guarded creation that found its object there. They do nothing again as long as
 * what stands under their names is the same: a schema of 600 statements that runs on each of 3,000 start states costs one
 * comparison of catalogs each time.
 */
export interface Stretch {
  /** The index of the first action behind it. */
  readonly end: number;
  readonly events: EventList;
  /** On which it last did nothing: the next start state differs little from it. */
  catalog: Catalog;
  readonly searchPath: readonly string[] | null;
  /** Keys of the objects that its statements name. */
  readonly keys: ReadonlySet<string>;
}

/** By the list of actions and the index of the stretch's first one. */
export type StretchMemory = Map<readonly Action[], Map<number, Stretch>>;

/** The stretch that begins at an action and does nothing on this database either. */
export function unchangedStretch(
  memory: StretchMemory,
  actions: readonly Action[],
  index: number,
  { catalog, session }: Database,
): Stretch | undefined {
  const known = memory.get(actions)?.get(index);
  if (known === undefined || session.aborted || session.searchPath !== known.searchPath) return undefined;
  const isChanged =
    changesOneOf(known.keys, known.catalog.relations, catalog.relations) ||
    changesOneOf(known.keys, known.catalog.indexOwners, catalog.indexOwners);
  if (isChanged) return undefined;
  known.catalog = catalog;
  return known;
}

function changesOneOf<Value>(
  keys: ReadonlySet<string>,
  before: PersistentMap<Value>,
  after: PersistentMap<Value>,
): boolean {
  if (before === after) return false;
  for (const key of before.changedKeys(after)) if (keys.has(key)) return true;
  return false;
}

/** The stretch that a run along a list of actions is in, until it closes. */
export class OpenStretch {
  readonly #actions: readonly Action[];
  #first = 0;
  #logStart = 0;
  #keys: Set<string> | null = null;

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  /** Takes in the action at an index, which found all that it would make; `logStart` tells where its events begin. */
  extend(index: number, logStart: number, keys: readonly string[]): void {
    if (this.#keys === null) {
      this.#first = index;
      this.#logStart = logStart;
      this.#keys = new Set();
    }
    for (const key of keys) this.#keys.add(key);
  }

  /**
   * Ends the stretch before the action at an index, and keeps it; its events, which end at `logEnd`, become one list of the
   * log.
   */
  close(end: number, log: Log, logEnd: number, { catalog, session }: Database, memory: StretchMemory): void {
    const keys = this.#keys;
    if (keys === null) return;
    const events = eventList(log.slice(this.#logStart, logEnd));
    log.splice(this.#logStart, logEnd - this.#logStart, events);
    const stretches = memory.get(this.#actions) ?? new Map<number, Stretch>();
    memory.set(this.#actions, stretches);
    stretches.set(this.#first, { end, events, catalog, searchPath: session.searchPath, keys });
    this.#keys = null;
  }
}

type Log = (Event | EventList)[];
