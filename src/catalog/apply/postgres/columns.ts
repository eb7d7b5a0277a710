import type { AddColumn, AlterColumn, DropColumn, Name, RenameColumn } from '../../../ddl/operation.ts';
import { postgresSince } from '../../../dialects/since.ts';
import { canonicalExpression, renamedInExpression } from '../../canonical.ts';
import type { Column, Constraint, Index, Relation, Table } from '../../catalog.ts';
import type { ErrorClass } from '../../outcome.ts';
import { constraintsOnColumn, withConstraint } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { objectKey, storedName } from '../names.ts';
import { formerRulesOf } from '../rules-met.ts';
import { makeOwnedSequence } from '../sequences.ts';
import { checkDefinition, refuseIdentityType } from './column-definitions.ts';
import { changeType } from './column-types.ts';
import { checkAddedConstraint, refuseConstraintWhenFilled } from './constraints.ts';
import { childrenOf, dependentsOfColumn, dropColumnAnd, isPartition, relationsAbout } from './dependents.ts';
import { withoutEqualKeys } from './equal-keys.ts';
import { described } from './schemas.ts';
import { restartIdentity } from './sequence-values.ts';
import { checkCalls } from './called-functions.ts';
import { checkColumnExpressions, refuseNeeded } from './tables.ts';

export function addColumn(draft: Draft, operation: AddColumn, at: TableAt, column: Column): Table {
  const definition = operation.column;
  checkDefinition(draft, at.target, definition);
  if (isPartition(at.table))
    refuseColumn(draft, at, definition.name, 'cannot add column to a partition', 'unsupported');
  if (SYSTEM_COLUMNS.has(column.name)) {
    refuseColumn(
      draft,
      at,
      definition.name,
      `column name "${column.name}" conflicts with a system column name`,
      'duplicate-column',
    );
  }
  let table: Table = { ...at.table, columns: [...at.table.columns, column] };
  checkColumnExpressions(draft, { ...at, table }, definition);
  refuseNullsWhenFilled(draft, operation, at, column);
  for (const written of withoutEqualKeys(constraintsOnColumn(definition, draft), draft)) {
    const before = { ...at, table };
    checkAddedConstraint(draft, before, written.constraint);
    table = withConstraint(draft, operation, table, written);
    // A new column holds one value in all rows: without a default NULL, which collides with nothing.
    if (column.default !== null || written.constraint.kind === 'primary-key')
      refuseConstraintWhenFilled(draft, { ...at, table }, written.constraint);
  }
  addToChildren(draft, at.target.key, column);
  return table;
}

const SYSTEM_COLUMNS = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

/** A table with rows refuses a NOT NULL column that nothing fills. */
function refuseNullsWhenFilled(draft: Draft, operation: AddColumn, at: TableAt, column: Column): void {
  if (!column.notNull || column.default !== null || column.generated !== null || column.identity !== null) return;
  const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: column.name };
  const text = draft.words.notNullWithoutDefault(column.name, at.target);
  draft.refuseWhenFilled(
    at.table,
    'rows',
    errorAt('not-null-without-default', text, operation.column.notNullRange ?? operation.column.name, object),
  );
}

function addToChildren(draft: Draft, key: string, column: Column): void {
  for (const [childKey, child] of childrenOf(draft, key)) {
    if (child.columns.some(({ name }) => name === column.name)) continue;
    draft.putRelation(childKey, { ...child, columns: [...child.columns, column] });
    addToChildren(draft, childKey, column);
  }
}

function refuseColumn(draft: Draft, { target }: TableAt, name: Name, text: string, errorClass: ErrorClass): never {
  const object = {
    kind: 'column',
    schema: target.schema,
    table: target.name,
    name: storedName(name, draft.engine.dialect),
  };
  return draft.refuse(errorAt(errorClass, text, name, object));
}

/** A column that a parent has too cannot go, or change its name or type, on its own. */
function isInherited(draft: Draft, table: Table, column: string): boolean {
  return table.parents.some((key) => {
    const parent = draft.catalog.relations.get(key);
    return parent?.kind === 'table' && parent.columns.some(({ name }) => name === column);
  });
}

export function dropColumn(draft: Draft, operation: DropColumn, at: TableAt, column: Column): Table {
  const { target, table } = at;
  if (isInherited(draft, table, column.name)) {
    refuseColumn(draft, at, operation.column, `cannot drop inherited column "${column.name}"`, 'dependent-objects');
  }
  if (!operation.cascade) {
    const what = `column ${column.name} of table ${described(draft, target.schema, target.name)}`;
    refuseNeeded(
      draft,
      dependentsOfColumn(draft, target.key, table, column.name),
      what,
      { ...target, at: operation.column },
      table,
    );
  }
  dropColumnAnd(draft, target.key, column.name, false);
  const after = draft.catalog.relations.get(target.key);
  return after?.kind === 'table'
    ? after
    : { ...table, columns: table.columns.filter((candidate) => candidate !== column) };
}

export function renameColumn(draft: Draft, operation: RenameColumn, at: TableAt, column: Column): Table {
  const { target, table } = at;
  if (isInherited(draft, table, column.name)) {
    refuseColumn(draft, at, operation.column, `cannot rename inherited column "${column.name}"`, 'dependent-objects');
  }
  const to = storedName(operation.to, draft.engine.dialect);
  renameWhereRead(draft, target.key, column.name, to);
  for (const [childKey, child] of childrenOf(draft, target.key)) {
    draft.putRelation(childKey, withRenamedColumn(draft, child, childKey, column.name, to));
    renameWhereRead(draft, childKey, column.name, to);
  }
  return withRenamedColumn(draft, table, target.key, column.name, to);
}

/** A table in which a column, and whatever of the table names it, has a new name. */
function withRenamedColumn(draft: Draft, table: Table, key: string, from: string, to: string): Table {
  const { dialect } = draft.engine;
  const swap = (name: string): string => (name === from ? to : name);
  const inText = (text: string): string => renamedInExpression(text, from, to, dialect);
  const index = (before: Index): Index => ({
    ...before,
    keys: before.keys.map((one) => ({
      ...one,
      text: inText(one.text),
      column: one.column === null ? null : swap(one.column),
    })),
    include: before.include.map(swap),
    where: before.where === null ? null : inText(before.where),
    columns: before.columns.map(swap),
  });
  const constraint = (before: Constraint): Constraint => ({
    ...before,
    columns: before.columns.map(swap),
    expression: before.expression === null ? null : inText(before.expression),
    target:
      before.target?.table === key ? { ...before.target, columns: before.target.columns.map(swap) } : before.target,
    onColumn: before.onColumn === null ? null : swap(before.onColumn),
  });
  const renamed = (before: Column): Column => ({
    ...before,
    name: swap(before.name),
    generated:
      before.generated === null
        ? null
        : {
            ...before.generated,
            expression: inText(before.generated.expression),
            columns: before.generated.columns.map(swap),
          },
  });
  return {
    ...table,
    columns: table.columns.map(renamed),
    indexes: table.indexes.map(index),
    constraints: table.constraints.map(constraint),
    ...formerRulesOf(table, index, constraint),
  };
}

/** Foreign keys, views, triggers, policies and sequences elsewhere follow the new name. */
function renameWhereRead(draft: Draft, key: string, from: string, to: string): void {
  for (const [otherKey, other] of relationsAbout(draft, key)) {
    const followed = followedRelation(other, key, from, to);
    if (followed !== other && otherKey !== key) draft.putRelation(otherKey, followed);
  }
  const swap = (name: string): string => (name === from ? to : name);
  let { triggers, others } = draft.catalog;
  for (const [name, trigger] of triggers.entries()) {
    if (trigger.table === key && trigger.columns?.includes(from) === true)
      triggers = triggers.set(name, { ...trigger, columns: trigger.columns.map(swap) });
  }
  for (const [name, other] of others.entries()) {
    if (other.table === key && other.columns?.includes(from) === true)
      others = others.set(name, { ...other, columns: other.columns.map(swap) });
  }
  draft.catalog = { ...draft.catalog, triggers, others };
}

function followedRelation(other: Relation, key: string, from: string, to: string): Relation {
  const swap = (name: string): string => (name === from ? to : name);
  switch (other.kind) {
    case 'sequence':
      return other.ownedBy?.table === key && other.ownedBy.column === from
        ? { ...other, ownedBy: { table: key, column: to } }
        : other;
    case 'view':
    case 'materialized-view':
      if (other.reads?.some((read) => read.relation === key && read.columns.includes(from)) !== true) return other;
      return {
        ...other,
        reads: other.reads.map((read) => (read.relation === key ? { ...read, columns: read.columns.map(swap) } : read)),
      };
    case 'table':
      if (!other.constraints.some(({ target }) => target?.table === key && target.columns.includes(from))) return other;
      return {
        ...other,
        constraints: other.constraints.map((constraint) =>
          constraint.target?.table === key
            ? { ...constraint, target: { ...constraint.target, columns: constraint.target.columns.map(swap) } }
            : constraint,
        ),
      };
  }
}

export function alterColumn(draft: Draft, operation: AlterColumn, at: TableAt, column: Column): Table {
  const { change } = operation;
  const changed =
    change.kind === 'set-type'
      ? typeChanged(draft, operation, at, column, change)
      : propertyChanged(draft, operation, at, column);
  const columns = at.table.columns.includes(column)
    ? at.table.columns.map((candidate) => (candidate === column ? changed : candidate))
    : [...at.table.columns, changed];
  return { ...at.table, columns };
}

type SetType = Extract<AlterColumn['change'], { kind: 'set-type' }>;

function typeChanged(draft: Draft, operation: AlterColumn, at: TableAt, column: Column, change: SetType): Column {
  if (isInherited(draft, at.table, column.name)) {
    refuseColumn(draft, at, operation.column, `cannot alter inherited column "${column.name}"`, 'dependent-objects');
  }
  const changed = changeType(draft, operation.column, at, column, change);
  for (const [childKey, child] of childrenOf(draft, at.target.key)) {
    draft.putRelation(childKey, {
      ...child,
      columns: child.columns.map((one) => (one.name === column.name ? { ...one, type: changed.type } : one)),
    });
  }
  return changed;
}

function propertyChanged(draft: Draft, operation: AlterColumn, at: TableAt, column: Column): Column {
  const { change } = operation;
  const named = `column "${column.name}" of relation "${at.target.name}"`;
  const refuse = (text: string): never => refuseColumn(draft, at, operation.column, text, 'other');
  switch (change.kind) {
    case 'set-default':
    case 'drop-default':
      if (column.generated !== null) refuse(`${named} is a generated column`);
      if (isIdentity(column)) refuse(`${named} is an identity column`);
      if (change.kind === 'set-default') checkCalls(draft, change.expression);
      return {
        ...column,
        default: change.kind === 'drop-default' ? null : defaultText(draft, change.expression),
        unknown: column.unknown.filter((one) => one !== 'default'),
      };
    case 'set-not-null':
      return notNullSet(draft, operation, at, column);
    case 'drop-not-null':
      if (isIdentity(column)) refuse(`${named} is an identity column`);
      if (isInPrimaryKey(at.table, column)) refuse(`column "${column.name}" is in a primary key`);
      return { ...column, notNull: false };
    case 'add-identity':
      return identityAdded(draft, operation, at, column, change.identity);
    case 'set-identity':
      if (!isIdentity(column) && !column.unknown.includes('identity')) refuse(`${named} is not an identity column`);
      restartIdentity(draft, operation, at);
      return withNewIdentity(operation, column);
    case 'drop-identity':
      if (!isIdentity(column) && !column.unknown.includes('identity') && change.ifExists === undefined)
        refuse(`${named} is not an identity column`);
      if (isIdentity(column)) dropIdentitySequence(draft, at, column);
      return { ...column, identity: null };
    case 'drop-expression':
      if (column.generated === null && !column.unknown.includes('generated') && change.ifExists === undefined)
        refuse(
          `${named} is not a ${draft.servesAlsoBefore(postgresSince.widerRefusals) ? 'stored ' : ''}generated column`,
        );
      return { ...column, generated: null };
    case 'set-expression':
    case 'set-type':
    case 'other':
      return column;
  }
}

function defaultText(draft: Draft, expression: { readonly text: string; readonly form: string }): string | null {
  return expression.form === 'null' ? null : canonicalExpression(expression.text, draft.engine.dialect);
}

function isIdentity(column: Column): boolean {
  return column.identity !== null;
}

function isInPrimaryKey(table: Table, column: Column): boolean {
  return table.constraints.some(
    (constraint) => constraint.kind === 'primary-key' && constraint.columns.includes(column.name),
  );
}

function notNullSet(draft: Draft, operation: AlterColumn, at: TableAt, column: Column): Column {
  if (column.notNull) return column;
  const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: column.name };
  const text = draft.words.notNullWithoutDefault(column.name, at.target);
  draft.refuseWhenFilled(at.table, 'values', errorAt('not-null-without-default', text, operation.column, object));
  if (!isOnly(operation)) passNotNull(draft, operation, at.target.key, column.name);
  return { ...column, notNull: true };
}

/** ALTER TABLE ONLY leaves the children out. */
function isOnly({ statement, table }: AlterColumn): boolean {
  return /\bonly\s*$/i.test(statement.sql.text.slice(statement.start, table.start));
}

/** Children get it too, and their rows must fit. */
function passNotNull(draft: Draft, operation: AlterColumn, parent: string, name: string): void {
  for (const [key, child] of childrenOf(draft, parent)) {
    const text = `column "${name}" of relation "${child.name}" contains null values`;
    const object = { kind: 'column', schema: child.schema, table: child.name, name };
    const own = child.columns.find((column) => column.name === name);
    if (own !== undefined && !own.notNull)
      draft.refuseWhenFilled(child, 'values', errorAt('not-null-without-default', text, operation.column, object));
    const columns = child.columns.map((column) => (column.name === name ? { ...column, notNull: true } : column));
    draft.putRelation(key, { ...child, columns });
    passNotNull(draft, operation, key, name);
  }
}

function identityAdded(
  draft: Draft,
  operation: AlterColumn,
  at: TableAt,
  column: Column,
  identity: 'always' | 'by default',
): Column {
  const named = `column "${column.name}" of relation "${at.target.name}"`;
  const refuse = (text: string): never => refuseColumn(draft, at, operation.column, text, 'other');
  if (!column.unknown.includes('type')) refuseIdentityType(column.type, refuse);
  const isKnown = (property: Column['unknown'][number]): boolean => !column.unknown.includes(property);
  if (isKnown('not-null') && !column.notNull) refuse(`${named} must be declared NOT NULL before identity can be added`);
  if (isKnown('identity') && isIdentity(column)) refuse(`${named} is already an identity column`);
  if (isKnown('default') && column.default !== null) refuse(`${named} already has a default value`);
  const changed: Column = { ...column, identity };
  makeOwnedSequence(draft, operation, at.target, changed);
  return changed;
}

/** `SET GENERATED ALWAYS`; SET of a sequence option alone changes nothing that the catalog keeps. */
function withNewIdentity(operation: AlterColumn, column: Column): Column {
  const { statement, column: name } = operation;
  const rest = statement.sql.text.slice(name.end, statement.end).toLowerCase();
  const words = /^["\s]*set\s+generated\s+(always|by\s+default)/.exec(rest)?.[1];
  return words === undefined ? column : { ...column, identity: words === 'always' ? 'always' : 'by default' };
}

function dropIdentitySequence(draft: Draft, at: TableAt, column: Column): void {
  for (const [key, other] of [...draft.catalog.relations.entries()]) {
    if (other.kind !== 'sequence' || other.ownedBy?.table !== at.target.key || other.ownedBy.column !== column.name)
      continue;
    if (key === objectKey(other.schema, other.name, draft.engine.dialect)) draft.removeRelation(key);
  }
}
