import type { HostOnError, HostValue } from '../host.ts';
import * as drivers from './drivers.ts';
import { givesUp, STOP, SWALLOW, UNUSED } from './failures.ts';
import type { Meaning, Prepared } from './meaning.ts';
import { UNKNOWN, valueOf } from './meaning.ts';
import { absolutePath, importedPath } from './names.ts';
import type { Recorder } from './recorder.ts';
import { withoutReturns } from './reshape.ts';
import { isWrapper, unwrapped } from './shapes.ts';
import type { Expression, ExpressionOf } from './syntax.ts';

type Call = Extract<HostValue, { kind: 'call' }>;

/** A call of a driver's or a tool's function, or of one of the project's own. */
export function callMeaning(recorder: Recorder, expression: ExpressionOf<'call'>, policy: HostOnError): Meaning {
  const { callee } = expression;
  if (givesUp(expression)) {
    for (const value of expression.arguments) recorder.evaluate(value, SWALLOW);
    recorder.giveUp(recorder.span(expression));
    return UNKNOWN;
  }
  if (callee.kind !== 'path') {
    recorder.evaluate(callee, SWALLOW);
    for (const value of expression.arguments) argumentMeaning(recorder, value, policy);
    return UNKNOWN;
  }
  const made = madeLater(expression);
  if (made !== null) return recorder.evaluate(made, STOP);
  const values = expression.arguments.map((value) =>
    argumentMeaning(recorder, value, isWrapper(callee.names) && policy.kind === 'stop' ? STOP : SWALLOW),
  );
  return (
    knownCall(recorder, callee.names, values, expression) ??
    projectCall(recorder, absolutePath(recorder.around, callee.names), values, policy, expression)
  );
}

/** `LazyLock::new(|| ..)`: what its function makes when it is first used. */
function madeLater({ callee, arguments: [made] }: ExpressionOf<'call'>): Expression | null {
  const inner = made === undefined ? null : unwrapped(made);
  if (callee.kind !== 'path' || callee.names.at(-1) !== 'new' || inner?.kind !== 'closure') return null;
  return /^(?:LazyLock|LazyCell|Lazy)$/.test(callee.names.at(-2) ?? '') ? inner.body : null;
}

/** An argument's meaning; a closure or async block that is handed over is taken to run at once. */
export function argumentMeaning(
  recorder: Recorder,
  value: Expression,
  policy: HostOnError,
  isTransaction = false,
): Meaning {
  const inner = unwrapped(value);
  if (inner.kind !== 'closure') return recorder.evaluate(value, policy);
  runClosure(recorder, inner.body, policy, isTransaction);
  return UNKNOWN;
}

function runClosure(recorder: Recorder, body: Expression, policy: HostOnError, isTransaction: boolean): Meaning {
  let meaning: Meaning = UNKNOWN;
  const actions = withoutReturns(
    recorder.collect(() => {
      meaning = recorder.evaluate(body, STOP);
    }),
  );
  const onError = policy === UNUSED ? STOP : policy;
  if (actions.length === 0) return meaning;
  if (onError.kind === 'stop' && !isTransaction) recorder.record(...actions);
  else
    recorder.record({ kind: 'block', body: actions, onError, transaction: isTransaction, span: recorder.span(body) });
  return meaning;
}

function knownCall(
  recorder: Recorder,
  names: readonly string[],
  values: readonly Meaning[],
  at: Expression,
): Meaning | null {
  const name = names.at(-1) ?? '';
  const path = importedPath(recorder.around, names);
  const [first] = values;
  if (
    drivers.QUERY_FUNCTIONS.has(name) &&
    (path[0] === 'sqlx' || path[0] === 'diesel' || name === 'raw_sql' || name === 'sql_query')
  ) {
    return {
      prepared: valueOf(first ?? UNKNOWN),
      // sqlx runs every statement of a query's text on SQLite (sqlx-sqlite, VirtualStatement), and prepares it on PostgreSQL.
      many:
        name === 'raw_sql' ||
        (path[0] === 'sqlx' && drivers.onlyDriver(recorder.around.file) !== 'postgres') ||
        recorder.isCutVariable(valueOf(first ?? UNKNOWN)),
      arguments: [],
      span: recorder.span(at),
    };
  }
  if (name === 'read_to_string') return fileValue(recorder, valueOf(first ?? UNKNOWN), at);
  const type = names.at(-2) ?? '';
  if (type === 'Statement' && name.startsWith('from_'))
    return preparedFrom(recorder, valueOf(values[1] ?? UNKNOWN), values.slice(2), at);
  if (type === 'Migrations')
    return toolCall(recorder, ['rusqlite_migration', 'Migrations', name], values.map(valueOf), at);
  if (type === 'Migrator' && name === 'new') return toolCall(recorder, ['sqlx', 'migrate'], values.map(valueOf), at);
  if (name === 'runner' && names.includes('migrations'))
    return recorder.around.tools.get(names[0] ?? '') ?? toolCall(recorder, ['refinery', 'embed_migrations'], [], at);
  if (isWrapper(names)) return first ?? UNKNOWN;
  return null;
}

function preparedFrom(recorder: Recorder, sql: HostValue, values: readonly Meaning[], at: Expression): Prepared {
  return { prepared: sql, many: false, arguments: values.map(valueOf), span: recorder.span(at) };
}

function fileValue(recorder: Recorder, path: HostValue, at: Expression): HostValue {
  if (path.kind === 'text') return { kind: 'file', path: path.sql.text.replace(/^\/+/, ''), span: recorder.span(at) };
  return UNKNOWN;
}

/** Records a call of one of the project's functions, unless its name says that it only answers a question. */
export function projectCall(
  recorder: Recorder,
  callee: readonly string[],
  values: readonly Meaning[],
  policy: HostOnError,
  at: Expression,
): Meaning {
  const name = callee.at(-1) ?? '';
  if (/^[A-Z]/.test(name) || drivers.isForeignCall(importedPath(recorder.around, callee))) return UNKNOWN;
  const call: Call = { kind: 'call', callee, arguments: values.map(valueOf), span: recorder.span(at) };
  const isAnswer = drivers.onlyAnswers(name);
  if (!isAnswer) recorder.record({ ...call, onError: policy === UNUSED ? STOP : policy });
  return call;
}

/** A call of a migration tool, by the crate's path to it. */
export function toolCall(
  recorder: Recorder,
  callee: readonly string[],
  values: readonly HostValue[],
  at: Expression,
): Call {
  return { kind: 'call', callee, arguments: values, span: recorder.span(at) };
}
