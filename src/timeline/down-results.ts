import type { Database } from '../catalog/catalog.ts';
import { diffCatalogs } from '../catalog/diff.ts';
import type { Operation } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Deployment, Step } from '../deployment.ts';
import { eventsOf } from './events.ts';
import type { DownResult, Event } from './history.ts';
import { operationsOf, placedStatements, statementsOfStep } from './program.ts';
import { runActions, type Run } from './run.ts';
import type { StartStates } from './start-states.ts';

type Chain = StartStates['chain'];

interface WayDown extends Pick<DownResult, 'givenRows'> {
  readonly end: Database;
  readonly failure: { readonly step: Step; readonly event: Event } | null;
}

/** Goes down and up again after each change that has a way down, and keeps what does not come back as it was. */
export function downResults(deployment: Deployment, chain: Chain): readonly DownResult[] {
  return changesOf(chain).flatMap((change) => downResult(deployment, change) ?? []);
}

/** The steps of the chain, those together that are parts of one change. */
function changesOf(chain: Chain): readonly Chain[] {
  const changes: Chain[number][][] = [];
  for (const part of chain) {
    const last = changes.at(-1);
    const before = last?.at(-1)?.step;
    if (last !== undefined && before?.partOf !== undefined && before.partOf === part.step.partOf) last.push(part);
    else changes.push([part]);
  }
  return changes;
}

function downResult(deployment: Deployment, change: Chain): DownResult | null {
  const [first] = change;
  const last = change.at(-1);
  if (first === undefined || last === undefined || change.some(({ step }) => step.down === undefined)) return null;
  if (change.every((part) => undoesNothing(part.step, deployment))) return null;
  const down = goDown(deployment, change, last.after);
  const step = down.failure?.step ?? last.step;
  const statements = statementsDown(step, deployment);
  if (down.failure !== null)
    return { step, statements, differences: [], failure: down.failure.event, upAgain: null, givenRows: null };
  const removed = removedIfThere(change, deployment);
  const differences = diffCatalogs(first.before.catalog, down.end.catalog, deployment.engine).filter(
    ({ left, object }) => left !== null || !removed.has(nameKey(object)),
  );
  const upAgain = goUp(deployment, change, down.end);
  const { givenRows } = down;
  return differences.length === 0 && upAgain === null && givenRows === null
    ? null
    : { step, statements, differences, failure: null, upAgain, givenRows };
}

/** The parts of a change are undone last first; one that fails ends the way. */
function goDown(deployment: Deployment, change: Chain, start: Database): WayDown {
  let end = start;
  let givenRows: Event | null = null;
  for (const { step } of change.toReversed()) {
    const run = runActions(end, step.down ?? [], deployment, null, step);
    if (run.failsAt !== null) return { end: run.end, failure: { step, event: run.failsAt }, givenRows };
    givenRows ??= firstGivenRows(run, step, deployment);
    ({ end } = run);
  }
  return { end, failure: null, givenRows };
}

/** The first statement that rows of the new shape stop; none where the rows of its table are changed or looked at before. */
function firstGivenRows({ events }: Run, step: Step, deployment: Deployment): Event | null {
  const stopped = [...eventsOf(events)].find(
    ({ outcome, caught }) => outcome.kind === 'failed' && outcome.condition !== 'always' && !caught,
  );
  if (stopped === undefined) return null;
  const statements = statementsDown(step, deployment);
  const before = statements.slice(0, statements.indexOf(stopped.parsed));
  const changesRows = before.some(({ operations }) =>
    operations.some(({ kind }) => kind === 'write-rows' || kind === 'run-code' || kind === 'opaque'),
  );
  return changesRows ? null : stopped;
}

function goUp(deployment: Deployment, change: Chain, start: Database): Event | null {
  let current = start;
  for (const { step } of change) {
    const run = runActions(current, step.actions, deployment, null, step);
    if (run.failsAt !== null) return run.failsAt;
    current = run.end;
  }
  return null;
}

/** Tables and views that the way up removes if they are there, and does not make: that the way down makes them gives them back. */
function removedIfThere(change: Chain, deployment: Deployment): ReadonlySet<string> {
  const removed = new Set<string>();
  for (const operation of change.flatMap(({ step }) => operationsOf(statementsOfStep(step, deployment)))) {
    if (operation.kind === 'drop-table' && operation.ifExists !== undefined)
      removed.add(nameKey(operation.table.name.text));
    if (operation.kind === 'drop-view' && operation.ifExists !== undefined)
      removed.add(nameKey(operation.view.name.text));
    if (operation.kind === 'create-table') removed.delete(nameKey(operation.table.name.text));
    if (operation.kind === 'create-view') removed.delete(nameKey(operation.view.name.text));
  }
  return removed;
}

/** The name without its schema, in small letters. */
function nameKey(object: string): string {
  return object.slice(object.lastIndexOf('.') + 1).toLowerCase();
}

/**
 * It says so on purpose: a comment alone, or `SELECT 1` where the tool wants a statement. What a function that it calls undoes is
 * not known.
 */
function undoesNothing(step: Step, deployment: Deployment): boolean {
  return statementsDown(step, deployment).every(({ operations }) => operations.every(isWithoutEffect));
}

function isWithoutEffect({ kind }: Operation): boolean {
  return kind === 'query' || kind === 'transaction';
}

function statementsDown(step: Step, deployment: Deployment): readonly ParsedStatement[] {
  return [...placedStatements(step.down ?? [], deployment, step)].map(({ parsed }) => parsed);
}
