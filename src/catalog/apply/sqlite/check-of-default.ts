import type { Expression } from '../../../ddl/operation.ts';
import type { Dialect } from '../../../dialects/dialect.ts';
import { isName } from '../../canonical.ts';
import { tokensOf, type Token } from '../../tokens.ts';

/**
 * Whether a CHECK on a new column holds for rows in which the column has its default: decided for `column IN (literals)`,
 * `column BETWEEN literal AND literal` and comparisons of the column with a literal; null where it cannot be told.
 */
export function literalSatisfies(
  check: Expression,
  column: string,
  value: Expression | undefined,
  dialect: Dialect,
): boolean | null {
  const tokens = tokensOf(check.text, dialect).filter((token) => token.text !== '(' && token.text !== ')');
  const [name, operator] = tokens;
  const isOfColumn = name !== undefined && isName(name) && dialect.key(name.value, true) === dialect.key(column, true);
  const others = tokens
    .slice(1)
    .filter(isName)
    .map((token) => token.text.toLowerCase());
  const isPlain = isOfColumn && others.every((word) => word === 'in' || word === 'between' || word === 'and');
  if (!isPlain || operator === undefined) return null;
  // NULL compared with anything is NULL, which satisfies a CHECK.
  if (value === undefined || value.form === 'null') return true;
  const literal = literalOf(tokensOf(value.text, dialect));
  if (literal === null || value.form !== 'literal') return null;
  if (operator.text.toLowerCase() === 'in') return membership(literal, tokens.slice(2));
  if (operator.text.toLowerCase() === 'between') return isBetween(literal, tokens.slice(2));
  return tokens.length === 3 ? comparison(literal, operator.text, literalOf(tokens.slice(2))) : null;
}

type Literal = number | string;

function literalOf(tokens: readonly Token[]): Literal | null {
  const plain = tokens.filter((token) => token.text !== '(' && token.text !== ')');
  const sign = plain[0]?.text === '-' ? -1 : 1;
  const token = sign < 0 || plain[0]?.text === '+' ? plain[1] : plain[0];
  if (token?.kind === 'number') return sign * Number(token.text);
  return token?.kind === 'string' ? token.value : null;
}

function membership(literal: Literal, list: readonly Token[]): boolean | null {
  const members = list.filter((token) => token.text !== ',').map((token) => literalOf([token]));
  if (members.some((member) => member === null || typeof member !== typeof literal)) return null;
  return members.includes(literal);
}

function isBetween(literal: Literal, bounds: readonly Token[]): boolean | null {
  const and = bounds.findIndex(({ text }) => text.toLowerCase() === 'and');
  const [lower, upper] = [bounds.slice(0, and), bounds.slice(and + 1)];
  // A bound of more than a sign and a literal is an expression.
  if (lower.length > 2 || upper.length > 2) return null;
  const isAbove = comparison(literal, '>=', literalOf(lower));
  const isBelow = comparison(literal, '<=', literalOf(upper));
  return isAbove === null || isBelow === null ? null : isAbove && isBelow;
}

function comparison(left: Literal, operator: string, right: Literal | null): boolean | null {
  if (right === null || typeof left !== typeof right) return null;
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '<>':
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
    default:
      return null;
  }
}
