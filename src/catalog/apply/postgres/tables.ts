import type {
  ColumnDefinition,
  CreateTable,
  DropTable,
  DropView,
  Expression,
  RenameTable,
} from '../../../ddl/operation.ts';
import type { Relation, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type RelationAt, type TableAt } from '../lookup.ts';
import { findRelation, otherKey, storedName, type Target } from '../names.ts';
import { checkDefinitions } from './column-definitions.ts';
import { checkConstraintColumns, checkReferences } from './constraint-columns.ts';
import { checkInheritedTypes, checkPartitionKey, checkPartitionOf } from './inheritance.ts';
import { checkCalls } from './called-functions.ts';
import { checkForeignKey } from './foreign-keys.ts';
import {
  childrenOf,
  dependentsOfTable,
  dropDependents,
  dropOthers,
  isPartition,
  type Dependent,
} from './dependents.ts';
import { checkSchema, described } from './schemas.ts';

/** The schema must be there, and no type may have the name of a table: every table has a row type. */
export function checkNewName(draft: Draft, target: Target): void {
  checkSchema(draft, target.schema, target.at);
  const type = draft.catalog.types.get(target.key);
  if (type === undefined) return;
  const error = {
    ...errorAt('duplicate-type', `type "${target.name}" already exists`, target.at, {
      kind: 'type',
      ...objectOf(target),
    }),
    existing: type.origin,
  };
  if (type.certain) draft.refuse(error);
  draft.doubt(`the type ${target.name} may be there already`, error);
}

export function checkNewTable(draft: Draft, operation: CreateTable, made: TableAt): void {
  checkDefinitions(draft, operation, made);
  checkColumnNames(draft, operation, made);
  checkInheritedTypes(draft, operation);
  checkPartitionOf(draft, operation);
  checkPartitionKey(draft, operation, made);
  for (const definition of operation.columns) checkColumnExpressions(draft, made, definition);
  for (const constraint of operation.constraints) checkConstraintColumns(draft, made, constraint);
  refuseCopiedPrimaryKey(draft, operation, made);
  checkConstraintNames(draft, made);
  for (const definition of operation.columns) {
    if (definition.references === undefined) continue;
    checkForeignKey(draft, made, {
      columns: [definition.name],
      target: definition.references,
      name: definition.references.name,
    });
  }
  for (const constraint of operation.constraints) {
    if (constraint.kind === 'foreign-key') checkForeignKey(draft, made, constraint);
  }
}

/** LIKE .. INCLUDING INDEXES brings a primary key beside the table's own, or that of another LIKE. */
function refuseCopiedPrimaryKey(draft: Draft, { likes }: CreateTable, { target, table }: TableAt): void {
  const [, second] = table.constraints.filter(({ kind }) => kind === 'primary-key');
  if (second === undefined || likes.length === 0) return;
  const object = { kind: 'constraint', table: target.name, name: 'primary key' };
  draft.refuse(
    errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), likes[0]?.table ?? target.at, object),
  );
}

/** Columns of the list and of LIKE must differ; those of parents merge. */
export function checkColumnNames(draft: Draft, operation: CreateTable, { target, table }: TableAt): void {
  const own =
    operation.inherits.length > 0 || operation.partitionOf !== undefined ? [] : table.columns.map(({ name }) => name);
  const listed =
    own.length > 0 ? own : operation.columns.map((definition) => storedName(definition.name, draft.engine.dialect));
  // Each is held against those after it (tablecmds.c, MergeAttributes).
  for (const [at, name] of listed.entries()) {
    if (listed.includes(name, at + 1)) {
      const definition = operation.columns.find(
        (candidate) => storedName(candidate.name, draft.engine.dialect) === name,
      );
      const object = { kind: 'column', schema: target.schema, table: target.name, name };
      draft.refuse(
        errorAt(
          'duplicate-column',
          `column "${name}" specified more than once`,
          definition?.name ?? operation.table,
          object,
        ),
      );
    }
  }
}

/** What a column's DEFAULT, CHECK and generation expression name must be columns of the table. */
export function checkColumnExpressions(draft: Draft, made: TableAt, definition: ColumnDefinition): void {
  checkDefault(draft, made, definition.default);
  checkReferences(draft, made, definition.generated?.expression);
  for (const check of definition.checks) checkReferences(draft, made, check.expression);
}

/** A default may not read columns, and nextval needs its sequence. */
export function checkDefault(draft: Draft, { target }: TableAt, expression: Expression | undefined): void {
  const [reference] = expression?.columns ?? [];
  if (reference === undefined || expression?.hasSubquery === true) {
    checkCalls(draft, expression);
    return;
  }
  const object = { kind: 'column', schema: target.schema, table: target.name, name: reference.column.text };
  draft.refuse(errorAt('other', 'cannot use column reference in DEFAULT expression', reference, object));
}

/** Two constraints of a table may not share a name; nor may the index of one have that of any relation. */
function checkConstraintNames(draft: Draft, { target, table }: TableAt): void {
  const names = new Set<string>();
  for (const constraint of table.constraints) {
    const { name } = constraint;
    if (name === null) continue;
    const at = constraint.origin?.at ?? target.at;
    const object = { kind: 'constraint', schema: target.schema, table: target.name, name };
    if (ownsIndex(constraint.kind) && names.has(name)) {
      const text = `relation "${name}" already exists`;
      draft.refuse(errorAt('duplicate-index', text, at, object));
    }
    if (ownsIndex(constraint.kind)) checkIndexNameFree(draft, table, name, at);
    else if (names.has(name))
      draft.refuse(errorAt('duplicate-constraint', draft.words.duplicateConstraint(name, target), at, object));
    names.add(name);
  }
}

function ownsIndex(kind: Table['constraints'][number]['kind']): boolean {
  return kind === 'primary-key' || kind === 'unique' || kind === 'exclude';
}

/** The index of a key constraint has its name, which no relation of the schema may have. */
export function checkIndexNameFree(
  draft: Draft,
  table: Table,
  name: string,
  at: { readonly start: number; readonly end: number },
): void {
  const owner = draft.catalog.indexOwners.get(draft.indexKey(table.schema, name));
  const relation = draft.catalog.relations.get(`${table.schema}.${name}`);
  if (owner === undefined && relation === undefined && name !== table.name) return;
  const text = draft.words.duplicateRelation(relation?.kind ?? 'index', 'index', {
    schema: table.schema,
    name,
    written: name,
  });
  draft.refuse(errorAt('duplicate-index', text, at, { kind: 'index', schema: table.schema, table: table.name, name }));
}

/** Without CASCADE what depends on the table forbids it, unless the same statement drops that too. */
export function dropTable(draft: Draft, operation: DropTable, { target, table }: TableAt): void {
  refuseOrCascade(draft, operation, { target, relation: table });
  dropOthers(draft, (other) => other.table === target.key);
  for (const [key, other] of childrenOf(draft, target.key)) if (isPartition(other)) dropPartition(draft, key, other);
}

function dropPartition(draft: Draft, key: string, partition: Table): void {
  draft.removeRelation(key);
  draft.record({
    kind: 'dropped',
    object: { kind: 'table', schema: partition.schema, name: partition.name },
    silent: true,
    origin: partition.origin,
  });
}

export function dropView(draft: Draft, operation: DropView, at: RelationAt): void {
  refuseOrCascade(draft, operation, at);
}

function refuseOrCascade(draft: Draft, operation: DropTable | DropView, { target, relation }: RelationAt): void {
  const together = droppedTogether(draft);
  const dependents = dependentsOfTable(draft, target.key, relation).filter(({ key }) => !together.includes(key));
  const what = `${relation.kind.replace('-', ' ')} ${described(draft, relation.schema, relation.name)}`;
  if (operation.cascade) dropDependents(draft, dependents);
  else refuseNeeded(draft, dependents, together.length > 1 ? null : what, target, relation);
}

/** Keys of what the statement drops: DROP TABLE parent, child. */
function droppedTogether(draft: Draft): readonly string[] {
  if (draft.operations.length < 2) return [];
  return draft.operations.flatMap((operation) => {
    if (operation.kind === 'drop-table') return [findRelation(draft, operation.table).target.key];
    return operation.kind === 'drop-view' ? [findRelation(draft, operation.view).target.key] : [];
  });
}

/** `cannot drop WHAT because other objects depend on it`, unless nothing surely does; `what` is null for a list. */
export function refuseNeeded(
  draft: Draft,
  dependents: readonly Dependent[],
  what: string | null,
  target: Target,
  relation: Relation,
): void {
  if (dependents.length === 0) return;
  const text =
    what === null
      ? 'cannot drop desired object(s) because other objects depend on them'
      : `cannot drop ${what} because other objects depend on it`;
  const error = errorAt('dependent-objects', text, target.at, { kind: relation.kind, ...objectOf(target) });
  if (dependents.some((dependent) => dependent.sure)) draft.refuse(error);
  draft.doubt(`it is not known what reads ${target.name}`, error);
}

/** References, views, sequences and children follow a table to its new name. */
export function afterRenameTable(draft: Draft, _operation: RenameTable, from: TableAt, to: TableAt): void {
  followRename(draft, from.target, to.target);
}

/** The same for views, which other views may read. */
export function followRename(draft: Draft, from: Target, to: Target): void {
  const follow = (key: string): string => (key === from.key ? to.key : key);
  for (const [key, relation] of [...draft.catalog.relations.entries()]) {
    const moved = followed(relation, from.key, follow);
    if (moved !== relation) draft.putRelation(key, moved);
  }
  let { others } = draft.catalog;
  for (const [key, other] of others.entries()) {
    if (other.table === from.key)
      others = others.delete(key).set(otherKey(other.kind, other.name, to.key), { ...other, table: to.key });
  }
  draft.catalog = { ...draft.catalog, others };
}

function followed(relation: Relation, from: string, follow: (key: string) => string): Relation {
  switch (relation.kind) {
    case 'sequence':
      return relation.ownedBy?.table === from
        ? { ...relation, ownedBy: { ...relation.ownedBy, table: follow(from) } }
        : relation;
    case 'view':
    case 'materialized-view':
      if (relation.reads?.some((read) => read.relation === from) !== true) return relation;
      return { ...relation, reads: relation.reads.map((read) => ({ ...read, relation: follow(read.relation) })) };
    case 'table':
      return followedTable(relation, from, follow);
  }
}

function followedTable(table: Table, from: string, follow: (key: string) => string): Table {
  const pointsThere = table.constraints.some((constraint) => constraint.target?.table === from);
  if (!pointsThere && !table.parents.includes(from)) return table;
  const constraints = table.constraints.map((constraint) =>
    constraint.target?.table === from
      ? { ...constraint, target: { ...constraint.target, table: follow(from) } }
      : constraint,
  );
  return { ...table, constraints, parents: table.parents.map(follow) };
}
