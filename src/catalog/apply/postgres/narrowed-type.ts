import type { Expression, Name } from '../../../ddl/operation.ts';
import type { Column } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { enumOfText } from './types.ts';

/**
 * ALTER COLUMN .. TYPE casts the values as an assignment does, which refuses those that are too long or too large (manual 8.1,
 * 8.3). Which ones a table holds is not known: it fails for some.
 */
export function refuseNarrowedWhenFilled(draft: Draft, name: Name, at: TableAt, column: Column, type: string): void {
  if (column.unknown.includes('type') || column.type === null || draft.holdsOnlyNulls(column)) return;
  const text = refusalOf(column.type, type);
  if (text === null) return;
  const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: column.name };
  draft.refuseWhenFilled(at.table, 'values', errorAt('other', text, name, object));
}

/**
 * ALTER COLUMN .. TYPE of an enum to one with fewer labels, USING the text of the value: a row with a lost label has no value in
 * the new type (enum_in; manual 8.7.3).
 */
export function refuseLostLabelsWhenFilled(
  draft: Draft,
  name: Name,
  at: TableAt,
  column: Column,
  type: string,
  using: Expression,
): void {
  if (column.unknown.includes('type') || column.type === null || draft.holdsOnlyNulls(column)) return;
  const [from, to] = [enumOfText(draft, column.type), enumOfText(draft, type)];
  const lost = to === null ? undefined : from?.labels.find((label) => !to.labels.includes(label));
  if (to === null || lost === undefined || !isValueAsText(using, column)) return;
  const text = `invalid input value for enum ${type}: "${lost}"`;
  const object = { kind: 'type-label', schema: at.target.schema, table: at.target.name, name: column.name };
  draft.refuseWhenFilled(at.table, 'values', errorAt('other', text, name, object));
}

/** `c::text::e`: casts of the column, and nothing that would map one value to another. */
function isValueAsText({ text }: Expression, { name }: Column): boolean {
  const [head = '', ...casts] = text.replace(/[\s()"]/g, '').split('::');
  return casts.length > 0 && head.toLowerCase() === name.toLowerCase();
}

function refusalOf(from: string, to: string): string | null {
  const length = lengthOf(to);
  if (length !== null) return (longest(from) ?? 0) > length ? `value too long for type ${to}` : null;
  const digits = digitsOf(to);
  if (digits === null || (digitsOf(from) ?? Infinity) <= digits) return null;
  if (!isNumber(from)) return null;
  return to.startsWith('numeric') ? 'numeric field overflow' : `${to} out of range`;
}

/** How many characters a type takes; null where it is no text or takes any number. */
function lengthOf(type: string): number | null {
  const [, length] = /^character(?: varying)?\((\d+)\)$/.exec(type) ?? [];
  return length === undefined ? null : Number(length);
}

/** The length of the longest text that a value is cast to; null where it is not known. */
function longest(type: string): number | null {
  const known = LONGEST[type];
  if (known !== undefined) return known;
  if (/^(?:text|character varying|json|jsonb|bytea|citext)$|\[\]$/.test(type)) return Infinity;
  return lengthOf(type);
}

const LONGEST: Readonly<Record<string, number>> = {
  boolean: 5, smallint: 6, integer: 11, bigint: 20, date: 10, uuid: 36, 'timestamp with time zone': 29, 'timestamp without time zone': 26,
}; // prettier-ignore

/** Digits before the point that a type takes for certain. */
function digitsOf(type: string): number | null {
  const [, precision, scale = '0'] = /^numeric\((\d+)(?:,(\d+))?\)$/.exec(type) ?? [];
  if (precision !== undefined) return Number(precision) - Number(scale);
  return WHOLE_DIGITS[type] ?? null;
}

const WHOLE_DIGITS: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };

function isNumber(type: string): boolean {
  return /^(?:smallint|integer|bigint|numeric|real|double precision)\b/.test(type);
}
