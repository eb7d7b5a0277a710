import type { Span } from '../../text/source-file.ts';
import type { HostCondition, HostValue } from '../host.ts';
import * as drivers from './drivers.ts';
import type { Meaning } from './meaning.ts';
import { isCondition, isPrepared, isQuery, leadingText, rowsOf } from './meaning.ts';
import { joinTexts } from './strings.ts';
import type { Arm, Block, Expression, Statement } from './syntax.ts';
import { holds, lastName } from './walk.ts';

/** Calls that hand their argument on: `Ok(..)`, `Box::pin(..)`, `M::up(..)`. */
const WRAPPERS = new Set(
  `Ok Some from pin new block_on from_static Borrowed Owned up identity black_box AssertUnwindSafe from_str
  AssertSqlSafe`.split(/\s+/),
);

/** The type's own name: `&mut db::Store<T>` is `Store`. */
export function baseType(type: string): string {
  const known = /^(?:&\s*)?(?:'\w+\s+)?(?:mut\s+|dyn\s+)?(?:\w+::)*(\w+)/.exec(
    type.trim().replace(/^(?:Arc|Box|Rc)\s*<\s*/, ''),
  );
  return known?.[1] ?? '';
}

/** Whether the expression is this variable, also behind `&`, `*`, `.await` .. */
export function isVariable(expression: Expression, name: string): boolean {
  const inner = unwrapped(expression);
  return inner.kind === 'path' && inner.names.length === 1 && inner.names[0] === name;
}

/** The expression inside `&`, `*`, `(..)`, `.await` .. */
export function unwrapped(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'same') inner = inner.of;
  return inner;
}

/** `..?`, `.unwrap()`: the variable holds the good value. */
export function handlesItself(value: Expression): boolean {
  const inner = unwrapped(value);
  return (
    inner.kind === 'try' ||
    inner.kind === 'string' ||
    inner.kind === 'macro' ||
    inner.kind === 'closure' ||
    (inner.kind === 'method' &&
      (inner.name === 'unwrap' || inner.name === 'expect' || drivers.ERROR_DROPS.has(inner.name)))
  );
}

/** A `match` whose arms tell success from error. */
export function isResultMatch(arms: readonly Arm[]): boolean {
  return arms.some((arm) => arm.pattern.head === 'Ok' || arm.pattern.head === 'Err');
}

/** Whether the expression is this truth value, also in `Ok(..)`. */
export function isTruth(expression: Expression, value: boolean): boolean {
  const inner = unwrapped(expression);
  if (inner.kind === 'call' && lastName(inner.callee) === 'Ok')
    return inner.arguments.some((argument) => isTruth(argument, value));
  return inner.kind === 'boolean' && inner.value === value;
}

/** Whether the meaning is this very number. */
export function isNumber(meaning: Meaning | undefined, value: number): boolean {
  return (
    meaning !== undefined &&
    !isPrepared(meaning) &&
    !isCondition(meaning) &&
    meaning.kind === 'number' &&
    meaning.value === value
  );
}

/** Text, or what holds texts. */
export function isTextual(value: HostValue): boolean {
  return ['text', 'joined', 'file', 'files', 'list'].includes(value.kind);
}

/** One text where all parts are texts of this file, a joined value otherwise. `span`: where they are joined. */
export function joinedText(parts: readonly HostValue[], span: Span): HostValue {
  const flat = parts.flatMap((part) => (part.kind === 'joined' ? part.parts : [part]));
  if (flat.every((part) => part.kind === 'unknown')) return { kind: 'unknown' };
  if (!flat.some((part) => part.kind === 'text')) return { kind: 'joined', parts: flat, span };
  const texts = flat.flatMap((part) => (part.kind === 'text' ? [part.sql] : []));
  const whole = texts.length === flat.length ? joinTexts(texts) : null;
  return whole === null
    ? { kind: 'joined', parts: mergedTexts(flat), span }
    : { kind: 'text', sql: whole, hasPlaceholder: false };
}

/** Neighbouring texts made one. */
function mergedTexts(parts: readonly HostValue[]): readonly HostValue[] {
  const merged: HostValue[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const whole = part.kind === 'text' && last?.kind === 'text' ? joinTexts([last.sql, part.sql]) : null;
    if (whole === null) merged.push(part);
    else merged[merged.length - 1] = { kind: 'text', sql: whole, hasPlaceholder: false };
  }
  return merged;
}

/** Whether the function hands its argument on. */
export function isWrapper(names: readonly string[]): boolean {
  const name = names.at(-1) ?? '';
  if (name === 'new' || name === 'from' || name === 'from_str')
    return ['Box', 'Arc', 'Rc', 'String', 'Cow', 'Path', 'PathBuf', 'Some', 'Query'].includes(names.at(-2) ?? '');
  return WRAPPERS.has(name);
}

/** Whether the path leads to a migration tool's crate. */
export function isTool(callee: readonly string[]): boolean {
  return ['sqlx', 'refinery', 'diesel_migrations', 'rusqlite_migration'].includes(callee[0] ?? '');
}

/** Whether the meaning, compared with a number, says something. */
export function isDecidable(meaning: Meaning): boolean {
  return isQuery(meaning) || (!isPrepared(meaning) && !isCondition(meaning) && meaning.kind === 'call');
}

/** Nothing in the text says how it turns out: a flag, an argument, something we cannot read. */
export function isUndecided(condition: HostCondition): boolean {
  if (condition.condition === 'not') return isUndecided(condition.of);
  if (condition.condition === 'value') return condition.value.kind === 'name';
  return condition.condition === 'unknown';
}

/** Whether a query runs at all: `prepare("SELECT archived FROM jobs").is_ok()`. */
export function succeeds(condition: HostCondition): HostCondition {
  if (condition.condition !== 'query' || condition.looksFor !== undefined) return condition;
  // Asking the engine's own catalog never fails: there an error means that there was no such row.
  if (/\b(?:sqlite_(?:master|schema)|information_schema|pragma_\w+|pg_\w+)\b/i.test(leadingText(condition.sql)))
    return condition;
  return { condition: 'succeeds', sql: condition.sql, span: condition.span };
}

/** `self.store.db` as its names; null where the receiver is no chain of fields. */
export function receiverChain(expression: Expression): readonly string[] | null {
  const inner = unwrapped(expression);
  if (inner.kind === 'path') return inner.names;
  if (inner.kind !== 'field') return null;
  const chain = receiverChain(inner.receiver);
  return chain === null ? null : [...chain, inner.name];
}

/** `SCHEMA.split(';').enumerate()`: the number of a cut text's part means nothing to us. */
export function isEnumerate(over: Expression): boolean {
  const inner = unwrapped(over);
  return inner.kind === 'method' && inner.name === 'enumerate' && isCut(inner.receiver);
}

/** `SCHEMA.split(';')` without the trims, filters and numbers behind it; what a project's own function cuts. */
export function withoutAdapters(over: Expression): Expression {
  const inner = unwrapped(over);
  if (inner.kind === 'call' && isCut(inner)) return inner.arguments[0] ?? over;
  return inner.kind === 'method' && isCut(inner) && !isSplit(inner.name) ? withoutAdapters(inner.receiver) : over;
}

/** Whether the method cuts a text at its argument. */
export function isSplit(method: string): boolean {
  return method === 'split' || method === 'split_terminator';
}

/** `SCHEMA.split(';')`, with trims and filters behind it, or the project's own `split_statements(SCHEMA)`. */
export function isCut(over: Expression): boolean {
  const inner = unwrapped(over);
  if (inner.kind === 'call') return /^split_\w*(?:sql|statement|script|batch)/.test(lastName(inner.callee));
  if (inner.kind !== 'method') return false;
  return (
    isSplit(inner.name) ||
    (['map', 'filter', 'enumerate', 'iter', 'into_iter'].includes(inner.name) && isCut(inner.receiver))
  );
}

/** A block that does nothing, where an expression stands. */
export function emptyBlock(at: Expression): Block {
  return { kind: 'block', statements: [], tail: null, from: at.from, to: at.from };
}

/** The variable of the transaction that the statement begins; null where it begins none. */
export function transactionName(statement: Statement): string | null {
  if (statement.kind !== 'let' || statement.value === null) return null;
  let inner: Expression = statement.value;
  for (;;) {
    if (inner.kind === 'try' || inner.kind === 'same') inner = inner.of;
    else if (inner.kind === 'method' && drivers.BEGIN.has(inner.name))
      return inner.arguments.some((value) => value.kind === 'closure') ? null : (statement.pattern.names[0] ?? null);
    else if (inner.kind === 'method') inner = inner.receiver;
    else return null;
  }
}

/** The variable whose transaction the statement commits. */
export function committedName(statement: Statement): string | null {
  const whole =
    statement.kind === 'expression' ? statement.expression : statement.kind === 'let' ? statement.value : null;
  if (whole === null || whole.kind === 'if' || whole.kind === 'match') return null;
  let name: string | null = null;
  holds(whole, (inner) => {
    if (inner.kind !== 'method' || inner.name !== 'commit') return false;
    name = lastName(unwrapped(inner.receiver));
    return name !== '';
  });
  return name;
}

/** What a function that returns this meaning answers; null where that is not known. */
export function returnedBy(meaning: Meaning): HostValue | HostCondition | null {
  const known = rowsOf(meaning);
  if (isPrepared(known)) return null;
  if (isCondition(known)) return known;
  return known.kind === 'unknown' || known.kind === 'tuple' ? null : known;
}
