import fc from 'fast-check';
import type { Engine } from '../../../src/dialects/dialect.ts';
import { loadTreeReader } from '../../../src/query/reader.ts';
import { compare, type Comparison, type Disagreement } from '../comparison.ts';
import type { TestEngine } from '../engines/test-engine.ts';
import { sequences } from './sequence.ts';

/** How often statements of a sequence are made at most. */
export const STATEMENTS_PER_SEQUENCE = 18;

/** Where there are more kinds than a person reads, the others wait. */
const KINDS_MADE_SMALL = 40;

/** A kind of disagreement: the same words about other names. */
export interface DisagreementKind {
  readonly kind: string;
  count: number;
  /** The first of its kind, and the seed that gives it again. */
  readonly seed: number;
  readonly example: Disagreement;
  /** The smallest sequence found that still shows it; null where none was looked for. */
  readonly smallest: string | null;
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
  readonly server: TestEngine;
  readonly sequences: number;
  /** Sequence number n is the one of seed + n, so any of them can be run alone. */
  readonly seed: number;
  /** Whether the first of each kind is made small. */
  readonly shrinks: boolean;
  readonly progress?: (tally: Tally) => void;
  /** Ends the run before its time; what was counted counts. */
  readonly isStopped?: () => boolean;
}

/** Runs random sequences on the replay and on an engine. */
export async function runSequences(settings: RunSettings): Promise<Tally> {
  const tally: Tally = {
    sequences: 0,
    sameCatalogs: 0,
    statements: 0,
    agreed: 0,
    reworded: 0,
    unsure: 0,
    unknowable: 0,
    kinds: new Map(),
  };
  await loadTreeReader(settings.engine.dialect.name);
  const arbitrary = sequences(settings.engine, STATEMENTS_PER_SEQUENCE);
  for (let number = 0; number < settings.sequences && settings.isStopped?.() !== true; number++) {
    const seed = settings.seed + number;
    const [sequence] = fc.sample(arbitrary, { seed, numRuns: 1 });
    const comparison = await compareAlone(sequence ?? [], settings);
    add(tally, comparison);
    const found = comparison.disagreements.filter(({ about }) => about !== 'unknowable');
    for (const disagreement of found) await note(tally, disagreement, sequence ?? [], seed, settings);
    settings.progress?.(tally);
  }
  return tally;
}

async function compareAlone(sequence: readonly string[], { engine, server }: RunSettings): Promise<Comparison> {
  await server.reset();
  return compare(sequence.join('\n'), engine, server);
}

function add(tally: Tally, comparison: Comparison): void {
  tally.sequences++;
  if (comparison.sameCatalog) tally.sameCatalogs++;
  tally.statements += comparison.statements;
  tally.agreed += comparison.agreed;
  tally.reworded += comparison.reworded;
  tally.unsure += comparison.unsure;
  tally.unknowable += comparison.unknowable;
}

async function note(
  tally: Tally,
  disagreement: Disagreement,
  sequence: readonly string[],
  seed: number,
  settings: RunSettings,
): Promise<void> {
  const kind = kindOf(disagreement);
  const known = tally.kinds.get(kind);
  if (known !== undefined) {
    known.count++;
    return;
  }
  const smallest =
    settings.shrinks && tally.kinds.size < KINDS_MADE_SMALL ? await smallestWith(kind, sequence, seed, settings) : null;
  tally.kinds.set(kind, { kind, count: 1, seed, example: disagreement, smallest });
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
  /\b(?:\w+\.)*(?:order lines|users|orders|items|audit|user_id|id|name|total|note|group|email|kind|idx[_ ]\w|recent|totals|named|touch|guard|log|ck|uq|fk|new_rows|old_rows|first|other|one|more|mood|level|mail|app|public|counter|stamp)\w*\b/gi;

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

/** First fast-check makes the decisions simpler, then statements are left out one by one. */
async function smallestWith(
  kind: string,
  sequence: readonly string[],
  seed: number,
  settings: RunSettings,
): Promise<string> {
  const shows = async (candidate: readonly string[]): Promise<boolean> =>
    (await compareAlone(candidate, settings)).disagreements.some((found) => kindOf(found) === kind);
  let smallest = sequence;
  // Within its time a run is never cut off: what it still sends would meet the next sequence.
  const end = performance.now() + SHRINKING_MILLISECONDS;
  const property = fc.asyncProperty(sequences(settings.engine, STATEMENTS_PER_SEQUENCE), async (candidate) => {
    if (performance.now() > end) return true;
    const isShown = await shows(candidate);
    if (isShown && candidate.join('').length <= smallest.join('').length) smallest = candidate;
    return !isShown;
  });
  await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: 5 * SHRINKING_MILLISECONDS });
  const deadline = performance.now() + 2 * SHRINKING_MILLISECONDS;
  for (let at = smallest.length - 1; at >= 0 && performance.now() < deadline; at--) {
    const candidate = smallest.filter((_, other) => other !== at);
    if (await shows(candidate)) smallest = candidate;
  }
  return smallest.join('\n');
}
