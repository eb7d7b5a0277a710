import type { Range } from '../../../../ddl/operation.ts';
import { parseSql, type ParsedStatement } from '../../../../ddl/parse.ts';
import { literalStart } from '../../../../ddl/body-text.ts';
import type { Execute, Fragment, PlainSql } from '../../../../ddl/plpgsql/tree.ts';
import { hostOffset, sliceSql, type SqlText } from '../../../../text/sql-text.ts';
import type { EngineError, Outcome } from '../../../outcome.ts';
import { tokensOf } from '../../../tokens.ts';
import { Draft } from '../../draft.ts';
import { touchMentioned } from '../../opaque.ts';
import { evaluate, evaluateQuery } from './evaluation.ts';
import { assign, fails, forget, passes, sequence, type Exits, type Failure, type State } from './flow.ts';
import { targetsFor } from './loops.ts';
import { runPattern } from './patterns.ts';
import type { Run } from './run.ts';
import { isPartly, UNKNOWN, type Value } from './value.ts';

/** A statement of SQL, with the variables of the body in it. */
export function runSql(run: Run, { parsed, query, into, strict }: PlainSql, state: State): Exits {
  const shift = parsed.statement.start === query.start ? 0 : query.start;
  const placed = ({ start, end }: Range): Range => ({ start: start + shift, end: end + shift });
  if (parsed.operations.every(({ kind }) => kind === 'query' || kind === 'set-sequence')) {
    const asked = runQuery(run, query, { into, strict }, state);
    const moves = parsed.operations.some(({ kind }) => kind === 'set-sequence');
    return moves ? sequence(asked, (next) => runParsed(run, parsed, next, placed)) : asked;
  }
  const exits = runParsed(run, parsed, state, placed);
  return sequence(exits, (next) =>
    passes(forget(run.calls(query, next), ['found', ...into.map((name) => run.nameOf(name))])),
  );
}

function runQuery(run: Run, query: Fragment, { into, strict }: Pick<PlainSql, 'into' | 'strict'>, state: State): Exits {
  if (into.length === 0) {
    const text = 'query has no destination for result data';
    const error: EngineError = { class: 'syntax', text, at: query, object: { kind: 'query', name: '' } };
    if (/^\s*(?:select|values|table)\b/i.test(query.text)) return fails(run.failure(error, query));
  }
  const { exits, answer } = evaluateQuery(run, query, state);
  const targets = into.map((name) => run.nameOf(name));
  const { rows, isComplete, names } = answer;
  const [first] = rows;
  return sequence(exits, (next) => {
    if (first === undefined && isComplete) {
      const text = 'query returned no rows';
      const error: EngineError = { class: 'other', text, at: query, object: { kind: 'query', name: '' } };
      if (strict) return fails({ ...run.failure(error, query), state: 'P0002' });
      return passes(setAll(assign(next, 'found', false), targetsFor(run, targets, names, names.map(() => null))));
    }
    const isKnown = first !== undefined && isComplete && rows.length === 1 && first.certain;
    const found = rows.some(({ certain }) => certain) ? true : UNKNOWN;
    if (!isKnown) return passes(assign(forget(next, targets), 'found', found));
    return passes(setAll(assign(next, 'found', true), targetsFor(run, targets, names, first.values)));
  });
} // prettier-ignore

function setAll(state: State, values: ReadonlyMap<string, Value>): State {
  return { ...state, variables: new Map([...state.variables, ...values]) };
}

/** What the engine does with a statement, and how that can end. `placed`: where in the body its places are. */
function runParsed(
  run: Run,
  { operations, statement }: ParsedStatement,
  state: State,
  placed: (at: Range) => Range,
): Exits {
  const ends = operations.find((operation) => operation.kind === 'transaction');
  if (ends !== undefined) return endTransaction(run, ends.action, placed(statement), state);
  const { database, outcomes } = run.apply(state.database, operations, run.isVariable(state.variables));
  const failures: Failure[] = [];
  for (const outcome of outcomes) {
    const failure = failureOf(run, outcome, placed);
    if (failure !== null) failures.push(failure);
    if (outcome.kind === 'failed' && outcome.condition === 'always') return { ...fails(failure ?? NEVER), failures };
    note(run, outcome);
  }
  return { ...passes({ ...state, database }), failures };
}

const NEVER: Failure = {
  error: { class: 'other', text: '', at: { start: 0, end: 0 }, object: { kind: 'statement', name: '' } },
  state: null,
};

function failureOf(run: Run, outcome: Outcome, placed: (at: Range) => Range): Failure | null {
  if (outcome.kind === 'unsure') return outcome.error === undefined ? null : run.failure(outcome.error, placed(outcome.error.at));
  if (outcome.kind !== 'failed') return null;
  const failure = run.failure(outcome.error, placed(outcome.error.at));
  if (outcome.condition === 'always') return failure;
  const { condition, rowsOf } = outcome;
  return { ...failure, given: { condition, ...(rowsOf === undefined ? {} : { rowsOf }) } };
} // prettier-ignore

function note(run: Run, outcome: Outcome): void {
  if (outcome.kind === 'unsure' && outcome.error === undefined) run.doubt(outcome.why);
  if (outcome.kind === 'done' && run.uncertain === 0) for (const effect of outcome.effects) run.draft.record(effect);
}

/** COMMIT and ROLLBACK work in a block only that is in no transaction itself (manual, 43.8). */
function endTransaction(run: Run, action: string, at: Range, state: State): Exits {
  const { inTransaction } = state.database.session;
  const text = 'invalid transaction termination';
  const error: EngineError = { class: 'transaction', text, at, object: { kind: 'transaction', name: '' } };
  if (inTransaction || !/^(?:commit|rollback)$/.test(action)) return fails(run.failure(error, at));
  if (action === 'rollback') run.doubt('what a ROLLBACK inside the block undoes is not known');
  return passes(state);
}

export function runExecute(run: Run, { command, into }: Execute, state: State): Exits {
  const evaluated = evaluate(run, command, state);
  const { value } = evaluated;
  return sequence(evaluated.exits, (before) => {
    const after = runCommand(run, value, command, before);
    return sequence(after, (next) =>
      passes(forget(run.calls(textOf(value, command), next), into.map((name) => run.nameOf(name)))),
    );
  });
} // prettier-ignore

function textOf(value: Value, command: Fragment): Fragment {
  return typeof value === 'string' ? { ...command, text: value } : command;
}

/** A command that is known runs; of one that is known in part, what it may touch is not sure any more. */
export function runCommand(run: Run, value: Value, command: Fragment, state: State): Exits {
  if (typeof value === 'string') return runText(run, value, command, state);
  if (value === null) {
    const text = 'query string argument of EXECUTE is null';
    const error: EngineError = { class: 'other', text, at: command, object: { kind: 'statement', name: '' } };
    return fails({ ...run.failure(error, command), state: '22004' });
  }
  if (isPartly(value) && value.kind === 'text' && value.parts.length > 1)
    return runPattern(run, value.parts, command, state, runText);
  return touchStrings(run, state);
}

/** A command of which nothing is known may concern what the strings of the block name. */
function touchStrings(run: Run, state: State): Exits {
  const { dialect } = run.draft.engine;
  const { sql, start, end } = run.statement;
  const body = sql.text.slice(start, end).replace(/\$\w*\$/g, ' ');
  const strings = tokensOf(body, dialect).filter(({ kind }) => kind === 'string');
  const draft = new Draft(state.database, run.draft.engine);
  for (const { value } of strings) touchMentioned(draft, tokensOf(value, dialect), run);
  run.doubt('what EXECUTE runs is not known');
  return passes({ ...state, database: draft.database });
}

/** The statements of a text; variables of the body are not seen in it. */
export function runText(run: Run, text: string, command: Fragment, state: State): Exits {
  const { statements, placed } = parsedCommand(run, text, command);
  let exits = passes({ ...state, variables: NO_VARIABLES });
  for (const parsed of statements) exits = sequence(exits, (before) => runParsed(run, parsed, before, placed));
  return exits.next === null ? exits : { ...exits, next: { ...exits.next, variables: state.variables } };
}

const NO_VARIABLES: State['variables'] = new Map();

const parsedCommands = new WeakMap<SqlText, Map<string, readonly ParsedStatement[]>>();

/** The statements of a command, and where their places are: in the literal, where the command is one. */
function parsedCommand(
  run: Run,
  text: string,
  { start, end, text: written }: Fragment,
): { readonly statements: readonly ParsedStatement[]; readonly placed: (at: Range) => Range } {
  const { sql } = run.statement;
  const opening = literalStart(written);
  const isLiteral = opening !== null;
  const from = start + (opening ?? 0);
  const placed = isLiteral ? (at: Range) => ({ start: at.start + from, end: at.end + from }) : () => ({ start, end });
  let known = parsedCommands.get(sql);
  if (known === undefined) {
    known = new Map();
    parsedCommands.set(sql, known);
  }
  const key = `${start} ${text}`;
  let statements = known.get(key);
  if (statements === undefined) {
    const source: SqlText = isLiteral
      ? sliceSql(sql, from, from + text.length)
      : { file: sql.file, text, segments: [{ start: 0, hostStart: hostOffset(sql, start) }], assembled: true };
    statements = parseSql(source, run.draft.engine.dialect);
    known.set(key, statements);
  }
  return { statements, placed };
} // prettier-ignore
