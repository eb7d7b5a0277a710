import type { Span } from '../../text/source-file.ts';
import type { HostAction, HostOnError } from '../host.ts';
import { ifExpression, recordBranches } from './branches.ts';
import * as drivers from './drivers.ts';
import { policyOfArms, policyOfHandler, STOP, SWALLOW, UNUSED } from './failures.ts';
import { matchExpression } from './matches.ts';
import type { Meaning } from './meaning.ts';
import { not, UNKNOWN, valueOf } from './meaning.ts';
import { typeOf } from './names.ts';
import type { Recorder } from './recorder.ts';
import {
  baseType,
  committedName,
  handlesItself,
  isResultMatch,
  isTextual,
  isVariable,
  transactionName,
} from './shapes.ts';
import type { Block, Expression, Pattern, Statement } from './syntax.ts';
import { findAll, holds } from './walk.ts';

/** A result is looked at soon after it was kept, in this many statements: reading stays linear. */
const NEAR = 20;

/** A block's statements; what its tail stands for. */
export function readBlock(recorder: Recorder, block: Block, policy: HostOnError): Meaning {
  const { statements, tail } = block;
  if (tail === null) return readStatements(recorder, statements, null, policy);
  return readStatements(recorder, [...statements, { kind: 'expression', expression: tail }], tail, policy);
}

function readStatements(
  recorder: Recorder,
  all: readonly Statement[],
  tail: Expression | null,
  policy: HostOnError,
): Meaning {
  let meaning: Meaning = UNKNOWN;
  let commits: readonly (string | null)[] | null = null;
  for (let index = 0; index < all.length; index++) {
    const statement = all[index];
    if (statement === undefined) continue;
    const isTail = statement.kind === 'expression' && statement.expression === tail;
    meaning = readStatement(recorder, statement, all, index, isTail ? policy : UNUSED);
    const name = transactionName(statement);
    if (name === null) continue;
    commits ??= all.map(committedName);
    const end = commits.indexOf(name, index + 1);
    if (end < 0) continue;
    recordTransaction(recorder, all.slice(index + 1, end + 1), tail, policy, statement);
    index = end;
  }
  return meaning;
}

/** From `BEGIN` to the statement that commits. */
function recordTransaction(
  recorder: Recorder,
  all: readonly Statement[],
  tail: Expression | null,
  policy: HostOnError,
  begin: Statement,
): void {
  const body = recorder.collect(() => {
    readStatements(recorder, all, tail, policy);
  });
  if (body.length === 0) return;
  recorder.record({ kind: 'block', body, onError: STOP, transaction: true, span: spanOfStatement(recorder, begin) });
}

function readStatement(
  recorder: Recorder,
  statement: Statement,
  all: readonly Statement[],
  index: number,
  policy: HostOnError,
): Meaning {
  if (statement.kind === 'expression') return recorder.evaluate(statement.expression, policy);
  if (statement.kind === 'constant') recorder.bind(statement.name, recorder.evaluate(statement.value, SWALLOW));
  else letStatement(recorder, statement, all, index);
  return UNKNOWN;
}

function letStatement(
  recorder: Recorder,
  statement: Extract<Statement, { kind: 'let' }>,
  all: readonly Statement[],
  index: number,
): void {
  const { pattern, value, type } = statement;
  const [name] = pattern.names;
  const isPlain = pattern.names.length === 1 && name !== undefined && name === pattern.head;
  const isMutable = recorder.around.tokens.is(pattern.from, 'mut');
  if (isPlain && type !== null) recorder.setType(name, baseType(type));
  if (isPlain) recorder.declare(name);
  if (value === null) {
    if (isPlain) recorder.leaveToActions(name);
    return;
  }
  if (isPlain && type === null) recorder.setType(name, typeOf(recorder, value));
  const policy = policyOfLet(recorder, pattern, value, all, index);
  const target = isPlain && (value.kind === 'if' || value.kind === 'match') ? name : null;
  const meaning = target === null ? recorder.evaluate(value, policy) : branchingValue(recorder, value, policy, target);
  if (target !== null && recorder.isChanging(target)) return;
  if (isPlain && isMutable && isTextual(valueOf(meaning))) {
    recorder.assign(name, valueOf(meaning), recorder.span(value));
  } else for (const bound of pattern.names) recorder.bind(bound, meaning);
  if (statement.otherwise !== null)
    recordBranches(
      recorder,
      not(recorder.conditionFrom(meaning, value)),
      statement.otherwise,
      null,
      recorder.span(value),
    );
}

/** `let sql = if a { "x" } else { "y" }`: each branch assigns its own value. */
function branchingValue(recorder: Recorder, value: Expression, policy: HostOnError, target: string): Meaning {
  const before = recorder.actions.length;
  if (value.kind === 'if') ifExpression(recorder, value, policy, target);
  else if (value.kind === 'match') {
    const meaning = matchExpression(recorder, value, policy, target);
    if (!assignsSince(recorder, before, target)) return meaning;
  }
  if (!assignsSince(recorder, before, target)) return UNKNOWN;
  recorder.leaveToActions(target);
  return UNKNOWN;
}

function assignsSince(recorder: Recorder, before: number, target: string): boolean {
  const assigns = (action: HostAction): boolean =>
    (action.kind === 'assign' && action.name === target) ||
    (action.kind === 'if' && (action.then.some(assigns) || action.otherwise.some(assigns)));
  return recorder.actions.slice(before).some(assigns);
}

/** `let _ = ..` loses the error; a result kept in a variable is judged by what is done with the variable. */
function policyOfLet(
  recorder: Recorder,
  pattern: Pattern,
  value: Expression,
  all: readonly Statement[],
  index: number,
): HostOnError {
  const name = pattern.head;
  if (name === '_' || (name.startsWith('_') && pattern.names.length === 1)) return SWALLOW;
  if (pattern.names.length !== 1 || handlesItself(value)) return STOP;
  for (const later of all.slice(index + 1, index + 1 + NEAR)) {
    const policy = policyOfUse(recorder, later, name);
    if (policy !== null) return policy;
  }
  return STOP;
}

/** What the statement does with an error kept in the variable; null where it does not use it. */
function policyOfUse(recorder: Recorder, statement: Statement, name: string): HostOnError | null {
  const whole =
    statement.kind === 'expression' ? statement.expression : statement.kind === 'let' ? statement.value : null;
  if (whole === null || !holds(whole, (inner) => isVariable(inner, name))) return null;
  for (const inner of findAll(whole, () => true)) {
    if (inner.kind === 'let' && isVariable(inner.value, name)) {
      const holder = findAll(whole, (outer) => outer.kind === 'if' && outer.condition === inner)[0];
      if (inner.pattern.head === 'Err' && holder?.kind === 'if')
        return policyOfHandler(holder.then, recorder.around.tokens);
      return SWALLOW;
    }
    if (inner.kind === 'match' && isVariable(inner.of, name) && isResultMatch(inner.arms))
      return policyOfArms(inner.arms, recorder.around.tokens);
    if (inner.kind === 'method' && isVariable(inner.receiver, name) && drivers.ERROR_DROPS.has(inner.name))
      return SWALLOW;
  }
  return STOP;
}

function spanOfStatement(recorder: Recorder, statement: Statement): Span {
  if (statement.kind === 'let') return recorder.span(statement.value ?? statement.pattern);
  return recorder.span(statement.kind === 'constant' ? statement.value : statement.expression);
}
