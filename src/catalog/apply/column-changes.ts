import type { AddColumn, AlterColumn, RenameColumn } from '../../ddl/operation.ts';
import { canonicalExpression, renamedInExpression } from '../canonical.ts';
import type { Column, Constraint, Index, Relation, Table } from '../catalog.ts';
import { entriesWith } from '../reverse-index.ts';
import { columnsRead, typeText } from './column-definition.ts';
import { constraintsOnColumn, withConstraint } from './constraint-definition.ts';
import type { Draft } from './draft.ts';
import type { TableAt } from './lookup.ts';
import { formerRulesOf } from './rules-met.ts';
import { nameKey, partKey, storedName, type Target } from './names.ts';

/** The table with a column more and what the column's constraints bring. */
export function withAddedColumn(draft: Draft, operation: AddColumn, { table }: TableAt, column: Column): Table {
  let next: Table = { ...table, columns: [...table.columns, column] };
  for (const written of constraintsOnColumn(operation.column, draft))
    next = withConstraint(draft, operation, next, written);
  return next;
}

/** The table with a column renamed wherever its own parts name it. */
export function withRenamedColumn(draft: Draft, operation: RenameColumn, { table }: TableAt, column: Column): Table {
  const { dialect } = draft.engine;
  const from = partKey(column.name, dialect);
  const name = storedName(operation.to, dialect);
  const to = nameKey(operation.to, dialect);
  const inKeys = (keys: readonly string[]): readonly string[] => keys.map((key) => (key === from ? to : key));
  const inText = (text: string): string => renamedInExpression(text, from, name, dialect);
  const inColumn = (candidate: Column): Column => {
    const renamed = candidate === column ? { ...candidate, name } : candidate;
    if (renamed.generated?.columns.includes(from) !== true) return renamed;
    const { expression, stored, columns } = renamed.generated;
    return { ...renamed, generated: { expression: inText(expression), stored, columns: inKeys(columns) } };
  };
  const inIndex = (index: Index): Index =>
    index.columns.includes(from) ? renamedInIndex(index, from, to, inKeys, inText) : index;
  const inConstraint = (constraint: Constraint): Constraint =>
    renamedInConstraint(constraint, from, to, inKeys, inText);
  const listed = table.columns.includes(column) ? table.columns : [...table.columns, column];
  return {
    ...table,
    columns: listed.map(inColumn),
    indexes: table.indexes.map(inIndex),
    constraints: table.constraints.map(inConstraint),
    ...formerRulesOf(table, inIndex, inConstraint),
    absent: table.absent.filter((key) => key !== to),
  };
}

function renamedInIndex(
  index: Index,
  from: string,
  to: string,
  inKeys: (keys: readonly string[]) => readonly string[],
  inText: (text: string) => string,
): Index {
  const keys = index.keys.map((key) => {
    if (key.column === from) return { ...key, column: to, text: to + key.text.slice(from.length) };
    return key.column === null ? { ...key, text: inText(key.text) } : key;
  });
  return {
    ...index,
    keys,
    include: inKeys(index.include),
    columns: inKeys(index.columns),
    where: index.where === null ? null : inText(index.where),
  };
}

function renamedInConstraint(
  constraint: Constraint,
  from: string,
  to: string,
  inKeys: (keys: readonly string[]) => readonly string[],
  inText: (text: string) => string,
): Constraint {
  if (!constraint.columns.includes(from)) return constraint;
  return {
    ...constraint,
    columns: inKeys(constraint.columns),
    expression: constraint.expression === null ? null : inText(constraint.expression),
    onColumn: constraint.onColumn === from ? to : constraint.onColumn,
  };
}

/** Foreign keys of other tables that point to a renamed column follow it. */
export function renameReferencedColumn(draft: Draft, target: Target, from: string, to: string): void {
  for (const [key, relation] of tablesReferencing(draft, target.key)) {
    const constraints = relation.constraints.map((constraint) =>
      constraint.target?.table === target.key && constraint.target.columns.includes(from)
        ? {
            ...constraint,
            target: {
              ...constraint.target,
              columns: constraint.target.columns.map((column) => (column === from ? to : column)),
            },
          }
        : constraint,
    );
    draft.putRelation(key, { ...relation, constraints });
  }
}

/** The tables with a foreign key to a table, itself included. */
export function tablesReferencing(draft: Draft, tableKey: string): readonly (readonly [string, Table])[] {
  return entriesWith(draft.catalog.relations, referencedTables, tableKey).flatMap(([key, relation]) =>
    relation.kind === 'table' ? [[key, relation] as const] : [],
  );
}

const referencedTables = (relation: Relation): readonly string[] =>
  relation.kind === 'table'
    ? relation.constraints.flatMap((constraint) => (constraint.target === null ? [] : [constraint.target.table]))
    : [];

/** Points the foreign keys of other tables from one table to another. */
export function repointForeignKeys(draft: Draft, from: string, to: string): void {
  for (const [key, relation] of tablesReferencing(draft, from)) {
    const constraints = relation.constraints.map((constraint) =>
      constraint.target?.table === from ? { ...constraint, target: { ...constraint.target, table: to } } : constraint,
    );
    draft.putRelation(key, { ...relation, constraints });
  }
}

/** The column after ALTER COLUMN, as far as the change says. */
export function alteredColumn(draft: Draft, operation: AlterColumn, column: Column): Column {
  const { change } = operation;
  const { dialect } = draft.engine;
  const known = (property: Column['unknown'][number]): Column['unknown'] =>
    column.unknown.filter((candidate) => candidate !== property);
  switch (change.kind) {
    case 'set-type':
      return {
        ...column,
        type: typeText(change.type, operation, dialect),
        collation: change.collation ?? null,
        unknown: known('type'),
      };
    case 'set-default':
      return {
        ...column,
        default: change.expression.form === 'null' ? null : canonicalExpression(change.expression.text, dialect),
        unknown: known('default'),
      };
    case 'drop-default':
      return { ...column, default: null, unknown: known('default') };
    case 'set-not-null':
      return { ...column, notNull: true, unknown: known('not-null') };
    case 'drop-not-null':
      return { ...column, notNull: false, unknown: known('not-null') };
    case 'add-identity':
      return { ...column, identity: change.identity, unknown: known('identity') };
    case 'drop-identity':
      return { ...column, identity: null, unknown: known('identity') };
    case 'set-expression':
      return {
        ...column,
        generated: {
          expression: canonicalExpression(change.expression.text, dialect),
          stored: true,
          columns: columnsRead(change.expression, dialect),
        },
      };
    case 'drop-expression':
      return { ...column, generated: null };
    case 'set-identity':
    case 'other':
      return column;
  }
}
