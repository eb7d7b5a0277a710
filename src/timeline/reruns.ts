import { fingerprintOf } from '../catalog/content.ts';
import { diffCatalogs } from '../catalog/diff.ts';
import { stepWords, type Deployment, type Step } from '../deployment.ts';
import type { Rerun } from './history.ts';
import { nextDeploy } from './next-deploy.ts';
import { runActions } from './run.ts';
import type { StartStates } from './start-states.ts';

/** Whether the config says that a step may run a second time. */
export function isRerunnable(step: Step, { rerunnable }: Deployment): boolean {
  return rerunnable.some((beginning) => step.name.startsWith(beginning));
}

/**
 * Runs each step that may run again on every database that later steps have led to: it must change nothing there. Only the
 * earliest install is kept, and databases of one content are tried once.
 */
export function reruns(deployment: Deployment, chain: StartStates['chain']): readonly Rerun[] {
  const found: Rerun[] = [];
  for (const [index, { step }] of chain.entries()) {
    if (!isRerunnable(step, deployment)) continue;
    const tried = new Set<string>();
    for (const later of chain.slice(index)) {
      const fingerprint = fingerprintOf(later.after.catalog, deployment.engine);
      if (tried.has(fingerprint)) continue;
      tried.add(fingerprint);
      const again = { ...nextDeploy(later.after), ledger: later.after.ledger.forget(step.identity) };
      const run = runActions(again, [{ kind: 'step', step }], deployment, null);
      const differences =
        run.failsAt === null ? diffCatalogs(later.after.catalog, run.end.catalog, deployment.engine) : [];
      if (differences.length === 0) continue;
      found.push({ step, on: `after ${stepWords(later.step)}`, differences });
      break;
    }
  }
  return found;
}
