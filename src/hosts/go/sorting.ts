import { dottedName, unwrapped, type Expression, type ExpressionOf } from '../braces/syntax.ts';
import { returnedBy, writtenAt, type ValueReader } from '../braces/values.ts';
import type { HostValue } from '../host.ts';

/** `sort.Strings(names)`, `sort.Slice(entries, func(i, j int) bool { .. })`, `slices.SortFunc(..)`. */
export function sortedInPlace(
  call: ExpressionOf<'call'>,
  reader: ValueReader,
): { readonly list: Expression; readonly value: HostValue } | undefined {
  const [list, by] = call.arguments;
  const path = dottedName(call.callee).join('.');
  if (list === undefined || !/^sort\.(?:Strings|Ints|Slice|SliceStable)$|^slices\.Sort/.test(path)) return undefined;
  const over = reader.value(list);
  if (by === undefined) return { list, value: reader.derived('sorted', over, [], call) };
  const compared = comparedIn(by);
  // A comparison that does more than to hold names against each other takes the number out of them.
  if (compared === undefined) return { list, value: reader.derived('sorted-by-number', over, [], call) };
  const isField = compared.kind === 'member';
  const key = isField ? [writtenAt(compared.name, reader.span(compared))] : [];
  return { list, value: reader.derived('sorted', over, key, call) };
}

/** What is held against each other as it is: `x[i]`, `x[i].Version`, `a.Name()`. */
function comparedIn(by: Expression): Expression | undefined {
  const lambda = unwrapped(by);
  const compares = lambda.kind === 'lambda' ? returnedBy(lambda) : undefined;
  const left =
    compares?.kind === 'binary' && compares.operator === '<'
      ? compares.left
      : compares?.kind === 'call' && /^(?:cmp|strings)\.Compare$/.test(dottedName(compares.callee).join('.'))
        ? compares.arguments[0]
        : undefined;
  const inner = left === undefined ? undefined : unwrapped(left);
  if (inner === undefined || inner.kind === 'name' || inner.kind === 'index') return inner;
  if (inner.kind === 'member') return isItem(inner.of) ? inner : undefined;
  const isName = inner.kind === 'call' && inner.callee.kind === 'member' && inner.callee.name === 'Name';
  return isName ? inner : undefined;
}

function isItem(expression: Expression): boolean {
  const { kind } = unwrapped(expression);
  return kind === 'name' || kind === 'index';
}
