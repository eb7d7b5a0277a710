import { reservedWords } from '../../../../ddl/reserved-words.ts';
import { isPartly, SOME_TEXT, textOfParts, textParts, UNKNOWN, type Value } from './value.ts';

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
  btrim: ([value = null]) => ofText(value, (text) => text.trim()),
  length: ([value = null]) => (typeof value === 'string' ? value.length : value === null ? null : UNKNOWN),
  replace: ([value = null, from = null, to = null]) =>
    typeof from === 'string' && typeof to === 'string'
      ? ofText(value, (text) => (from === '' ? text : text.replaceAll(from, to)))
      : UNKNOWN,
  array_length: ([list = null]) => lengthOf(list),
  cardinality: ([list = null]) => lengthOf(list),
  array_to_string: ([list = null, between = null]) => joinedList(list, between),
  string_to_array: ([value = null, between = null]) =>
    typeof value === 'string' && typeof between === 'string' && between !== ''
      ? { kind: 'list', items: value.split(between) }
      : UNKNOWN,
};

function ofText(value: Value, change: (text: string) => string): Value {
  if (value === null) return null;
  return isPartly(value) ? UNKNOWN : change(String(value));
}

function lengthOf(list: Value): Value {
  if (list === null) return null;
  if (!isPartly(list) || list.kind !== 'list') return UNKNOWN;
  return list.items.length === 0 ? null : list.items.length;
}

function joinedList(list: Value, between: Value): Value {
  if (list === null || between === null) return null;
  if (!isPartly(list) || list.kind !== 'list' || typeof between !== 'string') return UNKNOWN;
  const parts = list.items.flatMap((item, at) => [...(at === 0 ? [] : [between]), ...(textParts(item) ?? [])]);
  return textOfParts(parts);
}

/** `%s`, `%I`, `%L`, also `%1$I` (manual, 9.4.1). */
function format(template: Value, values: readonly Value[]): Value {
  if (template === null) return null;
  if (typeof template !== 'string') return SOME_TEXT;
  const parts: (string | null)[] = [];
  let next = 0;
  let readTo = 0;
  for (const found of template.matchAll(/%(?:%|(?:(?<at>\d+)\$)?-?\d*(?<kind>[sIL]))/g)) {
    parts.push(template.slice(readTo, found.index));
    readTo = found.index + found[0].length;
    if (found.groups?.kind === undefined) {
      parts.push('%');
      continue;
    }
    if (found.groups.at !== undefined) next = Number(found.groups.at) - 1;
    parts.push(...(textParts(written(found.groups.kind, values[next] ?? null)) ?? []));
    next++;
  }
  parts.push(template.slice(readTo));
  return textOfParts(parts);
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
