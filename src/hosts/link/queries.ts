import { isNameOfRound } from './file-names.ts';
import { knownName, knownText, type RowsValue, type Value } from './values.ts';

/**
 * What a query of the engine's own tables asks for. Names are as the code gives them; null where they are not
 * known.
 */
export type QueryMeaning =
  /** The names of a table's columns, or of one column. */
  | { readonly asks: 'columns'; readonly table: string | null; readonly column?: string | null }
  /** The names of tables, views, indexes or triggers, or of one. */
  | { readonly asks: 'objects'; readonly type: 'table' | 'view' | 'index' | 'trigger'; readonly name?: string | null }
  /** The CREATE statement of a table. */
  | { readonly asks: 'definition'; readonly name: string | null }
  /** `PRAGMA user_version`, or a version kept under a key. */
  | { readonly asks: 'version' }
  /** Rows of a table of the project, perhaps those of one value. */
  | {
      readonly asks: 'rows';
      readonly table: string;
      readonly wanted?: string | null;
      readonly counts: boolean;
      /** Those of the file that a loop over files has reached. */ readonly ofFile: boolean;
    }
  | { readonly asks: 'unknown' };

/** A comparison in a query's WHERE: the column, and the value if it is known. */
interface Filter {
  readonly column: string;
  readonly value: string | null;
}

/** Queries of the catalog are short; longer ones are the application's. */
const LONGEST_QUERY = 2_000;

const UNKNOWN: QueryMeaning = { asks: 'unknown' };

/** Reads what a query of the database's shape asks for. */
export function meaningOf(rows: RowsValue): QueryMeaning {
  const text = rows.sql.kind === 'text' ? rows.sql.sql.text.trim() : '';
  if (text === '' || text.length > LONGEST_QUERY) return UNKNOWN;
  const pragma = /^pragma\s+(?:\w+\.)?(\w+)\s*(?:\(\s*(?<name>[^)]*?)\s*\))?\s*;?$/i.exec(text);
  if (pragma !== null) return pragmaMeaning(pragma[1]?.toLowerCase() ?? '', pragma.groups?.name, rows);
  const show =
    /^(?:show\s+(?:full\s+)?columns\s+(?:from|in)|describe|desc)\s+([`"\w.${}]+)(?:\s+like\s+'([^']*)')?/i.exec(text);
  if (show !== null)
    return { asks: 'columns', table: nameOrNull(show[1]), ...(show[2] === undefined ? {} : { column: show[2] }) };
  return selectMeaning(text, rows);
}

function pragmaMeaning(pragma: string, argument: string | undefined, rows: RowsValue): QueryMeaning {
  switch (pragma) {
    case 'table_info':
    case 'table_xinfo':
      return { asks: 'columns', table: argument === '?' ? firstArgument(rows) : nameOrNull(argument) };
    case 'index_list':
      return { asks: 'objects', type: 'index' };
    case 'table_list':
      return { asks: 'objects', type: 'table' };
    case 'index_info':
    case 'index_xinfo':
      return { asks: 'objects', type: 'index', name: nameOrNull(argument) };
    case 'user_version':
      return argument === undefined ? { asks: 'version' } : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function selectMeaning(text: string, rows: RowsValue): QueryMeaning {
  const from = /\bfrom\s+(?:only\s+)?((?:[\w"`[\]]+\s*\.\s*)?["`[]?[\w$]+["`\]]?)\s*(\(\s*([^)]*)\s*\))?/i.exec(text);
  const regclass = /to_regclass\s*\(\s*([^)]*?)(?:::\w+)?\s*\)/i.exec(text);
  const filters = filtersOf(text, rows);
  if (regclass !== null)
    return { asks: 'objects', type: 'table', name: unqualified(argumentOf(regclass[1] ?? '', rows)) };
  if (from === null) return UNKNOWN;
  const source = (from[1] ?? '').replace(/["`[\]\s]/g, '').toLowerCase();
  switch (source) {
    case 'sqlite_master':
    case 'sqlite_schema':
    case 'sqlite_temp_master':
      return masterMeaning(text, filters);
    case 'pragma_table_info':
    case 'pragma_table_xinfo':
      return { asks: 'columns', table: argumentOf(from[3] ?? '', rows), ...columnFilter(filters, 'name') };
    case 'information_schema.columns':
      return {
        asks: 'columns',
        table: filterValue(filters, 'table_name') ?? null,
        ...columnFilter(filters, 'column_name'),
      };
    case 'information_schema.tables':
    case 'pg_tables':
    case 'pg_catalog.pg_tables':
      return { asks: 'objects', type: 'table', ...nameFilter(filters, /^(?:table_name|tablename)$/) };
    case 'information_schema.views':
    case 'pg_views':
      return { asks: 'objects', type: 'view', ...nameFilter(filters, /^(?:table_name|viewname)$/) };
    case 'information_schema.statistics':
    case 'pg_indexes':
    case 'pg_catalog.pg_indexes':
      return { asks: 'objects', type: 'index', ...nameFilter(filters, /^(?:index_name|indexname)$/) };
    case 'pg_class':
    case 'pg_catalog.pg_class':
      return { asks: 'objects', type: 'table', ...nameFilter(filters, /relname$/) };
    default:
      return isSystemTable(source) ? UNKNOWN : tableMeaning(text, source, filters, rows.round);
  }
}

function masterMeaning(text: string, filters: readonly Filter[]): QueryMeaning {
  const type = filterValue(filters, 'type')?.toLowerCase() ?? 'table';
  const name = nameFilter(filters, /^(?:name|tbl_name)$/);
  if (/^select\s+sql\b/i.test(text) && type === 'table') return { asks: 'definition', name: name.name ?? null };
  if (type !== 'table' && type !== 'view' && type !== 'index' && type !== 'trigger') return UNKNOWN;
  return { asks: 'objects', type, ...name };
}

function tableMeaning(
  text: string,
  table: string,
  filters: readonly Filter[],
  round: string | undefined,
): QueryMeaning {
  const ofFile = filters.find(({ value }) => isNameOfRound(value ?? round, round));
  const filter = ofFile ?? filters[0];
  const isFiltered = /\bwhere\b/i.test(text);
  const counts = /^select\s+(?:count\s*\(|exists)/i.test(text);
  if (isFiltered && filter === undefined) return UNKNOWN;
  // `SELECT value FROM meta WHERE key = 'schema_version'`.
  if (filters.length === 1 && /version$/i.test(filter?.value ?? '')) return { asks: 'version' };
  const name = table.slice(table.lastIndexOf('.') + 1);
  // `SELECT version FROM schema_version WHERE id = 1`: another column tells the one row.
  const version = /^select\s+(?:max\s*\(\s*)?["`[]?(\w*version)\b/i.exec(text)?.[1]?.toLowerCase();
  const isOneRow = version !== undefined && filters.length === 1 && filter?.column !== version;
  if (isOneRow && isLedgerName(name)) return { asks: 'version' };
  const wanted = ofFile === undefined ? filter?.value : (ofFile.value ?? round);
  return {
    asks: 'rows',
    table: name,
    counts,
    ofFile: ofFile !== undefined,
    ...(wanted === undefined ? {} : { wanted }),
  };
}

/** The columns that a probing SELECT needs, and their table. Null where the query is not that simple. */
export function probedColumns(text: string): { readonly table: string; readonly columns: readonly string[] } | null {
  if (text.length > LONGEST_QUERY) return null;
  const probe =
    /^\s*select\s+([\w\s,*"`()]+?)\s+from\s+["`[]?(\w+)["`\]]?\s*(?:where\s+(?:1\s*=\s*0|0|false|(\w+)\s*=\s*(?:\d+|'\w*'|\?|\$1))\s*)?(?:limit\s+\d+)?\s*;?\s*$/i.exec(
      text,
    );
  if (probe === null) return null;
  const asked = `${probe[1] ?? ''}${probe[3] === undefined ? '' : `, ${probe[3]}`}`;
  const list = asked.split(',').map((column) => column.trim().replace(/["`]/g, ''));
  const columns = list.filter((column) => /^[a-z_]\w*$/i.test(column));
  return columns.length === list.length
    ? { table: probe[2] ?? '', columns }
    : list.every(isNoColumn)
      ? { table: probe[2] ?? '', columns: [] }
      : null;
}

function isNoColumn(words: string): boolean {
  return /^(?:\*|\d+|count\s*\(.*\))$/i.test(words);
}

const FILTER =
  /(?:lower\s*\(\s*)?([\w.]+)\s*\)?\s*(?:=|\blike\b|\bilike\b)\s*(?:lower\s*\(\s*)?('(?:[^']|'')*'|"[^"]*"|\?|%s|%\(\w+\)s|[:$@]\w+|\$\{[^}]*\}|database\s*\(\s*\)|\w+)/gi;

function filtersOf(text: string, rows: RowsValue): readonly Filter[] {
  const where = text.search(/\bwhere\b/i);
  if (where < 0) return [];
  let asked = (text.slice(0, where).match(/\?|%s/g) ?? []).length;
  const filters: Filter[] = [];
  for (const match of text.slice(where).matchAll(FILTER)) {
    const written = match[2] ?? '';
    const column = (match[1] ?? '').toLowerCase();
    const isNext = written === '?' || written === '%s';
    filters.push({
      column: column.slice(column.lastIndexOf('.') + 1),
      value: isNext ? argument(rows, asked++) : argumentOf(written, rows),
    });
  }
  return filters;
}

/** The value of something written in a query: a literal, or a parameter and what is bound to it. */
function argumentOf(written: string, rows: RowsValue): string | null {
  const words = written.trim();
  if (words === '?' || words === '%s') return firstArgument(rows);
  const quoted = /^(?:'((?:[^']|'')*)'|"([^"]*)"|`([^`]*)`)$/.exec(words);
  if (quoted !== null) return placeholderFree((quoted[1] ?? quoted[2] ?? quoted[3] ?? '').replace(/''/g, "'"));
  const numbered = /^\$(\d+)$/.exec(words);
  if (numbered !== null) return argument(rows, Number(numbered[1]) - 1);
  const named = /^(?:[:@$](\w+)|%\((\w+)\)s)$/.exec(words);
  if (named !== null) return namedArgument(rows, named[1] ?? named[2] ?? '');
  return /^\w+$/.test(words) ? words : null;
}

function firstArgument(rows: RowsValue): string | null {
  return argument(rows, 0);
}

function argument(rows: RowsValue, index: number): string | null {
  const value: Value | undefined = rows.arguments[index];
  return value === undefined ? null : (knownName(value) ?? null);
}

function namedArgument(rows: RowsValue, name: string): string | null {
  const found = rows.arguments.find((value) => value.kind === 'named' && value.name === name);
  return found?.kind === 'named' ? (knownText(found.value) ?? null) : null;
}

function filterValue(filters: readonly Filter[], column: string): string | null | undefined {
  return filters.find((filter) => filter.column === column)?.value;
}

function columnFilter(filters: readonly Filter[], column: string): { readonly column?: string | null } {
  const value = filterValue(filters, column);
  return value === undefined ? {} : { column: value };
}

function nameFilter(filters: readonly Filter[], columns: RegExp): { readonly name?: string | null } {
  const found = filters.find((filter) => columns.test(filter.column));
  return found === undefined ? {} : { name: found.value };
}

function nameOrNull(words: string | undefined): string | null {
  return words === undefined ? null : placeholderFree(words.trim().replace(/^["'`[]|["'`\]]$/g, ''));
}

function placeholderFree(words: string): string | null {
  return words === '' || words.includes('${') || words.includes('%') ? null : words;
}

function unqualified(name: string | null): string | null {
  return name === null ? null : name.slice(name.lastIndexOf('.') + 1);
}

function isSystemTable(source: string): boolean {
  return /^(?:sqlite_|pragma_|information_schema\.|pg_|mysql\.|sys\.|performance_schema\.)/.test(source);
}

/** Names of tables in which projects record their migrations. */
const LEDGER_NAME =
  /migrat|schema_?(?:version|info|history|changes)|^_?(?:db_?|app_?)?versions?$|ledger|changelog|applied|revision/i;

/** Whether a table is one in which migrations are recorded, by its name. */
export function isLedgerName(table: string): boolean {
  return LEDGER_NAME.test(table);
}
