import type { Span } from '../../text/source-file.ts';
import type { HostOnError, HostValue } from '../host.ts';
import * as drivers from './drivers.ts';
import { SWALLOW, UNUSED } from './failures.ts';
import type { Meaning, Prepared } from './meaning.ts';
import { isCondition, isPrepared, isReading, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import type { Recorder } from './recorder.ts';
import { mappedRows } from './rows.ts';
import { unwrapped } from './shapes.ts';
import { stringValue } from './strings.ts';
import type { Expression, ExpressionOf } from './syntax.ts';

const SQL_NAME = /sql|stmt|statement|ddl|schema|migration|batch|script|command|create|alter|index/i;

/** A driver's method with the SQL as its first argument, or on what was prepared; null where it is none. */
export function driverMethod(
  recorder: Recorder,
  expression: ExpressionOf<'method'>,
  receiver: Meaning,
  policy: HostOnError,
): Meaning | null {
  const { name } = expression;
  if (isPrepared(receiver)) return preparedMethod(recorder, expression, receiver, policy);
  const runsMany = drivers.RUN_MANY.has(name);
  if (!runsMany && !drivers.RUN_ONE.has(name) && !drivers.ASK.has(name) && !drivers.PREPARE.has(name)) return null;
  const [first, ...others] = expression.arguments;
  if (first === undefined || isCondition(receiver)) return null;
  const sql = recorder.evaluate(first, SWALLOW);
  if (isPrepared(sql)) return preparedMethod(recorder, expression, sql, policy);
  const isCutText = recorder.isCutVariable(valueOf(sql));
  if (!isCutText && !isSql(recorder, valueOf(sql), expression, runsMany)) return null;
  const bound = others.flatMap((value) => boundValues(recorder, value));
  const prepared: Prepared = {
    prepared: valueOf(sql),
    many: runsMany || isCutText || (name === 'execute' && others.length === 0),
    arguments: bound,
    span: recorder.span(expression),
  };
  if (drivers.PREPARE.has(name)) {
    if (isReading(prepared.prepared)) recordQuery(recorder, prepared, policy);
    return prepared;
  }
  return runsMany || drivers.RUN_ONE.has(name)
    ? runPrepared(recorder, prepared, policy)
    : askPrepared(recorder, prepared, expression, policy);
}

function preparedMethod(
  recorder: Recorder,
  expression: ExpressionOf<'method'>,
  prepared: Prepared,
  policy: HostOnError,
): Meaning {
  const { name } = expression;
  if (drivers.RUN_ONE.has(name)) return runPrepared(recorder, { ...prepared, span: recorder.span(expression) }, policy);
  if (name === 'bind')
    return {
      ...prepared,
      arguments: [
        ...prepared.arguments,
        ...expression.arguments.map((value) => valueOf(recorder.evaluate(value, SWALLOW))),
      ],
    };
  if (!drivers.ASK.has(name)) return mappedRows(recorder, expression, prepared);
  const bound = expression.arguments.slice(0, 1).flatMap((value) => boundValues(recorder, value));
  return askPrepared(recorder, { ...prepared, arguments: [...prepared.arguments, ...bound] }, expression, policy);
}

function runPrepared(recorder: Recorder, prepared: Prepared, policy: HostOnError): Meaning {
  const onError = policy === UNUSED ? SWALLOW : policy;
  // Running a query only tells whether it can run: `execute("SELECT archived FROM jobs").is_err()`.
  if (!isReading(prepared.prepared))
    recorder.record({
      kind: 'execute',
      sql: prepared.prepared,
      many: prepared.many,
      ...refusal(prepared, recorder.around),
      onError,
      span: prepared.span,
    });
  else return rowsOf(prepared);
  return UNKNOWN;
}

/** What the only driver that a file names says to several statements, where it is asked to prepare them. */
function refusal({ many }: Prepared, { file }: Recorder['around']): { readonly refusesSeveral?: string } {
  switch (many ? null : drivers.onlyDriver(file)) {
    case 'postgres':
      // The extended protocol takes one statement (protocol-flow, 55.2.3).
      return { refusesSeveral: 'cannot insert multiple commands into a prepared statement' };
    case 'rusqlite':
      // rusqlite 0.29 and later, src/error.rs.
      return { refusesSeveral: 'Multiple statements provided' };
    case null:
      return {};
  }
}

function askPrepared(
  recorder: Recorder,
  prepared: Prepared,
  expression: ExpressionOf<'method'>,
  policy: HostOnError,
): Meaning {
  const rows = rowsOf(prepared);
  if (!isReading(prepared.prepared) && prepared.prepared.kind === 'text')
    return runPrepared(recorder, prepared, policy);
  if (isReading(prepared.prepared)) recordQuery(recorder, prepared, policy);
  return mappedRows(recorder, expression, rows);
}

/** A query whose failure ends the function: what it reads has to be there. Any other failure is an answer. */
function recordQuery(recorder: Recorder, { prepared, many, span }: Prepared, policy: HostOnError): void {
  if (policy.kind === 'stop' && policy !== UNUSED)
    recorder.record({ kind: 'execute', sql: prepared, many, onError: policy, span });
}

/** Bound values: `params![a, b]`, `[a, b]`, `(a, b)`, `&[&a]`. */
function boundValues(recorder: Recorder, value: Expression): readonly HostValue[] {
  const inner = unwrapped(value);
  if (inner.kind === 'closure' || inner.kind === 'path') return [];
  const meaning = valueOf(recorder.evaluate(inner, SWALLOW));
  return meaning.kind === 'list' || meaning.kind === 'tuple' ? meaning.items : [meaning];
}

/** Whether the first argument of a driver's method is SQL, and not a connection or a request to something else. */
function isSql(recorder: Recorder, value: HostValue, expression: ExpressionOf<'method'>, isCertain: boolean): boolean {
  if (value.kind === 'text' || value.kind === 'joined') return true;
  if (value.kind === 'file') return true;
  if (value.kind === 'call')
    return (
      isCertain ||
      (expression.name === 'execute' && expression.arguments.length === 2 && SQL_NAME.test(value.callee.at(-1) ?? ''))
    );
  if (value.kind !== 'name') return false;
  const name = value.path.at(-1) ?? '';
  if (isCertain || /^[A-Z][A-Z0-9_]*$/.test(name) || SQL_NAME.test(value.path.join('.'))) return true;
  const type = recorder.typeOfVariable(value.path[0] ?? '');
  return type === 'str' || type === 'String';
}

/** rusqlite writes a PRAGMA for the caller; its text stands nowhere, so every place in it is the call's. */
export function pragmaMethod(recorder: Recorder, expression: ExpressionOf<'method'>, policy: HostOnError): Meaning {
  const span = recorder.span(expression);
  const [, name, value] = expression.arguments;
  const pragma = name === undefined ? '' : (literalWords(recorder, name) ?? '');
  if (pragma === '') return UNKNOWN;
  if (expression.name === 'pragma_query_value')
    return { condition: 'query', sql: writtenFor(`PRAGMA ${pragma}`, span), arguments: [], span };
  if (value === undefined) return UNKNOWN;
  recorder.record({ kind: 'execute', sql: pragmaUpdate(recorder, pragma, value), many: false, onError: policy, span });
  return UNKNOWN;
}

function pragmaUpdate(recorder: Recorder, pragma: string, value: Expression): HostValue {
  const span = recorder.span(value);
  const words = literalWords(recorder, value);
  if (words !== undefined) return writtenFor(`PRAGMA ${pragma} = ${words}`, span);
  const set = valueOf(recorder.evaluate(value, SWALLOW));
  return { kind: 'joined', parts: [writtenFor(`PRAGMA ${pragma} = `, span), set], span };
}

function writtenFor(text: string, { file, start }: Span): HostValue {
  return { kind: 'text', sql: { file, text, segments: [{ start: 0, hostStart: start }] }, hasPlaceholder: false };
}

function literalWords(recorder: Recorder, expression: Expression): string | undefined {
  const inner = unwrapped(expression);
  if (inner.kind === 'string') return stringValue(recorder.around.file, recorder.around.tokens, inner.token).text;
  if (inner.kind === 'number') return String(inner.value);
  return inner.kind === 'boolean' ? (inner.value ? 'ON' : 'OFF') : undefined;
}
