import type { DriverCall, Runs } from '../braces/language.ts';
import { dottedName, unwrapped, type Expression, type ExpressionOf } from '../braces/syntax.ts';
import type { ValueReader } from '../braces/values.ts';

type Call = ExpressionOf<'call'>;

/** Methods that run all statements of a text: better-sqlite3, node:sqlite, sqlite3, sqlite, expo-sqlite, libsql, kysely .. */
const RUNS_MANY = names(`
  exec execAsync execSync executeMultiple query execute raw unsafe executeRaw executeRawUnsafe $executeRaw $executeRawUnsafe
  executeSql executeScript execScript queryRaw $queryRaw $queryRawUnsafe none result multi runSql rawQuery sql
`);

/** Methods that run the first statement of a text: sqlite3, sql.js, libsql, D1, op-sqlite. */
const RUNS_ONE = names(
  'run runAsync runSync all get each getAllAsync getFirstAsync getAllSync getFirstSync one oneOrNone any many manyOrNone values iterate first selectAll select',
);

/** Methods of a prepared statement. */
const STATEMENT_METHODS = names('run all get iterate values raw pluck execute exec runAsync first bind step');

/** Objects whose `exec`, `run` or `query` have nothing to do with a database. */
const NOT_A_DATABASE =
  /^(?:child_process|cp|execa|shell|shelljs|fs|console|Math|RegExp|regex|re|pattern|process|axios|http|https|fetch|router|app|express|\$|page|cy|z|yup|i18n|cache|redis|map|headers|params|url|searchParams|localStorage|sessionStorage|storage|store|formData|cookies|Promise|Object|Array|JSON|path|os|util|request|req|res|response)$/;

const SQL_BEGINS =
  /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:create|alter|drop|insert|update|delete|replace|select|with|pragma|begin|commit|rollback|savepoint|release|set|use|show|describe|explain|grant|revoke|do|call|truncate|vacuum|analyze|attach|comment|reindex|rename|lock|start|\$\{)/i;

/** The call of a driver that an expression is, if it is one. */
export function driverCall(call: Call, reader: ValueReader): DriverCall | undefined {
  const callee = unwrapped(call.callee);
  if (call.tagged === true) return undefined;
  if (callee.kind !== 'member') return undefined;
  const { name, of } = callee;
  const made = unwrapped(of);
  if (made.kind === 'pattern' || made.kind === 'string') return undefined;
  // Kysely: ``sql`..`.execute(db)``
  if (name === 'execute' && made.kind === 'call' && made.tagged === true && made.arguments[0] !== undefined)
    return { sql: made.arguments[0], bound: [], many: false, into: [] };
  const [first, ...rest] = call.arguments;
  const prepared = STATEMENT_METHODS.has(name) ? preparedOf(of, reader) : undefined;
  if (prepared !== undefined)
    return {
      sql: prepared,
      bound: call.arguments,
      many: false,
      into: [],
      ...callbackIn(call),
      ...(importsOnly(reader, 'better-sqlite3') ? { refusesSeveral: ONE_IN_PREPARE } : {}),
    };
  if (first === undefined || NOT_A_DATABASE.test(dottedName(of).at(-1) ?? '')) return undefined;
  if (name === 'pragma') return { sql: first, before: 'PRAGMA ', bound: [], many: false, into: [] };
  const isMany = RUNS_MANY.has(name);
  if (!isMany && !RUNS_ONE.has(name)) return undefined;
  const sql = statementIn(first, reader);
  if (!mayBeSql(sql, reader, name)) return undefined;
  return {
    sql,
    bound: rest,
    many: isMany && !rest.some((one) => unwrapped(one).kind === 'list'),
    into: [],
    ...callbackIn(call),
    ...(isPreparedByPostgres(name, first, rest, reader) ? { refusesSeveral: ONE_IN_EXTENDED } : {}),
  };
}

/** better-sqlite3, src/objects/statement.cpp. */
const ONE_IN_PREPARE = 'The supplied SQL string contains more than one statement';

/** PostgreSQL's extended protocol takes one statement (protocol-flow, 55.2.3). */
const ONE_IN_EXTENDED = 'cannot insert multiple commands into a prepared statement';

/** node-postgres prepares what has a name or values (packages/pg/lib/query.js, requiresPreparation). */
function isPreparedByPostgres(
  method: string,
  first: Expression,
  rest: readonly Expression[],
  reader: ValueReader,
): boolean {
  if (method !== 'query' || !importsOnly(reader, 'pg')) return false;
  const isFilled = (value: Expression): boolean => {
    const inner = unwrapped(value);
    return inner.kind === 'list' && inner.items.length > 0;
  };
  const [values] = rest;
  if (values !== undefined && isFilled(values)) return true;
  const inner = unwrapped(first);
  if (inner.kind !== 'record') return false;
  return inner.fields.some(({ key, value }) => {
    const name = key?.kind === 'string' ? reader.file.text.slice(key.literal.from, key.literal.to) : '';
    return name === 'name' || (name === 'values' && isFilled(value));
  });
}

/** The one driver that a file imports. */
function importsOnly({ file }: ValueReader, driver: string): boolean {
  const drivers = [...file.text.matchAll(IMPORTED_DRIVER)].map((match) => match[1]);
  return drivers.length > 0 && drivers.every((name) => name === driver);
}

const IMPORTED_DRIVER =
  /(?:from|require\(|import) ?["'](pg|postgres|better-sqlite3|sqlite3|node:sqlite|bun:sqlite|mysql2?(?:\/promise)?|mariadb|knex|kysely|typeorm|drizzle-orm[\w/-]*|libsql|@libsql\/client)["']/g;

/** `db.prepare(sql)` itself, or the variable that holds what it returned. */
function preparedOf(of: Expression, reader: ValueReader): Expression | undefined {
  const inner = unwrapped(of);
  if (inner.kind === 'call' && inner.callee.kind === 'member') {
    const { name } = inner.callee;
    if (/^prepare(?:Sync|Async)?$/.test(name)) return inner.arguments[0];
    // `db.prepare(sql).bind(..).run()`
    return /^(?:bind|pluck|raw|expand|safeIntegers)$/.test(name) ? preparedOf(inner.callee.of, reader) : undefined;
  }
  const name = dottedName(inner).at(-1);
  return name !== undefined && reader.around.prepared.has(name) ? inner : undefined;
}

/** `{ sql: '..', args: [] }`, `{ text: '..' }`. */
function statementIn(first: Expression, reader: ValueReader): Expression {
  const inner = unwrapped(first);
  if (inner.kind !== 'record') return first;
  const field = inner.fields.find(
    ({ key }) =>
      key?.kind === 'string' && /^(?:sql|text)$/.test(reader.file.text.slice(key.literal.from, key.literal.to)),
  );
  return field?.value ?? first;
}

/** A text must read like SQL; a name may stand for one where the method says so. */
function mayBeSql(expression: Expression, reader: ValueReader, method: string): boolean {
  const inner = unwrapped(expression);
  switch (inner.kind) {
    case 'string':
      return SQL_BEGINS.test(
        reader.file.text.slice(inner.literal.from, Math.min(inner.literal.to, inner.literal.from + 2_000)),
      );
    case 'binary':
      return inner.operator === '+' && mayBeSql(inner.left, reader, method);
    case 'choice':
      return mayBeSql(inner.yes, reader, method);
    case 'call':
      if (inner.tagged === true) return true;
      return !/^(?:get|all|values|first|select)$/.test(method);
    case 'name':
    case 'member':
    case 'index':
      return (
        !/^(?:get|all|values|first|select|any|many|one|each|raw|result|sql|none|multi)$/.test(method) ||
        /sql|quer|statement|stmt|ddl|schema/i.test(lastName(inner))
      );
    default:
      return false;
  }
}

function lastName(expression: Expression): string {
  if (expression.kind === 'member') return expression.name;
  return expression.kind === 'index' ? lastName(expression.of) : (dottedName(expression).at(-1) ?? '');
}

/** A callback comes last. */
function callbackIn(call: Call): { readonly callback?: ExpressionOf<'lambda'> } {
  const last = call.arguments.at(-1);
  return last?.kind === 'lambda' ? { callback: last } : {};
}

/** `trx.commit()`, `connection.beginTransaction()`. */
export function transactionControl(call: Call): 'begin' | 'commit' | 'rollback' | undefined {
  if (call.callee.kind !== 'member' || call.arguments.some(({ kind }) => kind === 'lambda')) return undefined;
  switch (call.callee.name) {
    case 'beginTransaction':
    case 'startTransaction':
      return 'begin';
    case 'commit':
    case 'commitTransaction':
      return 'commit';
    case 'rollback':
    case 'rollbackTransaction':
      return 'rollback';
    default:
      return undefined;
  }
}

/** Methods that call a function at once. */
const RUNNERS = names(
  'then finally serialize parallelize nextTick setImmediate whenReady tap task tx using acquire withConnection connection',
);

const TRANSACTIONS =
  /^(?:transaction|transactionSync|withTransaction\w*|inTransaction|runInTransaction|\$transaction|begin|immediate|exclusive|deferred|batchTransaction)$/;

/** Calls of functions that are handed over. */
export function runs(call: Call): Runs | undefined {
  const callee = unwrapped(call.callee);
  // `db.transaction(() => { .. })()`, `migrate.immediate()`
  if (callee.kind === 'call' || (callee.kind === 'member' && callee.of.kind === 'call')) {
    const inner = callee.kind === 'call' ? callee : callee.of;
    const started = inner.kind === 'call' ? runs(inner) : undefined;
    if (started?.how === 'once' && started.transaction && call.arguments.every(({ kind }) => kind !== 'lambda'))
      return started;
  }
  const name = callee.kind === 'member' ? callee.name : (dottedName(callee).at(-1) ?? '');
  const lambda = call.arguments.find((argument) => unwrapped(argument).kind === 'lambda');
  const given = lambda === undefined ? undefined : unwrapped(lambda);
  if (given?.kind !== 'lambda') return undefined;
  if (name === 'forEach' && callee.kind === 'member') return { how: 'each', lambda: given };
  if (call.makes === true) return name === 'Promise' ? { how: 'once', lambda: given, transaction: false } : undefined;
  if (TRANSACTIONS.test(name))
    return {
      how: 'once',
      lambda: given,
      transaction: true,
      ...(name === 'transaction' && callee.kind === 'member' ? { mayKeep: true } : {}),
    };
  return RUNNERS.has(name) ? { how: 'once', lambda: given, transaction: false } : undefined;
}

function names(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}
