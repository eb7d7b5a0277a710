import type { Dialect } from '../dialects/dialect.ts';
import { isName } from './canonical.ts';
import { tokensOf } from './tokens.ts';

/** A CHECK that a column is one of some literals: the column's key, and the literals as their tokens say them. */
export interface CheckList {
  readonly column: string;
  readonly values: ReadonlySet<string>;
}

/** Reads `column IN ('a', 'b')`, in whatever parentheses; null for every other expression. */
export function checkListOf(expression: string | null, dialect: Dialect): CheckList | null {
  if (expression === null) return null;
  const tokens = tokensOf(expression, dialect).filter(({ text }) => text !== '(' && text !== ')');
  const [column, word, ...list] = tokens;
  if (column === undefined || !isName(column) || word?.text.toLowerCase() !== 'in') return null;
  const values = new Set<string>();
  for (const [at, { kind, text, value }] of list.entries()) {
    if (at % 2 === 1 ? text !== ',' : kind !== 'string' && kind !== 'number') return null;
    if (at % 2 === 0) values.add(`${kind} ${value}`);
  }
  return values.size === 0 ? null : { column: dialect.key(column.value, column.kind === 'quoted'), values };
}
