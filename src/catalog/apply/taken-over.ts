import type { AttachPartition, CreateTable, IndexKey, Operation, QualifiedName } from '../../ddl/operation.ts';
import { isOfMysql } from '../../dialects/dialect.ts';
import type { Column, Constraint, Index, Table } from '../catalog.ts';
import { generatedIndexName } from './generated-names.ts';
import { originOf, type Draft } from './draft.ts';
import { missingTableError } from './lookup.ts';
import { findRelation } from './names.ts';
import { postgresConstraintName } from './postgres/generated-names.ts';

/** The table that a new one begins with: what LIKE, INHERITS and PARTITION OF bring. Checks nothing. */
export function startingWith(draft: Draft, operation: CreateTable, empty: Table): Table {
  let table = empty;
  for (const like of operation.likes) table = withLike(draft, operation, table, like);
  for (const name of operation.inherits) table = withParent(draft, operation, table, name);
  if (operation.partitionOf === undefined) return table;
  const parent = knownTable(draft, operation.partitionOf);
  if (parent === null) return { ...table, open: true };
  return withIndexes(draft, operation, withParent(draft, operation, table, operation.partitionOf), parent);
}

/** The tables that a new one takes after must be there. */
export function requireSources(draft: Draft, operation: CreateTable): void {
  const { partitionOf } = operation;
  const named = [
    ...operation.likes.map((like) => like.table),
    ...operation.inherits,
    ...(partitionOf === undefined ? [] : [partitionOf]),
  ];
  for (const name of named) {
    const found = findRelation(draft, name);
    if (found.presence === 'present') continue;
    const error = missingTableError(draft, found.target, 'like');
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(found.why, error);
  }
}

/** The table, when all of it is known. */
function knownTable(draft: Draft, name: QualifiedName): Table | null {
  const found = findRelation(draft, name);
  return found.presence === 'present' && found.value.kind === 'table' && !found.value.open ? found.value : null;
}

type Like = CreateTable['likes'][number];

function withLike(draft: Draft, operation: CreateTable, table: Table, like: Like): Table {
  const source = knownTable(draft, like.table);
  if (source === null) return { ...table, open: true };
  const takes = (part: string): boolean =>
    like.including.includes(part) || (like.including.includes('all') && !like.including.includes(`-${part}`));
  const columns = source.columns.map((column) => ({
    ...column,
    default: takes('defaults') ? column.default : null,
    generated: takes('generated') ? column.generated : null,
    identity: takes('identity') ? column.identity : null,
    comment: takes('comments') ? column.comment : null,
    origin: originOf(operation, like.table),
  }));
  const checks = takes('constraints')
    ? copied(
        operation,
        like.table,
        source.constraints.filter(({ kind }) => kind === 'check'),
      )
    : [];
  const next: Table = {
    ...table,
    ...(source.characterSet === undefined ? {} : { characterSet: source.characterSet }),
    // MySQL and MariaDB copy the partitions too.
    ...(hasPartitions(draft, source) ? { options: [...table.options, 'partitioned'] } : {}),
    columns: [...table.columns, ...columns],
    constraints: [...table.constraints, ...checks],
  };
  if (!takes('indexes')) return next;
  return draft.engine.dialect.name === 'postgres'
    ? withIndexes(draft, operation, next, source)
    : withSameKeys(operation, next, source);
}

function hasPartitions({ engine }: Draft, { options }: Table): boolean {
  return isOfMysql(engine.dialect) && options.includes('partitioned');
}

function copied<Part extends Constraint | Index>(
  operation: CreateTable,
  at: QualifiedName,
  parts: readonly Part[],
): readonly Part[] {
  return parts.map((part) => ({ ...part, origin: originOf(operation, at) }));
}

/** MySQL and MariaDB keep the names: they are per table. Foreign keys are left behind. */
function withSameKeys(operation: CreateTable, table: Table, source: Table): Table {
  const keys = source.constraints.filter(({ kind }) => kind === 'primary-key' || kind === 'unique');
  return {
    ...table,
    indexes: [...table.indexes, ...copied(operation, operation.table, source.indexes)],
    constraints: [...table.constraints, ...copied(operation, operation.table, keys)],
  };
}

/** PostgreSQL gives each copied index, and the constraint that owns it, a name after the new table. */
function withIndexes(
  draft: Draft,
  operation: CreateTable | AttachPartition,
  table: Table,
  source: Table,
  indexes: readonly Index[] = source.indexes,
): Table {
  let next = table;
  for (const index of indexes) {
    const owner = source.constraints.find((constraint) => index.ofConstraint && constraint.name === index.name);
    const name = nameOfCopy(draft, next, index, owner);
    const origin = originOf(operation, operation.table);
    const constraints = owner === undefined ? next.constraints : [...next.constraints, { ...owner, name, origin }];
    next = { ...next, constraints, indexes: [...next.indexes, { ...index, name, origin }] };
  }
  return next;
}

/** ATTACH PARTITION makes an index for each of the parent's that the table has no equal of (manual 5.12.2.1). */
export function withIndexesOfParent(draft: Draft, operation: AttachPartition, table: Table, parent: Table): Table {
  const ofConstraint = (owner: Table, index: Index): string =>
    owner.constraints.find((constraint) => index.ofConstraint && constraint.name === index.name)?.kind ?? '';
  const shape = (owner: Table, index: Index): string =>
    JSON.stringify([index.unique, index.keys, index.include, index.where, ofConstraint(owner, index)]);
  const own = new Set(table.indexes.map((index) => shape(table, index)));
  const missing = parent.indexes.filter((index) => !own.has(shape(parent, index)));
  return withIndexes(draft, operation, table, parent, missing);
}

/** PostgreSQL: an index or key made on a partitioned table is made on its partitions too. */
export function copyToPartitions(
  draft: Draft,
  operation: Operation,
  parentKey: string,
  index: Index,
  owner?: Constraint,
): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  for (const [key, partition] of [...draft.catalog.relations.entries()]) {
    if (
      partition.kind !== 'table' ||
      !partition.parents.includes(parentKey) ||
      !partition.options.includes('partition')
    )
      continue;
    const name = nameOfCopy(draft, partition, index, owner);
    const origin = originOf(operation, operation.statement);
    const columns =
      owner?.kind === 'primary-key'
        ? partition.columns.map((one) => (owner.columns.includes(one.name) ? { ...one, notNull: true } : one))
        : partition.columns;
    const constraints =
      owner === undefined ? partition.constraints : [...partition.constraints, { ...owner, name, origin }];
    draft.putRelation(key, {
      ...partition,
      columns,
      constraints,
      indexes: [...partition.indexes, { ...index, name, origin }],
    });
    copyToPartitions(draft, operation, key, index, owner);
  }
}

function nameOfCopy(draft: Draft, table: Table, index: Index, owner: Constraint | undefined): string {
  const keys: readonly IndexKey[] = index.keys.map(({ column, text }) => {
    const name = { text: column ?? text, quoted: true, start: 0, end: 0 };
    const expression = {
      text,
      columns: [],
      functions: [],
      hasSubquery: false,
      form: 'computed',
      start: 0,
      end: 0,
    } as const;
    return column === null ? { expression, start: 0, end: 0 } : { column: name, start: 0, end: 0 };
  });
  const include = index.include.map((text) => ({ text, quoted: true, start: 0, end: 0 }));
  if (owner?.kind !== 'primary-key' && owner?.kind !== 'unique')
    return generatedIndexName(draft, table, { keys, include });
  return postgresConstraintName(draft, table, { kind: owner.kind, keys, include, start: 0, end: 0 });
}

function withParent(draft: Draft, operation: CreateTable, table: Table, name: QualifiedName): Table {
  const parent = knownTable(draft, name);
  if (parent === null)
    return { ...table, open: true, parents: [...table.parents, findRelation(draft, name).target.key] };
  const known = new Set(table.columns.map((column) => column.name));
  const columns: readonly Column[] = parent.columns
    .filter((column) => !known.has(column.name))
    .map((column) => ({ ...column, identity: null, origin: originOf(operation, name) }));
  const checks = parent.constraints.filter((constraint) => constraint.kind === 'check');
  const foreignKeys =
    operation.partitionOf === undefined
      ? []
      : parent.constraints.filter((constraint) => constraint.kind === 'foreign-key');
  return {
    ...table,
    columns: [...table.columns, ...columns],
    constraints: [...table.constraints, ...copied(operation, name, [...checks, ...foreignKeys])],
    parents: [...table.parents, findRelation(draft, name).target.key],
  };
}

/** The columns with those of the table's own list: one that a parent has too keeps the parent's place. */
export function mergedColumns(inherited: readonly Column[], own: readonly Column[]): readonly Column[] {
  const byName = new Map(own.map((column) => [column.name, column]));
  const names = new Set(inherited.map((column) => column.name));
  const merged = inherited.map((column) => {
    const again = byName.get(column.name);
    if (again === undefined) return column;
    return { ...column, notNull: column.notNull || again.notNull, default: again.default ?? column.default };
  });
  return [...merged, ...own.filter((column) => !names.has(column.name))];
}
