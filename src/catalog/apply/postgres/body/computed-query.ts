import type { SelectItem, SelectSource, SelectTree, ValueTree } from '../../../../query/select-tree.ts';
import type { Origin } from '../../../catalog.ts';
import type { EngineError } from '../../../outcome.ts';
import { mayHoldRows } from '../../../catalog.ts';
import type { Draft } from '../../draft.ts';
import { findRelation } from '../../names.ts';
import { compute, listItems, type Setting } from './computed-value.ts';
import { both } from './operators.ts';
import type { SystemView, Wanted } from './system-row.ts';
import { systemView } from './system-views.ts';
import { isPartly, sameValue, UNKNOWN, type Value } from './value.ts';

/** A row of a query's answer. Not certain: it may not be there. */
interface AnswerRow {
  readonly certain: boolean;
  /** It stands for any number of rows. */
  readonly isMany: boolean;
  readonly values: readonly Value[];
}

export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly AnswerRow[];
  /** No other rows than these. */
  readonly isComplete: boolean;
}

/** What a query over the catalogs found, or did not find: a guard. */
export interface Witness {
  readonly exists: boolean;
  readonly object: EngineError['object'];
  readonly origin: Origin;
}

/** Columns that a value sees, the innermost query first. `values` is null while the source has not been looked at. */
interface SourceRow {
  readonly alias: string;
  readonly columns: ReadonlySet<string>;
  readonly values: Readonly<Record<string, Value>> | null;
}

export interface Scope {
  readonly sources: readonly SourceRow[];
  readonly outer: Scope | null;
}

/** More combinations of rows than this are not looked through. */
const MOST_ROWS = 20_000;

interface Candidate {
  readonly values: Readonly<Record<string, Value>>;
  readonly certain: boolean;
  readonly isMany?: boolean;
  readonly origin?: Origin;
  readonly object?: EngineError['object'];
}

interface SourceRows {
  readonly alias: string;
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly Candidate[];
  readonly view: SystemView | null;
}

interface Combination {
  readonly rows: readonly Candidate[];
  readonly certain: boolean;
  readonly isMany: boolean;
}

/** Answers a query as far as the catalog can. */
export function answer(tree: SelectTree, setting: Setting, outer: Scope | null): Answer {
  if (tree.arms.length > 0) return ofArms(tree, setting, outer);
  const wanted = wantedBy(tree.where, setting, outer);
  const sources: SourceRows[] = [];
  for (const source of tree.sources) sources.push(rowsOf(source, setting, outer, wanted, tree.sources.length > 1));
  const items = tree.items.flatMap((item) => starred(item, sources));
  const names = items.map(({ name }) => name);
  const { combinations, isComplete } = joined(tree, sources, setting, outer);
  if (tree.isBeyond && sources.some(({ rows }) => rows.length > 0)) return { names, rows: [], isComplete: false };
  const found = { sources, combinations, isComplete };
  noteWitness(found, setting, wanted);
  if (tree.isGrouped) return { names, rows: [], isComplete: isComplete && combinations.length === 0 };
  if (items.some(({ value }) => isAggregateCall(value)))
    return { names, rows: [aggregated(items, found, setting, outer)], isComplete: true };
  const rows = combinations.flatMap(({ rows: parts, certain, isMany }): readonly AnswerRow[] => {
    const scope = scopeOf(sources, parts, outer);
    return unnested(items, setting, scope).map((values) => ({ certain, isMany, values }));
  });
  return limited({ names, rows: tree.distinct ? distinct(rows) : rows, isComplete }, tree, setting, outer);
}

function ofArms(tree: SelectTree, setting: Setting, outer: Scope | null): Answer {
  const [first, ...others] = tree.arms.map((arm) => answer(arm, setting, outer));
  const rows = [...(first?.rows ?? []), ...others.flatMap((other) => other.rows)];
  const isEmpty = rows.length === 0;
  const isComplete = [first, ...others].every((one) => one?.isComplete === true) && (isEmpty || !tree.isBeyond);
  const found = { names: first?.names ?? [], rows: tree.distinct ? distinct(rows) : rows, isComplete };
  return tree.isBeyond && !isEmpty ? { ...found, rows: [] } : limited(found, tree, setting, outer);
}

/** `*`: each column of each source. */
function starred(item: SelectItem, sources: readonly SourceRows[]): readonly SelectItem[] {
  if (item.value.kind !== 'star') return [item];
  return sources.flatMap(({ alias, columns }) =>
    [...columns].map((name) => ({ name, value: { kind: 'column', path: [alias, name] } as const })),
  );
}

/** The values of one row, or of several where an item is unnest(..). */
function unnested(items: readonly SelectItem[], setting: Setting, scope: Scope): readonly (readonly Value[])[] {
  const several = items.findIndex(({ value }) => value.kind === 'call' && GIVES_ROWS.test(value.name));
  const [call] = items.slice(several < 0 ? items.length : several);
  const given = call === undefined ? null : itemsOfCall(call.value, setting, scope);
  const values = items.map(({ value }) => compute(value, setting, scope));
  return given === null ? [values] : given.map((one) => values.with(several, one));
}

const GIVES_ROWS = /^(?:unnest|generate_series)$/;

function limited(found: Answer, { limit }: SelectTree, setting: Setting, outer: Scope | null): Answer {
  if (limit === null) return found;
  const most = compute(limit, setting, { sources: [], outer });
  if (most === null) return found;
  if (typeof most !== 'number') return { ...found, rows: [], isComplete: false };
  if (found.rows.length <= most) return found;
  // Which of them is not known.
  const isOne = most > 0 && found.rows.some(({ certain }) => certain);
  const row = { certain: isOne, isMany: most > 1, values: found.names.map(() => UNKNOWN) };
  return most === 0 ? { ...found, rows: [] } : { ...found, rows: [row] };
}

function distinct(rows: readonly AnswerRow[]): readonly AnswerRow[] {
  const kept: AnswerRow[] = [];
  for (const row of rows)
    if (!kept.some((one) => one.certain && one.values.every((value, at) => sameValue(value, row.values[at] ?? null) === true)))
      kept.push(row);
  return kept;
} // prettier-ignore

function scopeOf(sources: readonly SourceRows[], rows: readonly Candidate[], outer: Scope | null): Scope {
  return {
    sources: sources.map(({ alias, columns }, at) => ({ alias, columns, values: rows[at]?.values ?? null })),
    outer,
  };
}

/** Rows of which nothing is known. */
const ANY_ROWS: Candidate = { certain: false, isMany: true, values: {} };

/** The rows that fit, source by source; what cannot fit any more is left out at once. */
function joined(
  tree: SelectTree,
  sources: readonly SourceRows[],
  setting: Setting,
  outer: Scope | null,
): { readonly combinations: readonly Combination[]; readonly isComplete: boolean } {
  let combinations: readonly Combination[] = [{ rows: [], certain: true, isMany: false }];
  const test = (rows: readonly Candidate[]): Value =>
    tree.where === null ? true : compute(tree.where, setting, scopeOf(sources, rows, outer));
  for (const source of sources) {
    const next: Combination[] = [];
    for (const { rows: before, certain, isMany } of combinations) {
      for (const row of source.rows) {
        const rows = [...before, row];
        const isLast = rows.length === sources.length;
        const fitting = test(rows);
        if (fitting === false || fitting === null) continue;
        const isSure = certain && row.certain && (!isLast || fitting === true);
        next.push({ rows, certain: isSure, isMany: isMany || row.isMany === true });
        if (next.length > MOST_ROWS) return { combinations: [], isComplete: false };
      }
    }
    combinations = next;
  }
  if (sources.length > 0) return { combinations, isComplete: true };
  const fitting = test([]);
  if (fitting === false || fitting === null) return { combinations: [], isComplete: true };
  return { combinations: [{ rows: [], certain: fitting === true, isMany: false }], isComplete: true };
}

function rowsOf(
  source: SelectSource,
  setting: Setting,
  outer: Scope | null,
  wanted: Wanted,
  isJoined: boolean,
): SourceRows {
  const nothing = { alias: source.alias, columns: new Set<string>(), rows: [ANY_ROWS], view: null };
  switch (source.kind) {
    case 'table':
      return tableRows(source, setting, wanted, isJoined);
    case 'query': {
      const found = answer(source.query, setting, outer);
      const rows = found.rows.map((row) => ({ ...row, values: named(found.names, row.values) }));
      const others = found.isComplete ? [] : [ANY_ROWS];
      return { ...nothing, columns: new Set(found.names), rows: [...rows, ...others] };
    }
    case 'values': {
      const scope = { sources: [], outer };
      const rows = source.rows.map((row) => ({
        certain: true,
        values: named(source.columns, row.map((value) => compute(value, setting, scope))),
      })); // prettier-ignore
      return { ...nothing, columns: new Set(source.columns), rows };
    }
    case 'function': {
      const items = itemsOfCall(source.call, setting, { sources: [], outer });
      const columns = new Set([source.column]);
      if (items === null) return { ...nothing, columns };
      const rows = items.map((item) => ({ certain: true, values: { [source.column]: item } }));
      return { ...nothing, columns, rows };
    }
  }
}

function named(names: readonly string[], values: readonly Value[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
}

/** unnest of a list, generate_series of small numbers. */
function itemsOfCall(call: ValueTree, setting: Setting, scope: Scope): readonly Value[] | null {
  if (call.kind !== 'call') return null;
  const values = call.values.map((value) => compute(value, setting, scope));
  const [first = null, last = null] = values;
  if (call.name === 'unnest') return listItems(first);
  if (call.name !== 'generate_series' || values.length !== 2) return null;
  if (typeof first !== 'number' || typeof last !== 'number' || last - first > MOST_ROWS) return null;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

function tableRows(
  { schema, name, alias }: Extract<SelectSource, { kind: 'table' }>,
  setting: Setting,
  wanted: Wanted,
  isJoined: boolean,
): SourceRows {
  const { draft } = setting;
  const view = systemView(schema, name);
  if (view === null) return ownTable(draft, { schema, name, alias });
  const here = wantedOf(wanted, alias, view);
  const isListed = !draft.catalog.open && !mayBeElsewhere(draft, view, here, isJoined);
  const unlisted = draft.catalog.open ? {} : (view.unlisted?.(draft) ?? {});
  const others: readonly Candidate[] = isListed ? [] : [{ ...ANY_ROWS, values: unlisted }];
  return { alias, columns: new Set(view.columns), rows: [...view.rows(draft, here), ...others], view };
}

/** Rows of the engine's own, of what a server shares, and of schemas that nothing here has made. */
function mayBeElsewhere(draft: Draft, view: SystemView, wanted: Wanted, isJoined: boolean): boolean {
  const name = wanted.get(view.name);
  const schema =
    view.schema === undefined ? (isJoined && view.object === 'schema' ? name : undefined) : wanted.get(view.schema);
  if (schema !== undefined && !draft.catalog.others.has(`schema:${schema}`)) return true;
  return view.isShared?.(draft, name) ?? name?.startsWith('pg_') === true;
}

/** A table of the project: of its rows only that there are none can be known. */
function ownTable(
  draft: Draft,
  { schema, name, alias }: { readonly schema: string | null; readonly name: string; readonly alias: string },
): SourceRows {
  const nothing = { alias, columns: new Set<string>(), rows: [ANY_ROWS], view: null };
  const at = { start: 0, end: 0 };
  const asName = (text: string) => ({ text, quoted: true, ...at }) as const;
  const written = { name: asName(name), ...at, ...(schema === null ? {} : { schema: asName(schema) }) };
  const found = findRelation(draft, written);
  if (found.presence !== 'present' || found.value.kind !== 'table') return nothing;
  const isEmpty = !mayHoldRows(found.value, draft.base);
  if (isEmpty) draft.restsOnEmptiness = true;
  const columns = new Set(found.value.columns.map((column) => column.name));
  return { ...nothing, columns, rows: isEmpty ? [] : [ANY_ROWS] };
}

/** `column = constant` among the conditions of a query, by `alias.column` or `column`. */
function wantedBy(where: ValueTree | null, setting: Setting, outer: Scope | null): Wanted {
  const wanted = new Map<string, string>();
  for (const part of where?.kind === 'and' ? where.values : where === null ? [] : [where]) {
    if (part.kind !== 'operator' || part.operator !== '=' || part.left === null) continue;
    for (const [column, constant] of [
      [part.left, part.right],
      [part.right, part.left],
    ] as const) {
      const plain = column.kind === 'cast' ? column.value : column;
      if (plain.kind !== 'column') continue;
      const value = compute(constant, setting, { sources: [], outer });
      if (typeof value === 'string') wanted.set(plain.path.slice(-2).join('.'), value);
    }
  }
  return wanted;
}

function wantedOf(wanted: Wanted, alias: string, view: SystemView): Wanted {
  const own = new Map<string, string>();
  for (const column of view.columns) {
    const value = wanted.get(`${alias}.${column}`) ?? wanted.get(column);
    if (value !== undefined) own.set(column, value);
  }
  return own;
}

interface Found {
  readonly sources: readonly SourceRows[];
  readonly combinations: readonly Combination[];
  readonly isComplete: boolean;
}

/** What a guard that skips something is about: the thing that is there, or the name that was looked for. */
function noteWitness({ sources, combinations, isComplete }: Found, setting: Setting, wanted: Wanted): void {
  const at = sources.findIndex(({ view }) => view !== null && nameIn(view, wanted) !== undefined);
  const about = at < 0 ? sources.findIndex(({ view }) => view !== null) : at;
  const view = sources[about]?.view;
  if (view === undefined || view === null) return;
  const sure = combinations.find(({ certain }) => certain)?.rows[about];
  if (sure?.object !== undefined) setting.note({ exists: true, object: sure.object, origin: sure.origin ?? null });
  else if (combinations.length === 0 && isComplete) {
    const table = view.table === undefined ? undefined : nameOf(wanted, view.table);
    const object = { kind: view.object, name: nameIn(view, wanted) ?? '', ...(table === undefined ? {} : { table }) };
    setting.note({ exists: false, object, origin: null });
  }
}

function nameIn(view: SystemView, wanted: Wanted): string | undefined {
  return nameOf(wanted, view.name);
}

function nameOf(wanted: Wanted, column: string): string | undefined {
  for (const [key, value] of wanted) if (key === column || key.endsWith(`.${column}`)) return value;
  return undefined;
}

const AGGREGATES: ReadonlySet<string> = new Set(['count', 'max', 'min', 'sum', 'avg', 'bool_or', 'bool_and', 'every', 'array_agg', 'string_agg', 'json_agg', 'jsonb_agg']); // prettier-ignore

function isAggregateCall(value: ValueTree): boolean {
  switch (value.kind) {
    case 'call':
      return AGGREGATES.has(value.name) || value.values.some(isAggregateCall);
    case 'operator':
      return (value.left !== null && isAggregateCall(value.left)) || isAggregateCall(value.right);
    case 'cast':
    case 'not':
    case 'is':
      return isAggregateCall(value.value);
    case 'coalesce':
      return value.values.some(isAggregateCall);
    default:
      return false;
  }
}

/** One row of all of them. */
function aggregated(
  items: readonly SelectItem[],
  { sources, combinations, isComplete }: Found,
  setting: Setting,
  outer: Scope | null,
): AnswerRow {
  const isKnown = isComplete && combinations.every(({ certain }) => certain);
  const least = combinations.filter(({ certain }) => certain).length;
  const aggregate = (name: string, values: readonly ValueTree[]): Value => {
    const [first] = values;
    const each = (): readonly Value[] =>
      combinations.map(({ rows }) =>
        first === undefined || first.kind === 'star' ? true : compute(first, setting, scopeOf(sources, rows, outer)),
      );
    if (!isKnown) return UNKNOWN;
    switch (name) {
      case 'count': {
        const counted = each();
        return counted.some((value) => isPartly(value) && value.kind === 'unknown')
          ? UNKNOWN
          : counted.filter((value) => value !== null).length;
      }
      case 'bool_and':
      case 'every':
        return least === 0 ? null : both(each());
      case 'array_agg':
        return least === 0 ? null : { kind: 'list', items: each() };
      case 'string_agg': {
        const between = values[1] === undefined ? null : compute(values[1], setting, { sources: [], outer });
        if (least === 0) return null;
        return compute(
          { kind: 'call', name: 'array_to_string', values: [{ kind: 'parameter' }, { kind: 'constant', value: typeof between === 'string' ? between : '' }] },
          { ...setting, parameter: { kind: 'list', items: each() } },
          { sources: [], outer },
        );
      }
      case 'max':
      case 'min':
        return least === 0 ? null : least === 1 ? (each()[0] ?? null) : UNKNOWN;
      default:
        return least === 0 ? null : UNKNOWN;
    }
  }; // prettier-ignore
  const scope = { sources: [], outer };
  return {
    certain: true,
    isMany: false,
    values: items.map(({ value }) => compute(value, { ...setting, aggregate }, scope)),
  };
}
