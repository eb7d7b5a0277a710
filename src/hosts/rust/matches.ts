import type { HostAction, HostCondition, HostOnError } from '../host.ts';
import { branchActions, recordBranches } from './branches.ts';
import { givesUp, policyOfArms, STOP, SWALLOW, UNUSED } from './failures.ts';
import type { Meaning } from './meaning.ts';
import { compare, isQuery, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import type { Recorder } from './recorder.ts';
import { isDecidable, isResultMatch, isTextual, isTruth, succeeds, unwrapped } from './shapes.ts';
import type { Arm, Expression, ExpressionOf, Pattern } from './syntax.ts';
import { holds } from './walk.ts';

/** A `match` on a result, on a yes or no, or on numbers. `target`: the variable that gets the value of the arm taken. */
export function matchExpression(
  recorder: Recorder,
  expression: ExpressionOf<'match'>,
  policy: HostOnError,
  target: string | null,
): Meaning {
  const { arms } = expression;
  if (isResultMatch(arms)) return matchResult(recorder, expression, target);
  const meaning = rowsOf(recorder.evaluate(expression.of, SWALLOW));
  const yes = arms.find((arm) => arm.pattern.head === 'Some' || arm.pattern.head === 'true');
  const no = arms.find(
    (arm) => arm.pattern.head === 'None' || arm.pattern.head === 'false' || arm.pattern.head === '_',
  );
  if (arms.length === 2 && yes !== undefined && no !== undefined && yes.guard === null) {
    for (const name of yes.pattern.names) recorder.bind(name, meaning);
    recordBranches(
      recorder,
      recorder.conditionFrom(meaning, expression.of),
      yes.body,
      no.body,
      recorder.span(expression),
      target,
      policy,
    );
    return UNKNOWN;
  }
  recorder.record(...armChain(recorder, arms, meaning, expression, policy, target));
  return UNKNOWN;
}

/** Arms as a chain of conditions; one that is not a number compared with an answer cannot be read. */
function armChain(
  recorder: Recorder,
  arms: readonly Arm[],
  meaning: Meaning,
  at: Expression,
  policy: HostOnError,
  target: string | null,
): readonly HostAction[] {
  let chain: readonly HostAction[] = [];
  for (const [index, arm] of [...arms].reverse().entries()) {
    for (const name of arm.pattern.names) recorder.bind(name, meaning);
    const { actions } = branchActions(recorder, arm.body, target, policy);
    const isDefault = index === 0 && arm.guard === null && (arm.pattern.head === '_' || arm.pattern.names.length === 1);
    if (index === 0 && (isDefault || !isDecidable(meaning))) chain = actions;
    else {
      const otherwise = chain;
      chain = recorder.collect(() => {
        recorder.recordIf(armCondition(recorder, arm, meaning, at), actions, otherwise, recorder.span(at));
      });
    }
  }
  return chain;
}

function armCondition(recorder: Recorder, arm: Arm, meaning: Meaning, at: Expression): HostCondition {
  const numbers = arm.guard === null ? numbersOf(recorder, arm.pattern) : [];
  const conditions = numbers.flatMap((value): HostCondition[] => {
    const compared = compare(meaning, '==', { kind: 'number', value }, recorder.span(at));
    return compared === null ? [] : [compared];
  });
  const [first] = conditions;
  if (first !== undefined) return conditions.length === 1 ? first : { condition: 'or', of: conditions };
  return { condition: 'unknown', words: recorder.words(arm.pattern), span: recorder.span(arm.pattern) };
}

/** `1` and `1 | 2`; none for other patterns. */
function numbersOf(recorder: Recorder, pattern: Pattern): readonly number[] {
  const { tokens } = recorder.around;
  const numbers: number[] = [];
  for (let index = pattern.from; index < pattern.to; index++) {
    const value = Number(tokens.words(index));
    if (Number.isInteger(value)) numbers.push(value);
    else if (!tokens.is(index, '|')) return [];
  }
  return numbers;
}

function matchResult(recorder: Recorder, expression: ExpressionOf<'match'>, target: string | null): Meaning {
  const { arms } = expression;
  const policy = policyOfArms(arms, recorder.around.tokens);
  const meaning = recorder.evaluate(expression.of, policy);
  const probe = rowsOf(meaning);
  const good = arms.find((arm) => arm.pattern.head === 'Ok' && arm.guard === null);
  const handled = arms.filter((arm) => arm.pattern.head !== 'Ok' && !givesUp(unwrapped(arm.body)));
  for (const name of good?.pattern.names ?? []) recorder.bind(name, meaning);
  const [handler] = handled;
  if (isQuery(probe) && good !== undefined && policy.kind === 'swallow') {
    if (isTruth(good.body, true) && handler !== undefined && isTruth(handler.body, false)) return succeeds(probe);
    recordBranches(recorder, succeeds(probe), good.body, handler?.body ?? null, recorder.span(expression), target);
    return UNKNOWN;
  }
  const value = goodArm(recorder, good, policy, expression, target);
  for (const arm of handled) {
    const { actions } = branchActions(recorder, arm.body, target, UNUSED);
    if (!holds(arm.body, givesUp))
      recorder.recordIf(
        recorder.unknownCondition(expression.of),
        actions.filter((action) => action.kind !== 'return'),
        [],
        recorder.span(expression),
      );
  }
  return value;
}

function goodArm(
  recorder: Recorder,
  good: Arm | undefined,
  policy: HostOnError,
  at: Expression,
  target: string | null,
): Meaning {
  if (good === undefined) return UNKNOWN;
  if (policy.kind !== 'swallow') {
    const meaning = recorder.evaluate(good.body, STOP);
    if (target !== null && isTextual(valueOf(meaning)))
      recorder.assign(target, valueOf(meaning), recorder.span(good.body));
    return meaning;
  }
  const { actions } = branchActions(recorder, good.body, target, UNUSED);
  recorder.recordIf(recorder.unknownCondition(at), actions, [], recorder.span(at));
  return UNKNOWN;
}
