import { applyStatement, suppose } from '../catalog/apply.ts';
import { begunAround, committedAround } from '../catalog/apply/session.ts';
import { afterUnreadCode } from '../catalog/apply/opaque.ts';
import type { Database } from '../catalog/catalog.ts';
import { sameCatalog } from '../catalog/content.ts';
import { mergeUnsure } from '../catalog/merge.ts';
import type { EngineError, ErrorClass, Outcome, StatementResult } from '../catalog/outcome.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Action, Call, Deployment, OnError, Step } from '../deployment.ts';
import { eventList, NO_EVENTS, type EventList } from './events.ts';
import { evaluateGuard, unknownWords } from './guards.ts';
import type { Event } from './history.ts';
import { statementsOf } from './program.ts';
import { recordedFrom } from './recorded-steps.ts';
import { runsUnder, type FreshStep, type FreshSteps, type RunMemory } from './run-memory.ts';
import type { RunsByDatabase } from './runs-by-database.ts';
import { rememberedResult, rememberSkip, skippedKeys } from './skip-memory.ts';
import { OpenStretch, unchangedStretch } from './unchanged-stretch.ts';

/** What a deploy did: the events that rules may care about, in order, and the database at the end. */
export interface Run {
  readonly events: EventList;
  /** The first event that stops the deploy; null where nothing does. */
  readonly failsAt: Event | null;
  readonly end: Database;
}

/** Everything about one run that is not the database. */
interface RunState {
  readonly deployment: Deployment;
  readonly memory: RunMemory | null;
  /** On a fresh install: where it keeps, for other paths, what its steps did. */
  readonly fresh: FreshSteps | null;
  /** Whether a statement did what it did because a table was empty. */
  restsOnEmptiness: boolean;
  database: Database;
  failsAt: Event | null;
  /** The first event that stops the deploy since the last step of a shared list began. */
  segmentFailsAt: Event | null;
  log: (Event | EventList)[];
  /** What catches errors around the current action, innermost last. */
  readonly handlers: OnError[];
  /** Where a part inside a handler may have ended before its end. */
  possibleEnds: PossibleEnd[];
  step: Step | null;
  underUnknownGuard: string | null;
}

/** A statement that may fail, and whose error the handler at this depth would catch. */
interface PossibleEnd {
  readonly depth: number;
  readonly failed: Database;
  readonly passed: Database;
}

/** An error on its way out, caught by the handler at this depth. */
type Unwinding = { readonly toDepth: number } | null;

/**
 * Runs a deployment's program, or a part of it, on a database, statement by statement, as a deploy would. After a statement
 * that stops the deploy the run goes on under a supposition, so that independent faults below are still seen. With a
 * `memory`, runs that meet the same database at the same step share the rest.
 */
export function runActions(
  start: Database,
  actions: readonly Action[],
  deployment: Deployment,
  memory: RunMemory | null,
  step: Step | null = null,
): Run {
  const state = newRunState(start, deployment, memory, step);
  perform(actions, state);
  return { events: eventList(state.log), failsAt: state.failsAt, end: state.database };
}

/**
 * Runs a program on a database whose tables hold nothing but what the program writes. It runs alone, but keeps what its steps
 * did: paths on which the same tables may hold rows take over the steps for which that makes no difference.
 */
export function runFresh(
  start: Database,
  actions: readonly Action[],
  deployment: Deployment,
  kept: FreshSteps | null,
): Run {
  const state = { ...newRunState(start, deployment, null, null), fresh: kept };
  perform(actions, state);
  return { events: eventList(state.log), failsAt: state.failsAt, end: state.database };
}

/** Runs one step of the ledger, unless it is recorded, and records it: the run's end is what the step leaves. */
export function runStep(database: Database, step: Step, deployment: Deployment, memory: RunMemory): Run {
  const state = newRunState(database, deployment, memory, null);
  perform([{ kind: 'step', step }], state);
  return { events: eventList(state.log), failsAt: state.failsAt, end: state.database };
}

function newRunState(
  database: Database,
  deployment: Deployment,
  memory: RunMemory | null,
  step: Step | null,
): RunState {
  return {
    deployment,
    memory,
    fresh: null,
    restsOnEmptiness: false,
    database,
    failsAt: null,
    segmentFailsAt: null,
    log: [],
    handlers: [],
    possibleEnds: [],
    step,
    underUnknownGuard: null,
  };
}

/** A step at which the rest of a list can be shared with later runs. */
interface Cut {
  readonly runs: RunsByDatabase;
  readonly met: Database;
  readonly logLength: number;
  segmentFailsAt: Event | null;
}

function perform(actions: readonly Action[], state: RunState): Unwinding {
  const cuts: Cut[] = [];
  const stretch = new OpenStretch(actions);
  let shared: Run | null = null;
  for (let index = 0; index < actions.length; index++) {
    const action = actions[index];
    if (action === undefined) break;
    const passed = passedFrom(actions, index, stretch, state);
    if (passed > 0) {
      index += passed - 1;
      continue;
    }
    const step = shareableStep(action, state);
    if (step !== null && state.memory !== null) {
      closeStretch(stretch, index, state.log.length, state);
      closeSegment(cuts, state);
      const runs = restsFrom(actions, index, state.memory);
      shared = runs.get(state.database, state.deployment.engine) ?? null;
      if (shared !== null) break;
      cuts.push({ runs, met: state.database, logLength: state.log.length, segmentFailsAt: null });
    }
    const unwinding = step === null ? performNoting(action, index, stretch, state) : performShared(step, state);
    if (unwinding !== null) return unwinding;
  }
  closeStretch(stretch, actions.length, state.log.length, state);
  closeSegment(cuts, state);
  rememberRests(cuts, shared, state);
  return null;
}

function restsFrom(actions: readonly Action[], index: number, { rests }: RunMemory): RunsByDatabase {
  const fromHere = rests.get(actions) ?? new Map<number, RunsByDatabase>();
  rests.set(actions, fromHere);
  return runsUnder(fromHere, index);
}

/** How many actions from here on need no look: steps that the ledger records, calls that do nothing again. */
function passedFrom(actions: readonly Action[], index: number, open: OpenStretch, state: RunState): number {
  const recorded = recordedFrom(actions, index, state.database.ledger);
  const isDoubtful = state.memory === null || state.underUnknownGuard !== null;
  const known =
    recorded > 0 || isDoubtful ? undefined : unchangedStretch(state.memory.stretches, actions, index, state.database);
  if (recorded > 0 || known !== undefined) closeStretch(open, index, state.log.length, state);
  if (known === undefined) return recorded;
  state.log.push(known.events);
  return known.end - index;
}

/** Performs an action, and notes whether it belongs to a stretch of calls that do nothing. */
function performNoting(action: Action, index: number, stretch: OpenStretch, state: RunState): Unwinding {
  const before = state.database;
  const logStart = state.log.length;
  const unwinding = performOne(action, state);
  if (unwinding !== null) return unwinding;
  const keys = action.kind === 'call' && state.database === before ? keysOfSkips(action.call, state) : null;
  if (keys === null) closeStretch(stretch, index, logStart, state);
  else stretch.extend(index, logStart, keys);
  return null;
}

function closeStretch(stretch: OpenStretch, end: number, logEnd: number, { log, database, memory }: RunState): void {
  if (memory !== null) stretch.close(end, log, logEnd, database, memory.stretches);
}

/** The objects that a call names, all of whose statements do nothing on this database; null where one does something. */
function keysOfSkips(
  call: Call,
  { database, deployment, memory, underUnknownGuard }: RunState,
): readonly string[] | null {
  if (memory === null || underUnknownGuard !== null) return null;
  const keys: string[] = [];
  for (const parsed of statementsOf(call, deployment)) {
    const named = skippedKeys(memory.skips, parsed, database);
    if (named === null) return null;
    keys.push(...named);
  }
  return keys;
}

/** The step that an action is, if other runs may share what it does: it will run, outside handlers and doubtful branches. */
function shareableStep(action: Action, state: RunState): Step | null {
  if (action.kind !== 'step' || (state.memory === null && state.fresh === null)) return null;
  if (state.handlers.length > 0 || state.underUnknownGuard !== null || state.step !== null) return null;
  return state.database.ledger.has(action.step.identity) ? null : action.step;
}

/** Runs a step, or takes what it did on the same database before. */
function performShared(step: Step, state: RunState): Unwinding {
  const run = state.memory === null ? runAndKeep(step, state) : runOrTake(step, state, state.memory);
  const { ledger, deploy } = state.database;
  state.database = { ...run.end, ledger: ledger.record(step.identity) };
  // On a path that shares a step any table may hold rows: each path leaves out what it knows to be empty.
  if (state.memory !== null) state.database = { ...state.database, deploy: Math.max(run.end.deploy, deploy + 1) };
  state.failsAt ??= run.failsAt;
  state.segmentFailsAt ??= run.failsAt;
  state.log.push(run.events);
  return null;
}

function runOrTake(step: Step, { database, deployment, memory: all }: RunState, memory: RunMemory): Run {
  const { engine } = deployment;
  const runs = runsUnder(memory.steps, step);
  const known = runs.get(database, engine);
  if (known !== undefined) return known;
  const state = newRunState({ ...database, deploy: database.deploy + 1 }, deployment, all, null);
  const run = likeFresh(runAlone(step, state), database, memory.fresh.get(step));
  runs.set(database, run, engine);
  return run;
}

/** A run that ends as the fresh install did ends in its very catalog: the next step is then found at a look. */
function likeFresh(run: Run, met: Database, fresh: FreshStep | undefined): Run {
  if (fresh?.met.catalog !== met.catalog || !sameCatalog(fresh.run.end.catalog, run.end.catalog)) return run;
  return { ...run, end: { ...run.end, catalog: fresh.run.end.catalog } };
}

function runAndKeep(step: Step, { database, deployment, fresh }: RunState): Run {
  const state = newRunState(database, deployment, null, null);
  const run = runAlone(step, state);
  fresh?.set(step, { met: database, run, restsOnEmptiness: state.restsOnEmptiness });
  return run;
}

function runAlone(step: Step, state: RunState): Run {
  performStep(step, state);
  return { events: eventList(state.log), failsAt: state.failsAt, end: state.database };
}

function closeSegment(cuts: readonly Cut[], state: RunState): void {
  const last = cuts.at(-1);
  if (last === undefined) return;
  last.segmentFailsAt ??= state.segmentFailsAt;
  state.segmentFailsAt = null;
}

/** Keeps, for each step that began a part, what ran from there to the list's end; takes over what was shared. */
function rememberRests(cuts: readonly Cut[], shared: Run | null, state: RunState): void {
  if (shared !== null) {
    state.database = shared.end;
    state.failsAt ??= shared.failsAt;
  }
  if (cuts.length === 0) {
    if (shared !== null) state.log.push(shared.events);
    return;
  }
  let rest: Run = shared ?? { events: NO_EVENTS, failsAt: null, end: state.database };
  for (const cut of cuts.toReversed()) {
    const events = eventList([...state.log.splice(cut.logLength), rest.events]);
    rest = { events, failsAt: cut.segmentFailsAt ?? rest.failsAt, end: state.database };
    cut.runs.set(cut.met, rest, state.deployment.engine);
  }
  state.log.push(rest.events);
}

function performOne(action: Action, state: RunState): Unwinding {
  switch (action.kind) {
    case 'call':
      return performCall(action.call, state);
    case 'code':
      state.database = afterUnreadCode(state.database, action.file, state.deployment.engine);
      return null;
    case 'step':
      return performStep(action.step, state);
    case 'stamp':
      for (const step of action.steps ?? state.deployment.ledger) record(step, state);
      return null;
    case 'if':
      return performBranch(action, state);
    case 'block':
      return performBlock(action, state);
  }
}

function performStep(step: Step, state: RunState): Unwinding {
  if (state.database.ledger.has(step.identity)) return null;
  const outer = state.step;
  state.step = step;
  const unwinding = inTransaction(step.transaction, state, () => perform(step.actions, state));
  state.step = outer;
  if (unwinding === null) record(step, state);
  return unwinding;
}

function record(step: Step, state: RunState): void {
  state.database = { ...state.database, ledger: state.database.ledger.record(step.identity) };
}

function performBranch(action: Extract<Action, { kind: 'if' }>, state: RunState): Unwinding {
  const truth = evaluateGuard(action.guard, state.database, state.deployment.engine);
  if (truth !== 'unknown') return perform(truth ? action.then : action.otherwise, state);
  const outer = state.underUnknownGuard;
  const before = state.database;
  state.underUnknownGuard = outer ?? (unknownWords(action.guard) || 'a condition that could not be read');
  perform(action.then, state);
  const afterThen = state.database;
  state.database = before;
  perform(action.otherwise, state);
  state.underUnknownGuard = outer;
  state.database = mergeUnsure(afterThen, state.database);
  // What one branch would do to the rest of the deploy (an error that ends it) is unknown too: both go on.
  return null;
}

function performBlock(action: Extract<Action, { kind: 'block' }>, state: RunState): Unwinding {
  const depth = state.handlers.length;
  state.handlers.push(action.onError);
  const unwinding = inTransaction(action.transaction === true, state, () => perform(action.actions, state));
  leaveHandler(depth, state);
  return unwinding !== null && unwinding.toDepth < depth ? unwinding : null;
}

/** Runs a part in a transaction: an error that leaves it takes everything back, on engines that can. */
function inTransaction(wrapped: boolean, state: RunState, part: () => Unwinding): Unwinding {
  const before = state.database;
  const transactional =
    wrapped && state.deployment.engine.dialect.ddl.transactionalDdl && !before.session.inTransaction;
  if (!transactional) return part();
  state.database = begunAround(before);
  const unwinding = part();
  state.database = unwinding === null ? committedAround(state.database, state.deployment.engine) : before;
  return unwinding;
}

function performCall(call: Call, state: RunState): Unwinding {
  state.handlers.push(call.onError);
  const depth = state.handlers.length - 1;
  const statements = statementsOf(call, state.deployment);
  const unwinding = inTransaction(isOneTransaction(call, statements, state), state, () => {
    for (const parsed of statements) {
      const left = performStatement(parsed, call, state);
      if (left !== null) return left;
    }
    return null;
  });
  leaveHandler(depth, state);
  return unwinding !== null && unwinding.toDepth < depth ? unwinding : null;
}

/**
 * PostgreSQL 15, 55.2.2.1: "multiple SQL commands in a single simple Query message are executed as a single transaction". Those
 * that begin or end one themselves are left alone.
 */
function isOneTransaction(call: Call, statements: readonly ParsedStatement[], { deployment }: RunState): boolean {
  if (call.asOneString === undefined || deployment.engine.dialect.name !== 'postgres' || statements.length < 2)
    return false;
  return statements.every(({ operations }) => operations.every(({ kind }) => kind !== 'transaction'));
}

/** Where a caught error may have ended the part early, what stood below that statement ran or did not. */
function leaveHandler(depth: number, state: RunState): void {
  state.handlers.length = depth;
  const ends = state.possibleEnds.filter((end) => end.depth === depth);
  if (ends.length === 0) return;
  state.possibleEnds = state.possibleEnds.filter((end) => end.depth < depth);
  const after = state.database;
  for (const { failed, passed } of ends) {
    if (passed !== after) state.database = mergeUnsure(state.database, failed);
  }
}

/** The database when a statement fails: nobody tells whether the code that catches the error rolls back. */
function failedAt(before: Database): Database {
  if (before.atBegin === null) return before;
  const rolledBack = { ...before, catalog: before.atBegin, atBegin: null, savepoints: [] };
  return mergeUnsure(before, { ...rolledBack, session: { ...before.session, inTransaction: false, aborted: false } });
}

function performStatement(parsed: ParsedStatement, call: Call, state: RunState): Unwinding {
  const before = state.database;
  const result = resultOf(parsed, state);
  state.database = result.database;
  state.restsOnEmptiness ||= result.restsOnEmptiness;
  let unwinding: Unwinding = null;
  for (const [index, outcome] of result.outcomes.entries()) {
    const operation = parsed.operations[index];
    if (operation === undefined || !isWorthKeeping(outcome)) continue;
    const handler = outcome.kind === 'failed' ? catching(outcome.error.class, state.handlers) : -1;
    const event: Event = {
      parsed,
      operation,
      outcome,
      step: state.step,
      call,
      before,
      caught: handler >= 0,
      underUnknownGuard: state.underUnknownGuard,
    };
    state.log.push(event);
    if (outcome.kind === 'unsure' && outcome.error !== undefined) notePossibleEnd(outcome.error.class, before, state);
    if (outcome.kind !== 'failed' || outcome.condition !== 'always') continue;
    if (handler >= 0) unwinding = { toDepth: handler };
    else goOnSupposing(event, state);
  }
  return unwinding;
}

function notePossibleEnd(errorClass: ErrorClass, before: Database, state: RunState): void {
  const depth = catching(errorClass, state.handlers);
  if (depth >= 0) state.possibleEnds.push({ depth, failed: failedAt(before), passed: state.database });
}

function resultOf(parsed: ParsedStatement, { database, deployment, memory }: RunState): StatementResult {
  const known = memory === null ? undefined : rememberedResult(memory.skips, parsed, database);
  if (known !== undefined) return known;
  const applied = applyStatement(database, parsed.operations, deployment.engine);
  const result = withoutFilledIn(applied, parsed, database, deployment);
  if (memory !== null) rememberSkip(memory.skips, parsed, database, result, deployment.engine);
  return result;
}

/**
 * A name or default that a template or a format string fills in is not known: nor is what the engine says about it, or
 * whether the statement passes.
 */
function withoutFilledIn(
  result: StatementResult,
  { statement, operations }: ParsedStatement,
  before: Database,
  { engine }: Deployment,
): StatementResult {
  if (result.outcomes.every((outcome) => errorOf(outcome) === null)) return result;
  let { database } = result;
  const outcomes = result.outcomes.map((outcome, index): Outcome => {
    const error = errorOf(outcome);
    if (error === null) return outcome;
    const { object } = error;
    const isValue = statement.hasPlaceholder && error.class === 'non-constant-default';
    const isName = [object.schema, object.table, object.name].some((name) => name !== undefined && TEMPLATE.test(name));
    if (!isName && !isValue) return outcome;
    const operation = operations[index];
    if (outcome.kind === 'failed' && outcome.condition === 'always' && operation !== undefined)
      database = suppose(before, { statement: operations, operation, error }, engine);
    return { kind: 'unsure', why: `${object.name} is filled in when the program runs` };
  });
  return { ...result, database, outcomes };
}

function errorOf(outcome: Outcome): EngineError | null {
  return outcome.kind === 'failed' || outcome.kind === 'unsure' ? (outcome.error ?? null) : null;
}

/** How a placeholder begins inside a name. */
const TEMPLATE = /[${#%]\{|\{\w*\}|\$%|\$\(|<%=|^%\(?\w/;

/** What is done as asked says nothing to a rule, unless it did more than it was asked for. */
function isWorthKeeping(outcome: Outcome): boolean {
  if (outcome.kind === 'done') return outcome.effects.some((effect) => effect.silent);
  if (outcome.kind === 'skipped') return outcome.by.differs === null || outcome.by.differs.length > 0;
  return true;
}

/** The innermost handler that catches an error of this class, or -1. */
function catching(errorClass: ErrorClass, handlers: readonly OnError[]): number {
  return handlers.findLastIndex(
    (handler) => handler.kind === 'swallow' || (handler.kind === 'tolerate' && handler.classes.includes(errorClass)),
  );
}

function goOnSupposing(event: Event, state: RunState): void {
  const { before, parsed, operation, outcome } = event;
  if (outcome.kind !== 'failed') return;
  if (state.underUnknownGuard === null) {
    state.failsAt ??= event;
    state.segmentFailsAt ??= event;
  }
  state.database = suppose(
    before,
    { statement: parsed.operations, operation, error: outcome.error },
    state.deployment.engine,
  );
}
