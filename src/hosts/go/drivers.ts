import type { DriverCall, Runs } from '../braces/language.ts';
import { dottedName, unwrapped, type Expression, type ExpressionOf } from '../braces/syntax.ts';
import type { ValueReader } from '../braces/values.ts';

type Call = ExpressionOf<'call'>;

/** Methods that run their SQL: database/sql, sqlx, pgx, gorm. */
const EXECUTES = /^(?:Must)?Exec(?:Context)?$|^NamedExec(?:Context)?$|^Exec(?:Script|Multi)$/;

/** Methods that hand back rows. */
const QUERIES = /^Query(?:Row)?x?(?:Context)?$|^MustQuery$|^Raw$/;

/** Methods of sqlx, scany and pgxscan that read rows into their first arguments. */
const READS_INTO = /^(?:Get|Select)(?:Context)?$/;

/** zombiezen.com/go/sqlite/sqlitex and crawshaw.io/sqlite/sqlitex: functions that are given the connection first. */
const SQLITEX = /^(?:Exec(?:ute)?(?:Transient|Script|ScriptFS)?|ExecuteScript)$/;

/** The call of a driver that an expression is, if it is one. */
export function driverCall(call: Call, reader: ValueReader): DriverCall | undefined {
  if (call.callee.kind !== 'member') return undefined;
  const { name, of } = call.callee;
  if (/^(?:Scan|StructScan|SliceScan|MapScan)$/.test(name)) return scanned(call, of, reader);
  if (dottedName(of).join('.') === 'sqlitex' && SQLITEX.test(name)) return sqlitexCall(call);
  if (reader.around.prepared.has(dottedName(of).at(-1) ?? '') && (EXECUTES.test(name) || QUERIES.test(name)))
    return { sql: of, bound: withoutContext(call.arguments), many: false, into: [] };
  if (READS_INTO.test(name)) return readInto(call, reader);
  if (!EXECUTES.test(name) && !QUERIES.test(name)) return undefined;
  const [sql, ...bound] = withoutContext(call.arguments);
  if (sql === undefined || isCommand(of)) return undefined;
  const isPrepared = bound.length > 0 && POSTGRES.test(reader.file.text) && !OTHER_DRIVERS.test(reader.file.text);
  return {
    sql,
    bound,
    many: bound.length === 0,
    into: [],
    asks: QUERIES.test(name) && name !== 'Raw',
    ...(isPrepared ? { refusesSeveral: 'cannot insert multiple commands into a prepared statement' } : {}),
  };
}

/** PostgreSQL prepares what has arguments, and its extended protocol takes one statement (protocol-flow, 55.2.3). */
const POSTGRES = /"github\.com\/(?:lib\/pq|jackc\/pgx\/)/;
const OTHER_DRIVERS = /go-sqlite3|modernc\.org\/sqlite|go-sql-driver\/mysql/;

/** `db.QueryRow(..).Scan(&name)`. */
function scanned(call: Call, of: Expression, reader: ValueReader): DriverCall | undefined {
  const inner = unwrapped(of);
  const asked = inner.kind === 'call' ? driverCall(inner, reader) : undefined;
  return asked === undefined ? undefined : { ...asked, into: call.arguments };
}

/** `row.Scan(&name)`, where the row was kept in a variable. */
export function rowRead(call: Call): { readonly from: Expression; readonly into: readonly Expression[] } | undefined {
  if (call.callee.kind !== 'member' || !/^(?:Scan|StructScan)$/.test(call.callee.name)) return undefined;
  return dottedName(call.callee.of).length === 0 ? undefined : { from: call.callee.of, into: call.arguments };
}

function readInto(call: Call, reader: ValueReader): DriverCall | undefined {
  const [into, sql, ...bound] = withoutContext(call.arguments);
  if (into === undefined || sql === undefined || !holdsSql(sql, reader)) return undefined;
  return { sql, bound, many: false, into: [into], asks: true };
}

function sqlitexCall(call: Call): DriverCall | undefined {
  const [, sql] = call.arguments;
  return sql === undefined ? undefined : { sql, bound: [], many: true, into: [] };
}

/** A context stands in front of the SQL. */
function withoutContext(values: readonly Expression[]): readonly Expression[] {
  const [first] = values;
  if (first === undefined) return values;
  const inner = unwrapped(first);
  const path = dottedName(inner.kind === 'call' ? inner.callee : inner);
  const isContext = /^(?:\w*ctx|\w*context|Context|Background|TODO)$/i.test(path.at(-1) ?? '') || path[0] === 'context';
  return isContext ? values.slice(1) : values;
}

/** `exec.Command(..)` is none of ours. */
function isCommand(of: Expression): boolean {
  return /^(?:exec|cmd|http|url|r|req|u)$/.test(dottedName(of)[0] ?? '');
}

function holdsSql(expression: Expression, reader: ValueReader): boolean {
  const text = reader.file.text.slice(expression.start, Math.min(expression.end, expression.start + 200));
  return /\b(?:select|pragma|show|with)\b/i.test(text) || expression.kind === 'name';
}

/** `db.Begin()`, `tx.Commit()`, `tx.Rollback()`. */
export function transactionControl(call: Call): 'begin' | 'commit' | 'rollback' | undefined {
  if (call.callee.kind !== 'member') return undefined;
  switch (call.callee.name) {
    case 'Begin':
    case 'BeginTx':
    case 'Beginx':
    case 'BeginTxx':
    case 'MustBegin':
      return 'begin';
    case 'Commit':
      return 'commit';
    case 'Rollback':
      return 'rollback';
    default:
      return undefined;
  }
}

/** `pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { .. })`, gorm's `db.Transaction(func ..)`, `fs.WalkDir(.., func ..)`. */
export function runs(call: Call): Runs | undefined {
  const name = dottedName(call.callee).at(-1) ?? (call.callee.kind === 'member' ? call.callee.name : '');
  const lambda = call.arguments.find((argument) => argument.kind === 'lambda');
  if (lambda?.kind !== 'lambda') return undefined;
  if (/^(?:BeginFunc|BeginTxFunc|Transaction|RunInTx)$/.test(name)) return { how: 'once', lambda, transaction: true };
  return /^(?:Do|Go|AfterFunc)$/.test(name) ? { how: 'once', lambda, transaction: false } : undefined;
}
