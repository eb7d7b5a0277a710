import type { Database } from '../catalog/catalog.ts';
import { sameCatalog } from '../catalog/content.ts';
import { withGapsFilled } from '../catalog/fill-gaps.ts';
import { findNamed } from '../catalog/lookup.ts';
import { tableKeyOf } from '../catalog/relation-keys.ts';
import { SideBySide } from '../catalog/side-by-side.ts';
import { unapply, type UnapplyContext } from '../catalog/unapply.ts';
import type { Operation } from '../ddl/operation.ts';
import { stepWords, type Action, type Deployment, type Step } from '../deployment.ts';
import type { Span } from '../text/source-file.ts';
import { connected } from './connected.ts';
import type { StartState } from './history.ts';
import { nextDeploy } from './next-deploy.ts';
import { operationsOf, plainName, statementsOf, statementsOfStep, tableOf } from './program.ts';
import { runsUnder, type RunMemory } from './run-memory.ts';
import { runActions, runStep, type Run } from './run.ts';
import type { StartStates } from './start-states.ts';

/** The states along a ledger, and the database before and after each step that led to the next. */
export interface Chain {
  readonly states: readonly StartState[];
  readonly steps: StartStates['chain'];
}

/**
 * The database that the ledger's steps are taken back from: what a complete deploy leaves, if the program makes tables beside
 * its steps, or makes them in place of its steps and records these as done; else the empty one.
 */
export function schemaOf(deployment: Deployment, program: readonly Action[], empty: Database, complete: Run): Database {
  if (deployment.ledger.length === 0) return complete.end;
  let { ledger } = empty;
  for (const step of deployment.ledger) ledger = ledger.record(step.identity);
  const alone = runActions({ ...empty, ledger }, program, deployment, null).end;
  const isRunnersOwn = !holdsTableOfSteps(alone, deployment) && makesTablesOnly(program, deployment);
  const isMadeWithoutSteps = (hasTables(alone, empty) && !isRunnersOwn) || stampsAll(program);
  const end = complete.failsAt === null && isMadeWithoutSteps ? complete.end : alone;
  return { ...end, ledger: empty.ledger };
}

/**
 * The state before the ledger's first step and after each one. Where the schema runs at every start, an earlier deploy ran it
 * too, so its state is the schema with the later steps taken back. Where only fresh databases got it, the steps lead from the
 * baseline forward; from a step on that fails there, the later states are taken back from the schema again.
 */
export function ledgerChain(
  deployment: Deployment,
  empty: Database,
  schema: Database,
  always: boolean,
  memory: RunMemory,
): Chain {
  const [oldest] = deployment.ledger;
  if (oldest === undefined) return { states: [], steps: [] };
  const hasSchema = hasTables(schema, empty) && holdsTableOfSteps(schema, deployment);
  // What the steps make themselves, on a database of which all is known, needs no taking back.
  const back = hasSchema || empty.catalog.open ? takenBack(deployment, schema) : [];
  const first = back[0] ?? schema;
  const baseline = withVersionBefore(
    oldest,
    asOnFreshInstall(sameCatalog(first.catalog, schema.catalog) ? schema : first, deployment, memory),
    empty,
  );
  const sides = new SideBySide(baseline.catalog, first.catalog);
  const startsEmpty = !hasTables(baseline, empty);
  const states: StartState[] = [];
  const steps: { step: Step; before: Database; after: Database }[] = [];
  if (!startsEmpty) {
    states.push({ name: `before ${stepWords(oldest)}`, kind: 'before-ledger', ...withWitnesses(baseline, deployment) });
  }
  const { engine } = deployment;
  let current = baseline;
  let leadsForward = !(always && hasSchema);
  for (const [index, step] of deployment.ledger.entries()) {
    // A second step of one identity is the first to the ledger: no database has run it.
    if (current.ledger.has(step.identity)) continue;
    const met = connected(inDeployOf(step, deployment.ledger[index - 1], current), deployment);
    const run = runStep(met, step, deployment, memory);
    leadsForward &&= run.failsAt === null || !hasSchema;
    const later = back[index + 1] ?? schema;
    if (!leadsForward) sides.move(run.end.catalog, later.catalog);
    const after = leadsForward ? run.end : takenBackAfter(run, later, sides);
    // A path that runs the step then meets the next one on the very catalog from which the next path starts.
    if (!leadsForward && sameCatalog(after.catalog, run.end.catalog))
      runsUnder(memory.steps, step).set(met, { ...run, end: { ...run.end, catalog: after.catalog } }, engine);
    const recorded = { ...after, ledger: current.ledger.record(step.identity) };
    if (leadsForward) steps.push({ step, before: current, after: recorded });
    if (!isSameChange(step, deployment.ledger[index + 1])) {
      states.push({
        name: `after ${stepWords(step)}`,
        kind: 'after-step',
        ...withWitnesses(recorded, deployment),
        ...(leadsForward && startsEmpty ? { stepsRun: index + 1 } : {}),
      });
    }
    current = recorded;
  }
  return { states, steps };
}

/** A table that a later step builds anew lacks, in its old shape, the columns for which the code looks. */
function withWitnesses(database: Database, deployment: Deployment): Pick<StartState, 'database' | 'witnesses'> {
  let { relations } = database.catalog;
  const witnesses: Span[] = [];
  for (const witness of deployment.witnesses) {
    if (witness.kind !== 'column-checked') continue;
    const name = plainName(witness.table);
    const { relation } = findNamed(database, name, deployment.engine);
    const key = deployment.engine.dialect.key(witness.name, false);
    if (relation?.kind !== 'table' || !relation.open || relation.absent.includes(key)) continue;
    if (relation.columns.some((column) => deployment.engine.dialect.key(column.name, true) === key)) continue;
    relations = relations.set(tableKeyOf(database, name, deployment.engine), {
      ...relation,
      absent: [...relation.absent, key],
    });
    witnesses.push(witness.at);
  }
  if (witnesses.length === 0) return { database, witnesses };
  return { database: { ...database, catalog: { ...database.catalog, relations } }, witnesses };
}

/** The parts of one change ship together and run in one deploy: no database is used between them. */
function inDeployOf(step: Step, before: Step | undefined, current: Database): Database {
  const next = nextDeploy(current);
  return isSameChange(step, before) ? { ...next, deploy: current.deploy } : next;
}

function isSameChange({ partOf }: Step, other: Step | undefined): boolean {
  return partOf !== undefined && partOf === other?.partOf;
}

/** The state after a step, taken back from the schema; what that leaves open the step itself may tell. */
function takenBackAfter({ end, failsAt }: Run, back: Database, sides: SideBySide): Database {
  const { deploy } = end;
  if (failsAt !== null) return { ...back, deploy };
  // The very catalog in which the step ended: what the fresh install did next on it is then found at a look.
  return { ...back, deploy, catalog: sides.areSame ? end.catalog : withGapsFilled(back.catalog, end.catalog) };
}

/**
 * The state before the ledger's first step in the very catalog that the fresh install has there, if both hold the same. What the
 * fresh install's steps did then counts for older ones too, where empty tables made no difference.
 */
function asOnFreshInstall(baseline: Database, deployment: Deployment, { steps, fresh }: RunMemory): Database {
  const [oldest] = deployment.ledger;
  const met = oldest === undefined ? undefined : fresh.get(oldest)?.met;
  if (met === undefined || !sameCatalog(baseline.catalog, met.catalog)) return baseline;
  for (const [step, { met: ofStep, run, restsOnEmptiness }] of fresh)
    // The parts of a change know of each other what the fresh install, which runs all in one deploy, cannot tell apart.
    if (!restsOnEmptiness && step.partOf === undefined) runsUnder(steps, step).set(ofStep, run, deployment.engine);
  return { ...baseline, catalog: met.catalog };
}

/** Where the code counts versions itself and its first step is 2, databases from before it say 1: that is no empty ledger. */
function withVersionBefore({ identity }: Step, baseline: Database, empty: Database): Database {
  const version = /^\d+$/.test(identity) ? Number(identity) - 1 : 0;
  if (version < 1 || !hasTables(baseline, empty)) return baseline;
  return { ...baseline, ledger: baseline.ledger.record(String(version)) };
}

/** Whether some branch records every step without running one. */
function stampsAll(actions: readonly Action[]): boolean {
  return actions.some((action) => {
    if (action.kind === 'if') return stampsAll(action.then) || stampsAll(action.otherwise);
    return action.kind === 'block' ? stampsAll(action.actions) : action.kind === 'stamp' && action.steps === undefined;
  });
}

/** Whether there are tables beside those that a fresh install starts with. */
function hasTables({ catalog: { relations } }: Database, empty: Database): boolean {
  for (const [key, { kind }] of relations.entries())
    if (kind === 'table' && !empty.catalog.relations.has(key)) return true;
  return false;
}

/** Whether the schema has to do with the steps: a runner that makes no table but its ledger's leaves all others to them. */
function holdsTableOfSteps(schema: Database, deployment: Deployment): boolean {
  return deployment.ledger.some((step) =>
    operationsOf(statementsOfStep(step, deployment)).some((operation) => {
      const table = tableOf(operation);
      return table !== undefined && findNamed(schema, table, deployment.engine).relation !== undefined;
    }),
  );
}

/** Whether what runs beside the steps is about tables alone: views and routines may be of the steps' tables. */
function makesTablesOnly(actions: readonly Action[], deployment: Deployment): boolean {
  return actions.every((action) => {
    switch (action.kind) {
      case 'call':
        return operationsOf(statementsOf(action.call, deployment)).every(({ kind }) => OF_TABLES.has(kind));
      case 'if':
        return makesTablesOnly(action.then, deployment) && makesTablesOnly(action.otherwise, deployment);
      case 'block':
        return makesTablesOnly(action.actions, deployment);
      default:
        return action.kind !== 'code';
    }
  });
}

const OF_TABLES: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'create-table',
  'create-index',
  'add-column',
  'write-rows',
  'query',
  'set-session',
  'transaction',
  'no-schema-effect',
]);

/** The schema with steps taken back: at each index, with the step of that index and all later ones. The last is the schema. */
function takenBack(deployment: Deployment, schema: Database): readonly Database[] {
  const contexts = unapplyContexts(deployment, schema);
  const databases: Database[] = [schema];
  let database = schema;
  for (const [index, step] of [...deployment.ledger.entries()].reverse()) {
    const context = contexts[index];
    if (context === undefined) continue;
    database = unapply(database, operationsOf(statementsOfStep(step, deployment)), deployment.engine, context);
    databases.push(database);
  }
  return databases.reverse();
}

/** For each step, which tables earlier steps use, and which it builds anew. */
function unapplyContexts(deployment: Deployment, schema: Database): readonly UnapplyContext[] {
  const firstUse = new Map<string, number>();
  return deployment.ledger.map((step, index) => {
    const dropped = new Set<string>();
    const rebuilt = new Set<string>();
    for (const operation of operationsOf(statementsOfStep(step, deployment))) {
      const table = tableOf(operation);
      if (table === undefined) continue;
      const key = tableKeyOf(schema, table, deployment.engine);
      if (!firstUse.has(key)) firstUse.set(key, index);
      if (operation.kind === 'drop-table') dropped.add(key);
      if (operation.kind === 'create-table' && dropped.has(key)) rebuilt.add(key);
    }
    return { usedEarlier: (key) => (firstUse.get(key) ?? index) < index, rebuilt };
  });
}
