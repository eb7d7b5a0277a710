import { emptyDatabase } from '../catalog/apply.ts';
import { fingerprintOf } from '../catalog/content.ts';
import type { Deployment, Step } from '../deployment.ts';
import { connected } from './connected.ts';
import type { StartState } from './history.ts';
import { fileOfStep } from './past-steps.ts';
import { runActions } from './run.ts';
import { withLedger } from './with-ledger.ts';

/** The databases that releases have made, and the states of the ledger that are the same. */
export interface ReleaseStates {
  /** Oldest first; releases that made the same database are one, with the name of the newest. */
  readonly states: readonly StartState[];
  /** Names of releases, by the number of today's steps that they consist of. */
  readonly byStepsRun: ReadonlyMap<number, string>;
}

/**
 * What the files of each release made of an empty database. A release that is the beginning of today's ledger is the state
 * after its last step. One that does not come through by itself has left nothing that is known.
 */
export function releaseStates(deployment: Deployment): ReleaseStates {
  const byStepsRun = new Map<number, string>();
  const states = new Map<string, StartState>();
  for (const { name, deployment: then } of deployment.releases ?? []) {
    const count = stepsInCommon(deployment, then);
    if (count !== null) {
      if (!byStepsRun.has(count)) byStepsRun.set(count, name);
      continue;
    }
    const run = runActions(connected(emptyDatabase(then.engine), then), then.program, then, null);
    if (run.failsAt !== null) continue;
    const recorded = [...run.end.ledger.identities()].sort();
    const key = `${fingerprintOf(run.end.catalog, deployment.engine)} ${recorded.join(' ')}`;
    if (states.has(key)) continue;
    states.set(key, {
      name: `release ${name}`,
      kind: 'release',
      database: withLedger(run.end, deployment),
      witnesses: [],
    });
  }
  return { states: [...states.values()].reverse(), byStepsRun };
}

/** How many of today's steps a release consists of, where it is the beginning of today's ledger and nothing else. */
function stepsInCommon(now: Deployment, then: Deployment): number | null {
  const isPlain = [now, then].every(({ program }) => program.every(({ kind }) => kind === 'step'));
  if (!isPlain || then.ledger.length === 0 || then.ledger.length > now.ledger.length) return null;
  return then.ledger.every((step, index) => isSameStep(step, now.ledger[index])) ? then.ledger.length : null;
}

function isSameStep(then: Step, now: Step | undefined): boolean {
  return now?.identity === then.identity && fileOfStep(now)?.text === fileOfStep(then)?.text;
}
