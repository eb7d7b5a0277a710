import type { AddConstraint, AlterColumn, DropConstraint } from '../../../ddl/operation.ts';
import type { Column, Constraint, Table } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import { alteredColumn } from '../column-changes.ts';
import { withColumn } from '../columns.ts';
import { withConstraint } from '../constraint-definition.ts';
import { withoutConstraint } from '../constraints.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findConstraint, type TableAt } from '../lookup.ts';
import { nameKey } from '../names.ts';
import { requireOwnColumn } from './new-table.ts';

/** ALTER COLUMN SET/DROP NOT NULL, since 3.53: old rows are looked at. */
export function alterColumn(draft: Draft, operation: AlterColumn, at: TableAt, column: Column): Table {
  if (operation.change.kind === 'set-not-null' && !column.notNull) {
    const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: column.name };
    draft.refuseWhenFilled(
      at.table,
      'values',
      errorAt('not-null-without-default', words.constraintFailed, operation.column, object),
    );
  }
  return withColumn(at.table, column, alteredColumn(draft, operation, column));
}

/** ALTER TABLE ADD CONSTRAINT .. CHECK, since 3.53. */
export function addConstraint(draft: Draft, operation: AddConstraint, at: TableAt): Table {
  const { constraint } = operation;
  const { name } = constraint;
  const existing =
    name === undefined ? undefined : findConstraint(at.table, nameKey(name, draft.engine.dialect), draft);
  const object = { kind: 'constraint', schema: at.target.schema, table: at.target.name, name: name?.text ?? '' };
  if (existing !== undefined) {
    const error = errorAt(
      'duplicate-constraint',
      words.sqliteWords.duplicateConstraint(name?.text ?? '', at.target),
      constraint,
      object,
    );
    draft.refuse({ ...error, existing: existing.origin });
  }
  if (constraint.kind === 'check')
    for (const { column } of constraint.expression.columns) requireOwnColumn(draft, at, column);
  draft.refuseWhenFilled(at.table, 'values', errorAt('check-violation', words.constraintFailed, constraint, object));
  return withConstraint(draft, operation, at.table, { constraint, onColumn: null });
}

/** Only CHECK and NOT NULL can be dropped. */
export function dropConstraint(draft: Draft, operation: DropConstraint, at: TableAt, constraint: Constraint): Table {
  if (constraint.kind !== 'check') {
    const object = { kind: 'constraint', schema: at.target.schema, table: at.target.name, name: constraint.name ?? '' };
    draft.refuse(
      errorAt(
        'unsupported',
        words.constraintMayNotBeDropped(constraint.name ?? ''),
        operation.constraint ?? operation.table,
        object,
      ),
    );
  }
  return withoutConstraint(at.table, constraint);
}
