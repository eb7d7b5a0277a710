import type { Span } from '../../text/source-file.ts';
import type { HostValue } from '../host.ts';
import { branchActions } from './branches.ts';
import { STOP, UNUSED } from './failures.ts';
import type { Meaning, Query } from './meaning.ts';
import { isQuery, rowsOf, UNKNOWN, valueOf } from './meaning.ts';
import type { Recorder } from './recorder.ts';
import { changesDatabase, withoutLeaves } from './reshape.ts';
import { isCut, isEnumerate, unwrapped, withoutAdapters } from './shapes.ts';
import type { Expression, ExpressionOf } from './syntax.ts';

/** `for PATTERN in OVER`: over a query's rows, the parts of a text, or a list. */
export function forExpression(recorder: Recorder, expression: ExpressionOf<'for'>): Meaning {
  const over = rowsOf(recorder.evaluate(withoutAdapters(expression.over), STOP));
  if (isQuery(over)) {
    rowLoop(recorder, expression.pattern.names, over, expression.body, recorder.span(expression));
    return UNKNOWN;
  }
  const { names } = expression.pattern;
  const variables = isEnumerate(expression.over) ? names.slice(1) : names;
  loopOver(recorder, variables, valueOf(over), expression.body, isCut(expression.over), recorder.span(expression));
  return UNKNOWN;
}

/** `while let Some(row) = rows.next()?` goes over a query's rows; every other loop may or may not run. */
export function whileExpression(recorder: Recorder, expression: ExpressionOf<'while'>): Meaning {
  const test = unwrapped(expression.condition);
  const meaning = test.kind === 'let' ? rowsOf(recorder.evaluate(test.value, STOP)) : UNKNOWN;
  if (test.kind === 'let' && isQuery(meaning)) {
    rowLoop(recorder, test.pattern.names, meaning, expression.body, recorder.span(expression));
    return UNKNOWN;
  }
  const { actions } = branchActions(recorder, expression.body, null, UNUSED);
  recorder.recordIf(
    recorder.unknownCondition(expression.condition),
    withoutLeaves(actions),
    [],
    recorder.span(expression),
  );
  return UNKNOWN;
}

/** `loop { .. }` is taken to run once. */
export function loopExpression(recorder: Recorder, expression: ExpressionOf<'loop'>): Meaning {
  const actions = recorder.collect(() => {
    recorder.evaluate(expression.body, UNUSED);
  });
  recorder.record(...withoutLeaves(actions));
  return UNKNOWN;
}

/** `LIST.iter().for_each(|sql| ..)` */
export function forEachMethod(recorder: Recorder, expression: ExpressionOf<'method'>): Meaning {
  const [body] = expression.arguments;
  const over = recorder.evaluate(withoutAdapters(expression.receiver), STOP);
  if (body?.kind !== 'closure') return UNKNOWN;
  const names = body.parameters.flatMap((parameter) => parameter.names);
  loopOver(
    recorder,
    isEnumerate(expression.receiver) ? names.slice(1) : names,
    valueOf(over),
    body.body,
    isCut(expression.receiver),
    recorder.span(expression),
  );
  return UNKNOWN;
}

function loopOver(
  recorder: Recorder,
  variables: readonly string[],
  over: HostValue,
  body: Expression,
  isCutWhole: boolean,
  span: Span,
): void {
  const isSplit = over.kind === 'derived' && over.operation === 'split';
  const isCutText = isCutWhole || isSplit;
  for (const name of variables) {
    recorder.declareLoopVariable(name, isCutText);
  }
  const { actions, changes } = branchActions(recorder, body, null, UNUSED);
  for (const name of changes.keys()) if (recorder.variable(name) !== undefined) recorder.bind(name, UNKNOWN);
  if (isCutText) for (const name of variables) recorder.endLoopVariable(name);
  if (actions.length === 0) return;
  const items: HostValue = isCutWhole && !isSplit ? { kind: 'list', items: [over] } : over;
  if (items.kind === 'unknown')
    recorder.recordIf({ condition: 'unknown', words: 'loop', span }, withoutLeaves(actions), [], span);
  else recorder.record({ kind: 'for', variables, over: items, body: actions, span });
}

/** For each row of a query: a test inside asks whether there is such a row, everything else cannot be known. */
function rowLoop(recorder: Recorder, names: readonly string[], rows: Query, body: Expression, span: Span): void {
  for (const name of names) recorder.bind(name, rows);
  const actions = withoutLeaves(
    recorder.collect(() => {
      recorder.evaluate(body, UNUSED);
    }),
  );
  const tests = actions.filter(
    (action) => action.kind === 'if' && action.condition.condition !== 'unknown' && !changesDatabase(action),
  );
  const others = actions.filter((action) => !tests.includes(action) && action.kind !== 'return');
  recorder.record(...tests);
  recorder.recordIf({ condition: 'unknown', words: 'loop', span }, others, [], span);
}
