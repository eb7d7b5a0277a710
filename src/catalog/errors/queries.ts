import type { DialectName } from '../../dialects/dialect.ts';

/** Where in a statement a name stands that is looked up; MySQL and MariaDB say it. */
export type NamePlace =
  'list' | 'on' | 'where' | 'group' | 'having' | 'window' | 'order' | 'set' | 'values' | 'returning' | 'conflict-set';

/** An expression names a column that no table of the query has. `path` as written, without quotes. */
export function missingColumnText(dialect: DialectName, path: readonly string[], place: NamePlace): string {
  const written = path.join('.');
  switch (dialect) {
    case 'sqlite':
      return `no such column: ${written}`;
    case 'postgres':
      return path.length > 1 ? `column ${written} does not exist` : `column "${written}" does not exist`;
    case 'mysql':
      return `Unknown column '${written}' in '${MYSQL_PLACES[place]}'`;
    case 'mariadb':
      return `Unknown column '${written}' in '${MARIADB_PLACES[place]}'`;
  }
}

/** A column is qualified with a table that the query does not name. */
export function missingQualifierText(dialect: DialectName, path: readonly string[], place: NamePlace): string {
  if (dialect !== 'postgres') return missingColumnText(dialect, path, place);
  return `missing FROM-clause entry for table "${path.at(-2) ?? ''}"`;
}

/** The same, where the table stands there under an alias, which hides its name. */
export function hiddenQualifierText(dialect: DialectName, path: readonly string[], place: NamePlace): string {
  if (dialect !== 'postgres') return missingColumnText(dialect, path, place);
  return `invalid reference to FROM-clause entry for table "${path.at(-2) ?? ''}"`;
}

/** `t.*` of a table that the query does not name. */
export function missingStarText(dialect: DialectName, name: string, schema: string): string {
  switch (dialect) {
    case 'sqlite':
      return `no such table: ${name}`;
    case 'postgres':
      return `missing FROM-clause entry for table "${name}"`;
    case 'mysql':
      return `Unknown table '${name}'`;
    case 'mariadb':
      return `Unknown table '${schema}.${name}'`;
  }
}

/** Two tables of the query have the column. */
export function ambiguousColumnText(dialect: DialectName, path: readonly string[], place: NamePlace): string {
  const written = path.join('.');
  switch (dialect) {
    case 'sqlite':
      return `ambiguous column name: ${written}`;
    case 'postgres':
      return `column reference "${path.at(-1) ?? ''}" is ambiguous`;
    case 'mysql':
      return `Column '${written}' in ${MYSQL_PLACES[place]} is ambiguous`;
    case 'mariadb':
      return `Column '${written}' in ${MARIADB_PLACES[place]} is ambiguous`;
  }
}

/** UPDATE .. SET of a column that its table does not have. */
export function missingSetColumnText(
  dialect: DialectName,
  path: readonly string[],
  table: string,
  place: NamePlace,
): string {
  if (dialect !== 'postgres') return missingColumnText(dialect, path, place);
  return `column "${path.at(-1) ?? ''}" of relation "${table}" does not exist`;
}

/** The arms of a set operation give different numbers of columns. */
export function unequalArmsText(dialect: DialectName, operator: string): string {
  switch (dialect) {
    case 'sqlite':
      return `SELECTs to the left and right of ${operator} do not have the same number of result columns`;
    case 'postgres':
      return `each ${operator} query must have the same number of columns`;
    case 'mysql':
    case 'mariadb':
      return 'The used SELECT statements have a different number of columns';
  }
}

/** INSERT of more or fewer values than columns. `listed`: a list of columns was given. */
export function valueCountText(
  dialect: DialectName,
  { table, columns, values, listed }: { table: string; columns: number; values: number; listed: boolean },
): string {
  switch (dialect) {
    case 'sqlite':
      return listed
        ? `${values} values for ${columns} columns`
        : `table ${table} has ${columns} columns but ${values} values were supplied`;
    case 'postgres':
      return values > columns
        ? 'INSERT has more expressions than target columns'
        : 'INSERT has more target columns than expressions';
    case 'mysql':
    case 'mariadb':
      return "Column count doesn't match value count at row 1";
  }
}

/** ON CONFLICT over columns that no unique key has. */
export function noConflictKeyText(dialect: DialectName): string {
  return dialect === 'sqlite'
    ? 'ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint'
    : 'there is no unique or exclusion constraint matching the ON CONFLICT specification';
}

/** MySQL 8.0 (sql_base.cc, "where" of a name resolution context). */
const MYSQL_PLACES: Readonly<Record<NamePlace, string>> = {
  list: 'field list',
  on: 'on clause',
  where: 'where clause',
  group: 'group statement',
  having: 'having clause',
  window: 'window order by',
  order: 'order clause',
  set: 'field list',
  values: 'field list',
  returning: 'field list',
  'conflict-set': 'field list',
};

/** Run on MariaDB 10.11. */
const MARIADB_PLACES: Readonly<Record<NamePlace, string>> = {
  list: 'SELECT',
  on: 'ON',
  where: 'WHERE',
  group: 'GROUP BY',
  having: 'HAVING',
  window: 'ORDER BY',
  order: 'ORDER BY',
  set: 'SET',
  values: 'VALUES',
  returning: 'RETURNING',
  'conflict-set': 'UPDATE',
};
