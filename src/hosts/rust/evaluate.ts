import type { HostOnError } from '../host.ts';
import { ifExpression, readCondition } from './branches.ts';
import { callMeaning } from './calls.ts';
import { givesUp, STOP, SWALLOW } from './failures.ts';
import { forExpression, loopExpression, whileExpression } from './loops.ts';
import { macroMeaning } from './macros.ts';
import { matchExpression } from './matches.ts';
import type { Meaning } from './meaning.ts';
import { compare, isComparison, isCondition, isPrepared, not, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import { methodMeaning } from './methods.ts';
import { nameMeaning } from './names.ts';
import type { Recorder } from './recorder.ts';
import { isTextual, joinedText, returnedBy, unwrapped } from './shapes.ts';
import { readBlock } from './statements.ts';
import { stringValue } from './strings.ts';
import type { Expression, ExpressionOf } from './syntax.ts';
import { lastName } from './walk.ts';

/** Records what the expression does, and says what it stands for: each kind of expression has its function. */
export function evaluateExpression(recorder: Recorder, expression: Expression, policy: HostOnError): Meaning {
  switch (expression.kind) {
    case 'try':
      return recorder.evaluate(expression.of, STOP);
    case 'same':
      return recorder.evaluate(expression.of, policy);
    case 'not':
      return not(readCondition(recorder, expression.of));
    case 'string':
      return {
        kind: 'text',
        sql: stringValue(recorder.around.file, recorder.around.tokens, expression.token),
        hasPlaceholder: false,
      };
    case 'number':
      return { kind: 'number', value: expression.value };
    case 'boolean':
      return { kind: 'number', value: expression.value ? 1 : 0 };
    case 'path':
      return nameMeaning(recorder, expression.names, expression);
    case 'field':
      return fieldMeaning(recorder, expression);
    case 'binary':
      return binaryMeaning(recorder, expression);
    case 'assign':
      return assignment(recorder, expression);
    case 'tuple':
    case 'array':
      return {
        kind: expression.kind === 'tuple' ? 'tuple' : 'list',
        items: expression.items.map((item) => valueOf(recorder.evaluate(item, SWALLOW))),
      };
    case 'struct':
      return {
        kind: 'tuple',
        items: expression.fields.map((field) => valueOf(recorder.evaluate(field.value, SWALLOW))),
        names: expression.fields.map((field) => field.name),
      };
    case 'call':
      return callMeaning(recorder, expression, policy);
    case 'method':
      return methodMeaning(recorder, expression, policy);
    case 'macro':
      return macroMeaning(recorder, expression);
    default:
      return controlFlow(recorder, expression, policy);
  }
}

/** Blocks, branches, loops and jumps. */
function controlFlow(recorder: Recorder, expression: Expression, policy: HostOnError): Meaning {
  switch (expression.kind) {
    case 'block':
      return readBlock(recorder, expression, policy);
    case 'if':
      return ifExpression(recorder, expression, policy, null);
    case 'match':
      return matchExpression(recorder, expression, policy, null);
    case 'let':
      return readCondition(recorder, expression);
    case 'for':
      return forExpression(recorder, expression);
    case 'while':
      return whileExpression(recorder, expression);
    case 'loop':
      return loopExpression(recorder, expression);
    case 'return':
      return returnExpression(recorder, expression);
    case 'jump':
      recorder.record({ kind: 'leave', what: expression.what, span: recorder.span(expression) });
      return UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function fieldMeaning(recorder: Recorder, expression: ExpressionOf<'field'>): Meaning {
  const receiver = recorder.evaluate(expression.receiver, SWALLOW);
  if (isPrepared(receiver) || isCondition(receiver)) return receiver;
  if (receiver.kind === 'name')
    return { ...receiver, path: [...receiver.path, expression.name], span: recorder.span(expression) };
  if (receiver.kind !== 'tuple') return UNKNOWN;
  const index = receiver.names === undefined ? Number(expression.name) : receiver.names.indexOf(expression.name);
  return receiver.items[index] ?? UNKNOWN;
}

function binaryMeaning(recorder: Recorder, expression: ExpressionOf<'binary'>): Meaning {
  const { operator, left, right } = expression;
  if (operator === '&&' || operator === '||') {
    const of = [readCondition(recorder, left), readCondition(recorder, right)];
    if (of.every((one) => one.condition === 'unknown')) return recorder.unknownCondition(expression);
    return { condition: operator === '&&' ? 'and' : 'or', of };
  }
  const meanings = [rowsOf(recorder.evaluate(left, SWALLOW)), rowsOf(recorder.evaluate(right, SWALLOW))] as const;
  if (operator === '+') return joinedText(meanings.map(valueOf), recorder.span(expression));
  if (isComparison(operator)) {
    return (
      compare(meanings[0], operator, meanings[1], recorder.span(expression)) ?? recorder.unknownCondition(expression)
    );
  }
  return UNKNOWN;
}

function assignment(recorder: Recorder, expression: ExpressionOf<'assign'>): Meaning {
  const { target } = expression;
  const meaning = recorder.evaluate(expression.value, lastName(target) === '_' ? SWALLOW : STOP);
  if (target.kind !== 'path' || target.names.length !== 1) return UNKNOWN;
  const name = target.names[0] ?? '';
  if (isTextual(valueOf(meaning))) recorder.assign(name, valueOf(meaning), recorder.span(expression));
  else recorder.bind(name, meaning);
  return UNKNOWN;
}

function returnExpression(recorder: Recorder, expression: ExpressionOf<'return'>): Meaning {
  const span = recorder.span(expression);
  if (expression.value !== null && givesUp(unwrapped(expression.value))) {
    recorder.giveUp(span);
    return UNKNOWN;
  }
  const value = expression.value === null ? null : returnedBy(recorder.evaluate(expression.value, STOP));
  recorder.record({ kind: 'return', value, span });
  return UNKNOWN;
}
