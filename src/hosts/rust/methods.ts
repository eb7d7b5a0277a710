import type { HostOnError, HostOperation, HostValue } from '../host.ts';
import { plainLiteral } from '../literal.ts';
import { argumentMeaning, projectCall, toolCall } from './calls.ts';
import { driverMethod, pragmaMethod } from './driver-methods.ts';
import * as drivers from './drivers.ts';
import { policyOfHandler, STOP, SWALLOW, UNUSED } from './failures.ts';
import { forEachMethod } from './loops.ts';
import type { Meaning } from './meaning.ts';
import { comparable, isCondition, isPrepared, not, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import { calleeOf } from './names.ts';
import type { Recorder } from './recorder.ts';
import { rowMethod } from './rows.ts';
import { isSplit, isTextual, isTool, joinedText, succeeds, unwrapped } from './shapes.ts';
import type { Expression, ExpressionOf } from './syntax.ts';
import { lastName } from './walk.ts';

/** rusqlite_migration: what `M::up(..)` can be followed by. */
const MIGRATION_PARTS = new Set(['down', 'foreign_key_check', 'comment']);
const LIST_OPERATIONS: Readonly<Record<string, HostOperation>> = {
  enumerate: 'numbered',
  skip: 'from',
  rev: 'reversed',
};
const LISTS = new Set<HostValue['kind']>(['list', 'name', 'files', 'call', 'derived']);

/** A method call: of a driver, a migration tool, a text, a list, rows, or one of the project's own. */
export function methodMeaning(recorder: Recorder, expression: ExpressionOf<'method'>, policy: HostOnError): Meaning {
  const { name, receiver } = expression;
  if (name === 'unwrap' || name === 'expect') return recorder.evaluate(receiver, STOP);
  if (name === 'unwrap_or_else' || name === 'or_else')
    return recorder.evaluate(receiver, policyOfClosure(recorder, expression, policy));
  if (drivers.ERROR_PASSES.has(name)) return recorder.evaluate(receiver, policy);
  if (drivers.ERROR_DROPS.has(name)) return droppedError(recorder, expression);
  if (name === 'for_each' || name === 'try_for_each') return forEachMethod(recorder, expression);
  if (name === 'pragma_update' || name === 'pragma_query_value') return pragmaMethod(recorder, expression, policy);
  const meaning = recorder.evaluate(receiver, policy === UNUSED ? STOP : policy);
  return (
    driverMethod(recorder, expression, meaning, policy) ??
    toolMethod(recorder, expression, meaning, policy) ??
    fileMethod(recorder, expression, meaning) ??
    textMethod(recorder, expression, meaning) ??
    listMethod(recorder, expression, meaning) ??
    rowMethod(recorder, expression, rowsOf(meaning)) ??
    otherMethod(recorder, expression, meaning, policy)
  );
}

function policyOfClosure(recorder: Recorder, expression: ExpressionOf<'method'>, policy: HostOnError): HostOnError {
  const [handler] = expression.arguments;
  if (handler?.kind !== 'closure') return SWALLOW;
  const own = policyOfHandler(handler.body, recorder.around.tokens);
  return own.kind === 'stop' && policy !== UNUSED && expression.name === 'or_else' ? policy : own;
}

function droppedError(recorder: Recorder, expression: ExpressionOf<'method'>): Meaning {
  const meaning = rowsOf(recorder.evaluate(expression.receiver, SWALLOW));
  if (expression.name === 'is_err') return not(succeeds(recorder.conditionFrom(meaning, expression)));
  if (expression.name === 'is_ok') return succeeds(recorder.conditionFrom(meaning, expression));
  return meaning;
}

function toolMethod(
  recorder: Recorder,
  expression: ExpressionOf<'method'>,
  receiver: Meaning,
  policy: HostOnError,
): Meaning | null {
  const { name } = expression;
  const onError = policy === UNUSED ? SWALLOW : policy;
  if (!isPrepared(receiver) && !isCondition(receiver) && receiver.kind === 'call' && isTool(receiver.callee)) {
    if (/^(?:run|to_latest|to_version|run_async|run_direct|run_to)$/.test(name))
      recorder.record({ ...receiver, onError, span: recorder.span(expression) });
    return receiver;
  }
  if (!isCondition(receiver) && !isPrepared(receiver) && isTextual(receiver) && MIGRATION_PARTS.has(name))
    return receiver;
  if (name !== 'run_pending_migrations') return null;
  const value =
    expression.arguments[0] === undefined ? UNKNOWN : valueOf(recorder.evaluate(expression.arguments[0], SWALLOW));
  const call =
    value.kind === 'call' ? value : toolCall(recorder, ['diesel_migrations', 'embed_migrations'], [], expression);
  recorder.record({ ...call, onError, span: recorder.span(expression) });
  return UNKNOWN;
}

/** `path.exists()`; what else is asked so takes arguments. */
function fileMethod(recorder: Recorder, expression: ExpressionOf<'method'>, receiver: Meaning): Meaning | null {
  const isAsked = /^(?:try_)?exists$|^is_file$/.test(expression.name) && expression.arguments.length === 0;
  if (!isAsked || isPrepared(receiver) || isCondition(receiver) || receiver.kind !== 'name') return null;
  const span = recorder.span(expression);
  return {
    condition: 'value',
    value: { kind: 'derived', operation: 'exists', of: receiver, arguments: [], span },
    span,
  };
}

function textMethod(recorder: Recorder, expression: ExpressionOf<'method'>, receiver: Meaning): Meaning | null {
  const { name } = expression;
  if (isSplit(name)) return cutText(recorder, expression, receiver);
  if (name === 'push_str') {
    const variable = lastName(unwrapped(expression.receiver));
    const added =
      expression.arguments[0] === undefined ? UNKNOWN : valueOf(recorder.evaluate(expression.arguments[0], SWALLOW));
    if (variable === '' || !recorder.isChanging(variable)) return UNKNOWN;
    recorder.assign(
      variable,
      joinedText([valueOf(receiver), added], recorder.span(expression)),
      recorder.span(expression),
    );
    return UNKNOWN;
  }
  if (
    (name !== 'join' && name !== 'concat') ||
    isPrepared(receiver) ||
    isCondition(receiver) ||
    receiver.kind !== 'list'
  )
    return null;
  const separator =
    expression.arguments[0] === undefined ? null : valueOf(recorder.evaluate(expression.arguments[0], SWALLOW));
  const parts = receiver.items.flatMap((item, index) =>
    index === 0 || separator === null ? [item] : [separator, item],
  );
  return joinedText(parts, recorder.span(expression));
}

/** `SCHEMA.split(';')`: cut at every semicolon, it is statements; cut at anything else, the parts matter only together. */
function cutText(recorder: Recorder, expression: ExpressionOf<'method'>, receiver: Meaning): Meaning {
  const [at] = expression.arguments;
  const separator = at === undefined ? UNKNOWN : textOrCharacter(recorder, at);
  if (isPrepared(receiver) || isCondition(receiver) || receiver.kind === 'unknown') return UNKNOWN;
  if (separator.kind !== 'text' || !separator.sql.text.includes(';')) return receiver;
  const span = recorder.span(expression);
  return { kind: 'derived', operation: 'split', of: receiver, arguments: [separator], span };
}

/** `";"`, `';'` or `|c| c == ';'` */
function textOrCharacter(recorder: Recorder, expression: Expression): HostValue {
  const { file, start, end } = recorder.span(expression);
  const compared = /^\|\s*&?(\w+)(?:\s*:\s*&?char)?\s*\|\s*\*?\1\s*==\s*'(?=.'$)/.exec(file.text.slice(start, end));
  if (compared !== null) return plainLiteral(file, end - 2, end - 1);
  const isCharacter = end - start === 3 && file.text.charAt(start) === "'";
  return isCharacter ? plainLiteral(file, start + 1, end - 1) : valueOf(recorder.evaluate(expression, SWALLOW));
}

/** `LIST.iter().enumerate().skip(done)` */
function listMethod(recorder: Recorder, expression: ExpressionOf<'method'>, receiver: Meaning): Meaning | null {
  const operation = LIST_OPERATIONS[expression.name];
  const isList = !isPrepared(receiver) && !isCondition(receiver) && LISTS.has(receiver.kind);
  if (operation === undefined || !isList) return null;
  const values = expression.arguments.map((value) => comparable(recorder.evaluate(value, SWALLOW)) ?? UNKNOWN);
  return { kind: 'derived', operation, of: receiver, arguments: values, span: recorder.span(expression) };
}

function otherMethod(
  recorder: Recorder,
  expression: ExpressionOf<'method'>,
  receiver: Meaning,
  policy: HostOnError,
): Meaning {
  const { name } = expression;
  const isTransaction = drivers.BEGIN.has(name);
  const values = expression.arguments.map((value) => argumentMeaning(recorder, value, policy, isTransaction));
  if (drivers.KEEPS_VALUE.has(name) || isCondition(receiver)) return receiver;
  const runsClosure = expression.arguments.some((value) => unwrapped(value).kind === 'closure');
  const isDriver = drivers.RUN_ONE.has(name) || drivers.ASK.has(name) || drivers.PREPARE.has(name);
  if (isTransaction || runsClosure || drivers.isStandardMethod(name)) return UNKNOWN;
  if (isDriver && lastName(unwrapped(expression.receiver)) !== 'self') return UNKNOWN;
  const callee = calleeOf(recorder, expression);
  return callee === null ? UNKNOWN : projectCall(recorder, callee, values, policy, expression);
}
