import { emptyDatabase } from '../catalog/apply.ts';
import type { Database } from '../catalog/catalog.ts';
import type { Action, Deployment, Step } from '../deployment.ts';
import { baseName } from '../layouts/file-order.ts';
import { stepsRecordedIn } from '../layouts/recorded-in-text.ts';
import { connected } from './connected.ts';
import { freshInstall } from './fresh-install.ts';
import { asksForEmpty } from './guards.ts';
import type { StartState } from './history.ts';
import { ledgerChain, schemaOf, type Chain } from './ledger-chain.ts';
import { nextDeploy } from './next-deploy.ts';
import { releaseStates, type ReleaseStates } from './release-states.ts';
import type { RunMemory } from './run-memory.ts';
import { runActions, type Run } from './run.ts';
import { withLedger } from './with-ledger.ts';
import { lacking, olderStates, witnessedColumns } from './witnessed-columns.ts';

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
  const chain = ledgerChain(deployment, database, schema, runsAlways(program), memory);
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

/**
 * Databases that the config gives as SQL, or a file whose name says that it is past: what a dump does not hold is not there. A step
 * counts as recorded where the dump records it, or is an earlier form of its file.
 */
function dumpStates(deployment: Deployment): readonly StartState[] {
  const empty = withLedger(connected(emptyDatabase(deployment.engine), deployment), deployment);
  return deployment.dumps.map(({ name, calls, assumes, records = [] }) => {
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
    for (const { identity } of [...stepsRecordedIn(text, deployment.ledger), ...forms, ...records])
      ledger = ledger.record(identity);
    const state: StartState = { name: `dump ${name}`, kind: 'dump', database: { ...run.end, ledger }, witnesses: [] };
    return assumes === undefined ? state : { ...state, reading: assumes };
  });
}
