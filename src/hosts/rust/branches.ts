import type { Span } from '../../text/source-file.ts';
import type { HostCondition, HostOnError } from '../host.ts';
import { policyOfHandler, SWALLOW, UNUSED } from './failures.ts';
import type { Meaning } from './meaning.ts';
import { isQuery, not, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import type { Branch, Recorder } from './recorder.ts';
import { emptyBlock, isNumber, isTextual, succeeds, unwrapped } from './shapes.ts';
import type { Expression, ExpressionOf } from './syntax.ts';

const NO_BRANCH: Branch = { actions: [], changes: new Map() };

/** What an `if` or a value used as one asks; `let` binds its names. */
export function readCondition(recorder: Recorder, expression: Expression): HostCondition {
  const inner = unwrapped(expression);
  if (inner.kind === 'let') {
    const meaning = recorder.evaluate(inner.value, SWALLOW);
    for (const name of inner.pattern.names) recorder.bind(name, meaning);
    const condition = recorder.conditionFrom(meaning, inner);
    const tested = inner.pattern.head === 'Err' || inner.pattern.head === 'Ok' ? succeeds(condition) : condition;
    return inner.pattern.head === 'Err' || inner.pattern.head === 'None' ? not(tested) : tested;
  }
  return recorder.conditionFrom(recorder.evaluate(inner, SWALLOW), inner);
}

/** `target`: the variable that gets the value of the branch taken. */
export function ifExpression(
  recorder: Recorder,
  expression: ExpressionOf<'if'>,
  policy: HostOnError,
  target: string | null,
): Meaning {
  const { condition, then, otherwise } = expression;
  const handler = unwrapped(condition);
  if (handler.kind === 'let' && (handler.pattern.head === 'Err' || handler.pattern.head === 'Ok')) {
    return ifLetResult(recorder, expression, handler, target);
  }
  const tested = readCondition(recorder, condition);
  recordBranches(recorder, tested, then, otherwise, recorder.span(expression), target, policy);
  return UNKNOWN;
}

/** `if let Err(e) = conn.execute(..) { .. }`: the body says what happens to the error. */
function ifLetResult(
  recorder: Recorder,
  expression: ExpressionOf<'if'>,
  test: ExpressionOf<'let'>,
  target: string | null,
): Meaning {
  const { then, otherwise } = expression;
  const isError = test.pattern.head === 'Err';
  const policy = isError
    ? policyOfHandler(then, recorder.around.tokens)
    : otherwise === null
      ? SWALLOW
      : policyOfHandler(otherwise, recorder.around.tokens);
  const meaning = recorder.evaluate(test.value, policy);
  const probe = rowsOf(meaning);
  if (!isError) for (const name of test.pattern.names) recorder.bind(name, meaning);
  if (isQuery(probe)) {
    const runs = succeeds(probe);
    recordBranches(recorder, isError ? not(runs) : runs, then, otherwise, recorder.span(expression), target);
    return UNKNOWN;
  }
  const good = isError ? otherwise : then;
  const bad = isError ? then : otherwise;
  if (policy.kind === 'stop') {
    if (good !== null) recorder.evaluate(good, UNUSED);
    return UNKNOWN;
  }
  const unknown = recorder.unknownCondition(test);
  if (policy.kind === 'swallow')
    recordBranches(recorder, unknown, good ?? emptyBlock(test), bad, recorder.span(expression), target);
  else if (good !== null) recordBranches(recorder, unknown, good, null, recorder.span(expression), target);
  return UNKNOWN;
}

/** Both branches under their condition; `policy` is what happens to an error in their tails. */
export function recordBranches(
  recorder: Recorder,
  condition: HostCondition,
  then: Expression,
  otherwise: Expression | null,
  span: Span,
  target: string | null = null,
  policy: HostOnError = UNUSED,
): void {
  const first = branchActions(recorder, then, target, policy);
  const second = otherwise === null ? NO_BRANCH : branchActions(recorder, otherwise, target, policy);
  mergeVariables(recorder, condition, first.changes, second.changes);
  recorder.recordIf(condition, first.actions, second.actions, span);
}

/** The branch's actions; its value is assigned to `target`, if there is one. */
export function branchActions(
  recorder: Recorder,
  body: Expression,
  target: string | null,
  policy: HostOnError,
): Branch {
  return recorder.collectBranch(() => {
    const meaning = recorder.evaluate(body, policy);
    if (target !== null && isTextual(valueOf(meaning))) recorder.assign(target, valueOf(meaning), recorder.span(body));
  });
}

/** `if name == "archived" { found = true }` after `let mut found = false` makes `found` the condition itself. */
function mergeVariables(
  recorder: Recorder,
  condition: HostCondition,
  first: ReadonlyMap<string, Meaning>,
  second: ReadonlyMap<string, Meaning>,
): void {
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const before = recorder.variable(name);
    if (before === undefined) continue;
    const becomesTrue = isNumber(before, 0) && isNumber(first.get(name), 1) && !second.has(name);
    const becomesFalse = isNumber(before, 1) && isNumber(first.get(name), 0) && !second.has(name);
    recorder.bind(name, becomesTrue ? condition : becomesFalse ? not(condition) : UNKNOWN);
  }
}
