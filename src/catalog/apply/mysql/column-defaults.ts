import type { Expression, Range, TypeName } from '../../../ddl/operation.ts';
import type { Column } from '../../catalog.ts';
import { canonicalType } from '../../canonical.ts';
import type { Draft } from '../draft.ts';
import { isLong } from './column-width.ts';

/** A literal that a column cannot hold; strict mode, which is the default of both forks, refuses it as DEFAULT. */
export function fitsType(draft: Draft, type: TypeName, { text, form }: Expression): boolean {
  if (form !== 'literal') return true;
  const written = unwrapped(text);
  const string = /^'((?:[^'\\]|'')*)'$/s.exec(written)?.[1]?.replaceAll("''", "'");
  const number = /^[-+]?\d+(?:\.\d+)?$/.test(written) ? Number(written) : null;
  const canonical = canonicalType(type, draft.engine.dialect);
  if (string !== undefined) return fitsString(draft, canonical, type, string);
  return number === null || fitsNumber(canonical, number, written);
}

/** The same for the type of a column that is there. */
export function fitsStoredType(draft: Draft, column: Column, value: Expression): boolean {
  if (column.type === null || column.unknown.includes('type')) return true;
  const [, name = '', list = ''] = /^([a-z0-9]+)(?:\((.*)\))?/s.exec(column.type) ?? [];
  const modifiers = column.type.includes('unsigned') ? ['unsigned'] : [];
  const labels = [...list.matchAll(/'(?:[^']|'')*'|[^,]+/g)].map(([part]) => part);
  const { start, end } = value;
  return fitsType(draft, { start, end, name, arguments: labels, arrayDepth: 0, modifiers }, value);
}

function unwrapped(text: string): string {
  return text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
}

function fitsString(draft: Draft, canonical: string, type: TypeName, string: string): boolean {
  const length = /^(?:var)?(?:char|binary)\((\d+)\)/.exec(canonical)?.[1];
  if (length !== undefined) {
    // CHAR cuts blanks at the end away, VARCHAR does not.
    const kept = canonical.startsWith('char') ? string.trimEnd() : string;
    return Array.from(kept).length <= Number(length);
  }
  if (type.name === 'enum') return hasLabel(type, string);
  if (type.name === 'set') return string === '' || string.split(',').every((part) => hasLabel(type, part));
  if (/^(?:tinyint|smallint|mediumint|int|bigint|decimal|float|double|year)\b/.test(canonical)) {
    const number = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*$/i.exec(string)?.[1];
    return number !== undefined && fitsNumber(canonical, Number(number), number);
  }
  if (/^(?:datetime|timestamp|date)\b/.test(canonical)) return isDate(draft, string);
  return !canonical.startsWith('time') || /^-?\d/.test(string);
}

function hasLabel(type: TypeName, label: string): boolean {
  return type.arguments.some(
    (written) => written.trim().toLowerCase() === `'${label.toLowerCase().replaceAll("'", "''")}'`,
  );
}

/** A date that the calendar has. NO_ZERO_DATE is among MySQL's defaults, not among MariaDB's (manual 7.1.11). */
function isDate(draft: Draft, string: string): boolean {
  const [, year, month, day] = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\b/.exec(string)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return /^\d/.test(string);
  if (year === 0 && month === 0 && day === 0) return draft.engine.dialect.name === 'mariadb';
  if (month === 0 || day === 0) return draft.engine.dialect.name === 'mariadb';
  return day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Manual 13.1.2: ranges of the integer types. */
const BITS: ReadonlyMap<string, number> = new Map([
  ['tinyint', 8],
  ['smallint', 16],
  ['mediumint', 24],
  ['int', 32],
  ['bigint', 64],
]);

function fitsNumber(canonical: string, number: number, written: string): boolean {
  const name = /^[a-z]+/.exec(canonical)?.[0] ?? '';
  const bits = BITS.get(name);
  if (bits !== undefined) {
    const unsigned = canonical.includes('unsigned');
    const [least, most] = unsigned ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    return Math.round(number) >= least && Math.round(number) <= most;
  }
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)/.exec(canonical)?.map(Number) ?? [];
  if (precision !== undefined && scale !== undefined) return Math.abs(number) < 10 ** (precision - scale);
  const length = /^(?:var)?char\((\d+)\)/.exec(canonical)?.[1];
  if (length !== undefined) return written.replace(/^\+/, '').length <= Number(length);
  if (name === 'enum') return false;
  return !/^(?:date|datetime|timestamp)$/.test(name) || number === 0 || number >= 101;
}

/** Whether MySQL takes this default only as an expression in parentheses (error 1101, manual 13.6); MariaDB takes literals since 10.2.1. */
export function needsParentheses(draft: Draft, type: TypeName, { text, form }: Expression): boolean {
  if (draft.engine.dialect.name !== 'mysql' || form !== 'literal' || text.trim().startsWith('(')) return false;
  return isLong(canonicalType(type, draft.engine.dialect));
}

/** `CURRENT_TIMESTAMP` under all its names. */
const NOW = /^(?:now|current_timestamp|localtime(?:stamp)?)\b/i;

/** MySQL takes the present moment only for DATETIME and TIMESTAMP, with the precision of the column; MariaDB for every type. */
export function fitsMoment(draft: Draft, type: TypeName, { text, form }: Expression): boolean {
  if (draft.engine.dialect.name === 'mariadb' || form !== 'computed' || !NOW.test(text.trim())) return true;
  return /^(?:datetime|timestamp)$/.test(type.name) && precisionOf(text) === (type.arguments[0] ?? '0').trim();
}

function precisionOf(text: string): string {
  return /\(\s*(\d)\s*\)/.exec(text)?.[1] ?? '0';
}

/** ON UPDATE CURRENT_TIMESTAMP is for DATETIME and TIMESTAMP; MySQL asks for the precision of the column too. */
export function fitsOnUpdate(
  draft: Draft,
  type: TypeName | undefined,
  onUpdate: Range & { readonly text: string },
): boolean {
  if (type === undefined) return true;
  if (!/^(?:datetime|timestamp)$/.test(type.name)) return false;
  return draft.engine.dialect.name === 'mariadb' || precisionOf(onUpdate.text) === (type.arguments[0] ?? '0').trim();
}
