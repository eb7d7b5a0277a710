import type { Name } from '../../../../ddl/operation.ts';
import type { Fragment, Loop, LoopHead } from '../../../../ddl/plpgsql/tree.ts';
import type { Answer } from './computed-query.ts';
import { listItems } from './computed-value.ts';
import { assignedBy } from './declared.ts';
import { evaluate, evaluateQuery } from './evaluation.ts';
import { assign, eitherWay, forget, passes, sequence, type Exits, type State } from './flow.ts';
import type { Run } from './run.ts';
import { endedBy } from './statements.ts';
import { truthOf, UNKNOWN, type Value } from './value.ts';

/** More rounds than this are not run one by one. */
const MOST_ROUNDS = 500;

/** What one round gives its variables; not certain: the round may not come. */
interface Round {
  readonly values: ReadonlyMap<string, Value>;
  readonly certain: boolean;
  /** It stands for any number of rounds. */
  readonly isMany: boolean;
}

export function runLoop(run: Run, loop: Loop, state: State): Exits {
  const { head } = loop;
  switch (head.kind) {
    case 'forever':
      return whileTrue(run, loop, null, state);
    case 'while':
      return whileTrue(run, loop, head.condition, state);
    default: {
      const { exits, rounds } = roundsOf(run, head, state);
      return sequence(exits, (before) => {
        const after = rounds === null ? anyRounds(run, loop, before) : knownRounds(run, loop, rounds, before);
        return sequence(after, (next) => passes(rounds === null ? forget(next, ['found']) : assign(next, 'found', foundIn(rounds))));
      });
    }
  }
} // prettier-ignore

function foundIn(rounds: readonly Round[]): Value {
  if (rounds.some(({ certain }) => certain)) return true;
  return rounds.length === 0 ? false : UNKNOWN;
}

/** The rounds that are known to come; null where any number may. */
function roundsOf(
  run: Run,
  head: Exclude<LoopHead, { kind: 'forever' | 'while' }>,
  state: State,
): { readonly exits: Exits; readonly rounds: readonly Round[] | null } {
  switch (head.kind) {
    case 'range':
      return rangeRounds(run, head, state);
    case 'array': {
      const { exits, value } = evaluate(run, head.array, state);
      const items = listItems(value);
      const name = run.nameOf(head.variables[0] ?? NO_NAME);
      return { exits, rounds: limited(items?.map((item) => ({ values: new Map([[name, item]]), certain: true, isMany: false })) ?? null) };
    }
    case 'query': {
      const isQuery = /^\s*\(*\s*(?:select|with|values|table|insert|update|delete)\b/i.test(head.query.text);
      if (!isQuery) return { exits: passes(state), rounds: null };
      const { exits, answer } = evaluateQuery(run, head.query, state);
      return { exits, rounds: limited(rowRounds(run, head, answer)) };
    }
    case 'execute': {
      const { exits, value } = evaluate(run, head.command, state);
      if (typeof value !== 'string') return { exits, rounds: null };
      const query: Fragment = { ...head.command, text: value };
      const found = evaluateQuery(run, query, { ...state, variables: new Map() });
      return { exits, rounds: limited(rowRounds(run, head, found.answer)) };
    }
  }
} // prettier-ignore

const NO_NAME = { text: '', quoted: false, start: 0, end: 0 };

function limited(rounds: readonly Round[] | null): readonly Round[] | null {
  return rounds === null || rounds.length > MOST_ROUNDS ? null : rounds;
}

function rangeRounds(
  run: Run,
  { variable, bounds, reverse }: Extract<LoopHead, { kind: 'range' }>,
  state: State,
): { readonly exits: Exits; readonly rounds: readonly Round[] | null } {
  const values = bounds.map((bound) => evaluate(run, bound, state).value);
  const [from = null, to = null, by = 1] = values;
  const exits = passes(state);
  if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by <= 0)
    return { exits, rounds: null };
  const count = Math.max(0, Math.floor((reverse ? from - to : to - from) / by) + 1);
  if (count > MOST_ROUNDS) return { exits, rounds: null };
  const rounds = Array.from({ length: count }, (_, at) => ({
    values: new Map([[run.nameOf(variable), reverse ? from - at * by : from + at * by]]),
    certain: true,
    isMany: false,
  }));
  return { exits, rounds };
}

function rowRounds(
  run: Run,
  { variables }: { readonly variables: readonly Name[] },
  { names, rows, isComplete }: Answer,
): readonly Round[] | null {
  if (!isComplete) return null;
  return rows.map(({ certain, isMany, values }) => ({
    isMany, certain, values: targetsFor(run, variables.map((name) => run.nameOf(name)), names, values) }));
} // prettier-ignore

/** One record takes a whole row, as does a single variable that is not declared; others take a column each. */
export function targetsFor(
  run: Run,
  targets: readonly string[],
  names: readonly string[],
  values: readonly Value[],
): ReadonlyMap<string, Value> {
  const [first = ''] = targets;
  const type = run.types.get(first);
  const isRecord = targets.length === 1 && (type === undefined || /^record\b|%rowtype/.test(type));
  if (!isRecord) return new Map(targets.map((target, at) => [target, values[at] ?? null]));
  return new Map([[first, { kind: 'record', fields: new Map(names.map((name, at) => [name, values[at] ?? null])) }]]);
}

function withValues(state: State, values: ReadonlyMap<string, Value>): State {
  return { ...state, variables: new Map([...state.variables, ...values]) };
}

function knownRounds(run: Run, loop: Loop, rounds: readonly Round[], state: State): Exits {
  let exits = passes(state);
  let left: Exits | null = null;
  for (const { values, certain } of rounds.flatMap((round) => (round.isMany ? [round, round] : [round]))) {
    if (exits.next === null || run.isExhausted) break;
    const before = exits.next;
    const inside = certain
      ? run.statements(loop.statements, withValues(before, values))
      : run.perhaps(loop.statements, withValues(before, values));
    const round = continued(loop, inside);
    if (!certain) run.either(before, round.next, 'how often a loop runs is not known');
    exits = sequence(exits, () => (certain ? round : eitherWay(passes(before), round)));
    const out = taken(loop, exits);
    exits = out.rest;
    left = left === null || out.ended === null ? (out.ended ?? left) : eitherWay(left, out.ended);
  }
  return left === null ? exits : eitherWay(exits, left);
}

/** CONTINUE ends a round. */
function continued({ label }: Loop, exits: Exits): Exits {
  const plain = endedBy('continue ', exits);
  return label === null ? plain : endedBy(`continue ${label}`, plain);
}

/** EXIT ends the loop: what went so far, and what goes on. */
function taken({ label }: Loop, exits: Exits): { readonly rest: Exits; readonly ended: Exits | null } {
  const left = new Map(exits.left);
  let ended: Exits | null = null;
  for (const by of ['exit ', ...(label === null ? [] : [`exit ${label}`])]) {
    const state = left.get(by);
    if (state === undefined) continue;
    left.delete(by);
    ended = ended === null ? passes(state) : eitherWay(ended, passes(state));
  }
  return { rest: { ...exits, left }, ended };
}

/** A loop of which nobody knows how often it runs: not at all, or any number of times. */
function anyRounds(run: Run, loop: Loop, state: State): Exits {
  const set = assignedBy(loop.statements).map((name) => run.nameOf(name));
  const variables = 'variables' in loop.head ? loop.head.variables : 'variable' in loop.head ? [loop.head.variable] : [];
  const unknown = targetsFor(run, variables.map((name) => run.nameOf(name)), [], variables.map(() => UNKNOWN));
  const looped = new Map([...unknown].map(([name, value]) => [name, isEmptyRecord(value) ? UNKNOWN_RECORD : value]));
  const before = forget(state, set);
  const once = aRound(run, loop, before, looped);
  run.either(before, once.next, 'how often a loop runs is not known');
  const after = eitherWay(passes(before), once);
  if (after.next === null || once.next === null) return after;
  // What one round leaves is what the next one finds.
  return eitherWay(after, { ...aRound(run, loop, after.next, looped), failures: [] });
} // prettier-ignore

const UNKNOWN_RECORD: Value = { kind: 'record', fields: null };

function isEmptyRecord(value: Value): boolean {
  return typeof value === 'object' && value !== null && value.kind === 'record';
}

function aRound(run: Run, loop: Loop, state: State, values: ReadonlyMap<string, Value>): Exits {
  const round = continued(loop, run.perhaps(loop.statements, withValues(state, values)));
  const { rest, ended } = taken(loop, round);
  return ended === null ? rest : eitherWay(rest, ended);
}

/** LOOP and WHILE: round by round as long as the condition is known. */
function whileTrue(run: Run, loop: Loop, condition: Fragment | null, state: State): Exits {
  let exits = passes(state);
  let ended = NONE;
  for (let rounds = 0; exits.next !== null && !run.isExhausted; rounds++) {
    const before = exits.next;
    const decided = condition === null ? null : evaluate(run, condition, before);
    const truth = decided === null ? true : decided.value === null ? false : truthOf(decided.value);
    if (truth === false) {
      return eitherWay(ended, { ...exits, failures: [...exits.failures, ...(decided?.exits.failures ?? [])] });
    }
    if (truth === null || rounds > MOST_ROUNDS) {
      const failures = decided?.exits.failures ?? [];
      if (decided !== null && decided.exits.next === null) return eitherWay(ended, { ...decided.exits, failures });
      const rest = anyRounds(run, loop, before);
      return eitherWay(ended, { ...rest, failures: [...exits.failures, ...failures, ...rest.failures] });
    }
    const round = continued(loop, run.statements(loop.statements, before));
    const out = taken(loop, sequence(exits, () => round));
    if (out.ended !== null) ended = eitherWay(ended, out.ended);
    exits = out.rest;
  }
  return eitherWay(ended, exits);
} // prettier-ignore

const NONE: Exits = { next: null, left: new Map(), failures: [] };
