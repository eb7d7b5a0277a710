import type { DropColumn } from '../../../ddl/operation.ts';
import type { Column, Constraint, Table } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { partKey } from '../names.ts';
import { testSchema, testSchemaWith } from './schema-test.ts';

/** ALTER TABLE DROP COLUMN (alter.c, sqlite3AlterDropColumn): sqlite.org/lang_altertable.html, section 5. */
export function dropColumn(draft: Draft, operation: DropColumn, at: TableAt, column: Column): Table {
  const key = partKey(column.name, draft.engine.dialect);
  refuseKeyColumn(draft, operation, at, column, key);
  if (at.table.columns.length === 1 && !at.table.open)
    refuse(draft, operation, at, column, words.dropLastColumn(column.name));
  testSchema(draft, at);
  refuseReaders(draft, operation, at, column, key);
  const isOwn = (constraint: Constraint): boolean =>
    constraint.onColumn === key && constraint.kind !== 'primary-key' && constraint.kind !== 'unique';
  const table = {
    ...at.table,
    columns: at.table.columns.filter((candidate) => candidate !== column),
    constraints: at.table.constraints.filter((constraint) => !isOwn(constraint)),
  };
  testSchemaWith(draft, at, table, ' after drop column');
  return table;
}

function refuseKeyColumn(draft: Draft, operation: DropColumn, at: TableAt, column: Column, key: string): void {
  const { constraints } = at.table;
  const isPrimary = constraints.some(({ kind, columns }) => kind === 'primary-key' && columns.includes(key));
  const isUnique = constraints.some(({ kind, onColumn }) => kind === 'unique' && onColumn === key);
  if (isPrimary || isUnique)
    refuse(draft, operation, at, column, words.dropKeyColumn(isPrimary ? 'PRIMARY KEY' : 'UNIQUE', column.name));
}

/** The table is parsed anew without the column; then its indexes. */
function refuseReaders(draft: Draft, operation: DropColumn, at: TableAt, column: Column, key: string): void {
  const after = ' after drop column';
  const missing = `no such column: ${column.name}`;
  const others = at.table.columns.filter((other) => other !== column);
  if (!at.table.open && others.every((other) => other.generated !== null)) {
    const cause = 'must have at least one non-generated column';
    refuse(draft, operation, at, column, words.errorIn('table', at.table.name, after, cause));
  }
  // Keys are looked at where they stand, a CHECK once the whole table is read.
  const inOrder = at.table.constraints.toSorted((left, right) => rankOf(left) - rankOf(right));
  for (const constraint of inOrder) {
    if (!constraint.columns.includes(key) || constraint.onColumn === key) continue;
    const cause = causeOf(constraint, column, missing);
    refusePart(draft, operation, at, column, constraint.certain, words.errorIn('table', at.table.name, after, cause));
  }
  for (const other of at.table.columns) {
    if (other === column || other.generated?.columns.includes(key) !== true) continue;
    refusePart(draft, operation, at, column, other.certain, words.errorIn('table', at.table.name, after, missing));
  }
  for (const index of at.table.indexes) {
    if (index.ofConstraint || !index.columns.includes(key)) continue;
    refusePart(draft, operation, at, column, index.certain, words.errorIn('index', index.name, after, missing));
  }
  if (at.table.open) draft.doubt(`${at.table.name} may have an index or a constraint over ${column.name}`);
}

function rankOf({ kind }: Constraint): number {
  return kind === 'check' ? 1 : 0;
}

function causeOf({ kind, origin }: Constraint, column: Column, missing: string): string {
  if (kind === 'foreign-key') return `unknown column "${column.name}" in foreign key definition`;
  if (kind === 'check' || origin === null) return missing;
  // A "name" that is no column is taken for a string, which is an expression.
  const written = origin.statement.sql.text.slice(origin.at.start, origin.at.end).toLowerCase();
  return written.includes(`"${column.name.toLowerCase()}"`) ? words.expressionInKey : missing;
}

function refusePart(
  draft: Draft,
  operation: DropColumn,
  at: TableAt,
  column: Column,
  certain: boolean,
  text: string,
): void {
  if (certain) refuse(draft, operation, at, column, text);
  draft.doubt(`something may read ${at.table.name}.${column.name}`, errorOf(operation, at, column, text));
}

function refuse(draft: Draft, operation: DropColumn, at: TableAt, column: Column, text: string): never {
  draft.refuse(errorOf(operation, at, column, text));
}

function errorOf(operation: DropColumn, { target }: TableAt, column: Column, text: string): EngineError {
  const object = { kind: 'column', schema: target.schema, table: target.name, name: column.name };
  return { ...errorAt('dependent-objects', text, operation.column, object), existing: column.origin };
}
