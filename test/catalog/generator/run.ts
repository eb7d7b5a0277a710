import fc from 'fast-check';
import type { Engine } from '../../../src/dialects/dialect.ts';
import { loadTreeReader } from '../../../src/query/reader.ts';
import { compare, type Comparison, type Disagreement } from '../comparison.ts';
import type { TestEngine } from '../engines/test-engine.ts';
import { sequences } from './sequence.ts';

/** How often statements of a sequence are made at most. */
export const STATEMENTS_PER_SEQUENCE = 18;

/** Where there are more kinds than a person reads, the rarer ones wait. */
const KINDS_MADE_SMALL = 24;

/** A kind of disagreement: the same words about other names. */
export interface DisagreementKind {
  readonly kind: string;
  count: number;
  /** The first of its kind, and the seed that gives it again. */
  readonly seed: number;
  readonly example: Disagreement;
  readonly sequence: readonly string[];
  /** The smallest sequence found that still shows it; null where none was looked for. */
  smallest: string | null;
}

/** What many sequences came to. */
export interface Tally {
  sequences: number;
  sameCatalogs: number;
  statements: number;
  /** Both accept, or both refuse in the same words. */
  agreed: number;
  /** Both refuse, in other words. */
  reworded: number;
  unsure: number;
  unknowable: number;
  readonly kinds: Map<string, DisagreementKind>;
}

export interface RunSettings {
  readonly engine: Engine;
  /** Databases of one engine: each takes the next sequence when it is free, and a server that waits for a disk serves another. */
  readonly servers: readonly TestEngine[];
  readonly sequences: number;
  /** Sequence number n is the one of seed + n, so any of them can be run alone. */
  readonly seed: number;
  /** Whether statements about more than tables, their columns and indexes come too. */
  readonly withObjects: boolean;
  /** Whether the first of each kind is made small. */
  readonly shrinks: boolean;
  readonly progress?: (tally: Tally) => void;
  /** Ends the run before its time; what was counted counts. */
  readonly isStopped?: () => boolean;
}

/** A sequence that was held against the engine. */
interface Compared {
  readonly sequence: readonly string[];
  readonly comparison: Comparison;
}

/** Runs random sequences on the replay and on an engine. Whichever database is faster, the tally is that of their order. */
export async function runSequences(settings: RunSettings): Promise<Tally> {
  const tally = emptyTally();
  await loadTreeReader(settings.engine.dialect.name);
  const arbitrary = sequences(settings.engine, STATEMENTS_PER_SEQUENCE, settings.withObjects);
  const waiting = new Map<number, Compared>();
  let begun = 0;
  await onAll(settings.servers, async (server) => {
    if (begun >= settings.sequences || settings.isStopped?.() === true) return false;
    const number = begun++;
    const [sequence = []] = fc.sample(arbitrary, { seed: settings.seed + number, numRuns: 1 });
    waiting.set(number, { sequence, comparison: await compareAlone(sequence, settings.engine, server) });
    for (let next = waiting.get(tally.sequences); next !== undefined; next = waiting.get(tally.sequences)) {
      waiting.delete(tally.sequences);
      add(tally, next, settings.seed + tally.sequences);
      settings.progress?.(tally);
    }
    return true;
  });
  if (settings.shrinks) await makeSmall(tally, settings);
  return tally;
}

/** Lets every database take piece after piece of the work, until one of them finds none. */
async function onAll(servers: readonly TestEngine[], piece: (server: TestEngine) => Promise<boolean>): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      while (await piece(server));
    }),
  );
}

function emptyTally(): Tally {
  return {
    sequences: 0,
    sameCatalogs: 0,
    statements: 0,
    agreed: 0,
    reworded: 0,
    unsure: 0,
    unknowable: 0,
    kinds: new Map(),
  };
}

async function compareAlone(sequence: readonly string[], engine: Engine, server: TestEngine): Promise<Comparison> {
  await server.reset();
  return compare(sequence.join('\n'), engine, server);
}

function add(tally: Tally, { comparison, sequence }: Compared, seed: number): void {
  tally.sequences++;
  if (comparison.sameCatalog) tally.sameCatalogs++;
  tally.statements += comparison.statements;
  tally.agreed += comparison.agreed;
  tally.reworded += comparison.reworded;
  tally.unsure += comparison.unsure;
  tally.unknowable += comparison.unknowable;
  for (const example of comparison.disagreements) {
    if (example.about === 'unknowable') continue;
    const kind = kindOf(example);
    const known = tally.kinds.get(kind);
    if (known === undefined) tally.kinds.set(kind, { kind, count: 1, seed, example, sequence, smallest: null });
    else known.count++;
  }
}

/** A disagreement without the names in it. */
export function kindOf({ about, statement, engine, replay }: Disagreement): string {
  const verbs = (statement.split('(', 1)[0] ?? '').split(/\s+/).filter((word) => VERBS.has(word)).join(' '); // prettier-ignore
  const parts = (text: string): string => [...new Set(text.split('; ').map((line) => line.split(' ', 1)[0] ?? ''))].join(' '); // prettier-ignore
  return about === 'catalog'
    ? `catalog after ${verbs}: engine ${parts(engine)}, replay ${parts(replay)}`
    : `${verbs} | ${withoutNames(engine)} | ${withoutNames(replay)}`;
}

const VERBS = new Set(
  'CREATE ALTER DROP RENAME TABLE INDEX VIEW MATERIALIZED TRIGGER TYPE DOMAIN FUNCTION SCHEMA SEQUENCE ADD COLUMN CONSTRAINT INSERT INTO SELECT AS MODIFY CHANGE SET COMMIT'.split(
    ' ',
  ),
);

/** Names of the generator's pools, whatever is made of them, and numbers. */
const NAMES =
  /\b(?:\w+\.)*(?:order lines|users|orders|items|audit|user_id|id|name|total|note|group|email|kind|idx[_ ]\w|recent|totals|named|touch|guard|log|ck|uq|fk|new_rows|old_rows|first|other|one|more|mood|level|mail|app|public|counter|stamp|counted|own|readers|pair|quiet|moved|by_two|by_more|search|swapped|nightly|weekly)\w*\b/gi;

function withoutNames(text: string): string {
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '_')
    .replace(NAMES, '_')
    .replace(/\b(?:new|old|a|b|c)\._/gi, '_')
    .replace(/\d+/g, '0')
    .replace(/_(?:[., :]+_)+/g, '_');
}

/** Enough to make most sequences small. */
const SHRINKING_MILLISECONDS = 1000;

async function makeSmall(tally: Tally, settings: RunSettings): Promise<void> {
  const { servers, isStopped } = settings;
  const large = [...tally.kinds.values()]
    .toSorted((left, right) => right.count - left.count)
    .slice(0, KINDS_MADE_SMALL);
  await onAll(servers, async (server) => {
    const kind = isStopped?.() === true ? undefined : large.shift();
    if (kind !== undefined) kind.smallest = await smallestWith(kind, settings, server);
    return kind !== undefined;
  });
}

/** First fast-check makes the decisions simpler, then statements are left out one by one. */
async function smallestWith(
  { kind, sequence, seed }: DisagreementKind,
  { engine, withObjects }: RunSettings,
  server: TestEngine,
): Promise<string> {
  const shows = async (candidate: readonly string[]): Promise<boolean> =>
    (await compareAlone(candidate, engine, server)).disagreements.some((found) => kindOf(found) === kind);
  let smallest = sequence;
  let running = Promise.resolve(false);
  const property = fc.asyncProperty(sequences(engine, STATEMENTS_PER_SEQUENCE, withObjects), async (candidate) => {
    running = shows(candidate);
    const isShown = await running;
    if (isShown && candidate.join('').length <= smallest.join('').length) smallest = candidate;
    return !isShown;
  });
  await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: SHRINKING_MILLISECONDS });
  // What ran when the time was over still sends statements, which would meet the next sequence.
  await running;
  const deadline = performance.now() + 2 * SHRINKING_MILLISECONDS;
  for (let at = smallest.length - 1; at >= 0 && performance.now() < deadline; at--) {
    const candidate = smallest.filter((_, other) => other !== at);
    if (await shows(candidate)) smallest = candidate;
  }
  return smallest.join('\n');
}
