import type { HostAction, HostValue } from '../host.ts';
import { evaluateExpression } from './evaluate.ts';
import { STOP, SWALLOW } from './failures.ts';
import { valueOf } from './meaning.ts';
import { Recorder } from './recorder.ts';
import { answerOfBranches, withTruths } from './reshape.ts';
import { returnedBy } from './shapes.ts';
import { readBlock } from './statements.ts';
import type { Parameter, Surroundings } from './surroundings.ts';
import type { Block, Expression } from './syntax.ts';

/** Return types whose value can answer a question or be SQL. */
const ANSWERS = /\b(?:bool|str|String|Vec|\w*Set|[iu](?:32|64|size)|Option|Cow)\b/;

/** The actions of a function's body, in order of execution. `returns` is the function's return type as written. */
export function readBody(
  block: Block,
  parameters: readonly Parameter[],
  returns: string,
  around: Surroundings,
): readonly HostAction[] {
  const recorder = new Recorder(around, parameters, evaluateExpression);
  const meaning = readBlock(recorder, block, STOP);
  const value = block.tail !== null && ANSWERS.test(returns) ? returnedBy(meaning) : null;
  if (block.tail !== null && value !== null) {
    recorder.record({ kind: 'return', value, span: recorder.span(block.tail) });
  }
  const actions = answerOfBranches(recorder.actions);
  return /\bbool\b/.test(returns) ? withTruths(actions) : actions;
}

/** The value of a constant. */
export function readValue(expression: Expression, around: Surroundings): HostValue {
  return valueOf(new Recorder(around, [], evaluateExpression).evaluate(expression, SWALLOW));
}
