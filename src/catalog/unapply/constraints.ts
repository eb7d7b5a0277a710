import type { AddConstraint } from '../../ddl/operation.ts';
import type { Draft } from '../apply/draft.ts';
import { nameKey, partKey } from '../apply/names.ts';
import type { Column, Constraint, Table } from '../catalog.ts';

/** The constraint that a statement added: the one of its name, or, without a name, the one of its kind over its columns. */
export function withoutConstraint(table: Table, { constraint }: AddConstraint, draft: Draft): Table {
  const { dialect } = draft.engine;
  const given = constraint.name ?? (constraint.kind === 'foreign-key' ? constraint.indexName : undefined);
  const name = given === undefined ? null : nameKey(given, dialect);
  const columns = columnKeysOf(constraint, draft);
  const isAdded = (candidate: Constraint): boolean => {
    if (constraint.kind === 'primary-key') return candidate.kind === 'primary-key';
    if (name !== null && candidate.name !== null) return partKey(candidate.name, dialect) === name;
    return candidate.kind === constraint.kind && sameKeys(candidate.columns, columns);
  };
  const added = table.constraints.findLast(isAdded);
  const index = table.indexes.find((candidate) =>
    added?.name != null
      ? candidate.name === added.name
      : candidate.ofConstraint && sameKeys(candidate.columns, columns),
  );
  const isPrimaryKey = added?.kind === 'primary-key';
  return {
    ...table,
    constraints: table.constraints.filter((candidate) => candidate !== added),
    indexes:
      added?.kind === 'primary-key' || added?.kind === 'unique'
        ? table.indexes.filter((other) => other !== index)
        : table.indexes,
    // Adding a primary key makes its columns NOT NULL; whether they were before is not told.
    columns: isPrimaryKey ? withForgottenNotNull(table.columns, columns, draft) : table.columns,
    // An index that became the constraint's own stood there before, over columns that this statement does not tell.
    ...('usingIndex' in constraint ? { open: true } : {}),
  };
}

function withForgottenNotNull(columns: readonly Column[], keys: readonly string[], draft: Draft): readonly Column[] {
  return columns.map((column) =>
    keys.includes(partKey(column.name, draft.engine.dialect))
      ? { ...column, unknown: [...column.unknown, 'not-null'] }
      : column,
  );
}

function columnKeysOf(constraint: AddConstraint['constraint'], draft: Draft): readonly string[] {
  const { dialect } = draft.engine;
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'index':
    case 'exclude':
      return constraint.keys.flatMap((key) => (key.column === undefined ? [] : [nameKey(key.column, dialect)]));
    case 'foreign-key':
      return constraint.columns.map((column) => nameKey(column, dialect));
    case 'check':
      return constraint.expression.columns.map((reference) => nameKey(reference.column, dialect));
    case 'not-null':
      return [nameKey(constraint.column, dialect)];
  }
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((key) => right.includes(key));
}
