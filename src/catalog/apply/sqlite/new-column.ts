import type { AddColumn, ColumnDefinition, Expression } from '../../../ddl/operation.ts';
import type { Column, Table } from '../../catalog.ts';
import { sqliteSince } from '../../../dialects/since.ts';
import * as words from '../../errors/sqlite.ts';
import type { EngineError, ErrorClass } from '../../outcome.ts';
import { withAddedColumn } from '../column-changes.ts';
import { DEPENDS_ON_VERSION, type Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, type TableAt } from '../lookup.ts';
import { nameKey } from '../names.ts';
import { literalSatisfies } from './check-of-default.ts';
import { checkStrictType, refuseDefaultOfColumns, refuseGeneratedDefault, refuseAutoIncrement } from './new-table.ts';

/** ALTER TABLE ADD COLUMN: sqlite.org/lang_altertable.html, section 4, and what alter.c does beyond it. */
export function addColumn(draft: Draft, operation: AddColumn, at: TableAt, column: Column): Table {
  const { column: definition } = operation;
  if (definition.references !== undefined && definition.references.columns.length > 1) {
    refuse(
      draft,
      at,
      column,
      definition.references,
      'foreign-key',
      words.columnForeignKeyCount(column.name, definition.references.table.name.text),
    );
  }
  refuseGeneratedDefault(draft, at, definition);
  refuseAutoIncrement(draft, at, definition);
  if (definition.primaryKey !== undefined && definition.generated !== undefined)
    refuse(draft, at, column, definition.primaryKey, 'unsupported', words.generatedKey);
  if (definition.primaryKey !== undefined)
    refuse(draft, at, column, definition.primaryKey, 'add-column-refused', words.primaryKeyColumn);
  if (definition.unique !== undefined)
    refuse(draft, at, column, definition.unique, 'add-column-refused', words.uniqueColumn);
  refuseDefaultOfColumns(draft, at, definition);
  checkDefault(draft, at, column, definition);
  if (at.table.options.includes('strict'))
    checkStrictType(draft, at, definition, operation, `error in table ${at.table.name} after add column: `);
  const table = withAddedColumn(draft, operation, at, column);
  checkExpressions(draft, { ...at, table }, column, definition);
  return table;
}

/** Refused only when the table holds rows (run on 3.40 and 3.53). */
function checkDefault(draft: Draft, at: TableAt, column: Column, definition: ColumnDefinition): void {
  const { default: value, notNull, references, generated } = definition;
  if (generated !== undefined) {
    if (generated.stored)
      refuseWhenFilled(draft, at, column, generated.expression, 'add-column-refused', words.storedColumn);
    else if (notNull === true) {
      // The values of old rows are computed, and held against NOT NULL as a CHECK is (run on 3.53).
      const error = columnError(at, column, generated.expression, 'check-violation', words.checkOfOldRows);
      draft.refuseWhenFilled(at.table, 'values', error);
    }
    return;
  }
  const hasValue = value !== undefined && !isNull(value);
  if (references !== undefined && hasValue && draft.session.foreignKeys !== false) {
    if (draft.session.foreignKeys === true)
      refuseWhenFilled(draft, at, column, references, 'add-column-refused', words.referencesWithDefault);
    else
      doubtWhenFilled(
        draft,
        at,
        column,
        references,
        words.referencesWithDefault,
        'whether foreign_keys is on is not known',
      );
  }
  if (notNull === true && !hasValue) {
    const range = definition.notNullRange ?? definition.name;
    refuseWhenFilled(
      draft,
      at,
      column,
      range,
      'not-null-without-default',
      words.sqliteWords.notNullWithoutDefault(column.name, at.target),
    );
  }
  if (hasValue && isComputed(value))
    refuseWhenFilled(draft, at, column, value, 'non-constant-default', words.nonConstantDefault);
}

function isNull(value: Expression): boolean {
  return value.form === 'null' || /^\(\s*null\s*\)$/i.test(value.text);
}

/** TRUE, FALSE and a bare word are constants too. */
function isComputed(value: Expression): boolean {
  if (value.form !== 'computed') return false;
  return !/^\(?\s*(?!current_)[a-z_]\w*\s*\)?$/i.test(value.text);
}

/** The schema is parsed anew: a CHECK or a generated column that names a missing column fails at once, rows or not. */
function checkExpressions(draft: Draft, at: TableAt, column: Column, definition: ColumnDefinition): void {
  const expressions = [
    ...definition.checks.map((check) => check.expression),
    ...(definition.generated === undefined ? [] : [definition.generated.expression]),
  ];
  for (const expression of expressions) {
    for (const { column: name } of expression.columns) {
      const found = findColumn(at.table, nameKey(name, draft.engine.dialect), draft);
      const mayBeString = name.quoted && draft.sourceAt(name.start) === '"';
      if (found.presence !== 'absent' || mayBeString || /^(?:rowid|oid|_rowid_)$/i.test(name.text)) continue;
      const text = `error in table ${at.table.name} after add column: no such column: ${name.text}`;
      draft.refuse({ ...missingColumnError(draft, at.target, name, 'check'), text });
    }
  }
  for (const check of definition.checks) checkRows(draft, at, column, definition, check.expression);
}

/** Old rows are held against a new CHECK, in which the new column has its default. */
function checkRows(draft: Draft, at: TableAt, column: Column, definition: ColumnDefinition, check: Expression): void {
  // What already refuses every row comes first.
  if (draft.failsGivenRows || draft.servesOnlyBefore(sqliteSince.checkOfOldRows)) return;
  const satisfied = literalSatisfies(check, column.name, definition.default, draft.engine.dialect);
  if (satisfied === true) return;
  const text = words.sqliteWords.checkViolation(null, at.target, check.text);
  if (satisfied === null)
    doubtWhenFilled(draft, at, column, check, text, 'whether old rows satisfy the CHECK is not known');
  else if (draft.servesAlsoBefore(sqliteSince.checkOfOldRows))
    doubtWhenFilled(draft, at, column, check, text, DEPENDS_ON_VERSION);
  else refuseWhenFilled(draft, at, column, check, 'check-violation', text);
}

function refuse(draft: Draft, at: TableAt, column: Column, place: Place, errorClass: ErrorClass, text: string): never {
  draft.refuse(columnError(at, column, place, errorClass, text));
}

function refuseWhenFilled(
  draft: Draft,
  at: TableAt,
  column: Column,
  place: Place,
  errorClass: ErrorClass,
  text: string,
): void {
  draft.refuseWhenFilled(at.table, 'rows', columnError(at, column, place, errorClass, text));
}

function doubtWhenFilled(draft: Draft, at: TableAt, column: Column, place: Place, text: string, why: string): void {
  if (draft.mayHoldRows(at.table)) draft.doubt(why, columnError(at, column, place, 'add-column-refused', text));
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function columnError(
  { target }: TableAt,
  column: Column,
  place: Place,
  errorClass: ErrorClass,
  text: string,
): EngineError {
  return errorAt(errorClass, text, place, {
    kind: 'column',
    schema: target.schema,
    table: target.name,
    name: column.name,
  });
}
