import type { ErrorClass } from '../../catalog/outcome.ts';
import { errorClassesOf } from '../error-words.ts';
import type { HostOnError } from '../host.ts';
import type { Arm, Expression, Positioned } from './syntax.ts';
import type { Tokens } from './tokens.ts';
import { TokenKind } from './tokens.ts';
import { childrenOf, findAll, holds, lastName } from './walk.ts';

/** An error ends the function. */
export const STOP: HostOnError = { kind: 'stop' };
export const SWALLOW: HostOnError = { kind: 'swallow' };
/** Of a statement whose result nobody looks at, told apart by identity: a driver's error is lost, a call's panic is not. */
export const UNUSED: HostOnError = { kind: 'swallow' };

const PANICS = new Set(['panic', 'bail', 'unreachable', 'todo', 'unimplemented']);
const EXITS = new Set(['exit', 'abort', 'resume_unwind', 'panic_any', 'fatal']);

/** Whether the expression ends the program or hands an error on: `Err(..)`, `bail!(..)`, `process::exit(1)`. */
export function givesUp(expression: Expression): boolean {
  if (expression.kind === 'macro') return PANICS.has(expression.names.at(-1) ?? '');
  if (expression.kind !== 'call') return false;
  const name = lastName(expression.callee);
  return name === 'Err' || EXITS.has(name);
}

/** What code does with an error when this is where it lands: the body of `if let Err(e) = ..`, of `Err(e) => ..`, of `|e| ..`. */
export function policyOfHandler(body: Expression, tokens: Tokens): HostOnError {
  if (!holds(body, givesUp)) return SWALLOW;
  const branches = findAll(body, (inner) => inner.kind === 'if' || inner.kind === 'match');
  const classes = new Set(branches.flatMap((branch) => classesOfBranch(branch, tokens)));
  if (classes.size > 0) return { kind: 'tolerate', classes: [...classes] };
  // It gives up in some cases that cannot be told from here: taken as no error, a false alarm would be worse.
  return branches.length > 0 && !alwaysGivesUp(body) ? SWALLOW : STOP;
}

function classesOfBranch(branch: Expression, tokens: Tokens): readonly ErrorClass[] {
  if (branch.kind === 'if') return classesNamedIn(branch.condition, tokens);
  if (branch.kind !== 'match') return [];
  const tolerant = branch.arms.filter((arm) => !holds(arm.body, givesUp));
  return tolerant.flatMap((arm) => [
    ...classesNamedIn(arm.pattern, tokens),
    ...(arm.guard === null ? [] : classesNamedIn(arm.guard, tokens)),
  ]);
}

/** Gives up whatever its conditions say: at its own level, not only inside a branch. */
function alwaysGivesUp(body: Expression): boolean {
  if (givesUp(body)) return true;
  if (body.kind === 'if') return body.otherwise !== null && alwaysGivesUp(body.then) && alwaysGivesUp(body.otherwise);
  if (body.kind === 'match') return body.arms.every((arm) => alwaysGivesUp(arm.body));
  return childrenOf(body).some(alwaysGivesUp);
}

/** What a `match` on a result does with its errors. */
export function policyOfArms(arms: readonly Arm[], tokens: Tokens): HostOnError {
  const classes = new Set<ErrorClass>();
  let isUnclear = false;
  for (const arm of arms) {
    if (arm.pattern.head === 'Ok') continue;
    if (isCatchAll(arm, tokens)) {
      const policy = policyOfHandler(arm.body, tokens);
      if (policy.kind === 'swallow') return SWALLOW;
      if (policy.kind === 'tolerate') for (const one of policy.classes) classes.add(one);
      continue;
    }
    if (holds(arm.body, givesUp)) continue;
    const named = [
      ...classesNamedIn(arm.pattern, tokens),
      ...(arm.guard === null ? [] : classesNamedIn(arm.guard, tokens)),
    ];
    for (const one of named) classes.add(one);
    if (named.length === 0 && arm.guard !== null && mayBeAnySqlError(arm, tokens)) isUnclear = true;
  }
  if (classes.size > 0) return { kind: 'tolerate', classes: [...classes] };
  return isUnclear ? SWALLOW : STOP;
}

/** `Err(e)`, `Err(_)` and `_`, without a guard. */
function isCatchAll(arm: Arm, tokens: Tokens): boolean {
  if (arm.guard !== null) return false;
  const { from, to, head } = arm.pattern;
  if (to - from === 1) return true;
  return (
    head === 'Err' && tokens.is(from + 1, '(') && tokens.partner(from + 1) <= from + 4 && !tokens.is(from + 3, '::')
  );
}

/** `Err(e) if ..`, `Err(Error::SqliteFailure(..)) if ..`; other variants are no errors of a statement. */
function mayBeAnySqlError(arm: Arm, tokens: Tokens): boolean {
  if (arm.pattern.to - arm.pattern.from <= 5) return true;
  for (let index = arm.pattern.from; index < arm.pattern.to; index++) {
    if (/^(?:SqliteFailure|Database|DatabaseError|Db|Sqlx|Sqlite|Exec)$/.test(tokens.words(index))) return true;
  }
  return false;
}

/** Classes named by the texts, names and numbers of a condition on an error. */
function classesNamedIn(range: Positioned, tokens: Tokens): readonly ErrorClass[] {
  const classes: ErrorClass[] = [];
  for (let index = range.from; index < range.to; index++) {
    const kind = tokens.kind(index);
    const isWord =
      kind === TokenKind.string ||
      kind === TokenKind.rawString ||
      kind === TokenKind.identifier ||
      kind === TokenKind.number;
    if (isWord) classes.push(...classesOf(tokens.words(index)));
  }
  return classes;
}

/** `is_duplicate_column`, `DUPLICATE_COLUMN` and `DuplicateColumn` mean the same. */
function classesOf(words: string): readonly ErrorClass[] {
  return errorClassesOf(words.replaceAll('_', ' ')) ?? errorClassesOf(words.replaceAll('_', '')) ?? [];
}
