/**
 * Places where a template engine, a client or a driver puts text or values in. Each function gives the offset after the
 * placeholder, or `NO_PLACEHOLDER`.
 */

export const NO_PLACEHOLDER = -1;

/** Templates are short. The bound keeps a text full of opening braces linear. */
const LONGEST_TEMPLATE = 200;

/** What is written where a placeholder begins: `{{x}}`, `${x}`, `%s` .. A part of a name may stand directly before and after. */
export function endOfTemplate(text: string, at: number, limit: number): number {
  const end = Math.min(limit, at + LONGEST_TEMPLATE);
  const next = text.charCodeAt(at + 1);
  switch (text.charCodeAt(at)) {
    case 123: // {
      return next === 123 ? closedBy(text, at + 2, end, '}}') : endOfBraces(text, at, end);
    case 36: // $
      if (next === 123) return endOfBalancedBraces(text, at + 1, end);
      if (next === 40) return closedBy(text, at + 2, end, ')');
      return next === 37 ? closedBy(text, at + 2, end, '%$') : NO_PLACEHOLDER;
    case 35: // #
      return next === 123 ? closedBy(text, at + 2, end, '}') : NO_PLACEHOLDER;
    case 60: // <
      return next === 37 && text.charCodeAt(at + 2) === 61 ? closedBy(text, at + 3, end, '%>') : NO_PLACEHOLDER;
    case 37: // %
      return endOfFormat(text, at, end);
    default:
      return NO_PLACEHOLDER;
  }
}

/** `{% if x %}`, `{{ if x }}`, `{{end}}`, `{# x #}`: steers a template and writes nothing itself. */
export function endOfTemplateControl(text: string, at: number, limit: number): number {
  const end = Math.min(limit, at + LONGEST_TEMPLATE);
  const next = text.charCodeAt(at + 1);
  if (next === 37) return closedBy(text, at + 2, end, '%}');
  if (next === 35) return closedBy(text, at + 2, end, '#}');
  if (next !== 123) return NO_PLACEHOLDER;
  const close = closedBy(text, at + 2, end, '}}');
  if (close === NO_PLACEHOLDER) return NO_PLACEHOLDER;
  return controlTag.test(text.slice(at + 2, close - 2)) ? close : NO_PLACEHOLDER;
}

const controlTag = /^-?\s?(?:(?:if|else|end|range|with|define|block)\b|[#/!^])/;

function closedBy(text: string, from: number, end: number, close: string): number {
  const last = end - close.length;
  const first = close.charCodeAt(0);
  for (let offset = from; offset <= last; offset++) {
    if (text.charCodeAt(offset) === first && text.startsWith(close, offset)) return offset + close.length;
  }
  return NO_PLACEHOLDER;
}

/** `{name}`, `{}`, `{self.x!r}`: without white space and quotes, so that ODBC's `{d '2020-01-01'}` is none. */
function endOfBraces(text: string, at: number, end: number): number {
  for (let offset = at + 1; offset < end; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 125) return offset + 1;
    if (unit <= 32 || unit === 34 || unit === 39 || unit === 59 || unit === 96 || unit === 123) return NO_PLACEHOLDER;
  }
  return NO_PLACEHOLDER;
}

function endOfBalancedBraces(text: string, at: number, end: number): number {
  let depth = 0;
  for (let offset = at; offset < end; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 123) depth++;
    else if (unit === 125 && --depth === 0) return offset + 1;
  }
  return NO_PLACEHOLDER;
}

/**
 * `%s`, `%1$s`, `%[1]s`, `%(name)s`. A modulo has its operands on both sides alike: `%s` counts only where no operand
 * stands directly before it (`idx_%s` is one all the same) and no word goes on directly after.
 */
function endOfFormat(text: string, at: number, end: number): number {
  if (at > 0 && isOperandEnd(text.charCodeAt(at - 1))) return NO_PLACEHOLDER;
  let offset = at + 1;
  const next = text.charCodeAt(offset);
  if (next === 40) {
    offset = closedBy(text, offset + 1, end, ')');
    if (offset === NO_PLACEHOLDER) return NO_PLACEHOLDER;
  } else if (next === 91) {
    offset = closedBy(text, offset + 1, end, ']');
    if (offset === NO_PLACEHOLDER) return NO_PLACEHOLDER;
  } else {
    const digits = endOfDigits(text, offset, end);
    if (digits > offset && text.charCodeAt(digits) === 36) offset = digits + 1;
  }
  if (offset >= end || !formatLetters.includes(text.charAt(offset))) return NO_PLACEHOLDER;
  const after = offset + 1 < end ? text.charCodeAt(offset + 1) : 0;
  return isLetter(after) || isDigit(after) ? NO_PLACEHOLDER : offset + 1;
}

const formatLetters = 'sdvqiIL';

function isOperandEnd(unit: number): boolean {
  return isLetter(unit) || isDigit(unit) || unit === 41 || unit === 93 || unit === 34 || unit === 96;
}

/**
 * What a driver or client binds: `?`, `?1`, `:name`, psql's `:'name'`, `@name`, `$1`, `$name`. The caller knows whether the
 * dialect has an operator of that shape at this place.
 */
export function endOfParameter(text: string, at: number, limit: number): number {
  const first = text.charCodeAt(at);
  const next = at + 1 < limit ? text.charCodeAt(at + 1) : 0;
  if (first === 63) return endOfDigits(text, at + 1, limit);
  if (isLetter(next) || next === 95 || next >= 128) return endOfName(text, at + 1, limit);
  if (first === 58 && (next === 39 || next === 34)) {
    const end = Math.min(limit, at + LONGEST_TEMPLATE);
    return closedBy(text, at + 2, end, next === 39 ? "'" : '"');
  }
  if ((first === 36 || first === 58) && isDigit(next)) return endOfDigits(text, at + 1, limit);
  return NO_PLACEHOLDER;
}

function endOfName(text: string, at: number, limit: number): number {
  let offset = at;
  while (offset < limit) {
    const unit = text.charCodeAt(offset);
    if (!isLetter(unit) && !isDigit(unit) && unit !== 95 && unit < 128) break;
    offset++;
  }
  return offset;
}

function endOfDigits(text: string, at: number, limit: number): number {
  let offset = at;
  while (offset < limit && isDigit(text.charCodeAt(offset))) offset++;
  return offset;
}

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
