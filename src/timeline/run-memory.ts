import type { Database } from '../catalog/catalog.ts';
import type { Action, Step } from '../deployment.ts';
import type { Run } from './run.ts';
import { RunsByDatabase } from './runs-by-database.ts';
import type { SkipMemory } from './skip-memory.ts';
import type { StretchMemory } from './unchanged-stretch.ts';

/** What the runs of one deployment share. */
export interface RunMemory {
  /** The rest of an action list from the step at an index on. */
  readonly rests: Map<readonly Action[], Map<number, RunsByDatabase>>;
  readonly steps: Map<Step, RunsByDatabase>;
  readonly fresh: FreshSteps;
  readonly stretches: StretchMemory;
  readonly skips: SkipMemory;
}

/** What the fresh install's steps did, each once. */
export type FreshSteps = Map<Step, FreshStep>;

export interface FreshStep {
  readonly met: Database;
  readonly run: Run;
  /** Whether it did what it did because tables were empty. */
  readonly restsOnEmptiness: boolean;
}

export function newRunMemory(): RunMemory {
  return { rests: new Map(), steps: new Map(), fresh: new Map(), stretches: new Map(), skips: new WeakMap() };
}

/** What is known under a key, which is nothing yet where the key is new. */
export function runsUnder<Key>(memory: Map<Key, RunsByDatabase>, key: Key): RunsByDatabase {
  const known = memory.get(key) ?? new RunsByDatabase();
  memory.set(key, known);
  return known;
}
