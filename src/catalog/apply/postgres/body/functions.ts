import { reservedWords } from '../../../../ddl/reserved-words.ts';
import { isPartly, LONGEST_TEXT, SOME_TEXT, textOfParts, textParts, UNKNOWN, type Value } from './value.ts';

type Compute = (values: readonly Value[]) => Value;

/** Functions of texts and lists, as far as blocks put commands together with them. What is not here is not known. */
export function callFunction(name: string, values: readonly Value[]): Value {
  const compute = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return compute === undefined ? UNKNOWN : compute(values);
}

const FUNCTIONS: Readonly<Record<string, Compute>> = {
  format: ([template = null, ...values]) => format(template, values),
  quote_ident: ([value = null]) => identifier(value),
  quote_literal: ([value = null]) => (value === null ? null : literal(value)),
  quote_nullable: ([value = null]) => literal(value),
  concat: (values) => textOfParts(values.flatMap((value) => textParts(value) ?? [])),
  lower: ([value = null]) => ofText(value, (text) => text.toLowerCase()),
  upper: ([value = null]) => ofText(value, (text) => text.toUpperCase()),
  btrim: ([value = null, ...characters]) => trimmed(value, characters),
  length: ([value = null]) => (typeof value === 'string' ? value.length : value === null ? null : UNKNOWN),
  replace: ([value = null, from = null, to = null]) => replaced(value, from, to),
  // An empty array has no dimension whose length could be asked for (manual, 9.19).
  array_length: ([list = null]) => lengthOf(list, null),
  cardinality: ([list = null]) => lengthOf(list, 0),
  array_to_string: ([list = null, between = null, ...others]) =>
    others.length > 0 ? UNKNOWN : joinedList(list, between),
  string_to_array: ([value = null, between = null, ...others]) =>
    typeof value === 'string' && typeof between === 'string' && between !== '' && others.length === 0
      ? { kind: 'list', items: value === '' ? [] : value.split(between) }
      : UNKNOWN,
};

function ofText(value: Value, change: (text: string) => string): Value {
  if (value === null) return null;
  return isPartly(value) ? UNKNOWN : change(String(value));
}

/** Of both ends: spaces alone, or the characters that are given (manual, 9.4). */
function trimmed(value: Value, [characters = ' ']: readonly Value[]): Value {
  if (characters === null) return null;
  if (typeof characters !== 'string') return UNKNOWN;
  return ofText(value, (text) => {
    let [start, end] = [0, text.length];
    while (start < end && characters.includes(text.charAt(start))) start++;
    while (start < end && characters.includes(text.charAt(end - 1))) end--;
    return text.slice(start, end);
  });
}

function replaced(value: Value, from: Value, to: Value): Value {
  if (value === null || from === null || to === null) return null;
  if (typeof from !== 'string' || typeof to !== 'string' || isPartly(value)) return UNKNOWN;
  const parts = from === '' ? [String(value)] : String(value).split(from);
  return textOfParts(parts.flatMap((part, at) => (at === 0 ? [part] : [to, part])));
}

function lengthOf(list: Value, ofEmpty: number | null): Value {
  if (list === null) return null;
  if (!isPartly(list) || list.kind !== 'list') return UNKNOWN;
  return list.items.length === 0 ? ofEmpty : list.items.length;
}

function joinedList(list: Value, between: Value): Value {
  if (list === null || between === null) return null;
  if (!isPartly(list) || list.kind !== 'list' || typeof between !== 'string') return UNKNOWN;
  // NULL is left out, and what is not known may be NULL.
  if (list.items.some((item) => isPartly(item) && item.kind === 'unknown')) return SOME_TEXT;
  const texts = list.items.flatMap((item) => {
    const parts = textParts(item);
    return parts === null ? [] : [parts];
  });
  return textOfParts(texts.flatMap((parts, at) => (at === 0 ? parts : [between, ...parts])));
}

/** `%s`, `%I`, `%L`, also `%1$I` and `%-5s` (manual, 9.4.1). */
function format(template: Value, values: readonly Value[]): Value {
  if (template === null) return null;
  if (typeof template !== 'string') return SOME_TEXT;
  const parts: (string | null)[] = [];
  let next = 0;
  let readTo = 0;
  for (const found of template.matchAll(/%(?:%|(?:(?<at>\d+)\$)?(?<width>-?\d*)(?<kind>[sIL]))/g)) {
    parts.push(template.slice(readTo, found.index));
    readTo = found.index + found[0].length;
    if (found.groups?.kind === undefined) {
      parts.push('%');
      continue;
    }
    if (found.groups.at !== undefined) next = Number(found.groups.at) - 1;
    parts.push(...padded(textParts(written(found.groups.kind, values[next] ?? null)) ?? [], found.groups.width ?? ''));
    next++;
  }
  parts.push(template.slice(readTo));
  return textOfParts(parts);
}

function padded(parts: readonly (string | null)[], width: string): readonly (string | null)[] {
  const size = Math.abs(Number(width));
  if (size === 0) return parts;
  const text = textOfParts(parts);
  if (typeof text !== 'string' || size > LONGEST_TEXT) return [null];
  return [width.startsWith('-') ? text.padEnd(size) : text.padStart(size)];
}

function written(kind: string, value: Value): Value {
  if (kind === 'I') return identifier(value);
  return kind === 'L' ? literal(value) : value;
}

function identifier(value: Value): Value {
  const parts = textParts(value);
  if (parts === null) return null;
  const [only] = parts;
  if (parts.length !== 1 || typeof only !== 'string') return textOfParts(parts);
  const isPlain = /^[a-z_][a-z0-9_$]*$/.test(only) && !reservedWords.postgres.has(only);
  return isPlain ? only : `"${only.replaceAll('"', '""')}"`;
}

function literal(value: Value): Value {
  const parts = textParts(value);
  if (parts === null) return 'NULL';
  return textOfParts(["'", ...parts.map((part) => part?.replaceAll("'", "''") ?? null), "'"]);
}
