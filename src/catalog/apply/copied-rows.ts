import { isOfMysql } from '../../dialects/dialect.ts';
import type { QueryTree, WriteTree } from '../../query/tree.ts';
import type { QualifiedName } from '../../ddl/operation.ts';
import type { Column, Table } from '../catalog.ts';
import type { EngineError } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { errorAt, objectOf, type TableAt } from './lookup.ts';
import { findRelation, nameKey, partKey } from './names.ts';
import { copiedColumnsOf } from './query/copied-columns.ts';
import { metUnique } from './rules-met.ts';
import { uniqueKeysOf } from './query/writes.ts';

/** What a table may hold, and since when. */
export type Holding = Pick<Table, 'written' | 'filledInDeploy' | 'emptySince'>;

/**
 * What a copy holds: rows, if each table that the query reads may hold some; null where that does not decide it. `text` is
 * the query: an aggregate over no rows is a row.
 */
export function holdingOfCopy(draft: Draft, query: QueryTree, text: string): Holding | 'nothing' | null {
  const sources = query.arms.map((arm) => sourceTables(draft, arm, query.commonTables));
  if (sources.some((tables) => tables === null)) return null;
  if (AGGREGATE.test(text) && !/\bgroup\s+by\b/i.test(text)) return null;
  let holding: Holding | 'nothing' = 'nothing';
  for (const tables of sources) {
    const [first, ...others] = tables ?? [];
    if (first === undefined) return null;
    if ([first, ...others].every((table) => draft.mayHoldRows(table)))
      return { written: first.written, filledInDeploy: draft.base.deploy, emptySince: first.emptySince };
    if (others.length === 0 && first.emptySince !== null) holding = { written: false, emptySince: first.emptySince };
  }
  return holding;
}

const AGGREGATE =
  /\b(?:count|sum|total|avg|min|max|\w*_agg|\w*group_concat|json_group_\w+|every|bool_and|bool_or)\s*\(/i;

/** The tables in the FROM of a part of a query; null where it reads anything else. */
function sourceTables(
  draft: Draft,
  arm: QueryTree['arms'][number] | undefined,
  commonTables: QueryTree['commonTables'],
): readonly Table[] | null {
  if (arm?.kind !== 'select' || arm.sources.length === 0) return null;
  const { dialect } = draft.engine;
  const tables = arm.sources.map(({ from }) => {
    if (from.kind !== 'table') return null;
    const common = commonTables.find(({ name }) => nameKey(name, dialect) === nameKey(from.table.name, dialect))?.query;
    if (common === undefined) return [tableNamed(draft, from.table)];
    if (common.kind !== 'query' || common.arms.length > 1 || common.commonTables.length > 0) return null;
    return sourceTables(draft, common.arms[0], []);
  });
  if (tables.some((found) => found === null)) return null;
  const all = tables.flat();
  return all.some((table) => table === null) ? null : (all as readonly Table[]);
}

function tableNamed(draft: Draft, name: QualifiedName): Table | null {
  const found = findRelation(draft, name);
  return found.presence === 'present' && found.value.kind === 'table' ? found.value : null;
}

/** A column of a source that fills one of the table. */
interface Filled {
  readonly key: string;
  readonly from: Column;
}

/**
 * INSERT .. SELECT of a whole table: what the target asks of its rows and the source does not promise. Only columns that are
 * copied as they are count, and only where nothing in the statement chooses among the rows.
 */
export function checkCopiedRows(draft: Draft, at: TableAt, tree: WriteTree, text: string): void {
  const copy = wholeCopy(draft, at.table, tree, text);
  if (copy === null || copy.source.open || at.table.open) return;
  // MariaDB looks whether all columns get a value before it reads a row (sql_insert.cc, select_insert::prepare; run on 10.11).
  if (draft.engine.dialect.name !== 'mariadb' && !draft.mayHoldRows(copy.source)) return;
  const { source, filled, columns } = copy;
  for (const column of at.table.columns) {
    if (!column.notNull || !column.certain || column.unknown.length > 0 || isRowid(draft, at.table, column)) continue;
    const key = partKey(column.name, draft.engine.dialect);
    const from = filled.find((one) => one.key === key)?.from;
    if (from !== undefined && !from.notNull && from.unknown.length === 0 && !isOfPrimaryKey(draft, source, from))
      draft.refuseWhenFilled(source, 'values', notNullError(draft, at, column));
    const isLeftOut = !columns.includes(key) && column.default === null && column.generated === null;
    if (isLeftOut && column.identity === null && !hasImplicitDefault(draft, column))
      refuseLeftOut(draft, at, source, column);
  }
  refuseNewChecks(draft, at, source, filled);
  refuseNewKeys(draft, at, source, filled);
}

/** SQLite lets NULL into keys other than INTEGER PRIMARY KEY (quirks.html, 5), where nobody puts it. */
function isOfPrimaryKey({ engine }: Draft, { constraints }: Table, { name }: Column): boolean {
  const key = partKey(name, engine.dialect);
  return constraints.some(({ kind, columns }) => kind === 'primary-key' && columns.includes(key));
}

function refuseLeftOut(draft: Draft, at: TableAt, source: Table, column: Column): void {
  const error = leftOutError(draft, at, column);
  const isMysql = isOfMysql(draft.engine.dialect);
  if (isMysql && draft.session.strictMode !== undefined && draft.session.strictMode !== true) return;
  if (draft.engine.dialect.name === 'mariadb') draft.refuse(error);
  draft.refuseWhenFilled(source, 'rows', error);
}

/** MySQL and MariaDB have words of their own for a column that the INSERT does not name (error 1364; strict mode, run on 10.11). */
export function leftOutError(draft: Draft, at: TableAt, column: Column): EngineError {
  const error = notNullError(draft, at, column);
  const isMysql = isOfMysql(draft.engine.dialect);
  return isMysql ? { ...error, text: `Field '${column.name}' doesn't have a default value` } : error;
}

/** MySQL and MariaDB: an ENUM that an INSERT leaves out has its first value. */
export function hasImplicitDefault(draft: Draft, { type }: Column): boolean {
  return isOfMysql(draft.engine.dialect) && /^enum\b/i.test(type ?? '');
}

/** SQLite: NULL in a rowid asks for a new one, NOT NULL or not. */
export function isRowid({ engine }: Draft, { constraints, options }: Table, { name, type, identity }: Column): boolean {
  if (engine.dialect.name !== 'sqlite' || options.includes('without rowid')) return false;
  const key = partKey(name, engine.dialect);
  const isKey = constraints.some(({ kind, columns }) => kind === 'primary-key' && columns.join() === key);
  return identity !== null || (isKey && type?.toLowerCase() === 'integer');
}

function wholeCopy(
  draft: Draft,
  table: Table,
  tree: WriteTree,
  text: string,
): { readonly source: Table; readonly filled: readonly Filled[]; readonly columns: readonly string[] } | null {
  const [arm, ...others] = tree.rows?.arms ?? [];
  if (tree.verb !== 'insert' || tree.onDuplicate !== 'fail' || tree.conflicts.length > 0) return null;
  if (arm?.kind !== 'select' || others.length > 0 || arm.clauses.length > 0 || tree.commonTables.length > 0)
    return null;
  if ((tree.rows?.order.length ?? 0) > 0 || /\b(?:distinct|limit)\b/i.test(text)) return null;
  const [from] = arm.sources;
  const source = arm.sources.length === 1 && from?.from.kind === 'table' ? tableNamed(draft, from.from.table) : null;
  if (source === null) return null;
  const { dialect } = draft.engine;
  const columns =
    tree.columns?.map((name) => nameKey(name, dialect)) ??
    table.columns.filter(({ generated }) => generated === null).map(({ name }) => partKey(name, dialect));
  const copied = tree.rows === null ? null : copiedColumnsOf(draft, tree.rows, text);
  if (copied === null) return null;
  const filled = columns.flatMap((key, index) => {
    const column = copied[index];
    return column == null ? [] : [{ key, from: column }];
  });
  return { source, filled, columns };
}

export function notNullError(draft: Draft, { target }: TableAt, { name }: Column): EngineError {
  const words: Readonly<Record<string, string>> = {
    sqlite: `NOT NULL constraint failed: ${target.name}.${name}`,
    postgres: `null value in column "${name}" of relation "${target.name}" violates not-null constraint`,
  };
  const text = words[draft.engine.dialect.name] ?? `Column '${name}' cannot be null`;
  return errorAt('not-null-without-default', text, target.at, { kind: 'column', schema: target.schema, table: target.name, name }); // prettier-ignore
}

function refuseNewChecks(draft: Draft, { target, table }: TableAt, source: Table, filled: readonly Filled[]): void {
  const { dialect } = draft.engine;
  for (const { kind, name, expression, columns, certain } of table.constraints) {
    if (kind !== 'check' || !certain || columns.length === 0) continue;
    if (isPromised(source, expression, columns) || !columns.every((key) => filled.some((one) => one.key === key)))
      continue;
    const text =
      dialect.name === 'sqlite'
        ? `CHECK constraint failed: ${name ?? expression ?? ''}`
        : draft.words.checkViolation(name, target, expression ?? '');
    draft.refuseWhenFilled(source, 'values', errorAt('check-violation', text, target.at, { kind: 'table', ...objectOf(target) })); // prettier-ignore
  }
}

/** A check that was only rewritten lets the old rows in, as far as can be told; a list of values tells that some are missing. */
function isPromised(source: Table, expression: string | null, columns: readonly string[]): boolean {
  const own = source.constraints.filter(
    (constraint) => constraint.kind === 'check' && columns.every((column) => constraint.columns.includes(column)),
  );
  if (own.length === 0) return false;
  const allowed = listedValues(expression);
  const before = own.map((constraint) => listedValues(constraint.expression)).find((values) => values !== null);
  if (allowed === null || before == null || own.some((constraint) => constraint.expression === expression)) return true;
  return before.every((value) => allowed.includes(value));
}

/** The values of `column in ('a', 'b')`. */
function listedValues(expression: string | null): readonly string[] | null {
  const list = /^\(*[\w."`]+ in \(((?:\s*'(?:[^']|'')*'\s*,?)+)\)\)*$/i.exec(expression ?? '')?.[1];
  return list === undefined ? null : [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value);
}

function refuseNewKeys(draft: Draft, { target, table }: TableAt, source: Table, filled: readonly Filled[]): void {
  const { dialect } = draft.engine;
  const promised = uniqueKeysOf(draft, source).map(({ columns }) => columns);
  for (const { columns, certain, name } of uniqueKeysOf(draft, table)) {
    const copied = columns.map((key) => filled.find((one) => one.key === key)?.from);
    if (!certain || copied.some((column) => column === undefined)) continue;
    const own = copied.map((column) => partKey(column?.name ?? '', dialect));
    if (promised.some((key) => key.every((column) => own.includes(column)))) continue;
    if (metUnique(draft, source, own)) continue;
    const text = draft.words.uniqueViolation(name ?? '', target, columns);
    draft.refuseWhenCollided(source, own, errorAt('unique-violation', text, target.at, { kind: 'table', ...objectOf(target) })); // prettier-ignore
  }
}
