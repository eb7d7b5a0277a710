import type { IndexKey, Name, TableConstraint } from '../../ddl/operation.ts';
import type { Table } from '../catalog.ts';
import type { Draft } from './draft.ts';
import { mysqlConstraintName, mysqlIndexName } from './mysql/generated-names.ts';
import { storedName } from './names.ts';
import { postgresConstraintName, postgresIndexName } from './postgres/generated-names.ts';

/** The name of a constraint, given or made up; null where the engine keeps none. */
export function constraintName(draft: Draft, table: Table, constraint: TableConstraint): string | null {
  const { dialect } = draft.engine;
  if (constraint.name !== undefined && !isPrimaryKeyOfMysql(draft, constraint))
    return storedName(constraint.name, dialect);
  switch (dialect.name) {
    case 'sqlite':
      return null;
    case 'postgres':
      return postgresConstraintName(draft, table, constraint);
    case 'mysql':
    case 'mariadb':
      return mysqlConstraintName(draft, table, constraint);
  }
}

/** The name of the index that a key constraint, or a MySQL KEY inside a table, brings. */
export function indexNameOfConstraint(
  draft: Draft,
  table: Table,
  constraint: TableConstraint & { keys: readonly IndexKey[] },
): string {
  if (draft.engine.dialect.name === 'sqlite') return sqliteAutoIndexName(table);
  return constraintName(draft, table, constraint) ?? '';
}

/** The name of an index for which CREATE INDEX gives none. */
export function generatedIndexName(
  draft: Draft,
  table: Table,
  written: { readonly keys: readonly IndexKey[]; readonly include: readonly Name[] },
): string {
  const { keys, include } = written;
  return draft.engine.dialect.name === 'postgres'
    ? postgresIndexName(draft, table, keys, include)
    : mysqlIndexName(draft, table, keys);
}

/** MySQL ignores the name of a primary key: it is always PRIMARY. */
function isPrimaryKeyOfMysql(draft: Draft, constraint: TableConstraint): boolean {
  const { name } = draft.engine.dialect;
  return constraint.kind === 'primary-key' && (name === 'mysql' || name === 'mariadb');
}

/** `sqlite_autoindex_TABLE_N`: N counts the indexes that the table's constraints have made so far (build.c, sqlite3CreateIndex). */
function sqliteAutoIndexName(table: Table): string {
  return `sqlite_autoindex_${table.name}_${table.indexes.filter((index) => index.ofConstraint).length + 1}`;
}
