import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  QualifiedName,
  SetParent,
} from '../../../ddl/operation.ts';
import { postgresSince } from '../../../dialects/since.ts';
import type { Relation, Table } from '../../catalog.ts';
import { columnOf } from '../column-definition.ts';
import type { Draft } from '../draft.ts';
import {
  errorAt,
  findColumn,
  objectOf,
  requireColumn,
  requireRelation,
  type RelationAt,
  type TableAt,
} from '../lookup.ts';
import { findRelation, nameKey, partKey, type Target } from '../names.ts';
import type { Outcome } from '../../outcome.ts';
import { childrenOf, isPartition } from './dependents.ts';

/** ALTER TABLE .. INHERIT and NO INHERIT (tablecmds.c, ATPrepAddInherit, ATExecAddInherit, ATExecDropInherit; run on 15). */
export function setParent(draft: Draft, operation: SetParent): Outcome | undefined {
  const child = requireRelation(draft, operation, operation.table, 'alter', operation.ifTableExists);
  if ('outcome' in child) return child.outcome;
  const { target, relation } = child;
  if (relation.kind !== 'table') return undefined;
  if (operation.inherits && isPartitioned(relation))
    refuse(draft, target, 'cannot change inheritance of partitioned table');
  if (operation.inherits && isPartition(relation)) refuse(draft, target, 'cannot change inheritance of a partition');
  const parent = requireRelation(draft, operation, operation.parent, 'alter');
  if ('outcome' in parent) return parent.outcome;
  if (!operation.inherits && isPartition(relation)) refuse(draft, target, 'cannot change inheritance of a partition');
  const others = relation.parents.filter((key) => key !== parent.target.key);
  const isChild = others.length < relation.parents.length;
  if (operation.inherits) checkNewParent(draft, operation, { target, table: relation }, parent, isChild);
  else if (!isChild && !relation.open)
    refuse(draft, parent.target, `relation "${parent.target.name}" is not a parent of relation "${target.name}"`);
  const parents = operation.inherits ? [...others, parent.target.key] : others;
  draft.putRelation(target.key, { ...relation, parents });
  draft.record({ kind: 'altered', object: { kind: 'table', ...objectOf(target) }, silent: false });
  return undefined;
}

function checkNewParent(
  draft: Draft,
  { parent: name }: SetParent,
  child: TableAt,
  parent: RelationAt,
  isChild: boolean,
): void {
  if (parent.relation.kind !== 'table') return;
  if (isPartitioned(parent.relation))
    refuse(draft, parent.target, `cannot inherit from partitioned table "${parent.target.name}"`);
  if (isPartition(parent.relation)) refuse(draft, parent.target, 'cannot inherit from a partition');
  refuseCircle(draft, child.target, parent.target, name);
  if (isChild) refuse(draft, parent.target, `relation "${parent.target.name}" would be inherited from more than once`);
  checkColumns(draft, child, { target: parent.target, table: parent.relation });
  checkConstraints(draft, child, parent.relation);
}

function refuseCircle(draft: Draft, child: Target, parent: Target, at: QualifiedName): void {
  if (!stemsFrom(draft, parent.key, child.key)) return;
  draft.refuse(errorAt('other', 'circular inheritance not allowed', at, { kind: 'table', ...objectOf(child) }));
}

/** Whether a table is another one, or inherits from it. */
function stemsFrom(draft: Draft, key: string, wanted: string): boolean {
  if (key === wanted) return true;
  const relation = draft.catalog.relations.get(key);
  return relation?.kind === 'table' && relation.parents.some((parent) => stemsFrom(draft, parent, wanted));
}

/** A child has all columns of its parent, of the same type, and as NOT NULL as there (MergeAttributesIntoExisting). */
function checkColumns(draft: Draft, child: TableAt, { table: parent }: TableAt): void {
  const ofChild = draft.servesAlsoBefore(postgresSince.wordsOfRelations) ? '' : ` "${child.target.name}"`;
  for (const column of parent.columns) {
    if (!column.certain || !parent.certain || column.unknown.length > 0) continue;
    const found = findColumn(child.table, partKey(column.name, draft.engine.dialect), draft);
    if (found.presence === 'absent') refuse(draft, child.target, `child table is missing column "${column.name}"`);
    if (found.presence !== 'present') continue;
    const own = found.column;
    if (!own.unknown.includes('type') && own.type !== column.type)
      refuse(draft, child.target, `child table "${child.target.name}" has different type for column "${column.name}"`);
    if (column.notNull && !own.notNull && !own.unknown.includes('not-null'))
      refuse(draft, child.target, `column "${column.name}" in child table${ofChild} must be marked NOT NULL`);
  }
}

function checkConstraints(draft: Draft, { target, table }: TableAt, parent: Table): void {
  for (const { kind, name, certain } of parent.constraints) {
    if (kind !== 'check' || name === null || !certain || table.open) continue;
    if (table.constraints.every((constraint) => constraint.name !== name))
      refuse(draft, target, `child table is missing constraint "${name}"`);
  }
}

/** What ATTACH and DETACH PARTITION ask of both tables (transformPartitionCmd, ATExecAttachPartition). */
export function checkPartitioned(
  draft: Draft,
  operation: AttachPartition | DetachPartition,
  { target, relation }: RelationAt,
): void {
  if (!isKnownTable(relation) || isPartitioned(relation)) return;
  const action = operation.kind === 'attach-partition' ? 'ATTACH' : 'DETACH';
  const text = draft.servesAlsoBefore(postgresSince.wordsOfRelations)
    ? `table "${target.name}" is not partitioned`
    : `ALTER action ${action} PARTITION cannot be performed on relation "${target.name}"`;
  draft.refuse(errorAt('wrong-object', text, operation.table, { kind: 'table', ...objectOf(target) }));
}

export function checkNewPartition(draft: Draft, operation: AttachPartition, parent: RelationAt, child: TableAt): void {
  if (!isKnownTable(parent.relation) || !child.table.certain) return;
  const { target, table } = child;
  if (isPartition(table)) refuse(draft, target, `"${target.name}" is already a partition`);
  if (table.parents.length > 0) refuse(draft, target, 'cannot attach inheritance child as partition');
  if (childrenOf(draft, target.key).length > 0 && !isPartitioned(table))
    refuse(draft, target, 'cannot attach inheritance parent as partition');
  refuseCircle(draft, target, parent.target, operation.partition);
  const extra = table.columns.find(
    ({ name, certain }) =>
      certain && findColumn(parent.relation as Table, partKey(name, draft.engine.dialect), draft).presence === 'absent',
  );
  if (extra !== undefined)
    refuse(
      draft,
      target,
      `table "${target.name}" contains column "${extra.name}" not found in parent "${parent.target.name}"`,
    );
  checkColumns(draft, child, { target: parent.target, table: parent.relation });
  checkConstraints(draft, child, parent.relation);
}

/** PARTITION OF: the table is made first. */
export function checkPartitionOf(draft: Draft, { partitionOf }: CreateTable): void {
  const found = partitionOf === undefined ? undefined : findRelation(draft, partitionOf);
  if (found?.presence === 'present' && isKnownTable(found.value) && !isPartitioned(found.value))
    refuse(draft, found.target, `"${found.target.name}" is not partitioned`);
}

/** What INHERITS asks of the tables that it names. */
export function checkParents(draft: Draft, operation: CreateTable): void {
  for (const name of operation.inherits) {
    const found = findRelation(draft, name);
    if (found.presence !== 'present' || !isKnownTable(found.value)) continue;
    if (isPartitioned(found.value))
      refuse(draft, found.target, `cannot inherit from partitioned table "${found.target.name}"`);
    if (isPartition(found.value)) refuse(draft, found.target, `cannot inherit from partition "${found.target.name}"`);
  }
}

/** Columns of the list have the type that a parent gives them. */
export function checkInheritedTypes(draft: Draft, operation: CreateTable): void {
  if (operation.inherits.length === 0) return;
  const own = operation.columns.map((definition) => columnOf(draft, operation, definition));
  for (const name of operation.inherits) {
    const found = findRelation(draft, name);
    if (found.presence !== 'present' || !isKnownTable(found.value)) continue;
    for (const { name: column, type, unknown } of own) {
      const inherited = found.value.columns.find((one) => one.name === column);
      if (inherited === undefined || unknown.includes('type') || inherited.unknown.includes('type')) continue;
      if (inherited.type === type) continue;
      const at = operation.columns.find((one) => nameKey(one.name, draft.engine.dialect) === column)?.name ?? name;
      const object = { kind: 'column', table: operation.table.name.text, name: column };
      draft.refuse(errorAt('other', `column "${column}" has a type conflict`, at, object));
    }
  }
}

export function checkPartitionKey(draft: Draft, { partitionKey = [] }: CreateTable, made: TableAt): void {
  for (const name of partitionKey) {
    const key = nameKey(name, draft.engine.dialect);
    const { presence } = findColumn(made.table, key, draft);
    if (presence === 'present') continue;
    const text = `column "${key}" named in partition key does not exist`;
    if (presence === 'absent')
      draft.refuse(errorAt('missing-column', text, name, { kind: 'column', table: made.target.name, name: key }));
    requireColumn(draft, made, name, 'key');
  }
}

function isKnownTable(relation: Relation): relation is Table {
  return relation.kind === 'table' && relation.certain && !relation.open;
}

export function isPartitioned(table: Table): boolean {
  return table.options.includes('partitioned');
}

function refuse(draft: Draft, target: Target, text: string): never {
  return draft.refuse(errorAt('other', text, target.at, { kind: 'table', ...objectOf(target) }));
}
