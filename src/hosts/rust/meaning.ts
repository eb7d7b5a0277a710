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

/** A question that a query answers. */
export type Query = Extract<HostCondition, { condition: 'query' }>;
export type Operator = Extract<HostCondition, { condition: 'compare' }>['operator'];

/** What the text does not tell. */
export const UNKNOWN: HostValue = { kind: 'unknown' };

/** SQL that is ready to be sent. */
export function isPrepared(meaning: Meaning): meaning is Prepared {
  return 'prepared' in meaning;
}

/** The answer to a question. */
export function isCondition(meaning: Meaning): meaning is HostCondition {
  return !('kind' in meaning) && 'condition' in meaning;
}

/** The answer that a query gives. */
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

/** The meaning as what an `if` asks. `words` and `span`: as it is written, for what cannot be read. */
export function conditionOf(meaning: Meaning, words: string, span: Span): HostCondition {
  const rows = rowsOf(meaning);
  if (isPrepared(rows)) return { condition: 'unknown', words, span };
  if (isCondition(rows)) return rows;
  if (rows.kind === 'call')
    return { condition: 'call', callee: rows.callee, arguments: rows.arguments, span: rows.span };
  if (rows.kind === 'condition') return rows.condition;
  if (rows.kind === 'name' || rows.kind === 'number') return { condition: 'value', value: rows, span };
  return { condition: 'unknown', words, span };
}

/** The opposite condition. */
export function not(condition: HostCondition): HostCondition {
  if (condition.condition === 'not') return condition.of;
  return condition.condition === 'unknown'
    ? { ...condition, words: `not ${condition.words}` }
    : { condition: 'not', of: condition };
}

const MIRRORED: Readonly<Record<Operator, Operator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
};

/** Whether the operator compares: `==`, `<` .. */
export function isComparison(operator: string): operator is Operator {
  return operator in MIRRORED;
}

/** `left OPERATOR right`; null where the two say nothing that could be known later. */
export function compare(left: Meaning, operator: Operator, right: Meaning, span: Span): HostCondition | null {
  if (!isQuery(left) && isQuery(right)) return compare(right, MIRRORED[operator], left, span);
  const item = comparable(right);
  if (isQuery(left) && item !== null) return compareQuery(left, operator, item, span);
  const subject = comparable(left);
  if (subject === null || item === null) return null;
  if (subject.kind === 'call' && item.kind !== 'number' && (operator === '==' || operator === '!='))
    return amongAnswers(subject, operator, item);
  return { condition: 'compare', left: subject, operator, right: item, span };
}

/** The meaning as one side of a comparison or an argument: what a query gave is its rows. */
export function comparable(meaning: Meaning): HostValue | null {
  if (isQuery(meaning)) return { kind: 'rows', sql: meaning.sql, arguments: meaning.arguments, span: meaning.span };
  return isPrepared(meaning) || isCondition(meaning) || meaning.kind === 'unknown' ? null : meaning;
}

/** `SELECT COUNT(*) ..` compared with 0 asks whether there is such a row; a text is looked for among the rows. */
function compareQuery(query: Query, operator: Operator, right: HostValue, span: Span): HostCondition {
  const isNumber = right.kind === 'number';
  const asksExistence =
    query.looksFor !== undefined || /\bcount\s*\(|\bexists\s*\(|\bselect\s+(?:1|true)\b/i.test(leadingText(query.sql));
  if (isNumber && asksExistence) {
    const words = `${operator}${String(right.value)}`;
    if (words === '==0' || words === '<1' || words === '<=0' || words === '!=1') return not(query);
    if (words === '>0' || words === '>=1' || words === '!=0' || words === '==1') return query;
  }
  const isPragmaNumber = /^\s*pragma\s+\w+\s*;?\s*$/i.test(leadingText(query.sql));
  if (!isNumber && !isPragmaNumber && (operator === '==' || operator === '!=')) {
    const found: HostCondition = { ...query, looksFor: right };
    return operator === '==' ? found : not(found);
  }
  const rows: HostValue = { kind: 'rows', sql: query.sql, arguments: query.arguments, span: query.span };
  return { condition: 'compare', left: rows, operator, right, span };
}

/** `columns(conn)?.iter().any(|c| c == "archived")` */
function amongAnswers(
  call: Extract<HostValue, { kind: 'call' }>,
  operator: '==' | '!=',
  item: HostValue,
): HostCondition {
  const collection: HostCondition = {
    condition: 'call',
    callee: call.callee,
    arguments: call.arguments,
    span: call.span,
  };
  const found: HostCondition = { condition: 'contains', item, collection, span: call.span };
  return operator === '==' ? found : not(found);
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
