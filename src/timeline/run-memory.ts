import type { Action, Step } from '../deployment.ts';
import type { Run } from './run.ts';
import type { SkipMemory } from './skip-memory.ts';
import type { StretchMemory } from './unchanged-stretch.ts';

/** What the runs of one deployment share. */
export interface RunMemory {
  /** The rest of an action list from a step on, by the database that meets it. */
  readonly rests: Map<readonly Action[], Map<string, Run>>;
  /** What one step does, by the database that meets it. */
  readonly steps: Map<Step, Map<string, Run>>;
  readonly stretches: StretchMemory;
  readonly skips: SkipMemory;
}

export function newRunMemory(): RunMemory {
  return { rests: new Map(), steps: new Map(), stretches: new Map(), skips: new WeakMap() };
}
