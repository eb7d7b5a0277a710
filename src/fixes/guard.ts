import type { AddColumn, CreateObject, Operation } from '../ddl/operation.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Edit, Fix } from '../finding.ts';
import type { Statement } from '../sql/statement.ts';
import { insertionAt, isSqlFile } from './edit.ts';

/**
 * Lets a statement pass where what it makes is there already, with the guard that the dialect has. Null where it has none.
 * Never with CONCURRENTLY: an index that an interrupted build left invalid would be taken for the real one.
 */
export function guardFix(operation: Operation, operations: readonly Operation[], dialect: Dialect): Fix | null {
  const guard = guardOf(operation, operations, dialect);
  if (guard === null) return null;
  const edits = guard.edits.filter((edit) => edit !== null);
  return edits.length === 0 || edits.length < guard.edits.length ? null : { title: guard.title, safe: true, edits };
}

interface Guard {
  readonly title: string;
  readonly edits: readonly (Edit | null)[];
}

const ifNotExists = 'IF NOT EXISTS ';

function guardOf(operation: Operation, operations: readonly Operation[], { name }: Dialect): Guard | null {
  const { statement } = operation;
  const { sql } = statement;
  switch (operation.kind) {
    case 'create-table':
      if (operation.ifNotExists !== undefined || operation.orReplace !== undefined) return null;
      return guardBefore(statement, operation.table.start);
    case 'create-index':
      if (name === 'mysql' || operation.index === undefined || operation.concurrently !== undefined) return null;
      if (operation.ifNotExists !== undefined || operation.inAlterTable) return null;
      return guardBefore(statement, operation.index.start);
    case 'add-column':
      return name === 'postgres' || name === 'mariadb' ? guardedColumns(operations) : null;
    case 'create-view':
      if (name === 'sqlite' || operation.materialized) return guardBefore(statement, operation.view.start);
      return orReplace(statement, operation.view.start);
    case 'create-routine':
      return name === 'postgres' || name === 'mariadb' ? orReplace(statement, operation.routine.start) : null;
    case 'create-trigger':
      if (name === 'sqlite' || name === 'mariadb') return guardBefore(statement, operation.trigger.start);
      return name === 'postgres' ? dropFirst(statement, 'TRIGGER', operation.trigger, operation.table) : null;
    case 'create-object':
      return name === 'postgres' ? guardedObject(operation) : null;
    case 'alter-type': {
      const { change } = operation;
      if (change.kind !== 'add-value' || change.ifNotExists !== undefined) return null;
      return {
        title: 'Write ADD VALUE IF NOT EXISTS',
        edits: [insertionAt(sql, change.labelRange.start, ifNotExists)],
      };
    }
    case 'create-type':
      return name === 'postgres' ? inBlock(statement) : null;
    default:
      return null;
  }
}

function guardBefore({ sql }: Statement, offset: number): Guard {
  return { title: 'Write IF NOT EXISTS', edits: [insertionAt(sql, offset, ifNotExists)] };
}

/** Every column that the statement adds: one without a guard would still end it. */
function guardedColumns(operations: readonly Operation[]): Guard | null {
  const adding = operations.filter(
    (operation): operation is AddColumn => operation.kind === 'add-column' && operation.ifNotExists === undefined,
  );
  // In `ADD (a int, b int)` the guard belongs before the parenthesis, and there is one for both.
  const listed = adding.some(({ statement: { sql }, column }) => /[(,]\s*$/.test(sql.text.slice(0, column.start)));
  if (listed || operations.length > adding.length) return null;
  return {
    title: 'Write ADD COLUMN IF NOT EXISTS',
    edits: adding.map(({ statement, column }) => insertionAt(statement.sql, column.start, ifNotExists)),
  };
}

function orReplace({ sql, start }: Statement, nameStart: number): Guard | null {
  const head = sql.text.slice(start, nameStart);
  const create = /^create\s+(?!or\s+replace)/i.exec(head)?.[0];
  if (create === undefined) return null;
  return { title: 'Write CREATE OR REPLACE', edits: [insertionAt(sql, start + create.length, 'OR REPLACE ')] };
}

function guardedObject({ statement, object, name, table, ifNotExists: guard }: CreateObject): Guard | null {
  if ((object === 'policy' || object === 'rule') && table !== undefined) {
    return dropFirst(statement, object.toUpperCase(), name, table);
  }
  const hasGuard = object === 'sequence' || object === 'schema' || object === 'extension';
  return hasGuard && guard === undefined ? guardBefore(statement, name.start) : null;
}

/** What has no guard in PostgreSQL is dropped first; the definition is the same, so nothing changes for an install that has it. */
function dropFirst(
  statement: Statement,
  kind: string,
  name: { readonly start: number; readonly end: number },
  table: { readonly start: number; readonly end: number },
): Guard | null {
  const { sql, start } = statement;
  if (!isSqlFile(sql)) return null;
  const words = `DROP ${kind} IF EXISTS ${sql.text.slice(name.start, name.end)} ON ${sql.text.slice(table.start, table.end)};`;
  return {
    title: `Drop the ${kind.toLowerCase()} first, if it is there`,
    edits: [insertionAt(sql, start, `${words}\n`)],
  };
}

/** CREATE TYPE has no guard (PostgreSQL 18 manual, CREATE TYPE): its error is caught. */
function inBlock({ sql, start, end }: Statement): Guard | null {
  if (!isSqlFile(sql) || sql.text.slice(start, end).includes('$$')) return null;
  return {
    title: 'Catch the error of a type that is there already',
    edits: [
      insertionAt(sql, start, 'DO $$ BEGIN\n  '),
      insertionAt(sql, end, ';\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND $$'),
    ],
  };
}
