import type {
  Column,
  Constraint,
  Index,
  OtherObject,
  Relation,
  Table,
  Trigger,
  UserType,
  View,
} from '../../catalog.ts';
import { isName } from '../../canonical.ts';
import { entriesWith } from '../../reverse-index.ts';
import { viewsOf } from '../../views.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { objectKey } from '../names.ts';
import { quotedIfNeeded } from './schemas.ts';

/** One thing that keeps another from being dropped. `sure` is false where a body could not be read for certain. */
export interface Dependent {
  readonly kind: 'foreign-key' | 'view' | 'table' | 'column' | 'trigger' | 'policy' | 'rule' | 'default';
  /** Key of the relation it is, or stands on. */
  readonly key: string;
  readonly name: string;
  readonly sure: boolean;
}

/** What depends on a table as a whole, apart from what goes with it. */
export function dependentsOfTable(draft: Draft, key: string, table: Relation): readonly Dependent[] {
  const dependents: Dependent[] = [];
  const rowType = rowTypeText(table);
  const others = new Map([
    ...relationsAbout(draft, key),
    ...entriesWith(draft.catalog.relations, columnTypes, rowType),
  ]);
  for (const [otherKey, other] of others) {
    if (otherKey === key) continue;
    if (other.kind === 'view' || other.kind === 'materialized-view') {
      const reads = readsOf(other, key);
      if (reads !== null)
        dependents.push({ kind: 'view', key: otherKey, name: other.name, sure: reads.sure && other.certain });
    }
    if (other.kind !== 'table') continue;
    dependents.push(...foreignKeysTo(otherKey, other, key));
    // A partition goes with its parent; a child by inheritance does not.
    if (other.parents.includes(key) && !isPartition(other))
      dependents.push({ kind: 'table', key: otherKey, name: other.name, sure: other.certain });
    for (const column of other.columns) {
      if (elementType(column.type) === rowType)
        dependents.push({ kind: 'column', key: otherKey, name: column.name, sure: true });
    }
  }
  return dependents;
}

/** The types of a table's columns, those of an array's elements in its place. */
function columnTypes(relation: Relation): readonly string[] {
  return relation.kind === 'table' ? [...new Set(relation.columns.flatMap(({ type }) => elementType(type) ?? []))] : [];
}

function elementType(type: Column['type']): string | null {
  return type?.endsWith('[]') === true ? type.slice(0, -2) : type;
}

function foreignKeysTo(otherKey: string, other: Table, key: string): Dependent[] {
  return other.constraints
    .filter((constraint) => constraint.target?.table === key)
    .map((constraint) => ({
      kind: 'foreign-key',
      key: otherKey,
      name: constraint.name ?? '',
      sure: constraint.certain && other.certain,
    }));
}

function rowTypeText(relation: Relation): string {
  const name = quotedIfNeeded(relation.name);
  return relation.schema === 'public' ? name : `${relation.schema}.${name}`;
}

export function isPartition(table: Table): boolean {
  return table.options.includes('partition');
}

/** What keeps a column from being dropped: parts of its own table that read it alone go with it. */
export function dependentsOfColumn(draft: Draft, key: string, table: Table, column: string): readonly Dependent[] {
  const dependents: Dependent[] = [];
  for (const [otherKey, other] of relationsAbout(draft, key)) {
    if (other.kind === 'view' || other.kind === 'materialized-view') {
      const reads = readsOf(other, key, column);
      if (reads !== null)
        dependents.push({ kind: 'view', key: otherKey, name: other.name, sure: reads.sure && other.certain });
    } else if (other.kind === 'table') {
      for (const constraint of other.constraints) {
        if (constraint.target?.table !== key || !constraint.target.columns.includes(column)) continue;
        // A key of the column to itself goes with it.
        if (otherKey === key && constraint.columns.includes(column)) continue;
        dependents.push({ kind: 'foreign-key', key: otherKey, name: constraint.name ?? '', sure: constraint.certain });
      }
    }
  }
  for (const generated of table.columns) {
    if (generated.generated?.columns.includes(column) === true)
      dependents.push({ kind: 'column', key, name: generated.name, sure: generated.certain });
  }
  for (const trigger of draft.catalog.triggers.values()) {
    if (trigger.table === key && (trigger.columns ?? []).includes(column))
      dependents.push({ kind: 'trigger', key, name: trigger.name, sure: trigger.certain });
  }
  for (const other of draft.catalog.others.values()) {
    if (other.kind === 'policy' && other.table === key && readsColumn(other, column))
      dependents.push({ kind: 'policy', key, name: other.name, sure: other.certain });
  }
  return dependents;
}

/** Children, owned sequences and what points to a table; views of which it is not known what they read are always among them. */
export function relationsAbout(draft: Draft, key: string): readonly (readonly [string, Relation])[] {
  return [
    ...entriesWith(draft.catalog.relations, keysAbout, key),
    ...entriesWith(draft.catalog.relations, keysAbout, ''),
  ];
}

/** The tables that inherit from a table, its partitions included. */
export function childrenOf(draft: Draft, key: string): readonly (readonly [string, Table])[] {
  return entriesWith(draft.catalog.relations, keysAbout, key).flatMap(([childKey, child]) =>
    child.kind === 'table' && child.parents.includes(key) ? [[childKey, child] as const] : [],
  );
}

function keysAbout(relation: Relation): readonly string[] {
  switch (relation.kind) {
    case 'sequence':
      return relation.ownedBy === null ? [] : [relation.ownedBy.table];
    case 'table':
      return [
        ...relation.parents,
        ...relation.constraints.flatMap(({ target }) => (target === null ? [] : [target.table])),
      ];
    default:
      return relation.reads?.map((read) => read.relation) ?? [''];
  }
}

/** Views that read the column: they keep its type from being changed. */
export function viewsReading(draft: Draft, key: string, column: string): { readonly sure: boolean } | null {
  const sureness: boolean[] = [];
  for (const [, other] of viewsOf(draft.catalog)) {
    const reads = readsOf(other, key, column);
    if (reads !== null) sureness.push(reads.sure && other.certain);
  }
  return sureness.length === 0 ? null : { sure: sureness.includes(true) };
}

function readsOf(view: View, key: string, column?: string): { readonly sure: boolean } | null {
  if (view.reads === undefined) return { sure: false };
  const read = view.reads.find((candidate) => candidate.relation === key);
  if (read === undefined) return null;
  if (column === undefined || read.columns.includes(column)) return { sure: read.sure };
  return null;
}

/** Whether a column, a function's argument, or another type needs this type. */
export function hasTypeDependents(draft: Draft, text: string): boolean {
  for (const relation of draft.catalog.relations.values()) {
    if (relation.kind === 'table' && relation.columns.some(({ type }) => type === text || type === `${text}[]`))
      return true;
  }
  for (const routine of draft.catalog.routines.values()) {
    if (routine.argumentTypes.includes(text) || routine.returns === text) return true;
  }
  return false;
}

/** `CREATE DOMAIN d AS base ..`; the word may be left out. */
function baseOfDomain({ text }: UserType): string | undefined {
  return /^create\s+domain\s+\S+\s+(?:as\s+)?([\w."]+)/i.exec(text)?.[1];
}

/** DROP TYPE .. CASCADE: its columns, domains over it, and functions go. */
export function dropTypeColumns(draft: Draft, text: string): void {
  for (const [key, relation] of [...draft.catalog.relations.entries()]) {
    if (relation.kind !== 'table') continue;
    for (const column of relation.columns) {
      if (column.type === text || column.type === `${text}[]`) dropColumnAnd(draft, key, column.name, true);
    }
  }
  for (const [key, type] of [...draft.catalog.types.entries()]) {
    if (type.variant !== 'domain' || baseOfDomain(type) !== text) continue;
    draft.catalog = { ...draft.catalog, types: draft.catalog.types.delete(key) };
    dropTypeColumns(draft, type.schema === 'public' ? type.name : `${type.schema}.${type.name}`);
  }
  for (const [key, routine] of [...draft.catalog.routines.entries()]) {
    if (routine.argumentTypes.includes(text) || routine.returns === text)
      draft.catalog = { ...draft.catalog, routines: draft.catalog.routines.delete(key) };
  }
}

/** Takes dependents away, as CASCADE does, with what depends on them in turn. */
export function dropDependents(draft: Draft, dependents: readonly Dependent[]): void {
  for (const dependent of dependents) {
    switch (dependent.kind) {
      case 'view':
      case 'table':
        if (dependent.sure) dropRelationAnd(draft, dependent.key, true);
        else suspectDropped(draft, dependent.key);
        break;
      case 'foreign-key':
        dropConstraintOf(draft, dependent.key, dependent.name);
        break;
      case 'column':
        dropColumnAnd(draft, dependent.key, dependent.name, true);
        break;
      case 'default':
        dropDefault(draft, dependent.key, dependent.name);
        break;
      case 'trigger':
        dropTriggers(draft, (trigger) => trigger.table === dependent.key && trigger.name === dependent.name);
        break;
      case 'policy':
      case 'rule':
        dropOthers(draft, (other) => other.table === dependent.key && other.name === dependent.name);
        break;
    }
  }
}

/** A relation that goes too if it depends, which is not known. */
function suspectDropped(draft: Draft, key: string): void {
  const relation = draft.catalog.relations.get(key);
  if (relation !== undefined) draft.putRelation(key, { ...relation, certain: false });
}

function dropDefault(draft: Draft, key: string, column: string): void {
  const table = draft.catalog.relations.get(key);
  if (table?.kind !== 'table') return;
  draft.putRelation(key, {
    ...table,
    columns: table.columns.map((one) => (one.name === column ? { ...one, default: null } : one)),
  });
  draft.record({
    kind: 'altered',
    object: { kind: 'column', schema: table.schema, table: table.name, name: column },
    silent: true,
    detail: 'default dropped',
  });
}

/** A relation, all that goes with it, and with `silent` also a record that nobody asked for it. */
export function dropRelationAnd(draft: Draft, key: string, silent: boolean): void {
  const relation = draft.catalog.relations.get(key);
  if (relation === undefined) return;
  draft.removeRelation(key);
  draft.record({
    kind: 'dropped',
    object: { kind: relation.kind, schema: relation.schema, name: relation.name },
    silent,
    origin: relation.origin,
  });
  dropTriggers(draft, (trigger) => trigger.table === key);
  dropOthers(draft, (other) => other.table === key);
  dropDependents(draft, dependentsOfTable(draft, key, relation));
  for (const [otherKey, other] of [...draft.catalog.relations.entries()]) {
    if (other.kind === 'sequence' && other.ownedBy?.table === key) dropSequence(draft, otherKey);
    if (other.kind === 'table' && isPartition(other) && other.parents.includes(key))
      dropRelationAnd(draft, otherKey, true);
  }
}

function dropSequence(draft: Draft, key: string): void {
  const sequence = draft.catalog.relations.get(key);
  if (sequence === undefined) return;
  draft.removeRelation(key);
  draft.record({
    kind: 'dropped',
    object: { kind: 'sequence', schema: sequence.schema, name: sequence.name },
    silent: true,
    origin: sequence.origin,
  });
  dropDependents(draft, defaultsUsing(draft, sequence.schema, sequence.name));
}

/** Columns whose default calls nextval on the sequence. */
export function defaultsUsing(draft: Draft, schema: string, name: string): readonly Dependent[] {
  const dependents: Dependent[] = [];
  const key = objectKey(schema, name, draft.engine.dialect);
  for (const [tableKey, table] of draft.catalog.relations.entries()) {
    if (table.kind !== 'table') continue;
    for (const column of table.columns) {
      if (sequenceOfDefault(draft, column.default) === key)
        dependents.push({ kind: 'default', key: tableKey, name: column.name, sure: true });
    }
  }
  return dependents;
}

/** The key of the sequence that a default calls nextval on, or null. */
export function sequenceOfDefault(draft: Draft, text: string | null): string | null {
  const written = text === null ? undefined : /^(?:pg_catalog\.)?nextval\('((?:[^']|'')+)'/i.exec(text)?.[1];
  if (written === undefined) return null;
  const parts = tokensOf(written, draft.engine.dialect).filter(isName);
  const name = parts.at(-1);
  if (name === undefined) return null;
  const stored = draft.engine.dialect.key(name.value, name.kind === 'quoted');
  if (parts.length > 1)
    return objectKey(
      draft.engine.dialect.key(parts[0]?.value ?? '', parts[0]?.kind === 'quoted'),
      stored,
      draft.engine.dialect,
    );
  for (const schema of draft.session.searchPath ?? ['public']) {
    const key = objectKey(schema, stored, draft.engine.dialect);
    if (draft.catalog.relations.has(key)) return key;
  }
  return objectKey('public', stored, draft.engine.dialect);
}

export function dropTriggers(draft: Draft, test: (trigger: Trigger) => boolean): void {
  for (const [key, trigger] of [...draft.catalog.triggers.entries()]) {
    if (!test(trigger)) continue;
    draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.delete(key) };
    draft.record({
      kind: 'dropped',
      object: { kind: 'trigger', schema: trigger.schema, name: trigger.name },
      silent: true,
      origin: trigger.origin,
    });
  }
}

function readsColumn({ columns }: OtherObject, column: string): boolean {
  return columns?.includes(column) === true;
}

export function dropOthers(draft: Draft, test: (other: OtherObject) => boolean): void {
  for (const [key, other] of [...draft.catalog.others.entries()]) {
    if (!test(other)) continue;
    draft.catalog = { ...draft.catalog, others: draft.catalog.others.delete(key) };
    draft.record({
      kind: 'dropped',
      object: { kind: other.kind, schema: other.schema, name: other.name },
      silent: true,
      origin: other.origin,
    });
  }
}

function dropConstraintOf(draft: Draft, key: string, name: string): void {
  const table = draft.catalog.relations.get(key);
  if (table?.kind !== 'table') return;
  draft.putRelation(key, withoutConstraint(table, name));
  draft.record({
    kind: 'dropped',
    object: { kind: 'constraint', schema: table.schema, table: table.name, name },
    silent: true,
  });
}

/** A table without a constraint and the index that it owns. */
export function withoutConstraint(table: Table, name: string): Table {
  return {
    ...table,
    constraints: table.constraints.filter((constraint) => constraint.name !== name),
    indexes: table.indexes.filter((index) => !(index.ofConstraint && index.name === name)),
  };
}

/** A column with its indexes, constraints, sequence and (children of) inheritance. */
export function dropColumnAnd(draft: Draft, key: string, column: string, silent: boolean): void {
  dropOthers(draft, (other) => other.kind === 'statistics' && other.table === key && readsColumn(other, column));
  const table = draft.catalog.relations.get(key);
  if (table?.kind !== 'table') return;
  dropDependents(draft, dependentsOfColumn(draft, key, table, column));
  const current = draft.catalog.relations.get(key);
  if (current?.kind !== 'table') return;
  const { lostIndexes, lostConstraints } = partsWithColumn(current, column);
  draft.putRelation(key, {
    ...current,
    columns: current.columns.filter(({ name }) => name !== column),
    indexes: current.indexes.filter((index) => !lostIndexes.includes(index)),
    constraints: current.constraints.filter((constraint) => !lostConstraints.includes(constraint)),
    absent: current.open ? [...current.absent, column] : current.absent,
  });
  recordColumnDrop(draft, current, column, silent, lostIndexes);
  for (const [otherKey, other] of relationsAbout(draft, key)) {
    if (other.kind === 'sequence' && other.ownedBy?.table === key && other.ownedBy.column === column)
      dropSequence(draft, otherKey);
    if (other.kind === 'table' && other.parents.includes(key)) dropColumnAnd(draft, otherKey, column, true);
  }
}

function recordColumnDrop(
  draft: Draft,
  table: Table,
  column: string,
  silent: boolean,
  lostIndexes: readonly Index[],
): void {
  const origin = table.columns.find(({ name }) => name === column)?.origin ?? null;
  draft.record({
    kind: 'dropped',
    object: { kind: 'column', schema: table.schema, table: table.name, name: column },
    silent,
    origin,
  });
  for (const index of lostIndexes) {
    draft.record({
      kind: 'dropped',
      object: { kind: 'index', schema: table.schema, table: table.name, name: index.name },
      silent: true,
      origin: index.origin,
    });
  }
}

function partsWithColumn(
  table: Table,
  column: string,
): { readonly lostIndexes: readonly Index[]; readonly lostConstraints: readonly Constraint[] } {
  const lostIndexes = table.indexes.filter((index) => index.columns.includes(column) || index.include.includes(column));
  // A key goes with its index, which may only INCLUDE the column.
  const ofKeys = new Set(lostIndexes.filter(({ ofConstraint }) => ofConstraint).map(({ name }) => name));
  const isLost = ({ columns, name }: Constraint): boolean =>
    columns.includes(column) || (name !== null && ofKeys.has(name));
  return { lostIndexes, lostConstraints: table.constraints.filter(isLost) };
}
