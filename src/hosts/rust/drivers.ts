import type { SourceFile } from '../../text/source-file.ts';

/** Names of the Rust database drivers' methods, by what they do. */

/** Run a text of several statements: rusqlite, diesel, tokio-postgres, sea-orm, libsql, mysql. */
export const RUN_MANY = names(
  'execute_batch batch_execute execute_unprepared simple_query query_drop execute_transactional_batch',
);

/** Run one statement; sqlx's `Executor::execute` with a bare text is told apart by its single argument. */
export const RUN_ONE = names('execute exec_drop execute_raw execute_typed');

/** Hand back rows, with the SQL as first argument or from what was prepared. */
export const ASK = names(`
  query query_row query_map query_and_then query_one query_opt query_raw query_first query_iter
  query_row_and_then exec_first exec exec_map exists fetch fetch_one fetch_all fetch_optional get_result
  get_results load query_all raw_query query_typed
`);

/** Make SQL ready to be run. */
export const PREPARE = names('prepare prepare_cached prep prepare_v2');

/** Functions of sqlx and diesel that make SQL ready to be sent. */
export const QUERY_FUNCTIONS = names(
  'query query_as query_scalar query_with query_as_with query_scalar_with raw_sql sql_query',
);
export const QUERY_MACROS = names(
  'query query_as query_scalar query_unchecked query_as_unchecked query_scalar_unchecked',
);

/** Start a transaction that ends with `commit`, or with the closure that they take. */
export const BEGIN = names(`
  transaction unchecked_transaction begin begin_with begin_immediate transaction_with_behavior savepoint
  start_transaction immediate_transaction exclusive_transaction build_transaction with_transaction
  in_transaction
`);

/** Hand on an error as it is, in other words. */
export const ERROR_PASSES = names(`
  map_err context with_context wrap_err wrap_err_with inspect_err change_context attach_printable
  into_diagnostic compat boxed inspect or_raise map_err_into instrument in_current_span persistent bind_all
`);

/** Throw the error away. */
export const ERROR_DROPS = names(
  'ok unwrap_or unwrap_or_default err is_ok is_err ok_and is_ok_and is_err_and log_err flatten',
);

/** Methods after which a text, a list or rows are still the same for us. */
export const KEEPS_VALUE = names(`
  to_string to_owned into as_str as_ref clone trim trim_start trim_end deref as_deref into_string as_mut iter
  into_iter iter_mut copied cloned collect to_vec as_slice rev borrow into_boxed_str to_lowercase by_ref next
  optional try_next filter_map map flat_map mapped try_collect get try_get first last nth unwrap_or
  unwrap_or_default ok flatten and_then then try_into get_unwrap pop len count get_ref as_i64 to_uppercase
  as_bytes filter lines to_ascii_lowercase take as_text get_value column try_get_by try_get_by_index drain
  keys values chars by_name
`);

/** Methods of the standard library and of futures: never the project's own. */
const STANDARD = new Set([
  ...KEEPS_VALUE,
  ...ERROR_PASSES,
  ...ERROR_DROPS,
  ...names(`
  push push_str insert remove extend entry or_insert or_insert_with or_default sort sort_by sort_by_key join
  split starts_with ends_with contains_key lock unwrap expect send recv spawn display exists parse is_empty
  is_some is_none find position replace to_path_buf parent as_path min max abs fold any all contains enumerate
  zip chain skip bind commit rollback finish field debug_struct write_str write_all write_fmt elapsed as_secs
  as_millis eq ne cmp partial_cmp hash last_insert_rowid changes rows_affected query_async with_capacity ok_or
  ok_or_else unwrap_or_else or_else is_file is_dir file_name to_str to_string_lossy status text json header
  read write max_connections acquire_timeout filename create_if_missing journal_mode foreign_keys busy_timeout
  connect_with pragma step reset
`),
]);

/** Crates whose functions are not the project's own. */
const FOREIGN_CRATES = names(`
  drop std core alloc tokio tracing log serde serde_json anyhow chrono rusqlite sqlx diesel uuid futures env fs
  thread mem String Vec Box Arc Rc HashMap HashSet BTreeMap Path PathBuf Duration Instant Mutex RwLock Default
  Connection Utc Option Result
`);

/** Whether the path leads into a crate or type that is not the project's own. */
export function isForeignCall(names: readonly string[]): boolean {
  return FOREIGN_CRATES.has(names[0] ?? '');
}

/** Whether the name is one of the standard library or of futures. */
export function isStandardMethod(name: string): boolean {
  return STANDARD.has(name);
}

const DOES =
  /^(?:try_|maybe_)?(?:add|alter|apply|backfill|bump|create|drop|ensure|fix|insert|make|migrate|record|remove|rename|save|set|store|update|upgrade|write)_/;

/** Names of functions that only answer a question: calling one for its answer is no step of its own. */
export function onlyAnswers(name: string): boolean {
  // `ensure_metadata_column`, `bump_version`: a verb in front does something with what the name ends with.
  if (DOES.test(name)) return false;
  return /^(?:is|has|have|needs|contains|exists|get|count|current)_|(?:^|_)(?:exists?|present|version|columns?|names)$/.test(
    name,
  );
}

function names(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}

/** The one driver that a file speaks of, if the others are not named. Looked for once: a file may hold thousands of calls. */
export function onlyDriver(file: SourceFile): 'rusqlite' | 'postgres' | null {
  let driver = drivers.get(file);
  if (driver === undefined) {
    const isPostgres = /\btokio_postgres\b|\bPgPool\b|\bPgConnection\b|\bsqlx::(?:postgres|Postgres)\b/.test(file.text);
    const isSqlite = /\brusqlite\b/.test(file.text);
    const isOther =
      /\bSqlite(?:Pool|Connect)\w*\b|\bMySql(?:Pool|Connect)\w*\b|\bAny(?:Pool|Connection)\b|\bdiesel\b|\blibsql\b/.test(
        file.text,
      );
    driver = isOther || isPostgres === isSqlite ? null : isSqlite ? 'rusqlite' : 'postgres';
    drivers.set(file, driver);
  }
  return driver;
}

const drivers = new WeakMap<SourceFile, 'rusqlite' | 'postgres' | null>();
