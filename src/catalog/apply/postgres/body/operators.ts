import { isPartly, sameValue, spelledOut, textOfParts, textParts, UNKNOWN, type Value } from './value.ts';

/** AND and OR of three truth values, and of those that are not known (manual, 9.1). */
export function both(values: readonly Value[]): Value {
  if (values.includes(false)) return false;
  if (values.some((value) => value !== null && typeof value !== 'boolean')) return UNKNOWN;
  return values.includes(null) ? null : true;
}

export function either(values: readonly Value[]): Value {
  return negated(both(values.map(negated)));
}

export function negated(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  return value === null ? null : UNKNOWN;
}

export function isNull(value: Value): Value {
  if (value === null) return true;
  return isPartly(value) && value.kind === 'unknown' ? UNKNOWN : false;
}

export function operate(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '=':
      return sameValue(left, right);
    case '<>':
    case '!=':
      return negated(sameValue(left, right));
    case 'is distinct from':
      return negated(sameOrBothNull(left, right));
    case 'is not distinct from':
      return sameOrBothNull(left, right);
    case '||':
      return joined(left, right);
    case '~~':
    case '~~*':
      return like(left, right, operator === '~~*');
    case '!~~':
    case '!~~*':
      return negated(like(left, right, operator === '!~~*'));
    default:
      return ofNumbers(operator, left, right);
  }
}

function sameOrBothNull(left: Value, right: Value): Value {
  if (left === null && right === null) return true;
  if (left === null) return isNull(right);
  return right === null ? isNull(left) : sameValue(left, right);
}

function joined(left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  // One that is not known may be NULL, and then so is the whole; nobody writes a command in that way.
  if (isPartly(left) && left.kind === 'list') return UNKNOWN;
  return textOfParts([...(textParts(spelledOut(left)) ?? []), ...(textParts(spelledOut(right)) ?? [])]);
}

/** LIKE with `%` and `_`, and the backslash that takes them as they are. */
function like(left: Value, right: Value, anyCase: boolean): Value {
  if (left === null || right === null) return null;
  if (typeof left !== 'string' || typeof right !== 'string') return UNKNOWN;
  if (left.length * right.length > MOST_COMPARED) return UNKNOWN;
  const folded = (text: string): string => (anyCase ? text.toLowerCase() : text);
  return fitsPattern(Array.from(folded(left)), signsOf(folded(right)));
}

/** More characters than this are not held against each other. */
const MOST_COMPARED = 1_000_000;

const ANY = Symbol('any characters');
const ONE = Symbol('one character');
type Sign = string | typeof ANY | typeof ONE;

function signsOf(pattern: string): readonly Sign[] {
  return [...pattern.matchAll(/\\([^])|[^]/gu)].map(([sign, escaped]) => {
    if (escaped !== undefined) return escaped;
    return sign === '%' ? ANY : sign === '_' ? ONE : sign;
  });
}

/** Goes back to the last `%` alone: a pattern for RegExp would go back to each of them, in every combination. */
function fitsPattern(text: readonly string[], signs: readonly Sign[]): boolean {
  let [at, sign] = [0, 0];
  let last: { readonly sign: number; at: number } | null = null;
  while (at < text.length) {
    const wanted = signs[sign];
    if (wanted === ANY) last = { sign: ++sign, at };
    else if (wanted !== undefined && (wanted === ONE || wanted === text[at])) {
      at++;
      sign++;
    } else if (last !== null) {
      sign = last.sign;
      at = ++last.at;
    } else return false;
  }
  return signs.slice(sign).every((left) => left === ANY);
}

function ofNumbers(operator: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (typeof left !== 'number' && typeof right !== 'number') return UNKNOWN;
  const [one, other] = [Number(left), Number(right)];
  if (isPartly(left) || isPartly(right) || Number.isNaN(one) || Number.isNaN(other)) return UNKNOWN;
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    default:
      return UNKNOWN;
  }
}
