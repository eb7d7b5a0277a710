import { applyStatement } from '../catalog/apply.ts';
import type { Database } from '../catalog/catalog.ts';
import { fingerprintOf } from '../catalog/content.ts';
import { findNamed } from '../catalog/lookup.ts';
import { tokensOf, type Token } from '../catalog/tokens.ts';
import type { WriteRows } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Deployment, Step } from '../deployment.ts';
import { positionAt } from '../text/source-file.ts';
import type { StartState } from './history.ts';
import { nextDeploy } from './next-deploy.ts';
import { placeOf } from './origin-place.ts';
import { statementsOf, statementsOfStep } from './program.ts';

/**
 * What a step leaves that stopped half way and was not rolled back: MySQL commits with every DDL statement, and a script
 * without a transaction keeps what it did. The ledger does not record the step, so the next deploy runs all of it again.
 * One state for each step, at its last statement that can fail: it holds what those at earlier ones hold, and more.
 */
export function afterFailures(
  deployment: Deployment,
  installs: readonly { readonly step: Step; readonly before: Database }[],
): readonly StartState[] {
  return installs.flatMap(({ step, before }) => {
    const state = isRolledBack(step, deployment) ? null : afterFailure(deployment, step, before);
    return state === null ? [] : [state];
  });
}

/**
 * SQLite: what the last step leaves if the process is stopped while the code has it run a script, outside of a transaction. The
 * version is recorded behind it, or by the script's last statement. Earlier steps are behind most databases.
 */
export function stoppedUnrecorded(
  deployment: Deployment,
  installs: readonly { readonly step: Step; readonly before: Database }[],
): readonly StartState[] {
  const last = installs.at(-1);
  if (last === undefined || deployment.engine.dialect.name !== 'sqlite' || last.step.transaction) return [];
  const { step, before } = last;
  const statements = statementsOfStep(step, deployment);
  const [first] = statements;
  if (first === undefined || !runsScript(step, deployment)) return [];
  const state = afterAll(statements, before, deployment);
  if (state === null) return [];
  return [
    {
      name: `after ${step.name} was stopped before it was recorded`,
      kind: 'after-failure',
      database: { ...nextDeploy(state), ledger: before.ledger },
      witnesses: [placeOf(first.statement, first.statement)],
      reading: `if ${step.name} is stopped before it is recorded`,
    },
  ];
}

/** Host code that hands a driver several statements at once, in no transaction. */
function runsScript({ actions }: Step, deployment: Deployment): boolean {
  const calls = actions.map((action) => (action.kind === 'call' ? action.call : null));
  if (!calls.every((call) => call?.throughDriver !== undefined && call.onError.kind === 'stop')) return false;
  const scripts = calls.map((call) => (call === null ? [] : statementsOf(call, deployment)));
  const isTransaction = ({ operations }: ParsedStatement): boolean =>
    operations.some(({ kind }) => kind === 'transaction');
  return !scripts.flat().some(isTransaction) && scripts.some(({ length }) => length > 1);
}

/** Null where a statement is refused, or it is not known what it does. */
function afterAll(statements: readonly ParsedStatement[], before: Database, { engine }: Deployment): Database | null {
  let database = before;
  for (const { operations } of statements) {
    const result = applyStatement(database, operations, engine);
    const isCertain = result.outcomes.every(
      (outcome) => outcome.kind !== 'unsure' && (outcome.kind !== 'failed' || outcome.condition !== 'always'),
    );
    if (!isCertain) return null;
    ({ database } = result);
  }
  return database;
}

/** PostgreSQL takes a script that is sent whole as one transaction (protocol, 55.2.2.1), so nothing stays of it. */
function isRolledBack(step: Step, { engine: { dialect } }: Deployment): boolean {
  return dialect.name === 'postgres' || (step.transaction && dialect.ddl.transactionalDdl);
}

function afterFailure(deployment: Deployment, step: Step, before: Database): StartState | null {
  const stop = lastStop(deployment, step, before);
  if (stop === null) return null;
  const left = stop.database.atBegin === null ? stop.database : { ...stop.database, catalog: stop.database.atBegin };
  const { engine } = deployment;
  if (fingerprintOf(left.catalog, engine) === fingerprintOf(before.catalog, engine)) return null;
  const { statement } = stop.parsed;
  const at = placeOf(statement, statement);
  const where = `${step.name} failed at line ${positionAt(at.file, at.start).line}`;
  return {
    name: `after ${where}`,
    kind: 'after-failure',
    database: { ...nextDeploy(left), ledger: before.ledger },
    witnesses: [at],
    reading: `if ${where}`,
  };
}

interface Stop {
  readonly parsed: ParsedStatement;
  /** As the statement finds it. */
  readonly database: Database;
}

/** The last statement that fails on some rows. What stops every run is found without this. */
function lastStop(deployment: Deployment, step: Step, before: Database): Stop | null {
  if (!step.actions.every((action) => action.kind === 'call' && action.call.onError.kind === 'stop')) return null;
  let last: Stop | null = null;
  let database = before;
  let preparesRows = false;
  for (const parsed of statementsOfStep(step, deployment)) {
    const result = applyStatement(database, parsed.operations, deployment.engine);
    if (result.outcomes.some((outcome) => outcome.kind === 'failed' && outcome.condition === 'always')) break;
    const failsOnSomeRows =
      (!preparesRows && result.outcomes.some((outcome) => outcome.kind === 'failed')) ||
      parsed.operations.some(
        (operation) => operation.kind === 'write-rows' && mayNotFit(operation, before, deployment),
      );
    // Who changes rows first has thought of those that would fail below.
    preparesRows ||= parsed.operations.some(
      (operation) => operation.kind === 'write-rows' && operation.verb !== 'insert',
    );
    if (failsOnSomeRows) last = { parsed, database };
    ({ database } = result);
  }
  return last;
}

/** An UPDATE that computes a new text for a column of limited length, in a table that was there before the step. */
function mayNotFit({ verb, table, statement }: WriteRows, before: Database, { engine }: Deployment): boolean {
  if (verb !== 'update' || table === undefined) return false;
  const { relation, sure } = findNamed(before, table, engine);
  if (!sure || relation?.kind !== 'table') return false;
  const limited = relation.columns.filter(({ type }) => type !== null && /char.*\(\d+\)/.test(type));
  const keys = new Set(limited.map(({ name }) => engine.dialect.key(name, true)));
  return assignments(tokensOf(statement.sql.text.slice(table.end, statement.end), engine.dialect)).some(
    ([column, value]) => keys.has(engine.dialect.key(column.value, column.kind === 'quoted')) && computesText(value),
  );
}

/** CONCAT and `||` make a text longer than it was. */
function computesText(value: readonly Token[]): boolean {
  return value.some(({ text }) => /^(?:concat|concat_ws|\|\||lpad|rpad|repeat)$/i.test(text));
}

/** The assignments between SET and WHERE: the column, and the tokens of its value. */
function assignments(tokens: readonly Token[]): readonly [Token, readonly Token[]][] {
  const found: [Token, Token[]][] = [];
  let depth = 0;
  for (let at = tokens.findIndex(({ text }) => /^set$/i.test(text)) + 1; at > 0 && at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || (depth === 0 && /^(?:where|from|order|limit|returning)$/i.test(token.text))) break;
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    const column = tokens[at - 1];
    if (depth === 0 && token.text === '=' && column !== undefined && startsAssignment(tokens[at - 2]))
      found.push([column, []]);
    else found.at(-1)?.[1].push(token);
  }
  return found;
}

function startsAssignment(token: Token | undefined): boolean {
  return token === undefined || /^(?:set|,|\.)$/i.test(token.text);
}
