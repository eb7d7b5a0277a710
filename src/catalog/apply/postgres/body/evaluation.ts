import type { Range } from '../../../../ddl/operation.ts';
import type { Fragment } from '../../../../ddl/plpgsql/tree.ts';
import { readSelectTree, readStatementTree } from '../../../../query/reader.ts';
import type { EngineError } from '../../../outcome.ts';
import { Draft, Refusal } from '../../draft.ts';
import { resolve } from '../../query/check.ts';
import { answer, type Answer, type Witness } from './computed-query.ts';
import { compute, type Setting } from './computed-value.ts';
import { fails, passes, type Exits, type Failure, type State } from './flow.ts';
import type { Run } from './run.ts';
import { UNKNOWN, isPartly, type Value } from './value.ts';

/** What an expression or a query has come to. `exits.next` is null where the engine refuses it. */
export interface Evaluated {
  readonly value: Value;
  readonly answer: Answer;
  readonly exits: Exits;
  /** What the last query over the catalogs found. */
  readonly witness: Witness | null;
}

const NO_ANSWER: Answer = { names: [], rows: [], isComplete: false };
const SELECT = 'SELECT ';

/** Computes an expression. */
export function evaluate(run: Run, fragment: Fragment, state: State): Evaluated {
  return evaluateQuery(
    run,
    { ...fragment, text: SELECT + fragment.text, start: fragment.start - SELECT.length },
    state,
  );
}

/** Computes a query: its names are looked up first, all of them, as the engine does. */
export function evaluateQuery(run: Run, query: Fragment, state: State): Evaluated {
  const { engine } = run.draft;
  const draft = new Draft(state.database, engine, [], run.isVariable(state.variables));
  const doubts = faultsOf(run, draft, query);
  const sure = doubts.find(({ isSure }) => isSure)?.failure;
  if (sure !== undefined) return { value: UNKNOWN, answer: NO_ANSWER, exits: fails(sure), witness: null };
  const failures = doubts.map(({ failure }) => failure);
  let witness: Witness | null = null;
  const setting: Setting = {
    draft,
    variable: (path) => variableOf(path, state),
    note: (found) => {
      witness = found;
    },
  };
  try {
    const tree = readSelectTree(query.text, engine.dialect);
    const found = tree === null ? NO_ANSWER : answer(tree, setting, null);
    const [only] = tree?.items ?? [];
    const isPlain = tree !== null && tree.sources.length === 0 && tree.where === null && only !== undefined;
    const value = isPlain ? compute(only.value, setting, { sources: [], outer: null }) : singleOf(found);
    const next = run.calls(query, state);
    return { value, answer: found, exits: { ...passes(next), failures }, witness };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const failure = run.failure(refusal.error, query);
    return { value: UNKNOWN, answer: NO_ANSWER, exits: fails(failure), witness: null };
  } finally {
    run.draft.restsOnEmptiness ||= draft.restsOnEmptiness;
  }
}

function singleOf({ rows, isComplete }: Answer): Value {
  const [first] = rows;
  if (first === undefined) return isComplete ? null : UNKNOWN;
  return first.certain && isComplete && rows.length === 1 ? (first.values[0] ?? null) : UNKNOWN;
}

interface Fault {
  readonly failure: Failure;
  readonly isSure: boolean;
}

function faultsOf(run: Run, draft: Draft, query: Fragment): readonly Fault[] {
  const tree = readStatementTree(query.text, run.draft.engine.dialect);
  if (tree === null || !/\bfrom\b/i.test(query.text)) return [];
  const { fault, doubt } = resolve(draft, tree, { text: query.text, offset: query.start, schema: null });
  const faults: Fault[] = [];
  const mayBe = doubt?.error;
  if (mayBe !== undefined && !isOfEngine(mayBe)) faults.push({ failure: run.failure(mayBe, within(mayBe.at, query)), isSure: false });
  if (fault !== null) faults.push({ failure: run.failure(fault, within(fault.at, query)), isSure: true });
  return faults;
} // prettier-ignore

/** What was put before an expression has no place of its own. */
function within(at: Range, { start, end, text }: Fragment): Range {
  const from = end - Math.min(end - start, text.length);
  return at.start < from || at.end > end ? { start: from, end } : at;
}

/** The engine's own catalogs are there, though none of the project's files makes them. */
function isOfEngine({ object: { schema, name } }: EngineError): boolean {
  return schema === 'information_schema' || schema?.startsWith('pg_') === true || name.startsWith('pg_');
}

/** A variable, or a field of one. */
function variableOf(path: readonly string[], { variables }: State): Value | undefined {
  const [first = '', field] = path;
  const value = variables.get(first);
  if (value === undefined || field === undefined) return value;
  if (!isPartly(value) || value.kind !== 'record') return UNKNOWN;
  const known = value.fields?.get(field);
  return known === undefined ? UNKNOWN : known;
}
