import type { Argument, Expression } from './syntax.ts';

/** A call that hands SQL to a database driver. */
export interface DriverCall {
  readonly sql: Expression;
  readonly bound: readonly Argument[];
  readonly method: string;
}

/**
 * Methods of sqlite3, aiosqlite, psycopg, asyncpg, PyMySQL, SQLAlchemy and Alembic that always run their first
 * argument.
 */
const EXECUTE_METHODS = new Set([
  'execute',
  'executescript',
  'executemany',
  'exec_driver_sql',
  'execute_script',
  'executesql',
]);

/** Methods whose names mean other things too; only with SQL in their first argument do they run it. */
const QUERY_METHODS = new Set([
  'fetch',
  'fetchval',
  'fetchrow',
  'fetch_all',
  'fetch_one',
  'fetch_val',
  'fetchone',
  'fetchall',
  'scalar',
  'scalars',
  'query',
  'execute_fetchall',
  'execute_query',
  'query_one',
  'query_all',
  'select',
  'run',
]);

/** Drivers whose `execute` takes one statement only. */
const SINGLE_STATEMENT_DRIVERS = /^(?:sqlite3|aiosqlite|apsw|pymysql|MySQLdb|mysql|aiomysql|pysqlcipher3)$/;

/** The driver call that an expression is, if it is one. */
export function driverCallOf(expression: Expression): DriverCall | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined;
  const method = expression.callee.name;
  const [first, ...bound] = expression.arguments.filter(({ name }) => name === undefined || isStatementName(name));
  if (first === undefined || first.spread) return undefined;
  if (EXECUTE_METHODS.has(method)) return { sql: first.value, bound, method };
  return QUERY_METHODS.has(method) && holdsString(first.value) ? { sql: first.value, bound, method } : undefined;
}

/** A driver call whose result is looked at. */
export function queryOf(expression: Expression): DriverCall | undefined {
  const call = driverCallOf(expression);
  return call === undefined || call.method === 'executescript' ? undefined : call;
}

/** Whether a driver of this file refuses several statements in one `execute`. */
export function runsOneStatement(importedModules: ReadonlySet<string>): boolean {
  return [...importedModules].some((module) => SINGLE_STATEMENT_DRIVERS.test(module));
}

/** Whether the file's only driver is Python's own for SQLite, which raises where it is given a second statement. */
export function refusesSeveral(importedModules: ReadonlySet<string>): boolean {
  const modules = [...importedModules];
  return (
    modules.some((module) => /^(?:sqlite3|aiosqlite)$/.test(module)) &&
    !modules.some((module) => OTHER_DRIVERS.test(module))
  );
}

/** Whether the file's only driver binds arguments on the server. */
export function preparesWithArguments(importedModules: ReadonlySet<string>): boolean {
  const drivers = [...importedModules].filter(
    (module) => OTHER_DRIVERS.test(module) || /^(?:sqlite3|aiosqlite)$/.test(module),
  );
  return drivers.length > 0 && drivers.every((module) => /^(?:psycopg|asyncpg)$/.test(module));
}

const OTHER_DRIVERS =
  /^(?:apsw|pymysql|MySQLdb|mysql|aiomysql|pysqlcipher3|psycopg\w*|asyncpg|pg8000|mariadb|sqlalchemy|sqlmodel|databases|libsql\w*|duckdb|peewee|alembic)$/;

function isStatementName(name: string): boolean {
  return /^(?:sql|query|statement|operation|sql_script|sqltext)$/.test(name);
}

function holdsString(expression: Expression): boolean {
  if (expression.kind === 'string') return true;
  if (expression.kind === 'call')
    return expression.arguments[0] !== undefined && holdsString(expression.arguments[0].value);
  return expression.kind === 'binary' && holdsString(expression.left);
}
