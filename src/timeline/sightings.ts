import type { Database } from '../catalog/catalog.ts';
import type { EngineError } from '../catalog/outcome.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Deployment } from '../deployment.ts';
import { eventList, isList, rowFailuresOf, type EventList } from './events.ts';
import type { Doubt, Event, Failure, Skip, StartState, Surprise, Swallowed, UpgradePath } from './history.ts';
import { withoutTemporary } from './next-deploy.ts';
import { rowsAtStart, type RowTest } from './rows-at-start.ts';
import type { Run } from './run.ts';

/** Whether a failure that is seen only on inferred states is sure to happen on one that lacks a single thing. */
export type Confirmation = (
  event: Event,
  error: EngineError,
  condition: string,
  paths: readonly UpgradePath[],
) => boolean;

/** What identifies one failure or doubt across paths: the statement's part and the engine's words. */
export function keyOf(event: Event, error: EngineError, condition: string): string {
  return `${numberOf(event.operation)} ${condition} ${error.text}`;
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(object, number);
  }
  return number;
}

/** One thing that happened, and where it was seen: in which shared lists of events. */
interface Sighting {
  readonly event: Event;
  readonly lists: EventList[];
}

interface Failing extends Sighting {
  readonly error: EngineError;
  readonly condition: 'always' | 'rows' | 'values';
}

/**
 * Collects what the paths of one reading met, each thing once with all its paths. Paths share lists of events, and a shared list
 * is looked at once: 5,000 paths over one ledger cost what the ledger costs, not its square.
 */
export class Sightings {
  readonly #deployment: Deployment;
  readonly #rowsAt: ReturnType<typeof rowsAtStart>;
  readonly #rowTests = new Map<Event, RowTest>();
  readonly #paths: UpgradePath[] = [];
  readonly #ranks = new Map<UpgradePath, number>();
  readonly #holders = new Map<EventList, (EventList | UpgradePath)[]>();
  readonly #pathsOfLists = new Map<EventList, readonly UpgradePath[]>();
  readonly #failures = new Map<string, Failing>();
  readonly #doubts = new Map<string, Failing>();
  readonly #swallowed = new Map<string, Failing>();
  readonly #skips = new Map<number, Sighting>();
  readonly #surprises = new Map<number, Sighting>();
  readonly #unsure = new Map<ParsedStatement, Event>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#rowsAt = rowsAtStart(deployment);
  }

  add(start: StartState, run: Run): UpgradePath {
    const events = eventsThatCount(start, run);
    const failsAt = run.failsAt ?? this.#firstRowFailure(start, events);
    const verdict = failsAt !== null ? 'fails' : events.hasDoubts ? 'unsure' : 'ok';
    const path: UpgradePath = { name: start.name, start, verdict, failsAt, end: afterwards(run.end) };
    this.#ranks.set(path, this.#paths.push(path));
    this.#hold(events, path);
    return path;
  }

  #firstRowFailure(start: StartState, events: EventList): Event | null {
    for (const event of rowFailuresOf(events)) if (this.#countsOn(event)(start)) return event;
    return null;
  }

  /** What fails only on rows counts where the table may hold some. A fresh install runs alone, so its replay knows. */
  #countsOn(event: Event): (start: StartState) => boolean {
    const { outcome } = event;
    if (outcome.kind !== 'failed' || outcome.condition === 'always') return () => true;
    let mayHoldRows = this.#rowTests.get(event);
    if (mayHoldRows === undefined) {
      mayHoldRows = this.#rowsAt(event);
      this.#rowTests.set(event, mayHoldRows);
    }
    return ({ kind, database }) => kind === 'fresh' || mayHoldRows(database);
  }

  /** Notes who holds a list; what stands in one that nobody held before, too, in order. */
  #hold(list: EventList, holder: EventList | UpgradePath): void {
    // A stack of our own: shared tails nest as deep as a ledger is long.
    const stack = this.#isNewlyHeld(list, holder) ? [{ list, at: 0 }] : [];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const item = top.list.items[top.at++];
      if (item === undefined) stack.pop();
      else if (!isList(item)) this.#note(item, top.list);
      else if (this.#isNewlyHeld(item, top.list)) stack.push({ list: item, at: 0 });
    }
  }

  #isNewlyHeld(list: EventList, holder: EventList | UpgradePath): boolean {
    const holders = this.#holders.get(list);
    if (holders === undefined) this.#holders.set(list, [holder]);
    else holders.push(holder);
    return holders === undefined;
  }

  #note(event: Event, list: EventList): void {
    const { outcome } = event;
    if (outcome.kind === 'failed') {
      if (!event.caught) noteFailing(this.#failures, event, outcome.error, outcome.condition, list);
      else if (outcome.condition === 'always') noteFailing(this.#swallowed, event, outcome.error, 'always', list);
    } else if (outcome.kind === 'unsure') {
      if (!this.#unsure.has(event.parsed)) this.#unsure.set(event.parsed, event);
      if (outcome.error !== undefined && !event.caught) noteFailing(this.#doubts, event, outcome.error, 'always', list);
    } else if (outcome.kind === 'skipped') {
      notePassed(this.#skips, event, list);
    } else {
      notePassed(this.#surprises, event, list);
    }
  }

  /** The paths from the given starts in that order, then all others. */
  paths(order: readonly StartState[]): readonly UpgradePath[] {
    const ranks = new Map(order.map((start, at) => [start, at]));
    const rank = ({ start }: UpgradePath): number => ranks.get(start) ?? order.length;
    return this.#paths.toSorted((left, right) => rank(left) - rank(right));
  }

  failures(confirmed: Confirmation): readonly Failure[] {
    return [...this.#failures.values()].flatMap(({ event, error, condition, lists }): readonly Failure[] => {
      const countsOn = this.#countsOn(event);
      const paths = this.#pathsOf(lists).filter(({ start }) => countsOn(start));
      if (paths.length === 0) return [];
      const restarts = isOwnDoing(event, error, paths) ? this.#deployment.restarts : undefined;
      const halfDone = paths.every(({ start }) => start.reading !== undefined) ? paths[0]?.start.reading : undefined;
      const supposed = confirmed(event, error, condition, paths) ? (halfDone ?? restarts ?? null) : UNCONFIRMED;
      const reading = event.underUnknownGuard ?? supposed;
      return [{ ...event, error, condition, paths, reading }];
    });
  }

  doubts(): readonly Doubt[] {
    return [...this.#doubts.values()].map((seen) => ({ ...this.#withPaths(seen), error: seen.error }));
  }

  /** Each statement whose outcome could not be known somewhere, as it was first met so. */
  unsure(): readonly Event[] {
    return [...this.#unsure.values()];
  }

  swallowed(): readonly Swallowed[] {
    return [...this.#swallowed.values()].map((seen) => ({ ...this.#withPaths(seen), error: seen.error }));
  }

  skips(): readonly Skip[] {
    return [...this.#skips.values()].map((seen) => this.#withPaths(seen));
  }

  surprises(): readonly Surprise[] {
    return [...this.#surprises.values()].map((seen) => this.#withPaths(seen));
  }

  /** Few are ever asked for their paths, and each may have thousands. */
  #withPaths({ event, lists }: Sighting): Event & { readonly paths: readonly UpgradePath[] } {
    const pathsOf = (): readonly UpgradePath[] => this.#pathsOf(lists);
    return {
      ...event,
      get paths() {
        return pathsOf();
      },
    };
  }

  /** All paths on which one of these lists was met, in the order in which they were added. */
  #pathsOf(lists: readonly EventList[]): readonly UpgradePath[] {
    const [first, ...others] = lists;
    if (first === undefined) return [];
    if (others.length === 0) return this.#pathsOfList(first);
    return this.#inOrder(new Set(lists.flatMap((list) => this.#pathsOfList(list))));
  }

  #pathsOfList(list: EventList): readonly UpgradePath[] {
    let paths = this.#pathsOfLists.get(list);
    if (paths === undefined) {
      paths = this.#inOrder(this.#holdingPaths(list));
      this.#pathsOfLists.set(list, paths);
    }
    return paths;
  }

  #holdingPaths(list: EventList): readonly UpgradePath[] {
    const paths: UpgradePath[] = [];
    const seen = new Set<EventList>([list]);
    for (const held of seen) {
      for (const holder of this.#holders.get(held) ?? []) {
        // A path holds one list, so it is met once.
        if ('verdict' in holder) paths.push(holder);
        else seen.add(holder);
      }
    }
    return paths;
  }

  #inOrder(paths: Iterable<UpgradePath>): readonly UpgradePath[] {
    return [...paths].sort((left, right) => (this.#ranks.get(left) ?? 0) - (this.#ranks.get(right) ?? 0));
  }
}

/** What a path leaves: temporary tables go with the connection. */
function afterwards(database: Database): Database {
  return { ...database, catalog: withoutTemporary(database.catalog) };
}

/** After a failure only the first stop says something new: what stands below it fails for the same reason, if at all. */
function eventsThatCount(start: StartState, run: Run): EventList {
  if (start.kind !== 'after-failure') return run.events;
  return eventList(run.failsAt === null ? [] : [run.failsAt]);
}

function noteFailing(
  map: Map<string, Failing>,
  event: Event,
  error: EngineError,
  condition: Failing['condition'],
  list: EventList,
): void {
  const key = keyOf(event, error, condition);
  const known = map.get(key);
  if (known === undefined) map.set(key, { event, error, condition, lists: [list] });
  else known.lists.push(list);
}

function notePassed(map: Map<number, Sighting>, event: Event, list: EventList): void {
  const known = map.get(numberOf(event.operation));
  if (known === undefined) map.set(numberOf(event.operation), { event, lists: [list] });
  else known.lists.push(list);
}

/** It fails only where the same deploy has run before. */
function isOwnDoing(event: Event, error: EngineError, paths: readonly UpgradePath[]): boolean {
  if (paths.some(({ start }) => start.kind === 'fresh')) return false;
  return (
    error.existing?.statement === event.parsed.statement || paths.every(({ start }) => start.kind === 'second-start')
  );
}

const UNCONFIRMED = 'if a database lacks several of these columns at once';
