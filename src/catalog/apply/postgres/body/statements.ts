import type { Block, BodyStatement, Branch, Case, Fragment, Handler, If, Raise } from '../../../../ddl/plpgsql/tree.ts';
import type { EngineError, SkippedBy } from '../../../outcome.ts';
import { tokensOf } from '../../../tokens.ts';
import { Draft } from '../../draft.ts';
import { touchMentioned } from '../../opaque.ts';
import { runExecute, runSql, runText } from './commands.ts';
import { assignedBy } from './declared.ts';
import { catches, stateOf, stateOfCondition } from './error-conditions.ts';
import { evaluate, evaluateQuery, type Evaluated } from './evaluation.ts';
import {
  assign,
  eitherWay,
  fails,
  forget,
  leaves,
  passes,
  sequence,
  type Exits,
  type Failure,
  type State,
} from './flow.ts';
import { runLoop } from './loops.ts';
import { operate } from './operators.ts';
import { raisedText } from './raised.ts';
import type { Run } from './run.ts';
import { isPartly, truthOf, UNKNOWN, type Value } from './value.ts';

/** Runs statements one after the other. */
export function runStatements(run: Run, statements: readonly BodyStatement[], state: State): Exits {
  let exits = passes(state);
  for (const statement of statements) {
    if (exits.next === null || run.isExhausted) break;
    exits = sequence(exits, (before) => runStatement(run, statement, before));
  }
  return exits;
}

function runStatement(run: Run, statement: BodyStatement, state: State): Exits {
  if (!run.step()) return afterUnread(run, state, 'it runs for too long');
  switch (statement.kind) {
    case 'block':
      return runBlock(run, statement, state);
    case 'if':
      return runBranches(run, statement, null, state);
    case 'case':
      return runCase(run, statement, state);
    case 'loop':
      return runLoop(run, statement, state);
    case 'execute':
      return runExecute(run, statement, state);
    case 'perform': {
      const { exits, answer } = evaluateQuery(run, statement.query, state);
      return sequence(exits, (next) => movedSequences(run, statement.query, assign(next, 'found', foundIn(answer))));
    }
    case 'raise':
      return runRaise(run, statement, state);
    case 'return': {
      const { exits } = statement.value === null ? { exits: passes(state) } : evaluate(run, statement.value, state);
      return statement.ends ? sequence(exits, (next) => leaves('return', next)) : exits;
    }
    case 'assign':
      return runAssign(run, statement, state);
    case 'exit':
    case 'continue':
      return runLeave(run, statement, state);
    case 'sql':
      return runSql(run, statement, state);
    case 'other':
      return runOther(run, statement, state);
    case 'unread':
      return afterUnread(run, state, `not read: ${statement.reason}`);
  }
}

/** PERFORM setval(..) does what the SELECT does. */
function movedSequences(run: Run, query: Fragment, state: State): Exits {
  if (!/\bsetval\s*\(/i.test(query.text)) return passes(state);
  return runText(run, query.text, query, state);
}

function foundIn({ rows, isComplete }: Evaluated['answer']): Value {
  if (rows.some(({ certain }) => certain)) return true;
  return rows.length === 0 && isComplete ? false : UNKNOWN;
}

/** What the whole body names may have been changed. */
function afterUnread(run: Run, state: State, why: string): Exits {
  const { start, end, sql } = run.statement;
  const draft = new Draft(state.database, run.draft.engine);
  const text = sql.text.slice(start, end).replace(/\$\w*\$|'/g, ' ');
  touchMentioned(draft, tokensOf(text, run.draft.engine.dialect), run);
  run.doubt(why);
  run.hasUnread = true;
  return passes({ database: draft.database, variables: new Map() });
}

function runBlock(run: Run, block: Block, state: State): Exits {
  const declared = block.declarations.reduce<Exits>(
    (exits, { name, type, value }) =>
      sequence(exits, (before) => {
        const variable = run.nameOf(name);
        run.types.set(variable, type.toLowerCase());
        if (value === null) return passes(assign(before, variable, null));
        const evaluated = evaluate(run, value, before);
        return sequence(evaluated.exits, (next) => passes(assign(next, variable, evaluated.value)));
      }),
    passes(state.variables.has('found') ? state : assign(state, 'found', false)),
  );
  const exits = sequence(declared, (before) => {
    const inside = run.statements(block.statements, before);
    return block.handlers.length === 0 ? inside : handled(run, block, before, inside);
  });
  return block.label === null ? exits : endedBy(`exit ${block.label}`, exits);
}

/** EXIT of a label goes on behind what has it. */
export function endedBy(by: string, exits: Exits): Exits {
  const state = exits.left.get(by);
  if (state === undefined) return exits;
  const left = new Map(exits.left);
  left.delete(by);
  return eitherWay({ ...exits, left }, passes(state));
}

/** What the handlers of a block catch is undone, and the handler's statements are run instead (manual, 43.6.8). */
function handled(run: Run, block: Block, before: State, inside: Exits): Exits {
  const undone = forget(before, assignedBy(block.statements).map((name) => run.nameOf(name))); // prettier-ignore
  let exits: Exits = { ...inside, failures: [] };
  const isSure = inside.next === null && inside.left.size === 0 && inside.failures.length === 1;
  for (const failure of inside.failures) {
    let mayPass = true;
    for (const handler of block.handlers) {
      const caught = catchesAny(handler, failure);
      if (caught === false) continue;
      if (isSure && caught === true) run.skip(skippedBy(failure.error, handler));
      exits = differing(run, exits, afterCaught(run, handler, failure, undone, isSure && caught === true), failure);
      mayPass = caught !== true;
      if (!mayPass) break;
    }
    if (mayPass) exits = { ...exits, failures: [...exits.failures, failure] };
  }
  return exits;
}

function catchesAny({ conditions }: Handler, { state }: Failure): boolean | null {
  const answers = conditions.map((condition) => catches(condition, state));
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function afterCaught(run: Run, handler: Handler, failure: Failure, undone: State, isSure: boolean): Exits {
  const known = assign(assign(undone, 'sqlerrm', failure.error.text), 'sqlstate', failure.state ?? UNKNOWN);
  const exits = isSure ? run.statements(handler.statements, known) : run.perhaps(handler.statements, known);
  // RAISE alone gives on what was caught.
  const failures = exits.failures.map((one) => (one.error.object.kind === RAISED_AGAIN ? failure : one));
  return { ...exits, failures };
}

function differing(run: Run, left: Exits, right: Exits, { error }: Failure): Exits {
  run.either(left.next, right.next, `whether ${error.text} is caught is not known`);
  return eitherWay(left, right);
}

function skippedBy(error: EngineError, { start, end }: Handler): SkippedBy {
  const guard = error.class.startsWith('missing') ? 'if-exists' : 'if-not-exists';
  return { guard, at: { start, end }, existing: error.existing ?? null, object: error.object, differs: null };
}

/** IF and its like: the first branch whose condition holds. One that is not known may be taken or not. */
function runBranches(
  run: Run,
  { branches, otherwise }: Pick<If, 'branches' | 'otherwise'>,
  subject: Value | null,
  state: State,
): Exits {
  const [branch, ...others] = branches;
  if (branch === undefined) return run.statements(otherwise, state);
  const { exits, truth, skip } = decide(run, branch, subject, state);
  return sequence(exits, (after) => {
    if (truth === true) return run.statements(branch.statements, after);
    const rest = { branches: others, otherwise };
    if (truth === false) {
      if (skip !== null && branches.length === 1 && otherwise.length === 0) run.skip(skip);
      return runBranches(run, rest, subject, after);
    }
    const taken = run.perhaps(branch.statements, after);
    run.uncertain++;
    const passed = runBranches(run, rest, subject, after);
    run.uncertain--;
    run.either(taken.next, passed.next, `whether ${shortened(branch.condition.text)} is not known`);
    return eitherWay(taken, passed);
  });
}

function shortened(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length > 60 ? `${plain.slice(0, 57)}...` : plain;
}

interface Decision {
  readonly exits: Exits;
  readonly truth: boolean | null;
  /** What an IF without effect says about the thing that it asked for. */
  readonly skip: SkippedBy | null;
}

function decide(run: Run, branch: Branch, subject: Value | null, state: State): Decision {
  if (subject !== null) {
    const list = evaluate(run, { ...branch.condition, text: `ARRAY[${branch.condition.text}]` }, state);
    const items = isPartly(list.value) && list.value.kind === 'list' ? list.value.items : null;
    const each = items?.map((item) => operate('=', subject, item)) ?? [UNKNOWN];
    const truth = each.includes(true) ? true : each.every((one) => one === false || one === null) ? false : null;
    return { exits: list.exits, truth, skip: null };
  }
  const { exits, value, witness } = evaluate(run, branch.condition, state);
  const truth = value === null ? false : truthOf(value);
  const skip: SkippedBy | null =
    witness === null
      ? null
      : {
          guard: witness.exists ? 'if-not-exists' : 'if-exists',
          at: branch.at,
          existing: witness.origin,
          object: witness.object,
          differs: null,
        };
  return { exits, truth, skip };
}

function runCase(run: Run, { subject, branches, otherwise, start, end }: Case, state: State): Exits {
  const error: EngineError = { class: 'other', text: 'case not found', at: { start, end }, object: NO_OBJECT };
  const rest: readonly BodyStatement[] | null = otherwise;
  const evaluated = subject === null ? null : evaluate(run, subject, state);
  return sequence(evaluated?.exits ?? passes(state), (before) => {
    if (rest !== null) return runBranches(run, { branches, otherwise: rest }, evaluated?.value ?? null, before);
    const exits = runBranches(run, { branches, otherwise: [NEVER_REACHED] }, evaluated?.value ?? null, before);
    const missed = exits.left.get('no case');
    if (missed === undefined) return exits;
    const left = new Map(exits.left);
    left.delete('no case');
    return { ...exits, left, failures: [...exits.failures, run.failure(error, { start, end })] };
  });
}

/** Stands for the ELSE that a CASE lacks. */
const NEVER_REACHED: BodyStatement = { kind: 'exit', label: 'no case', when: null, start: 0, end: 0 };
const NO_OBJECT: EngineError['object'] = { kind: 'statement', name: '' };
const RAISED_AGAIN = 'raised again';

function runRaise(run: Run, raise: Raise, state: State): Exits {
  if (raise.level !== 'exception') return passes(state);
  const values = raise.values.map((value) => evaluate(run, value, state).value);
  const options = raise.options.map(({ name, value }) => ({ name, value: evaluate(run, value, state).value }));
  const text = raisedText(raise, values, options);
  const at = { start: raise.start, end: raise.end };
  const object = raise.again ? { kind: RAISED_AGAIN, name: '' } : NO_OBJECT;
  const code = options.find(({ name }) => name === 'errcode')?.value ?? raise.condition ?? 'raise_exception';
  const known = typeof code === 'string' ? stateOfCondition(code.toLowerCase()) ?? stateOfCondition(code) : null; // prettier-ignore
  const failure = run.failure({ class: 'other', text, at, object }, at);
  return fails({ ...failure, state: raise.again ? stateOf(failure.error) : known, isRaised: true });
}

function runAssign(
  run: Run,
  { variable, isPart, value }: Extract<BodyStatement, { kind: 'assign' }>,
  state: State,
): Exits {
  const name = run.nameOf(variable);
  const evaluated = evaluate(run, value, state);
  return sequence(evaluated.exits, (next) => passes(assign(next, name, isPart ? UNKNOWN : evaluated.value)));
}

function runLeave(
  run: Run,
  { kind, label, when }: Extract<BodyStatement, { kind: 'exit' | 'continue' }>,
  state: State,
): Exits {
  const by = label === 'no case' ? label : `${kind} ${label ?? ''}`;
  if (when === null) return leaves(by, state);
  const { exits, value } = evaluate(run, when, state);
  const truth = value === null ? false : truthOf(value);
  return sequence(exits, (next) => {
    if (truth === true) return leaves(by, next);
    return truth === false ? passes(next) : eitherWay(leaves(by, next), passes(next));
  });
}

function runOther(
  run: Run,
  { word, sets, condition, start, end }: Extract<BodyStatement, { kind: 'other' }>,
  state: State,
): Exits {
  if (word !== 'assert' || condition === null) return passes(forget(state, sets.map((name) => run.nameOf(name)))); // prettier-ignore
  const { exits, value } = evaluate(run, condition, state);
  const error: EngineError = { class: 'other', text: 'assertion failed', at: { start, end }, object: NO_OBJECT };
  return sequence(exits, (next) =>
    value === false || value === null
      ? fails({ ...run.failure(error, { start, end }), state: 'P0004', isRaised: true })
      : passes(next),
  );
}
