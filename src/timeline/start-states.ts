import { emptyDatabase } from '../catalog/apply.ts';
import type { Database } from '../catalog/catalog.ts';
import { sameCatalog } from '../catalog/content.ts';
import { withGapsFilled } from '../catalog/fill-gaps.ts';
import { findNamed } from '../catalog/lookup.ts';
import type { EngineError } from '../catalog/outcome.ts';
import { SideBySide } from '../catalog/side-by-side.ts';
import { tableKeyOf } from '../catalog/relation-keys.ts';
import { unapply, withoutColumnNamed, type UnapplyContext } from '../catalog/unapply.ts';
import type { Name, Operation, QualifiedName } from '../ddl/operation.ts';
import type { Action, Deployment, Guard, Step } from '../deployment.ts';
import { baseName } from '../layouts/file-order.ts';
import { stepsRecordedIn } from '../layouts/recorded-in-text.ts';
import { spanOf } from '../text/sql-text.ts';
import type { Span } from '../text/source-file.ts';
import { connected } from './connected.ts';
import { eventsOf } from './events.ts';
import type { StartState } from './history.ts';
import { releaseStates, type ReleaseStates } from './release-states.ts';
import { nextDeploy } from './next-deploy.ts';
import { operationsOf, placedStatements, statementsOfStep, tableOf } from './program.ts';
import { runActions, runFresh, runStep, type Run } from './run.ts';
import { runsUnder, type RunMemory } from './run-memory.ts';
import { withLedger } from './with-ledger.ts';

/** What databases a deploy of today's files can meet, one way of running them taken for granted. */
export interface StartStates {
  readonly fresh: StartState;
  /** What the deploy does on the fresh one. */
  readonly complete: Run;
  /** Installs along the ledger, oldest first. */
  readonly ledger: readonly StartState[];
  /** Databases from dumps, and from before witnessed columns, latest witness first. */
  readonly older: readonly StartState[];
  /** For each witnessed column, a database that lacks nothing else: what fails on an older state is confirmed there. */
  readonly confirmations: readonly StartState[];
  /** The database before and after each step of the ledger, along the chain: what its down half is held against. */
  readonly chain: readonly { readonly step: Step; readonly before: Database; readonly after: Database }[];
}

/** Derives every start state of a deployment whose files run as `program`. */
export function startStates(deployment: Deployment, program: readonly Action[], memory: RunMemory): StartStates {
  const { database, run: complete } = freshInstall(deployment, program, memory);
  const fresh: StartState = { name: 'fresh install', kind: 'fresh', database, witnesses: [] };
  const schema = schemaOf(deployment, program, database, complete);
  const chain = ledgerChain(deployment, schema, runsAlways(program), memory);
  const none = { fresh, complete, ledger: [], older: [], confirmations: [], chain: chain.steps };
  if (!deployment.upgrades) return none;
  const releases = releaseStates(deployment);
  if (releases.states.length > 0 || releases.byStepsRun.size > 0)
    return { ...none, ...releasedOnly(deployment, chain, releases) };
  const witnesses = witnessedColumns(deployment, program, complete);
  const inField = (state: StartState): StartState => inTheField(state, deployment);
  return {
    ...none,
    ledger: chain.states.map(inField),
    older: [...dumpStates(deployment).map(inField), ...olderStates(deployment, complete.end, witnesses).map(inField)],
    confirmations: witnesses.map((witness) => inField(lacking(deployment, complete.end, [witness]))),
  };
}

/** Where the config says which releases databases come from, what is only inferred about older shapes counts no more. */
function releasedOnly(
  deployment: Deployment,
  chain: Chain,
  { states, byStepsRun }: ReleaseStates,
): Pick<StartStates, 'ledger' | 'older' | 'confirmations'> {
  const inField = (state: StartState): StartState => inTheField(state, deployment);
  const known = chain.states.filter(({ stepsRun }) => stepsRun !== undefined);
  const named = known.map((state) => {
    const release = byStepsRun.get(state.stepsRun ?? 0);
    return release === undefined ? state : { ...state, name: `${state.name}, release ${release}` };
  });
  return {
    ledger: named.map(inField),
    older: [...dumpStates(deployment), ...states].map(inField),
    confirmations: [],
  };
}

/** What an earlier deploy left. */
function inTheField(state: StartState, deployment: Deployment): StartState {
  return { ...state, database: connected(nextDeploy(state.database), deployment) };
}

/**
 * The empty database, and the program run on it. The database is open where the files first touch tables that nothing in them
 * creates: they start from a baseline that is not among them.
 */
function freshInstall(
  deployment: Deployment,
  program: readonly Action[],
  { fresh }: RunMemory,
): { database: Database; run: Run } {
  const empty = withLedger(connected(emptyDatabase(deployment.engine), deployment), deployment);
  const run = runFresh(empty, program, deployment, fresh);
  const isOpen = startsFromElsewhere(run, program, deployment);
  const database = isOpen ? { ...empty, catalog: { ...empty.catalog, open: true } } : empty;
  return { database, run: isOpen ? runFresh(database, program, deployment, fresh) : run };
}

function startsFromElsewhere(run: Run, program: readonly Action[], deployment: Deployment): boolean {
  const missing = [...eventsOf(run.events)].flatMap(({ outcome, caught }) =>
    outcome.kind === 'failed' && !caught && outcome.error.class.startsWith('missing-') ? [outcome.error] : [],
  );
  if (missing.length === 0) return false;
  const nameOf = ({ object }: EngineError): string => (object.table ?? object.name).toLowerCase();
  const created = relationsCreated(program, deployment, new Set(missing.map(nameOf)));
  const isNowhere = (error: EngineError): boolean => !created.has(nameOf(error));
  return created.size === 0 || missing.some((error) => error.class === 'missing-table' && isNowhere(error));
}

/**
 * The tables and views that the files make out of nothing, in small letters. What is made where one of that name was removed
 * or renamed before is the same table in a new shape: it does not tell where the first came from. A guarded DROP shows no table,
 * unless the files use one of that name that was `missing` on the empty database.
 */
function relationsCreated(
  program: readonly Action[],
  deployment: Deployment,
  missing: ReadonlySet<string>,
): ReadonlySet<string> {
  const created = new Set<string>();
  const removed = new Set<string>();
  const made = new Set<string>();
  const add = ({ name }: QualifiedName): void => {
    const key = name.text.toLowerCase();
    made.add(key);
    if (!removed.has(key)) created.add(key);
  };
  for (const { parsed } of placedStatements(program, deployment)) {
    for (const operation of parsed.operations) {
      const gone = relationRemoved(operation)?.name.text.toLowerCase();
      if (gone !== undefined && (!isGuardedDrop(operation) || (missing.has(gone) && !created.has(gone))))
        removed.add(gone);
      if (operation.kind === 'create-table') add(operation.table);
      if (operation.kind === 'create-view') add(operation.view);
      // What was made under another name is known by its new one, too.
      if (operation.kind === 'rename-table' && made.has(operation.table.name.text.toLowerCase())) add(operation.to);
    }
  }
  return created;
}

/** The name that is free after an operation. */
function relationRemoved(operation: Operation): QualifiedName | undefined {
  if (operation.kind === 'rename-table' || operation.kind === 'drop-table') return operation.table;
  return operation.kind === 'drop-view' ? operation.view : undefined;
}

function isGuardedDrop(operation: Operation): boolean {
  return (operation.kind === 'drop-table' || operation.kind === 'drop-view') && operation.ifExists !== undefined;
}

/**
 * The database that the ledger's steps are taken back from: what a complete deploy leaves, if the program makes tables beside
 * its steps; else the empty one.
 */
function schemaOf(deployment: Deployment, program: readonly Action[], empty: Database, complete: Run): Database {
  if (deployment.ledger.length === 0) return complete.end;
  let { ledger } = empty;
  for (const step of deployment.ledger) ledger = ledger.record(step.identity);
  const alone = runActions({ ...empty, ledger }, program, deployment, null).end;
  const end = complete.failsAt === null && hasTables(alone) ? complete.end : alone;
  return { ...end, ledger: empty.ledger };
}

interface Chain {
  readonly states: readonly StartState[];
  readonly steps: StartStates['chain'];
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

/** Whether the program sends SQL to databases that are not empty, outside the steps of its ledger. */
export function runsAlways(actions: readonly Action[]): boolean {
  return actions.some((action) => {
    if (action.kind === 'call') return true;
    if (action.kind === 'block') return runsAlways(action.actions);
    if (action.kind === 'if')
      return (!asksForEmpty(action.guard) && runsAlways(action.then)) || runsAlways(action.otherwise);
    return false;
  });
}

function asksForEmpty(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(asksForEmpty);
  if ('any' in guard) return guard.any.length > 0 && guard.any.every(asksForEmpty);
  return guard.test === 'empty' && guard.not !== true;
}

/**
 * The state before the ledger's first step and after each one. Where the schema runs at every start, an earlier deploy ran it
 * too, so its state is the schema with the later steps taken back. Where only fresh databases got it, the steps lead from the
 * baseline forward; from a step on that fails there, the later states are taken back from the schema again.
 */
function ledgerChain(deployment: Deployment, schema: Database, always: boolean, memory: RunMemory): Chain {
  const [oldest] = deployment.ledger;
  if (oldest === undefined) return { states: [], steps: [] };
  const back = takenBack(deployment, schema);
  const first = back[0] ?? schema;
  const baseline = asOnFreshInstall(sameCatalog(first.catalog, schema.catalog) ? schema : first, deployment, memory);
  const sides = new SideBySide(baseline.catalog, first.catalog);
  const hasSchema = hasTables(schema);
  const startsEmpty = !hasTables(baseline);
  const states: StartState[] = [];
  const steps: { step: Step; before: Database; after: Database }[] = [];
  if (!startsEmpty) {
    states.push({ name: `before ${oldest.name}`, kind: 'before-ledger', ...withWitnesses(baseline, deployment) });
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
        name: `after ${step.name}`,
        kind: 'after-step',
        ...withWitnesses(recorded, deployment),
        ...(leadsForward && startsEmpty ? { stepsRun: index + 1 } : {}),
      });
    }
    current = recorded;
  }
  return { states, steps };
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

function hasTables(database: Database): boolean {
  for (const relation of database.catalog.relations.values()) if (relation.kind === 'table') return true;
  return false;
}

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

/**
 * Databases that the config gives as SQL, or a file whose name says that it is past: what a dump does not hold is not there. A step
 * counts as recorded where the dump records it, or is an earlier form of its file.
 */
function dumpStates(deployment: Deployment): readonly StartState[] {
  const empty = withLedger(connected(emptyDatabase(deployment.engine), deployment), deployment);
  return deployment.dumps.map(({ name, calls, assumes }) => {
    const run = runActions(
      empty,
      calls.map((call) => ({ kind: 'call', call })),
      deployment,
      null,
    );
    const text = calls.map(({ sql }) => sql.text).join(';\n');
    const names = new Set(calls.map(({ sql }) => baseName(sql.file.path)));
    const forms = deployment.ledger.filter(({ file }) => file.endsWith('.sql') && names.has(baseName(file)));
    let { ledger } = run.end;
    for (const { identity } of [...stepsRecordedIn(text, deployment.ledger), ...forms])
      ledger = ledger.record(identity);
    const state: StartState = { name: `dump ${name}`, kind: 'dump', database: { ...run.end, ledger }, witnesses: [] };
    return assumes === undefined ? state : { ...state, reading: assumes };
  });
}

/** A column that some databases lack, because code outside the ledger adds it or looks whether it is there. */
interface WitnessedColumn {
  readonly table: QualifiedName;
  /** As the catalog holds it. */
  readonly column: string;
  readonly at: Span;
}

/** The witnessed columns that a complete deploy leaves, in the order in which the program adds them. */
function witnessedColumns(
  deployment: Deployment,
  program: readonly Action[],
  complete: Run,
): readonly WitnessedColumn[] {
  const found = new Map<string, WitnessedColumn>();
  const add = (table: QualifiedName, column: string, at: Span): void => {
    const { relation } = findNamed(complete.end, table, deployment.engine);
    if (relation?.kind !== 'table') return;
    const key = deployment.engine.dialect.key(column, false);
    const present = relation.columns.find((other) => deployment.engine.dialect.key(other.name, true) === key);
    const name = `${relation.schema}.${relation.name}.${key}`;
    if (present !== undefined && !found.has(name)) found.set(name, { table, column: present.name, at });
  };
  for (const { parsed, step } of placedStatements(meetingTables(program), deployment)) {
    if (step !== null) continue;
    for (const operation of parsed.operations) {
      if (operation.kind !== 'add-column') continue;
      add(
        operation.table,
        operation.column.name.text,
        spanOf(parsed.statement.sql, operation.column.start, operation.column.end),
      );
    }
  }
  const addedBySteps = columnsAddedBySteps(deployment);
  for (const witness of deployment.witnesses) {
    if (witness.kind !== 'column-checked' || addedBySteps(witness.table, witness.name)) continue;
    add(plainName(witness.table), witness.name, witness.at);
  }
  return [...found.values()];
}

/** What of a program databases with tables meet: a script that only builds fresh ones proves nothing about older ones. */
function meetingTables(actions: readonly Action[]): readonly Action[] {
  return actions.map((action) => {
    if (action.kind === 'block') return { ...action, actions: meetingTables(action.actions) };
    if (action.kind !== 'if') return action;
    const then = asksForEmpty(action.guard) ? [] : meetingTables(action.then);
    return { ...action, then, otherwise: meetingTables(action.otherwise) };
  });
}

/** Whether a step of the ledger makes this column, so that the ledger's own states tell who lacks it. */
function columnsAddedBySteps(deployment: Deployment): (table: string, column: string) => boolean {
  const { dialect } = deployment.engine;
  const made = new Set<string>();
  const note = (table: QualifiedName, column: Name): void => {
    made.add(`${dialect.tableKey(table.name.text, true)}.${dialect.key(column.text, column.quoted)}`);
  };
  for (const step of deployment.ledger) {
    for (const operation of operationsOf(statementsOfStep(step, deployment))) {
      if (operation.kind === 'add-column') note(operation.table, operation.column.name);
      if (operation.kind === 'create-table') for (const column of operation.columns) note(operation.table, column.name);
      if (operation.kind === 'rename-column') note(operation.table, operation.to);
    }
  }
  return (table, column) => made.has(`${dialect.tableKey(table, true)}.${dialect.key(column, false)}`);
}

function plainName(text: string): QualifiedName {
  const range = { start: 0, end: text.length };
  return { ...range, name: { ...range, text, quoted: false } };
}

/**
 * Databases from before each witnessed column, latest first. Columns are taken to have come in the order in which the code
 * adds them, so an older database lacks the later ones as well.
 */
function olderStates(
  deployment: Deployment,
  complete: Database,
  witnesses: readonly WitnessedColumn[],
): readonly StartState[] {
  return witnesses.map((_, index) => lacking(deployment, complete, witnesses.slice(index))).reverse();
}

/** A database that lacks these columns, named after the first. */
function lacking(deployment: Deployment, complete: Database, witnesses: readonly WitnessedColumn[]): StartState {
  let database = complete;
  for (const { table, column } of witnesses) database = withoutColumnNamed(database, table, column, deployment.engine);
  const [first] = witnesses;
  const name = first === undefined ? 'older install' : `before ${first.table.name.text}.${first.column} was added`;
  return { name, kind: 'witnessed', database, witnesses: witnesses.map((witness) => witness.at) };
}
