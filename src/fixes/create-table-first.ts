import type { ColumnDefinition, CreateTable, Range } from '../ddl/operation.ts';
import type { Fix } from '../finding.ts';
import type { Statement } from '../sql/statement.ts';
import { insertionAt, isSqlFile } from './edit.ts';

/** Creates a table before a statement that changes it, with the text of the statement that creates it elsewhere. */
export function createTableFix(before: Statement, creating: CreateTable): Fix | null {
  const { sql, start, end } = creating.statement;
  if (!isSqlFile(before.sql) || creating.statement.hasPlaceholder || creating.orReplace !== undefined) return null;
  const text = sql.text.slice(start, end);
  const guarded =
    creating.ifNotExists === undefined
      ? `${sql.text.slice(start, creating.table.start)}IF NOT EXISTS ${sql.text.slice(creating.table.start, end)}`
      : text;
  const edit = insertionAt(before.sql, before.start, `${guarded};\n`);
  return edit === null ? null : { title: `Create ${creating.table.name.text} here first`, safe: true, edits: [edit] };
}

/** Adds a column to a table that may lack it, before a statement that needs it. Only a person knows what old rows should hold. */
export function addColumnFix(before: Statement, creating: CreateTable, column: ColumnDefinition): Fix | null {
  const { sql } = creating.statement;
  if (!isSqlFile(before.sql) || creating.statement.hasPlaceholder) return null;
  const words = ({ start, end }: Range) => sql.text.slice(start, end);
  const statement = `ALTER TABLE ${words(creating.table)} ADD COLUMN IF NOT EXISTS ${words(column)};\n`;
  const edit = insertionAt(before.sql, before.start, statement);
  return edit === null ? null : { title: `Add ${column.name.text} to older tables first`, safe: false, edits: [edit] };
}
