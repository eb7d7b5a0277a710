import type { Span } from '../../text/source-file.ts';
import type { HostCondition, HostValue } from '../host.ts';
import { isQueryText } from './strings.ts';

/** What an expression stands for: a value, the answer to a question, or SQL that is ready to be sent. */
export type Meaning = HostValue | HostCondition | Prepared;

/** `sqlx::query("..")`, `conn.prepare("..")?`: nothing has reached the database yet. */
export interface Prepared {
  readonly prepared: HostValue;
  readonly many: boolean;
  readonly arguments: readonly HostValue[];
  readonly span: Span;
}

export type Query = Extract<HostCondition, { condition: 'query' }>;
type Comparison = NonNullable<Query['comparedWith']>;

export const UNKNOWN: HostValue = { kind: 'unknown' };

export function isPrepared(meaning: Meaning): meaning is Prepared {
  return 'prepared' in meaning;
}

export function isCondition(meaning: Meaning): meaning is HostCondition {
  return 'condition' in meaning;
}

export function isQuery(meaning: Meaning): meaning is Query {
  return isCondition(meaning) && meaning.condition === 'query';
}

/** The meaning as a value; a condition has none that the contract can hold. */
export function valueOf(meaning: Meaning): HostValue {
  return isPrepared(meaning) || isCondition(meaning) ? UNKNOWN : meaning;
}

/** Rows that a prepared query gives; every other meaning as it is. */
export function rowsOf(meaning: Meaning): Meaning {
  if (!isPrepared(meaning)) return meaning;
  return { condition: 'query', sql: meaning.prepared, arguments: meaning.arguments, span: meaning.span };
}

export function conditionOf(meaning: Meaning, words: string, span: Span): HostCondition {
  const rows = rowsOf(meaning);
  if (isPrepared(rows)) return { condition: 'unknown', words, span };
  if (isCondition(rows)) return rows;
  if (rows.kind === 'call')
    return { condition: 'call', callee: rows.callee, arguments: rows.arguments, span: rows.span };
  if (rows.kind === 'name' || rows.kind === 'number') return { condition: 'value', value: rows, span };
  return { condition: 'unknown', words, span };
}

export function not(condition: HostCondition): HostCondition {
  if (condition.condition === 'not') return condition.of;
  return condition.condition === 'unknown'
    ? { ...condition, words: `not ${condition.words}` }
    : { condition: 'not', of: condition };
}

/** `left OPERATOR right`; null where the two say nothing about a database. */
export function compare(left: Meaning, operator: string, right: Meaning, span: Span): HostCondition | null {
  const isDecided =
    isQuery(left) || (!isPrepared(left) && !isCondition(left) && (left.kind === 'call' || left.kind === 'name'));
  if (!isDecided)
    return isQuery(right) || isTextual(left) ? compareDecided(right, MIRRORED[operator] ?? operator, left, span) : null;
  if (isQuery(right) && !isQuery(left)) return compareDecided(right, MIRRORED[operator] ?? operator, left, span);
  return compareDecided(left, operator, right, span);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function isTextual(meaning: Meaning): boolean {
  return !isPrepared(meaning) && !isCondition(meaning) && (meaning.kind === 'text' || meaning.kind === 'joined');
}

function compareDecided(left: Meaning, operator: string, right: Meaning, span: Span): HostCondition | null {
  if (isPrepared(right) || isCondition(right) || isPrepared(left)) return null;
  if (isCondition(left)) {
    if (left.condition !== 'query') return null;
    return right.kind === 'number' ? compareQuery(left, operator, right) : looksFor(left, operator, right);
  }
  if (left.kind === 'call') return compareCall(left, operator, right);
  if (left.kind !== 'name' || (operator !== '==' && operator !== '!=') || !isTextual(right)) return null;
  const equal: HostCondition = {
    condition: 'contains',
    item: left,
    collection: { kind: 'list', items: [right] },
    span,
  };
  return operator === '==' ? equal : not(equal);
}

/** `SELECT COUNT(*) ..` compared with 0 asks whether there is such a row; other numbers are kept with the query. */
function compareQuery(
  query: Query,
  operator: string,
  right: Extract<HostValue, { kind: 'number' }>,
): HostCondition | null {
  const asksExistence = /\bcount\s*\(|\bexists\s*\(|\bselect\s+(?:1|true)\b/i.test(leadingText(query.sql));
  if (!asksExistence) return withComparison(query, operator, right);
  const { value } = right;
  if ((operator === '==' && value === 0) || (operator === '<' && value === 1) || (operator === '<=' && value === 0))
    return not(query);
  const isPresent =
    ((operator === '>' || operator === '!=') && value === 0) ||
    ((operator === '>=' || operator === '==') && value === 1);
  if (isPresent) return query;
  return operator === '!=' && value === 1 ? not(query) : withComparison(query, operator, right);
}

function withComparison(query: Query, operator: string, right: HostValue): HostCondition | null {
  const known = operatorOf(operator);
  return known === null ? null : { ...query, comparedWith: { operator: known, value: right } };
}

function compareCall(
  call: Extract<HostValue, { kind: 'call' }>,
  operator: string,
  right: HostValue,
): HostCondition | null {
  const known = operatorOf(operator);
  if (known === null) return null;
  const condition: HostCondition = {
    condition: 'call',
    callee: call.callee,
    arguments: call.arguments,
    span: call.span,
  };
  if (right.kind === 'number') return { ...condition, comparedWith: { operator: known, value: right } };
  if (known !== '=' && known !== '!=') return null;
  const found: HostCondition = { condition: 'contains', item: right, collection: condition, span: call.span };
  return known === '=' ? found : not(found);
}

function looksFor(query: Query, operator: string, item: HostValue): HostCondition | null {
  if (item.kind === 'unknown' || (operator !== '==' && operator !== '!=')) return null;
  const found: HostCondition = { ...query, looksFor: item };
  return operator === '==' ? found : not(found);
}

function operatorOf(operator: string): Comparison['operator'] | null {
  if (operator === '==') return '=';
  if (operator === '!=' || operator === '<' || operator === '<=' || operator === '>' || operator === '>=')
    return operator;
  return null;
}

/** The text that a value begins with, as far as it is known. */
export function leadingText(value: HostValue): string {
  if (value.kind === 'text') return value.sql.text;
  if (value.kind === 'joined')
    return value.parts.map((part) => (part.kind === 'text' ? part.sql.text : ' ? ')).join('');
  return '';
}

/** SQL that only reads: its result may decide something, it changes nothing. */
export function isReading(value: HostValue): boolean {
  return isQueryText(leadingText(value));
}
