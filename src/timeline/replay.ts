import type { Database } from '../catalog/catalog.ts';
import { fingerprintOf } from '../catalog/content.ts';
import { diffCatalogs, type Difference } from '../catalog/diff.ts';
import type { Action, Deployment, Step } from '../deployment.ts';
import type { Project } from '../project.ts';
import { eventsOf, NO_EVENTS } from './events.ts';
import type {
  Divergence,
  Doubt,
  Event,
  DownResult,
  Failure,
  History,
  Rerun,
  Skip,
  Surprise,
  Swallowed,
  StartState,
  UpgradePath,
} from './history.ts';
import { placedStatements } from './program.ts';
import { isRerunnable, reruns } from './reruns.ts';
import { afterFailures, stoppedUnrecorded } from './after-failure.ts';
import { downResults } from './down-results.ts';
import { nextDeploy } from './next-deploy.ts';
import { newRunMemory, type RunMemory } from './run-memory.ts';
import { runActions, type Run } from './run.ts';
import { keyOf, Sightings, type Confirmation } from './sightings.ts';
import { runsAlways, startStates, type StartStates } from './start-states.ts';

/** Replays a deployment on every database that it can meet, under every reading of how its files run. */
export function replayDeployment(deployment: Deployment, project: Project): History {
  const main = replayReading(deployment, deployment.program);
  const others = deployment.otherReadings.map(({ words, program }) => ({
    words,
    replay: replayReading(deployment, program),
  }));
  const statements = [...placedStatements(deployment.program, deployment)];
  return {
    deployment,
    project,
    paths: main.paths,
    failures: mergeReadings(deployment, main, others),
    skips: main.skips,
    surprises: main.surprises,
    doubts: main.doubts,
    unsure: main.unsure,
    swallowed: main.swallowed,
    divergences: main.divergences,
    downs: main.downs,
    reruns: main.reruns,
    statements,
    rejected: new Map(),
    coverage: {
      statements: statements.length,
      opaque: statements.filter(({ parsed }) => parsed.operations.some((operation) => operation.kind === 'opaque'))
        .length,
      unsure: main.unsure.length,
    },
  };
}

/** What one reading of the deployment gives. */
interface Replay {
  readonly paths: readonly UpgradePath[];
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
  readonly surprises: readonly Surprise[];
  readonly doubts: readonly Doubt[];
  readonly swallowed: readonly Swallowed[];
  readonly divergences: readonly Divergence[];
  readonly downs: readonly DownResult[];
  readonly reruns: readonly Rerun[];
  /** Statements whose outcome could not be known somewhere. */
  readonly unsure: readonly Event[];
}

function replayReading(deployment: Deployment, program: readonly Action[]): Replay {
  const memory = newRunMemory();
  const starts = startStates(deployment, program, memory);
  const seen = new Sightings(deployment);
  // A fresh install runs alone: on it no table holds rows but those that the deploy itself writes.
  const fresh = seen.add(starts.fresh, starts.complete);
  // The latest start first: earlier ones end in what it ran, and a failure names the nearest install first.
  const upgraded = [...starts.ledger.toReversed(), ...starts.older].flatMap((start) => {
    const run = runActions(start.database, program, deployment, memory);
    return contradicts(start, run) ? [] : [seen.add(start, run)];
  });
  if (deployment.upgrades) {
    addSecondStart(deployment, program, fresh, memory, seen);
    const known = upgraded.filter(({ start }) => start.kind !== 'witnessed');
    addSecondStartsOfUpgrades(deployment, program, known, fresh, memory, seen);
    addStepsAgain(deployment, program, ranSteps(starts, upgraded), memory, seen);
    const halfWay = [
      ...afterFailures(deployment, installsBeforeSteps(deployment, starts)),
      ...stoppedUnrecorded(deployment, starts.chain),
    ];
    for (const start of halfWay) seen.add(start, runActions(start.database, program, deployment, memory));
  }
  const confirmed = confirmations(deployment, program, starts, memory);
  const paths = seen.paths([starts.fresh, ...starts.ledger, ...starts.older]);
  return {
    paths,
    failures: seen.failures(confirmed),
    skips: seen.skips(),
    surprises: seen.surprises(),
    doubts: seen.doubts(),
    swallowed: seen.swallowed(),
    divergences: divergences(deployment, fresh, paths),
    downs: downResults(deployment, starts.chain),
    reruns: reruns(deployment, starts.chain),
    unsure: seen.unsure(),
  };
}

/** Where nobody says that a database is in use, a step of the ledger that finds its own work done there was run on it before. */
function contradicts({ kind, reading }: StartState, { failsAt }: Run): boolean {
  if (kind !== 'dump' || reading === undefined || failsAt?.outcome.kind !== 'failed') return false;
  return failsAt.step !== null && failsAt.outcome.error.class.startsWith('duplicate-');
}

/** What runs at every start must stand a second one. */
function addSecondStart(
  deployment: Deployment,
  program: readonly Action[],
  fresh: UpgradePath,
  memory: RunMemory,
  seen: Sightings,
): void {
  const again = nextDeploy(fresh.end);
  const start: StartState = { name: 'second start', kind: 'second-start', database: again, witnesses: [] };
  const run = runActions(again, program, deployment, memory);
  if (run.events !== NO_EVENTS || runsSomethingAgain(program)) seen.add(start, run);
}

/**
 * So must it on upgraded databases that end otherwise than a fresh one, each distinct end once. One that passes is no path of its
 * own: it says no more than the first start of a later install.
 */
function addSecondStartsOfUpgrades(
  deployment: Deployment,
  program: readonly Action[],
  upgraded: readonly UpgradePath[],
  fresh: UpgradePath,
  memory: RunMemory,
  seen: Sightings,
): void {
  if (!runsAlways(program)) return;
  const ends = new Set([fingerprintOf(fresh.end.catalog, deployment.engine)]);
  for (const { name, verdict, end } of upgraded) {
    const fingerprint = fingerprintOf(end.catalog, deployment.engine);
    if (verdict !== 'ok' || ends.has(fingerprint)) continue;
    ends.add(fingerprint);
    const database = nextDeploy(end);
    const start: StartState = { name: `${name}, second start`, kind: 'second-start', database, witnesses: [] };
    const run = runActions(database, program, deployment, memory);
    if (run.failsAt !== null) seen.add(start, run);
  }
}

/** Databases that meet a step of the ledger: along the chain, and where the config gives dumps, those before the first step. */
function installsBeforeSteps(deployment: Deployment, starts: StartStates): StartStates['chain'] {
  const [first] = deployment.ledger;
  const dumps = first === undefined ? [] : starts.older.filter(({ kind }) => kind === 'dump');
  const atFirst = dumps.flatMap(({ database }) =>
    first === undefined || database.ledger.has(first.identity)
      ? []
      : [{ step: first, before: database, after: database }],
  );
  return [...starts.chain, ...atFirst];
}

/** Each step with a database that it has been run on: along the chain, and the ends of paths from dumps. */
function ranSteps(
  { chain }: StartStates,
  upgraded: readonly UpgradePath[],
): readonly { readonly step: Step; readonly after: Database }[] {
  const fromDumps = upgraded.filter(({ start, verdict }) => start.kind === 'dump' && verdict !== 'fails');
  return [...chain, ...fromDumps.flatMap(({ end }) => chain.map(({ step }) => ({ step, after: end })))];
}

/** Steps that the config calls rerunnable: they meet the database that they have left, and the ledger does not know them. */
function addStepsAgain(
  deployment: Deployment,
  program: readonly Action[],
  ran: readonly { readonly step: Step; readonly after: Database }[],
  memory: RunMemory,
  seen: Sightings,
): void {
  for (const { step, after } of ran) {
    if (!isRerunnable(step, deployment)) continue;
    const database = { ...nextDeploy(after), ledger: after.ledger.forget(step.identity) };
    const start: StartState = { name: `${step.name} again`, kind: 'second-start', database, witnesses: [] };
    seen.add(start, runActions(database, program, deployment, memory));
  }
}

function runsSomethingAgain(program: readonly Action[]): boolean {
  return program.some((action) => action.kind !== 'step');
}

/** A failure that is seen only on states which lack several columns must also happen where one of them alone is missing. */
function confirmations(
  deployment: Deployment,
  program: readonly Action[],
  starts: StartStates,
  memory: RunMemory,
): Confirmation {
  const confirmed = new Set<string>();
  for (const start of starts.confirmations) {
    for (const event of eventsOf(runActions(start.database, program, deployment, memory).events)) {
      if (event.outcome.kind === 'failed') confirmed.add(keyOf(event, event.outcome.error, event.outcome.condition));
    }
  }
  return (event, error, condition, paths) =>
    paths.some((path) => path.start.kind !== 'witnessed') || confirmed.has(keyOf(event, error, condition));
}

/** Every path that ends well held against the fresh install, where that ends well. */
function divergences(deployment: Deployment, fresh: UpgradePath, paths: readonly UpgradePath[]): readonly Divergence[] {
  if (fresh.verdict === 'fails') return [];
  const { engine } = deployment;
  const known = new Map<string, readonly Difference[]>();
  const result: Divergence[] = [];
  for (const path of paths) {
    if (path.verdict === 'fails' || path.start.kind === 'after-failure') continue;
    if (path.end.catalog === fresh.end.catalog) continue;
    const fingerprint = fingerprintOf(path.end.catalog, engine);
    const differences = known.get(fingerprint) ?? diffCatalogs(fresh.end.catalog, path.end.catalog, engine);
    known.set(fingerprint, differences);
    if (differences.length > 0) result.push({ path, differences });
  }
  return result;
}

/** A failure under every reading needs no assumption; under one only, it names that one. */
function mergeReadings(
  deployment: Deployment,
  main: Replay,
  others: readonly { readonly words: string; readonly replay: Replay }[],
): readonly Failure[] {
  const keysOf = (replay: Replay): Set<string> =>
    new Set(replay.failures.map((failure) => keyOf(failure, failure.error, failure.condition)));
  // What fails elsewhere only by an assumption of its own proves nothing here.
  const otherKeys = others.map(({ replay }) =>
    keysOf({ ...replay, failures: replay.failures.filter((failure) => failure.reading === null) }),
  );
  const mainKeys = keysOf(main);
  const merged = main.failures.map((failure) => {
    const everywhere =
      others.length > 0 && otherKeys.every((keys) => keys.has(keyOf(failure, failure.error, failure.condition)));
    return { ...failure, reading: failure.reading ?? (everywhere ? null : deployment.reading) };
  });
  for (const { words, replay } of others) {
    for (const failure of replay.failures) {
      const key = keyOf(failure, failure.error, failure.condition);
      if (mainKeys.has(key)) continue;
      mainKeys.add(key);
      merged.push({ ...failure, reading: failure.reading ?? words });
    }
  }
  return merged;
}
