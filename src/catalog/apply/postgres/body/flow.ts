import { mergeUnsure } from '../../../merge.ts';
import type { Database, Table } from '../../../catalog.ts';
import type { EngineError } from '../../../outcome.ts';
import { mergedValue, UNKNOWN, type Value } from './value.ts';

/** The database and the variables at one moment of a body. */
export interface State {
  readonly database: Database;
  readonly variables: ReadonlyMap<string, Value>;
}

/** Something that may stop the body, or that does. */
export interface Failure {
  readonly error: EngineError;
  /** Null: its words do not tell. */
  readonly state: string | null;
  /** RAISE and ASSERT: whoever wrote them wants it to stop there. */
  readonly isRaised?: true;
  /** It depends on rows. */
  readonly given?: { readonly condition: 'rows' | 'values'; readonly rowsOf?: Table };
}

/** How a list of statements can end, and in which state. Where only a failure is left, it fails for sure. */
export interface Exits {
  /** At its end. */
  readonly next: State | null;
  /** By RETURN, EXIT or CONTINUE. */
  readonly left: ReadonlyMap<string, State>;
  readonly failures: readonly Failure[];
}

export function passes(next: State): Exits {
  return { next, left: NOTHING, failures: [] };
}

export function fails(failure: Failure): Exits {
  return { next: null, left: NOTHING, failures: [failure] };
}

export function leaves(by: string, state: State): Exits {
  return { next: null, left: new Map([[by, state]]), failures: [] };
}

const NOTHING: ReadonlyMap<string, State> = new Map();

/** The state after one way or another. */
export function either(left: State | null, right: State | null): State | null {
  if (left === null || right === null || left === right) return left ?? right;
  return { database: mergeUnsure(left.database, right.database), variables: mergeVariables(left, right) };
}

function mergeVariables({ variables: left }: State, { variables: right }: State): State['variables'] {
  if (left === right) return left;
  const merged = new Map<string, Value>();
  for (const [name, value] of left) merged.set(name, mergedValue(value, right.get(name) ?? UNKNOWN));
  return merged;
}

/** One way or another. */
export function eitherWay(left: Exits, right: Exits): Exits {
  return {
    next: either(left.next, right.next),
    left: mergeLeft(left.left, right.left),
    failures: [...left.failures, ...right.failures],
  };
}

function mergeLeft(left: Exits['left'], right: Exits['left']): Exits['left'] {
  if (right.size === 0) return left;
  const merged = new Map(left);
  for (const [by, state] of right) {
    const both = either(merged.get(by) ?? null, state);
    if (both !== null) merged.set(by, both);
  }
  return merged;
}

/** One after the other. */
export function sequence(first: Exits, then: (state: State) => Exits): Exits {
  if (first.next === null) return first;
  const rest = then(first.next);
  if (first.left.size === 0 && first.failures.length === 0) return rest;
  return {
    next: rest.next,
    left: mergeLeft(first.left, rest.left),
    failures: [...first.failures, ...rest.failures],
  };
}

/** Variables that something has set to a value that is not known. */
export function forget(state: State, names: Iterable<string>): State {
  const variables = new Map(state.variables);
  for (const name of names) if (variables.has(name)) variables.set(name, UNKNOWN);
  return { ...state, variables };
}

export function assign(state: State, name: string, value: Value): State {
  return { ...state, variables: new Map(state.variables).set(name, value) };
}
