import type {
  ColumnDefinition,
  CreateTable,
  Expression,
  IndexKey,
  Name,
  Operation,
  TableConstraint,
} from '../../../ddl/operation.ts';
import * as words from '../../errors/sqlite.ts';
import type { EngineError, ErrorClass } from '../../outcome.ts';
import { constraintsOnColumn } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, type TableAt } from '../lookup.ts';
import { nameKey } from '../names.ts';
import { doubtQuotedName, isDoubleQuoted } from './quoted-names.ts';

/**
 * Faults in CREATE TABLE in the order in which SQLite meets them: column by column with their constraints, the table's
 * constraints, then what is only looked at in the end (build.c, sqlite3EndTable).
 */
export function checkNewTable(draft: Draft, operation: CreateTable, made: TableAt): void {
  const seen = new Set<string>();
  const keys = { primary: 0 };
  for (const definition of operation.columns) {
    refuseTwice(draft, made, seen, definition.name);
    refuseGeneratedDefault(draft, made, definition);
    for (const { constraint } of constraintsOnColumn(definition, draft)) {
      checkConstraint(draft, made, constraint, keys, true);
      if (constraint.kind === 'primary-key') refuseAutoIncrement(draft, made, definition);
    }
    refuseDefaultOfColumns(draft, made, definition);
  }
  for (const constraint of operation.constraints) checkConstraint(draft, made, constraint, keys, false);
  checkWhole(draft, operation, made);
}

function refuseTwice(draft: Draft, { target }: TableAt, seen: Set<string>, name: Name): void {
  const key = nameKey(name, draft.engine.dialect);
  if (seen.has(key)) {
    const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
    draft.refuse(errorAt('duplicate-column', words.sqliteWords.duplicateColumn(name.text, target), name, object));
  }
  seen.add(key);
}

function checkConstraint(
  draft: Draft,
  made: TableAt,
  constraint: TableConstraint,
  keys: { primary: number },
  onColumn: boolean,
): void {
  switch (constraint.kind) {
    case 'primary-key':
      if (++keys.primary > 1)
        refuseTable(draft, made, constraint, 'duplicate-constraint', words.sqliteWords.secondPrimaryKey(made.target));
      checkKeys(draft, made, constraint.keys);
      refuseGeneratedKey(draft, made, constraint.keys);
      return;
    case 'unique':
      checkKeys(draft, made, constraint.keys);
      return;
    case 'foreign-key':
      checkForeignKey(draft, made, constraint, onColumn);
      return;
    default:
      return;
  }
}

function checkKeys(draft: Draft, made: TableAt, keys: readonly IndexKey[]): void {
  for (const key of keys) {
    if (key.column !== undefined) requireOwnColumn(draft, made, key.column);
    else refuseTable(draft, made, key, 'unsupported', words.expressionInKey);
  }
}

function refuseGeneratedKey(draft: Draft, made: TableAt, keys: readonly IndexKey[]): void {
  for (const { column } of keys) {
    const found =
      column === undefined ? undefined : findColumn(made.table, nameKey(column, draft.engine.dialect), draft);
    if (found?.presence !== 'present' || found.column.generated === null || column === undefined) continue;
    refuseTable(draft, made, column, 'unsupported', words.generatedKey);
  }
}

type ForeignKey = Extract<TableConstraint, { kind: 'foreign-key' }>;

function checkForeignKey(draft: Draft, made: TableAt, constraint: ForeignKey, onColumn: boolean): void {
  const { columns, target } = constraint;
  const [first] = columns;
  if (onColumn && first !== undefined && target.columns.length > 1) {
    refuseTable(draft, made, target, 'foreign-key', words.columnForeignKeyCount(first.text, target.table.name.text));
  }
  if (target.columns.length > 0 && target.columns.length !== columns.length) {
    refuseTable(draft, made, target, 'foreign-key', words.foreignKeyColumnCount);
  }
  for (const column of columns) {
    if (findColumn(made.table, nameKey(column, draft.engine.dialect), draft).presence !== 'absent') continue;
    draft.refuse(missingColumnError(draft, made.target, column, 'foreign-key'));
  }
}

/** A column of the table itself; an unknown "name" in double quotes may be a string. */
export function requireOwnColumn(draft: Draft, { target, table }: TableAt, name: Name): void {
  if (findColumn(table, nameKey(name, draft.engine.dialect), draft).presence !== 'absent') return;
  const error = missingColumnError(draft, target, name, 'check');
  if (!isDoubleQuoted(draft, name)) draft.refuse(error);
  doubtQuotedName(draft, error);
}

/** DEFAULT (a): a default may not read columns; a bare word is a string. */
export function refuseDefaultOfColumns(draft: Draft, made: TableAt, definition: ColumnDefinition): void {
  const { default: value } = definition;
  const isParenthesised = value?.text.startsWith('(') === true;
  if (value === undefined || !isParenthesised || value.columns.every((reference) => reference.column.quoted)) return;
  refuseTable(
    draft,
    made,
    value,
    'non-constant-default',
    `default value of column [${definition.name.text}] is not constant`,
  );
}

/** A generated column has no default (build.c, sqlite3AddGenerated). */
export function refuseGeneratedDefault(draft: Draft, made: TableAt, definition: ColumnDefinition): void {
  if (definition.generated === undefined || definition.default === undefined) return;
  refuseTable(draft, made, definition.name, 'unsupported', `error in generated column "${definition.name.text}"`);
}

function checkWhole(draft: Draft, operation: CreateTable, made: TableAt): void {
  if (operation.strict === true)
    for (const definition of operation.columns) checkStrictType(draft, made, definition, operation);
  if (operation.withoutRowid === true) checkWithoutRowid(draft, operation, made);
  refuseOnlyGenerated(draft, operation, made);
  const checks = [
    ...operation.columns.flatMap((definition) => definition.checks.map((check) => check.expression)),
    ...operation.constraints.flatMap((constraint) => (constraint.kind === 'check' ? [constraint.expression] : [])),
  ];
  for (const check of checks) checkExpression(draft, made, check);
  checkGenerated(draft, operation, made);
}

function checkExpression(draft: Draft, made: TableAt, expression: Expression): void {
  if (expression.hasSubquery)
    refuseTable(draft, made, expression, 'unsupported', 'subqueries prohibited in CHECK constraints');
  for (const { column } of expression.columns) {
    if (!/^(?:rowid|oid|_rowid_)$/i.test(column.text)) requireOwnColumn(draft, made, column);
  }
}

function refuseOnlyGenerated(draft: Draft, { columns, table }: CreateTable, made: TableAt): void {
  if (columns.length === 0 || columns.some((definition) => definition.generated === undefined)) return;
  refuseTable(draft, made, table, 'unsupported', 'must have at least one non-generated column');
}

function checkGenerated(draft: Draft, { columns }: CreateTable, made: TableAt): void {
  for (const { generated } of columns)
    for (const { column } of generated?.expression.columns ?? []) requireOwnColumn(draft, made, column);
  refuseLoops(draft, made, columns);
}

/**
 * Virtual columns that read one another in a circle. The engine computes all columns of the new table once, and its last word is
 * kept; of stored columns only a write tells (build.c, sqlite3EndTable; run on 3.53).
 */
export function refuseLoops(draft: Draft, made: TableAt, columns: readonly ColumnDefinition[]): void {
  const { dialect } = draft.engine;
  const virtual = new Map(
    columns.flatMap((definition) =>
      definition.generated === undefined || definition.generated.stored
        ? []
        : [[nameKey(definition.name, dialect), definition] as const],
    ),
  );
  const loops: ColumnDefinition[] = [];
  const compute = (key: string, busy: ReadonlySet<string>): void => {
    const definition = virtual.get(key);
    if (definition === undefined) return;
    if (busy.has(key)) loops.push(definition);
    else
      for (const { column } of definition.generated?.expression.columns ?? [])
        compute(nameKey(column, dialect), new Set([...busy, key]));
  };
  for (const key of virtual.keys()) compute(key, new Set());
  const last = loops.at(-1);
  if (last === undefined) return;
  const { name, generated } = last;
  refuseTable(draft, made, generated?.expression ?? name, 'unsupported', `generated column loop on "${name.text}"`);
}

/** sqlite.org/stricttables.html, section 2. */
const STRICT_TYPES = /^(?:int|integer|real|text|blob|any)$/i;

/** `prefix` is what SQLite puts before the error when it parses the table anew. */
export function checkStrictType(
  draft: Draft,
  made: TableAt,
  definition: ColumnDefinition,
  operation: Operation,
  prefix = '',
): void {
  const { type, name } = definition;
  const table = made.target.name;
  const written = type === undefined ? '' : operation.statement.sql.text.slice(type.start, type.end);
  if (STRICT_TYPES.test(written)) return;
  const text =
    written === '' ? words.missingStrictType(table, name.text) : words.unknownStrictType(table, name.text, written);
  refuseTable(draft, made, name, 'missing-type', prefix + text);
}

function checkWithoutRowid(draft: Draft, operation: CreateTable, made: TableAt): void {
  if (operation.columns.some((definition) => definition.autoIncrement !== undefined)) {
    refuseTable(draft, made, operation.table, 'unsupported', words.autoIncrementWithoutRowid);
  }
  const hasKey = made.table.constraints.some((constraint) => constraint.kind === 'primary-key');
  if (!hasKey)
    refuseTable(draft, made, operation.table, 'missing-constraint', words.primaryKeyMissing(made.target.name));
}

/** Looked at as soon as the column's PRIMARY KEY is read (build.c, sqlite3AddPrimaryKey). */
export function refuseAutoIncrement(draft: Draft, made: TableAt, definition: ColumnDefinition): void {
  if (definition.autoIncrement === undefined) return;
  const isInteger = definition.type?.name === 'integer' && definition.type.arguments.length === 0;
  if (isInteger && definition.primaryKey?.descending !== true) return;
  refuseTable(draft, made, definition.autoIncrement, 'unsupported', words.autoIncrementElsewhere);
}

function refuseTable(
  draft: Draft,
  { target }: TableAt,
  at: { readonly start: number; readonly end: number },
  errorClass: ErrorClass,
  text: string,
): never {
  const error: EngineError = errorAt(errorClass, text, at, { kind: 'table', schema: target.schema, name: target.name });
  draft.refuse(error);
}
