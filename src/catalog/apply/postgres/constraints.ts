import type { AddConstraint, DropConstraint, Name, TableConstraint } from '../../../ddl/operation.ts';
import type { Constraint, Index, Table } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { withConstraint } from '../constraint-definition.ts';
import { withoutConstraint } from '../constraints.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findIndex, requireColumn, type TableAt } from '../lookup.ts';
import { nameKey, storedName } from '../names.ts';
import { meetConstraint, meetUnique } from '../rules-met.ts';
import { copyToPartitions } from '../taken-over.ts';
import { childrenOf, dropDependents, type Dependent } from './dependents.ts';
import { checkForeignKey } from './foreign-keys.ts';
import { described } from './schemas.ts';
import { checkConstraintColumns, checkReferences } from './constraint-columns.ts';
import { checkIndexNameFree, refuseNeeded } from './tables.ts';

export function addConstraint(draft: Draft, operation: AddConstraint, at: TableAt): Table {
  const { constraint } = operation;
  checkAddedConstraint(draft, at, constraint);
  const written = fromIndex(draft, at.table, constraint);
  const table = withConstraint(draft, operation, at.table, { constraint: written, onColumn: null });
  const added = table.constraints.at(-1);
  const index = table.indexes.at(-1);
  const isKey = constraint.kind === 'primary-key' || constraint.kind === 'unique';
  if (isKey && added !== undefined && index?.name === added.name && table.options.includes('partitioned')) {
    copyToPartitions(draft, operation, at.target.key, index, added);
  }
  if (operation.notValid === true && added !== undefined) {
    return { ...table, constraints: [...table.constraints.slice(0, -1), { ...added, validated: false }] };
  }
  refuseConstraintWhenFilled(draft, { ...at, table }, constraint);
  if (constraint.kind === 'check' && added !== undefined && constraint.noInherit !== true)
    addToChildren(draft, at.target.key, added);
  return table;
}

/** `PRIMARY KEY USING INDEX i`: the constraint has the index's columns, and its name when it has none. */
function fromIndex(draft: Draft, table: Table, constraint: TableConstraint): TableConstraint {
  if ((constraint.kind !== 'primary-key' && constraint.kind !== 'unique') || constraint.usingIndex === undefined)
    return constraint;
  const index = findIndex(table, nameKey(constraint.usingIndex, draft.engine.dialect), draft);
  if (index === undefined) return constraint;
  const keys = index.keys.map(({ column }) => ({
    column: { text: column ?? '', quoted: true, start: 0, end: 0 },
    start: 0,
    end: 0,
  }));
  return { ...constraint, keys, name: constraint.name ?? { ...constraint.usingIndex, text: index.name, quoted: true } };
}

function addToChildren(draft: Draft, key: string, check: Constraint): void {
  for (const [childKey, child] of childrenOf(draft, key)) {
    if (child.constraints.some(({ name }) => name === check.name)) continue;
    draft.putRelation(childKey, { ...child, constraints: [...child.constraints, check] });
    addToChildren(draft, childKey, check);
  }
}

/** What a new constraint must find: a free name, its columns, one primary key, a fitting parent. */
export function checkAddedConstraint(draft: Draft, at: TableAt, constraint: TableConstraint): void {
  switch (constraint.kind) {
    case 'primary-key':
      // ALTER TABLE sets its columns NOT NULL before it makes the key.
      if (constraint.usingIndex === undefined)
        for (const { column } of constraint.keys) if (column !== undefined) requireColumn(draft, at, column, 'alter');
      checkKey(draft, at, constraint);
      refuseSecondPrimaryKey(draft, at, constraint);
      checkKeyName(draft, at, constraint);
      break;
    case 'unique':
    case 'exclude':
      checkKey(draft, at, constraint);
      checkKeyName(draft, at, constraint);
      break;
    case 'check':
      refuseTakenName(draft, at, constraint.name);
      checkReferences(draft, at, constraint.expression);
      break;
    case 'foreign-key':
      checkForeignKey(draft, at, constraint);
      refuseTakenName(draft, at, constraint.name);
      break;
    default:
      break;
  }
}

function refuseSecondPrimaryKey(draft: Draft, { target, table }: TableAt, constraint: TableConstraint): void {
  const existing = table.constraints.find(({ kind }) => kind === 'primary-key');
  if (existing === undefined && !table.open) return;
  const object = {
    kind: 'constraint',
    schema: target.schema,
    table: target.name,
    name: existing?.name ?? 'primary key',
  };
  const error = errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), constraint, object);
  if (existing?.certain === true) draft.refuse({ ...error, existing: existing.origin });
  draft.doubt(`${table.name} may have a primary key already`, error);
}

type KeyConstraint = Extract<TableConstraint, { kind: 'primary-key' | 'unique' | 'exclude' }>;

function checkKey(draft: Draft, at: TableAt, constraint: KeyConstraint): void {
  if (constraint.kind !== 'exclude' && constraint.usingIndex !== undefined) {
    checkUsedIndex(draft, at, constraint.usingIndex);
    return;
  }
  checkConstraintColumns(draft, at, constraint);
}

function checkKeyName(draft: Draft, at: TableAt, constraint: KeyConstraint): void {
  const usesIndex = constraint.kind !== 'exclude' && constraint.usingIndex !== undefined;
  if (constraint.name === undefined || usesIndex) return;
  checkIndexNameFree(draft, at.table, storedName(constraint.name, draft.engine.dialect), constraint.name);
  refuseTakenName(draft, at, constraint.name);
}

function refuseTakenName(draft: Draft, { target, table }: TableAt, name: Name | undefined): void {
  if (name === undefined) return;
  const stored = storedName(name, draft.engine.dialect);
  const existing = table.constraints.find((candidate) => candidate.name === stored);
  if (existing === undefined && !table.open) return;
  const object = { kind: 'constraint', schema: target.schema, table: target.name, name: stored };
  const error = errorAt('duplicate-constraint', draft.words.duplicateConstraint(stored, target), name, object);
  if (existing?.certain === true) draft.refuse({ ...error, existing: existing.origin });
  draft.doubt(`${table.name} may have the constraint ${stored} already`, error);
}

function checkUsedIndex(draft: Draft, { target, table }: TableAt, name: Name): void {
  const stored = storedName(name, draft.engine.dialect);
  const index = findIndex(table, nameKey(name, draft.engine.dialect), draft);
  const object = { kind: 'index', schema: target.schema, table: target.name, name: stored };
  if (index === undefined) {
    const error = errorAt('missing-index', `index "${stored}" does not exist`, name, object);
    if (!table.open) draft.refuse(error);
    draft.doubt(`${table.name} may lack the index ${stored}`, error);
    return;
  }
  if (index.ofConstraint)
    draft.refuse(errorAt('other', `index "${stored}" is already associated with a constraint`, name, object));
  if (!index.unique) draft.refuse(errorAt('wrong-object', `"${stored}" is not a unique index`, name, object));
  if (index.where !== null) draft.refuse(errorAt('wrong-object', `"${stored}" is a partial index`, name, object));
  if (index.keys.some(({ column }) => column === null))
    draft.refuse(errorAt('wrong-object', `index "${stored}" contains expressions`, name, object));
  const descending = index.keys.findIndex((key) => key.descending);
  if (descending >= 0) {
    const text = `index "${stored}" column number ${(descending + 1).toString()} does not have default sorting behavior`;
    draft.refuse(errorAt('wrong-object', text, name, object));
  }
}

/** Rows that break a constraint that has just been added to the table. */
export function refuseConstraintWhenFilled(
  draft: Draft,
  { target, table }: TableAt,
  constraint: TableConstraint,
): void {
  const added = table.constraints.at(-1);
  const name = added?.name ?? '';
  const object = { kind: 'constraint', schema: target.schema, table: target.name, name };
  if (added === undefined || isMet(draft, table, added)) return;
  const refuse = (error: EngineError): void => {
    draft.refuseWhenFilled(table, 'values', error);
  };
  const refuseCollisions = (error: EngineError): void => {
    if (constraint.kind === 'primary-key') refuse(error);
    else draft.refuseWhenCollided(table, added.columns, error);
  };
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
      if (constraint.usingIndex !== undefined) return;
      refuseCollisions(errorAt('unique-violation', draft.words.uniqueViolation(name, target, []), constraint, object));
      break;
    case 'check':
      refuse(
        errorAt(
          'check-violation',
          draft.words.checkViolation(name, target, constraint.expression.text),
          constraint,
          object,
        ),
      );
      break;
    case 'foreign-key':
      refuseCollisions(errorAt('foreign-key', draft.words.foreignKeyViolation(name, target), constraint, object));
      break;
    default:
      break;
  }
}

function isMet(draft: Draft, table: Table, added: Constraint): boolean {
  const index = table.indexes.find(({ name, ofConstraint }) => ofConstraint && name === added.name);
  return index === undefined ? meetConstraint(draft, table, added) : meetUnique(draft, table, index);
}

export function dropConstraint(draft: Draft, operation: DropConstraint, at: TableAt, constraint: Constraint): Table {
  const { target, table } = at;
  const index = table.indexes.find((candidate) => candidate.ofConstraint && candidate.name === constraint.name);
  if (index !== undefined) {
    const what = `constraint ${index.name} on table ${described(draft, target.schema, target.name)}`;
    releaseUniqueIndex(draft, { ...at, index, cascade: operation.cascade, what });
  }
  const after = draft.catalog.relations.get(target.key);
  return withoutConstraint(after?.kind === 'table' ? after : table, constraint);
}

/** Foreign keys hold on to the unique index over the columns that they point to. */
export function releaseUniqueIndex(
  draft: Draft,
  {
    target,
    table,
    index,
    cascade,
    what,
  }: TableAt & { readonly index: Index; readonly cascade: boolean; readonly what: string },
): void {
  const dependents = foreignKeysOver(draft, target.key, table, index);
  if (cascade) dropDependents(draft, dependents);
  else refuseNeeded(draft, dependents, what, target, table);
}

function foreignKeysOver(draft: Draft, key: string, table: Table, index: Index): readonly Dependent[] {
  if (!index.unique || index.where !== null) return [];
  const columns = index.keys.map(({ column }) => column ?? '');
  // Of several unique indexes over the same columns a foreign key holds on to the first (transformFkeyCheckAttrs).
  const first = table.indexes.find(
    (other) =>
      other.unique &&
      other.where === null &&
      sameColumns(
        other.keys.map(({ column }) => column ?? ''),
        columns,
      ),
  );
  if (first !== index) return [];
  const dependents: Dependent[] = [];
  for (const [otherKey, other] of draft.catalog.relations.entries()) {
    if (other.kind !== 'table') continue;
    for (const constraint of other.constraints) {
      if (constraint.target?.table !== key || !sameColumns(constraint.target.columns, columns)) continue;
      dependents.push({
        kind: 'foreign-key',
        key: otherKey,
        name: constraint.name ?? '',
        sure: constraint.certain && other.certain,
      });
    }
  }
  return dependents;
}

function sameColumns(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((column) => right.includes(column));
}
