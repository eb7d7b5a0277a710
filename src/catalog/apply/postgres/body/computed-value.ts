import type { SelectTree, ValueTree } from '../../../../query/select-tree.ts';
import type { Draft } from '../../draft.ts';
import { answer, type Answer, type Scope, type Witness } from './computed-query.ts';
import { callFunction } from './functions.ts';
import { currentSchema, functionOfCatalog, objectOfText } from './object-names.ts';
import { both, either, isNull, negated, operate } from './operators.ts';
import { isPartly, spelledOut, textOfParts, textParts, truthOf, UNKNOWN, type Value } from './value.ts';

/** Where a value is computed. */
export interface Setting {
  readonly draft: Draft;
  /** A variable of PL/pgSQL, or a field of one; undefined where there is none of that name. */
  variable(path: readonly string[]): Value | undefined;
  /** Is told what a query over the catalogs has found. */
  note(witness: Witness): void;
  readonly aggregate?: (name: string, values: readonly ValueTree[]) => Value;
  readonly parameter?: Value;
}

/** What a value is, as far as the catalog can tell. */
export function compute(tree: ValueTree, setting: Setting, scope: Scope): Value {
  const of = (value: ValueTree): Value => compute(value, setting, scope);
  switch (tree.kind) {
    case 'constant':
      return tree.value;
    case 'column':
      return columnOf(tree.path, setting, scope);
    case 'parameter':
      return setting.parameter ?? UNKNOWN;
    case 'star':
    case 'unknown':
      return UNKNOWN;
    case 'and':
      return both(tree.values.map((value) => booleanOf(of(value))));
    case 'or':
      return either(tree.values.map((value) => booleanOf(of(value))));
    case 'not':
      return negated(booleanOf(of(tree.value)));
    case 'is':
      return testOf(tree, of(tree.value));
    case 'operator':
      return operate(tree.operator, tree.left === null ? 0 : of(tree.left), of(tree.right));
    case 'coalesce':
      return coalesced(tree.values.map(of));
    case 'array':
      return { kind: 'list', items: tree.values.map(of) };
    case 'case':
      return chosen(tree, of);
    case 'cast':
      return castOf(setting.draft, of(tree.value), tree.type);
    case 'call':
      return callOf(tree, setting, of);
    case 'any':
    case 'all':
      return quantified(tree, setting, scope, of);
    case 'exists':
      return existsIn(answer(tree.query, setting, scope));
    case 'first':
      return firstOf(answer(tree.query, setting, scope));
    case 'collected': {
      const { rows, isComplete } = answer(tree.query, setting, scope);
      const isKnown = isComplete && rows.every(({ certain }) => certain);
      return isKnown ? { kind: 'list', items: rows.map(({ values }) => values[0] ?? null) } : UNKNOWN;
    }
  }
}

/** Whether a query has rows. */
function existsIn({ rows, isComplete }: Answer): Value {
  if (rows.some(({ certain }) => certain)) return true;
  return rows.length === 0 && isComplete ? false : UNKNOWN;
}

function firstOf({ rows, isComplete }: Answer): Value {
  const [first] = rows;
  if (first === undefined) return isComplete ? null : UNKNOWN;
  return rows.length === 1 && first.certain && isComplete ? (first.values[0] ?? null) : UNKNOWN;
}

function booleanOf(value: Value): Value {
  return typeof value === 'string' ? truthOf(value) : value;
}

function testOf({ what, negated: isNot }: Extract<ValueTree, { kind: 'is' }>, value: Value): Value {
  if (what === null) return isNot ? negated(isNull(value)) : isNull(value);
  if (value !== null && typeof value !== 'boolean') return UNKNOWN;
  return (value === what) !== isNot;
}

function coalesced(values: readonly Value[]): Value {
  for (const value of values) {
    const isNothing = isNull(value);
    if (isNothing === false) return value;
    if (isNothing !== true) return UNKNOWN;
  }
  return null;
}

function chosen(tree: Extract<ValueTree, { kind: 'case' }>, of: (value: ValueTree) => Value): Value {
  for (const { when, then } of tree.branches) {
    const fits = booleanOf(of(when));
    if (fits === true) return of(then);
    if (fits !== false && fits !== null) return UNKNOWN;
  }
  return of(tree.otherwise);
}

/** A column of the innermost query that has it, a variable, or nothing that is known. */
function columnOf(path: readonly string[], setting: Setting, scope: Scope): Value {
  const column = path.at(-1) ?? '';
  const alias = path.at(-2);
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    for (const source of at.sources) {
      if (alias !== undefined && source.alias !== alias) continue;
      if (alias === undefined && !source.columns.has(column)) continue;
      const known = source.values?.[column];
      return known === undefined ? UNKNOWN : known;
    }
  }
  const variable = setting.variable(path);
  return variable === undefined ? UNKNOWN : variable;
} // prettier-ignore

function castOf(draft: Draft, value: Value, type: string): Value {
  if (type.startsWith('reg')) return objectOfText(draft, value, type);
  if (/^(?:text|varchar|name|bpchar)$/.test(type)) {
    const parts = textParts(spelledOut(value));
    return parts === null ? null : isPartly(value) && value.kind === 'other' ? value : textOfParts(parts);
  }
  if (/^(?:bool)$/.test(type) && typeof value === 'string') return truthOf(value);
  if (/^(?:int[248]|numeric|float[48])$/.test(type) && typeof value === 'string')
    return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : UNKNOWN;
  if (type === 'text[]' || type === '_text' || type === 'oid' || type === 'char') return value;
  return isPartly(value) || value === null ? value : UNKNOWN;
}

function callOf(
  { name, values }: Extract<ValueTree, { kind: 'call' }>,
  setting: Setting,
  of: (value: ValueTree) => Value,
): Value {
  if (setting.aggregate !== undefined && AGGREGATE_NAMES.test(name)) return setting.aggregate(name, values);
  if (name === 'current_schema' && values.length === 0) return currentSchema(setting.draft);
  const known = values.map(of);
  const found = functionOfCatalog(setting, name, known);
  return found === undefined ? callFunction(name, known) : found;
}

const AGGREGATE_NAMES = /^(?:count|max|min|sum|avg|bool_or|bool_and|every|array_agg|string_agg|jsonb?_agg)$/;

function quantified(
  tree: Extract<ValueTree, { kind: 'any' | 'all' }>,
  setting: Setting,
  scope: Scope,
  of: (value: ValueTree) => Value,
): Value {
  const items = itemsOf(tree.list, setting, scope, of);
  if (items === null) return UNKNOWN;
  const value = of(tree.value);
  const each = items.map((item) => operate(tree.operator, value, item));
  return tree.kind === 'any' ? either(each) : both(each);
}

type List = Extract<ValueTree, { kind: 'any' | 'all' }>['list'];

function itemsOf(list: List, setting: Setting, scope: Scope, of: (value: ValueTree) => Value): readonly Value[] | null {
  if (Array.isArray(list)) return (list as readonly ValueTree[]).map(of);
  const one = list as ValueTree | SelectTree;
  if ('kind' in one) return listItems(of(one));
  const { rows, isComplete } = answer(one, setting, scope);
  return isComplete && rows.every(({ certain }) => certain) ? rows.map(({ values }) => values[0] ?? null) : null;
}

/** The items of an array, also where it is written as a text: `'{a,b}'`. */
export function listItems(value: Value): readonly Value[] | null {
  if (typeof value === 'string' && /^\{[\w, ]*\}$/.test(value))
    return value === '{}' ? [] : value.slice(1, -1).split(',').map((item) => item.trim()); // prettier-ignore
  return isPartly(value) && value.kind === 'list' ? value.items : null;
}
