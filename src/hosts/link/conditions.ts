import type { Guard } from '../../deployment.ts';
import type { Span } from '../../text/source-file.ts';
import type { HostCondition, HostValue } from '../host.ts';
import type { Evaluator, Scope } from './evaluate.ts';
import { allOf, anyOf, FALSE, negated, TRUE, unknownGuard } from './guards.ts';
import { isLedgerName, meaningOf, probedColumns, type QueryMeaning } from './queries.ts';
import { knownName, knownText, textAt, type RowsValue, type Value } from './values.ts';

type Compare = HostCondition & { readonly condition: 'compare' };

/** What a condition of host code tests on the database. */
export function guardOf(condition: HostCondition, scope: Scope, evaluator: Evaluator): Guard {
  switch (condition.condition) {
    case 'not':
      return negated(guardOf(condition.of, scope, evaluator));
    case 'and':
      return allOf(condition.of.map((part) => guardOf(part, scope, evaluator)));
    case 'or':
      return anyOf(condition.of.map((part) => guardOf(part, scope, evaluator)));
    case 'constant':
      return condition.value ? TRUE : FALSE;
    case 'call':
      return truthOf(
        evaluator.call(condition.callee, condition.arguments, condition.span, scope),
        condition.span,
        wordsAt(condition.span),
      );
    case 'query': {
      const rows = evaluator.value(
        { kind: 'rows', sql: condition.sql, arguments: condition.arguments, span: condition.span },
        scope,
      );
      const at = scope.at ?? condition.span;
      if (condition.looksFor === undefined) return truthOf(rows, at);
      return contained(evaluator.value(condition.looksFor, scope), rows, at);
    }
    case 'contains':
      return contained(
        orRound(evaluator.value(condition.item, scope), scope, condition.span),
        collectionOf(condition.collection, scope, evaluator),
        scope.at ?? condition.span,
      );
    case 'compare':
      return comparison(condition, scope, evaluator);
    case 'is':
      return isA(evaluator.value(condition.value, scope), condition);
    case 'succeeds':
      return success(evaluator.value(condition.sql, scope), scope.at ?? condition.span);
    case 'value':
      return truthOf(evaluator.value(condition.value, scope), scope.at ?? condition.span, wordsAt(condition.span));
    case 'unknown':
      return unknownGuard(condition.words, condition.span);
  }
}

/** A value taken as true or false. */
export function truthOf(value: Value, at: Span, words = wordsAt(at)): Guard {
  switch (value.kind) {
    case 'truth':
      return value.guard;
    case 'rows':
      return presence(meaningOf(value), at, words);
    case 'number':
      return value.value === 0 ? FALSE : TRUE;
    case 'text':
      return value.sql.text === '' ? FALSE : TRUE;
    case 'list':
      return value.identities !== undefined ? unknownGuard(words, at) : value.items.length === 0 ? FALSE : TRUE;
    case 'dictionary':
      return value.entries.length === 0 ? FALSE : TRUE;
    case 'files':
      return value.files.length === 0 ? FALSE : TRUE;
    case 'path':
    case 'function':
      return TRUE;
    default:
      return unknownGuard(words, at);
  }
}

/** Whether the query that gave these rows found any. */
function presence(meaning: QueryMeaning, at: Span, words: string): Guard {
  switch (meaning.asks) {
    case 'columns':
      if (meaning.table === null || meaning.column === null) break;
      if (meaning.column === undefined) return { test: 'table', name: meaning.table, at };
      return { test: 'column', table: meaning.table, name: meaning.column, at };
    case 'objects':
      if (meaning.name === null) break;
      if (meaning.name !== undefined) return { test: meaning.type, name: meaning.name, at };
      if (meaning.type === 'table') return { test: 'empty', not: true };
      break;
    case 'definition':
      if (meaning.name !== null) return { test: 'table', name: meaning.name, at };
      break;
    case 'version':
      return { test: 'recorded' };
    case 'rows':
      if (!(meaning.ofFile || isLedgerName(meaning.table)) || meaning.wanted === null) break;
      return meaning.wanted === undefined ? { test: 'recorded' } : { test: 'recorded', identity: meaning.wanted };
  }
  return unknownGuard(words, at);
}

/** Whether a value is among others; for rows, whether a row holds it. */
export function contained(item: Value, collection: Value, at: Span): Guard {
  const name = knownName(item);
  const unknown = unknownGuard(wordsAt(at), at);
  if (name === undefined) return unknown;
  if (collection.kind === 'rows') return rowsContain(name, meaningOf(collection), at) ?? unknown;
  // The name of a file: `entry.endsWith('.sql')`.
  if (collection.kind === 'path') return constant(collection.path.includes(name));
  if (collection.kind === 'text')
    return collection.hasPlaceholder ? unknown : constant(collection.sql.text.includes(name));
  const items =
    collection.kind === 'list'
      ? collection.items
      : collection.kind === 'dictionary'
        ? collection.entries.map(([key]) => key)
        : undefined;
  if (items === undefined || items.some((each) => knownText(each) === undefined)) return unknown;
  return constant(items.some((each) => knownText(each) === name));
}

/**
 * In a loop over files a name that is computed in a way not followed here (a regular expression, say) stands for the
 * round's file: what it is exactly does not matter, as long as each file has its own.
 */
function orRound(value: Value, scope: Scope, span: Span): Value {
  return value.kind === 'unknown' && scope.round !== undefined ? textAt(scope.round, span) : value;
}

function orRoundNumber(value: Value, scope: Scope): Value {
  const digits = value.kind === 'unknown' ? /\d+/.exec(scope.round ?? '')?.[0] : undefined;
  return digits === undefined ? value : { kind: 'number', value: Number(digits) };
}

function rowsContain(name: string, meaning: QueryMeaning, at: Span): Guard | undefined {
  switch (meaning.asks) {
    case 'columns':
      return meaning.table === null ? undefined : { test: 'column', table: meaning.table, name, at };
    case 'objects':
      return meaning.name === undefined ? { test: meaning.type, name, at } : undefined;
    case 'definition': {
      const column = /^[\s"'`(,]*([a-z_]\w*)\b/i.exec(name)?.[1];
      return meaning.name === null || column === undefined
        ? undefined
        : { test: 'column', table: meaning.name, name: column, at };
    }
    case 'rows':
      return meaning.wanted === undefined ? { test: 'recorded', identity: name } : undefined;
    default:
      return undefined;
  }
}

function collectionOf(collection: HostValue | HostCondition, scope: Scope, evaluator: Evaluator): Value {
  if ('kind' in collection) return evaluator.value(collection, scope);
  if (collection.condition !== 'query') return { kind: 'unknown' };
  return evaluator.value(
    { kind: 'rows', sql: collection.sql, arguments: collection.arguments, span: collection.span },
    scope,
  );
}

function comparison(condition: Compare, scope: Scope, evaluator: Evaluator): Guard {
  const left = evaluator.value(condition.left, scope);
  const right = evaluator.value(condition.right, scope);
  const at = scope.at ?? condition.span;
  const unknown = unknownGuard(wordsAt(condition.span), condition.span);
  if (left.kind === 'rows') return rowsCompared(left, condition.operator, orRoundNumber(right, scope), at) ?? unknown;
  if (right.kind === 'rows') {
    return rowsCompared(right, mirrored(condition.operator), orRoundNumber(left, scope), at) ?? unknown;
  }
  if (left.kind === 'number' && right.kind === 'number')
    return constant(holds(left.value, condition.operator, right.value));
  const texts = [knownText(left), knownText(right)];
  if (texts[0] === undefined || texts[1] === undefined) return unknown;
  if (condition.operator === '==') return constant(texts[0] === texts[1]);
  return condition.operator === '!=' ? constant(texts[0] !== texts[1]) : unknown;
}

function rowsCompared(rows: RowsValue, operator: Compare['operator'], value: Value, at: Span): Guard | undefined {
  const meaning = meaningOf(rows);
  if (value.kind === 'text') {
    const guard = contained(value, rows, at);
    if (operator === '==') return isUnknown(guard) ? undefined : guard;
    return operator === '!=' && !isUnknown(guard) ? negated(guard) : undefined;
  }
  if (value.kind !== 'number') return undefined;
  const number = value.value - (rows.plus ?? 0);
  const isVersion =
    meaning.asks === 'version' ||
    (meaning.asks === 'rows' && meaning.wanted === undefined && isLedgerName(meaning.table));
  if (isVersion) return versionCompared(operator, number, meaning.asks === 'rows' && meaning.counts);
  if (meaning.asks === 'unknown') return undefined;
  return presenceCompared(presence(meaning, at, wordsAt(at)), operator, number);
}

/** `version < 3`: step 3 is not recorded. A count of recorded rows tells only whether there are any. */
function versionCompared(operator: Compare['operator'], number: number, counts: boolean): Guard | undefined {
  if (operator === '==' && number === 0) return { test: 'recorded', not: true };
  if ((operator === '!=' || operator === '>') && number === 0) return { test: 'recorded' };
  if (counts && number > 1) return undefined;
  const reached = (version: number): Guard => ({ test: 'recorded', identity: String(version) });
  switch (operator) {
    case '<':
      return negated(reached(number));
    case '<=':
      return negated(reached(number + 1));
    case '>':
      return reached(number + 1);
    case '>=':
      return reached(number);
    case '==':
      return allOf([reached(number), negated(reached(number + 1))]);
    case '!=':
      return anyOf([negated(reached(number)), reached(number + 1)]);
  }
}

/** A count that is compared with 0 or 1. */
function presenceCompared(present: Guard, operator: Compare['operator'], number: number): Guard | undefined {
  const meansPresent =
    (number === 0 && (operator === '>' || operator === '!=')) ||
    (number === 1 && (operator === '>=' || operator === '=='));
  const meansAbsent = (number === 0 && (operator === '==' || operator === '<=')) || (number === 1 && operator === '<');
  if (meansPresent) return present;
  return meansAbsent ? negated(present) : undefined;
}

function isA(value: Value, condition: HostCondition & { readonly condition: 'is' }): Guard {
  const isText = value.kind === 'text' || value.kind === 'path';
  const isKnown = isText || ['function', 'list', 'files', 'dictionary', 'object', 'number'].includes(value.kind);
  if (!isKnown) return unknownGuard(wordsAt(condition.span), condition.span);
  const isList = value.kind === 'list' || value.kind === 'files';
  return constant(condition.what === 'text' ? isText : condition.what === 'list' ? isList : value.kind === 'function');
}

/** Whether a query gives a row and no error: of the engine's own tables that is whether it finds something. */
function success(sql: Value, at: Span): Guard {
  const meaning = meaningOf({ kind: 'rows', sql, arguments: [], span: at });
  const isOfCatalog = meaning.asks === 'columns' || meaning.asks === 'objects' || meaning.asks === 'definition';
  return isOfCatalog ? presence(meaning, at, wordsAt(at)) : probe(sql, at);
}

/** `SELECT column FROM table` runs without an error where both exist. */
function probe(sql: Value, at: Span): Guard {
  const text = knownText(sql);
  const probed = text === undefined ? null : probedColumns(text);
  if (probed === null) return unknownGuard(wordsAt(at), at);
  const { table, columns } = probed;
  // A database of which something is recorded has the table that records it.
  if (isLedgerName(table)) return anyOf([{ test: 'table', name: table, at }, { test: 'recorded' }]);
  if (columns.length === 0) return { test: 'table', name: table, at };
  return allOf(columns.map((name) => ({ test: 'column', table, name, at })));
}

function isUnknown(guard: Guard): boolean {
  return 'test' in guard && guard.test === 'unknown';
}

function constant(value: boolean): Guard {
  return value ? TRUE : FALSE;
}

function mirrored(operator: Compare['operator']): Compare['operator'] {
  const mirrors = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;
  return mirrors[operator];
}

function holds(left: number, operator: Compare['operator'], right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function wordsAt(span: Span): string {
  return span.file.text.slice(span.start, Math.min(span.end, span.start + 80)).replace(/\s+/g, ' ');
}
