import * as drivers from './drivers.ts';
import { SWALLOW } from './failures.ts';
import type { Meaning } from './meaning.ts';
import {
  conditionOf,
  isCondition,
  isPrepared,
  isQuery,
  leadingText,
  not,
  rowsOf,
  UNKNOWN,
  valueOf,
} from './meaning.ts';
import type { Recorder } from './recorder.ts';
import { changesDatabase } from './reshape.ts';
import type { ExpressionOf } from './syntax.ts';

/** What is asked of rows, or of the answer of one of the project's functions. */
export function rowMethod(recorder: Recorder, expression: ExpressionOf<'method'>, rows: Meaning): Meaning | null {
  const { name } = expression;
  const isAnswer =
    isCondition(rows) || (!isPrepared(rows) && (rows.kind === 'call' || rows.kind === 'name' || rows.kind === 'list'));
  if (!isAnswer) return null;
  if (name === 'contains' || name === 'eq_ignore_ascii_case' || name === 'contains_key')
    return containment(recorder, expression, rows);
  if (!isCondition(rows) && rows.kind !== 'call') return name === 'any' ? mappedRows(recorder, expression, rows) : null;
  if (name === 'is_none' || name === 'is_empty') return not(recorder.conditionFrom(rows, expression));
  if (name === 'is_some') return recorder.conditionFrom(rows, expression);
  if (
    name === 'any' ||
    name === 'find' ||
    name === 'position' ||
    name === 'is_some_and' ||
    name === 'map_or' ||
    drivers.KEEPS_VALUE.has(name)
  )
    return mappedRows(recorder, expression, rows);
  return isCondition(rows) ? rows : null;
}

function containment(recorder: Recorder, expression: ExpressionOf<'method'>, collection: Meaning): Meaning {
  const [argument] = expression.arguments;
  const item = argument === undefined ? UNKNOWN : valueOf(recorder.evaluate(argument, SWALLOW));
  const span = recorder.span(expression);
  if (item.kind === 'unknown') return recorder.unknownCondition(expression);
  // The text of a definition is searched, not a list of names.
  if (isQuery(collection) && /\bselect\s+sql\b/i.test(leadingText(collection.sql)))
    return recorder.unknownCondition(expression);
  if (isQuery(collection)) return { ...collection, looksFor: item };
  if (isPrepared(collection)) return recorder.unknownCondition(expression);
  if (!isCondition(collection) && collection.kind === 'name' && item.kind === 'text')
    return recorder.unknownCondition(expression);
  const within =
    !isCondition(collection) && collection.kind === 'call'
      ? conditionOf(collection, recorder.words(expression), span)
      : collection;
  return { condition: 'contains', item, collection: within, span };
}

/** A closure over rows may say what is looked for: `.any(|c| c == "archived")`. */
export function mappedRows(recorder: Recorder, expression: ExpressionOf<'method'>, rows: Meaning): Meaning {
  const closure = expression.arguments.find((value) => value.kind === 'closure');
  if (closure?.kind !== 'closure') return rows;
  for (const name of closure.parameters.flatMap((parameter) => parameter.names)) recorder.bind(name, rows);
  let inner: Meaning = UNKNOWN;
  const actions = recorder.collect(() => {
    inner = rowsOf(recorder.evaluate(closure.body, SWALLOW));
  });
  const changes = actions.filter(changesDatabase);
  if (changes.length > 0)
    recorder.recordIf(recorder.unknownCondition(expression), changes, [], recorder.span(expression));
  if (isCondition(inner)) return inner;
  return expression.name === 'any' || expression.name === 'find' ? recorder.unknownCondition(expression) : rows;
}
