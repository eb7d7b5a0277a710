import type { WriteRows } from '../../ddl/operation.ts';
import type { Literal, Row, WriteTree } from '../../query/tree.ts';
import type { Table } from '../catalog.ts';
import { checkListOf, type CheckList } from '../check-list.ts';
import type { Draft } from './draft.ts';
import { errorAt, objectOf, type TableAt } from './lookup.ts';
import { nameKey, partKey } from './names.ts';
import { uniqueKeysOf } from './query/writes.ts';

/** The rows of an INSERT of constants, with the keys of the columns that they fill. */
interface ConstantRows {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
}

function constantRows(draft: Draft, table: Table, tree: WriteTree): ConstantRows | null {
  const [arm] = tree.rows?.arms ?? [];
  if (tree.verb !== 'insert' || arm?.kind !== 'values' || arm.rows.length === 0) return null;
  const { dialect } = draft.engine;
  const columns =
    tree.columns?.map((name) => nameKey(name, dialect)) ?? table.columns.map(({ name }) => partKey(name, dialect));
  return { rows: arm.rows, columns };
}

/** A row of constants with a value that a CHECK's list does not have. */
export function refuseUnlistedValues(draft: Draft, { target, table }: TableAt, tree: WriteTree): void {
  const constant = constantRows(draft, table, tree);
  if (constant === null || tree.onDuplicate !== 'fail') return;
  const { dialect } = draft.engine;
  for (const { kind, name, expression, certain } of table.constraints) {
    const list = kind === 'check' && certain ? checkListOf(expression, dialect) : null;
    if (list === null) continue;
    const at = constant.columns.indexOf(list.column);
    const row = constant.rows.find(({ values }) => isUnlisted(values[at]?.literal, list));
    if (row === undefined) continue;
    const text =
      dialect.name === 'sqlite'
        ? `CHECK constraint failed: ${name ?? expression ?? ''}`
        : `new row for relation "${target.name}" violates check constraint "${name ?? ''}"`;
    draft.refuse(errorAt('check-violation', text, target.at, { kind: 'table', ...objectOf(target) }));
  }
}

function isUnlisted(literal: Literal | null | undefined, { values }: CheckList): boolean {
  if (literal?.kind !== 'string' && literal?.kind !== 'number') return false;
  // Only like with like: '1' and 1 may be the same to the column.
  const isOfOneKind = [...values].every((value) => value.startsWith(`${literal.kind} `));
  return isOfOneKind && !values.has(`${literal.kind} ${literal.text}`);
}

/**
 * An INSERT whose rows an earlier run of the same statement has put there: refused where a unique key holds them, else noted,
 * for then they are there twice.
 */
export function checkRepeatedRows(
  draft: Draft,
  operation: WriteRows,
  { target, table }: TableAt,
  tree: WriteTree,
): void {
  const constant = constantRows(draft, table, tree);
  if (constant === null || table.inserted?.includes(operation.statement) !== true) return;
  if (table.open || !table.certain) return;
  const keys = uniqueKeysOf(draft, table);
  if (tree.onDuplicate !== 'fail' && mayCollide(table, keys, constant)) return;
  const refusing = keys.find(({ columns, certain }) => certain && holds(columns, constant));
  // A key that is only made up by the engine, or an expression, may hold them too: then nothing is said.
  const isUnsure = keys.some(
    ({ columns, certain }) => !certain && columns.some((column) => constant.columns.includes(column)),
  );
  if (tree.conflicts.length > 0) {
    const [conflict] = tree.conflicts;
    const named = conflict?.target?.columns.map(({ path }) => path.at(-1)?.text ?? '') ?? null;
    const isGuarded =
      named === null
        ? mayCollide(table, keys, constant)
        : named.some((column) => constant.columns.includes(partKey(column, draft.engine.dialect)));
    if (isGuarded || conflict?.constraint !== null) return;
  }
  if (refusing !== undefined && tree.onDuplicate === 'fail') {
    const columns = refusing.columns.map(
      (key) => table.columns.find(({ name }) => partKey(name, draft.engine.dialect) === key)?.name ?? key,
    );
    const text = violation(draft, target.name, refusing.name, columns, target);
    const [row] = constant.rows;
    const at =
      row === undefined || row.end <= row.start
        ? target.at
        : { start: operation.statement.start + row.start, end: operation.statement.start + row.end };
    draft.refuse({
      ...errorAt('unique-violation', text, at, { kind: 'table', ...objectOf(target) }),
      existing: { statement: operation.statement, at },
    });
  }
  if (!isUnsure)
    draft.record({
      kind: 'rows-repeated',
      object: { kind: 'table', ...objectOf(target) },
      silent: true,
      origin: { statement: operation.statement, at: target.at },
    });
}

/** Whether any unique key is about a column that is filled: without one, IGNORE and DO NOTHING never find a row to pass over. */
function mayCollide(
  { indexes }: Table,
  keys: readonly { readonly columns: readonly string[] }[],
  { columns }: ConstantRows,
): boolean {
  const isPartial = indexes.some(({ unique, where, keys: parts }) => unique && (where !== null || parts.some(({ column }) => column === null))); // prettier-ignore
  return isPartial || keys.some((key) => key.columns.some((column) => columns.includes(column)));
}

/** Every column of the key is given a constant that is not NULL, in the first row. */
function holds(key: readonly string[], { rows, columns }: ConstantRows): boolean {
  return (
    key.length > 0 &&
    key.every((column) => {
      const literal = rows[0]?.values[columns.indexOf(column)]?.literal;
      return literal !== undefined && literal !== null && literal.kind !== 'null' && literal.kind !== 'default';
    })
  );
}

function violation(
  draft: Draft,
  table: string,
  index: string | null,
  columns: readonly string[],
  target: TableAt['target'],
): string {
  switch (draft.engine.dialect.name) {
    case 'postgres':
      return `duplicate key value violates unique constraint "${index ?? ''}"`;
    default:
      return draft.words.uniqueViolation(
        index ?? 'PRIMARY',
        { schema: target.schema, name: table, written: table },
        columns,
      );
  }
}

/** Remembers an INSERT of constants: its rows stay until something is deleted or changed. */
export function noteInserted(draft: Draft, { statement }: WriteRows, at: TableAt, tree: WriteTree | null): TableAt {
  const { table } = at;
  if (tree === null || constantRows(draft, table, tree) === null || table.inserted?.includes(statement) === true)
    return at;
  const known = { ...table, inserted: [...(table.inserted ?? []), statement].slice(-MOST_KEPT) };
  draft.putRelation(at.target.key, known);
  return { target: at.target, table: known };
}

/** A table that is filled by more statements than this is no seed. */
const MOST_KEPT = 40;
