import type { Difference } from '../catalog/diff.ts';
import type { Operation } from '../ddl/operation.ts';
import type { Fix } from '../finding.ts';
import { baseName } from '../layouts/file-order.ts';
import type { Statement } from '../sql/statement.ts';
import type { History } from '../timeline/history.ts';
import { newMigrationPath, upMarkerLine } from './next-name.ts';

/**
 * Offers a new migration that brings to older installs what only fresh ones have: tables, columns and indexes, in the words of the
 * files that make them there. Null where anything else differs, which only a person can bring together.
 */
export function newMigrationFix(name: string, differences: readonly Difference[], history: History): Fix | null {
  const statements = differences.map((difference) => statementFor(difference, history));
  const words = differences.length === 1 ? (differences[0]?.object ?? name) : name;
  const path = newMigrationPath(history.deployment, `add_${words.replace(/\W+/g, '_')}`);
  if (path === null || statements.some((statement) => statement === null)) return null;
  const text = `${upMarkerLine(history.deployment)}${[...new Set(statements)].map((statement) => `${statement ?? ''};\n`).join('')}`;
  return { title: `Write the new migration ${baseName(path)}`, safe: false, edits: [], creates: [{ path, text }] };
}

/** A statement that makes what is missing on the right. */
function statementFor({ kind, object, right, leftOrigin }: Difference, history: History): string | null {
  if (right !== null || leftOrigin === null) return null;
  const { statement } = leftOrigin;
  const operations = history.statements.find(({ parsed }) => parsed.statement === statement)?.parsed.operations ?? [];
  for (const operation of operations) {
    const text = textFor(operation, kind, object, history);
    if (text !== null) return text;
  }
  return null;
}

function textFor(operation: Operation, kind: string, object: string, history: History): string | null {
  const { statement } = operation;
  const words = ({ start, end }: { readonly start: number; readonly end: number }) =>
    statement.sql.text.slice(start, end);
  if (statement.hasPlaceholder) return null;
  if (kind === 'table' && operation.kind === 'create-table')
    return withGuard(statement, operation.table.start, operation.ifNotExists !== undefined);
  if (
    kind === 'index' &&
    operation.kind === 'create-index' &&
    !operation.inAlterTable &&
    operation.index !== undefined
  ) {
    const isGuarded = operation.ifNotExists !== undefined || history.deployment.engine.dialect.name === 'mysql';
    return operation.concurrently !== undefined ? null : withGuard(statement, operation.index.start, isGuarded);
  }
  if (kind !== 'column') return null;
  const column = object.slice(object.lastIndexOf('.') + 1).toLowerCase();
  if (operation.kind === 'add-column' && operation.column.name.text.toLowerCase() === column)
    return addColumn(words(operation.table), words(operation.column), history);
  if (operation.kind !== 'create-table') return null;
  const made = operation.columns.find(({ name }) => name.text.toLowerCase() === column);
  return made === undefined ? null : addColumn(words(operation.table), words(made), history);
}

function withGuard({ sql, start, end }: Statement, nameStart: number, isGuarded: boolean): string {
  if (isGuarded) return sql.text.slice(start, end);
  return `${sql.text.slice(start, nameStart)}IF NOT EXISTS ${sql.text.slice(nameStart, end)}`;
}

/** With the guard where the dialect has it, for fresh installs that run the new migration too. */
function addColumn(table: string, column: string, { deployment }: History): string {
  const { name } = deployment.engine.dialect;
  const guard = name === 'postgres' || name === 'mariadb' ? 'IF NOT EXISTS ' : '';
  return `ALTER TABLE ${table} ADD COLUMN ${guard}${column}`;
}
