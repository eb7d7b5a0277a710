import wasm from 'node-sqlite3-wasm';
import { canonicalExpression } from '../../../src/catalog/canonical.ts';
import type { Catalog, Constraint, Index, Table } from '../../../src/catalog/catalog.ts';
import { sqlite } from '../../../src/dialects/sqlite.ts';
import type { EngineVerdict, SchemaLines, TestEngine } from './test-engine.ts';

// A CommonJS module: its names can be imported only through its default.
const { Database: SqliteDatabase } = wasm;
type SqliteDatabase = InstanceType<typeof SqliteDatabase>;

/** SQLite in memory, and what only it offers: rows in every table. */
export interface SqliteTestEngine extends TestEngine {
  /** Puts two rows of equal values into every table that has none, as far as its keys let them. */
  fillTables(): void;
}

/** The version of the SQLite that tests run on, as `[major, minor]`. */
export function sqliteVersion(): readonly [number, number] {
  const database = new SqliteDatabase();
  const [row] = rows(database, 'SELECT sqlite_version() AS version');
  database.close();
  const [major = 3, minor = 0] = text(row?.version).split('.').map(Number);
  return [major, minor];
}

/** Opens an empty database in memory. */
export function openSqlite(): SqliteTestEngine {
  const database = new SqliteDatabase();
  return {
    run: (statement) => Promise.resolve(runStatement(database, statement)),
    introspect: () => Promise.resolve(introspect(database)),
    fillTables: () => {
      fillTables(database);
    },
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

function runStatement(database: SqliteDatabase, statement: string): EngineVerdict {
  try {
    database.exec(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: error instanceof Error ? error.message : String(error) };
  }
}

type Row = Readonly<Record<string, unknown>>;

function rows(database: SqliteDatabase, query: string, values: readonly string[] = []): readonly Row[] {
  return database.all(query, [...values]);
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? value.toString()
      : '';
}

const OBJECTS = `SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

function introspect(database: SqliteDatabase): SchemaLines {
  const lines: string[] = [];
  const virtual = new Set(
    rows(database, `SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')`).map((row) =>
      text(row.name),
    ),
  );
  for (const object of rows(database, OBJECTS)) {
    const [type, name, table] = [text(object.type), text(object.name), text(object.tbl_name)];
    if (type === 'view') lines.push(`view ${name}`);
    if (type === 'trigger') lines.push(`trigger ${table} ${name}`);
    if (type === 'table' && !virtual.has(name)) lines.push(...tableLines(database, name));
  }
  return lines.sort();
}

function tableLines(database: SqliteDatabase, table: string): readonly string[] {
  const options = rows(database, `SELECT wr, strict FROM pragma_table_list(?) WHERE schema = 'main'`, [table])[0];
  const words = `${text(options?.strict) === '1' ? ' strict' : ''}${text(options?.wr) === '1' ? ' without rowid' : ''}`;
  return [
    `table ${table}${words}`,
    ...columnLines(database, table),
    ...indexLines(database, table),
    ...foreignKeyLines(database, table),
  ];
}

function columnLines(database: SqliteDatabase, table: string): readonly string[] {
  return rows(database, `SELECT * FROM pragma_table_xinfo(?, 'main')`, [table]).map((column, at) => {
    const value = column.dflt_value === null ? '' : ` default ${canonicalExpression(text(column.dflt_value), sqlite)}`;
    const hidden = { '2': ' virtual', '3': ' stored' }[text(column.hidden)] ?? '';
    const type = text(column.type)
      .replace(/\s+/g, ' ')
      .replace(/ ?GENERATED ALWAYS$/i, '');
    const isNotNull = text(column.notnull) === '1';
    return columnLine(table, at + 1, text(column.name), type, isNotNull, value, hidden, text(column.pk));
  });
}

function columnLine(
  table: string,
  position: number,
  name: string,
  type: string,
  isNotNull: boolean,
  value: string,
  hidden: string,
  keyPosition: string,
): string {
  // The words of a type are the same in any case.
  return `column ${table} ${position} ${name} ${type.toLowerCase()}${isNotNull ? ' not null' : ''}${value}${hidden}${keyPosition === '0' ? '' : ` key ${keyPosition}`}`;
}

function indexLines(database: SqliteDatabase, table: string): readonly string[] {
  return rows(database, `SELECT * FROM pragma_index_list(?, 'main')`, [table]).map((index) => {
    const name = text(index.name);
    const keys = rows(database, `SELECT name, "desc" FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno`, [
      name,
    ]);
    const parts = keys.map(
      (key) => `${key.name === null ? '<expression>' : text(key.name)}${text(key.desc) === '1' ? ' desc' : ''}`,
    );
    return indexLine(table, name, text(index.unique) === '1', parts, text(index.partial) === '1');
  });
}

function indexLine(table: string, name: string, unique: boolean, keys: readonly string[], isPartial: boolean): string {
  return `index ${table} ${name}${unique ? ' unique' : ''} (${keys.join(', ')})${isPartial ? ' where' : ''}`;
}

function foreignKeyLines(database: SqliteDatabase, table: string): readonly string[] {
  const keys = new Map<string, Row[]>();
  for (const row of rows(database, `SELECT * FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq`, [table])) {
    const id = text(row.id);
    keys.set(id, [...(keys.get(id) ?? []), row]);
  }
  return [...keys.values()].map((parts) => {
    const [first] = parts;
    const columns = parts.map((part) => text(part.from).toLowerCase()).join(', ');
    const targets = parts.flatMap((part) => (part.to === null ? [] : [text(part.to).toLowerCase()])).join(', ');
    const target = text(first?.table).toLowerCase();
    return `foreign-key ${table} (${columns}) -> ${target} (${targets}) delete ${text(first?.on_delete).toLowerCase()} update ${text(first?.on_update).toLowerCase()}`;
  });
}

function fillTables(database: SqliteDatabase): void {
  const tables = rows(
    database,
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  );
  const foreignKeys = text(rows(database, 'PRAGMA foreign_keys')[0]?.foreign_keys);
  database.exec('PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1');
  for (const table of tables) fillTable(database, text(table.name));
  database.exec(`PRAGMA foreign_keys = ${foreignKeys}; PRAGMA ignore_check_constraints = 0`);
}

function fillTable(database: SqliteDatabase, table: string): void {
  const name = `"${table.replaceAll('"', '""')}"`;
  if (rows(database, `SELECT 1 FROM ${name} LIMIT 1`).length > 0) return;
  const columns = rows(database, `SELECT * FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0`, [table]);
  const isKey = (column: Row): boolean => text(column.pk) !== '0';
  for (const key of [1, 2]) {
    const values = columns.map((column) => (isKey(column) ? key : 7));
    const list = columns.map((column) => `"${text(column.name).replaceAll('"', '""')}"`).join(', ');
    runStatement(database, `INSERT OR IGNORE INTO ${name} (${list}) VALUES (${values.join(', ')})`);
  }
}

/** A catalog in the form in which `introspect` gives the engine's. */
export function sqliteCatalogLines(catalog: Catalog): SchemaLines {
  const lines: string[] = [];
  for (const relation of catalog.relations.values()) {
    if (relation.schema !== 'main' || relation.kind === 'sequence') continue;
    if (relation.kind === 'table') lines.push(...catalogTable(relation, catalog));
    else lines.push(`view ${relation.name}`);
  }
  for (const trigger of catalog.triggers.values()) {
    if (trigger.schema === 'main')
      lines.push(`trigger ${catalog.relations.get(trigger.table)?.name ?? trigger.table} ${trigger.name}`);
  }
  return lines.sort();
}

function catalogTable(table: Table, catalog: Catalog): readonly string[] {
  if (table.open) return [];
  const words = ['strict', 'without rowid']
    .filter((option) => table.options.includes(option))
    .map((option) => ` ${option}`);
  const key = table.constraints.find((constraint) => constraint.kind === 'primary-key')?.columns ?? [];
  const columns = table.columns.map((column, at) => {
    const value = column.default === null ? '' : ` default ${column.default}`;
    const hidden = column.generated === null ? '' : column.generated.stored ? ' stored' : ' virtual';
    const place = key.indexOf(sqlite.key(column.name, true)) + 1;
    return columnLine(
      table.name,
      at + 1,
      column.name,
      column.type ?? '',
      column.notNull,
      value,
      hidden,
      place.toString(),
    );
  });
  const indexes = table.indexes.map((index) => catalogIndex(table, index));
  const foreignKeys = table.constraints
    .filter((constraint) => constraint.kind === 'foreign-key')
    .map((constraint) => catalogForeignKey(table, constraint, catalog));
  return [`table ${table.name}${words.join('')}`, ...columns, ...indexes, ...foreignKeys];
}

function catalogIndex(table: Table, index: Index): string {
  const keys = index.keys.map((key) => {
    const column = table.columns.find((candidate) => sqlite.key(candidate.name, true) === key.column);
    return `${column?.name ?? '<expression>'}${key.descending ? ' desc' : ''}`;
  });
  return indexLine(table.name, index.name, index.unique, keys, index.where !== null);
}

function catalogForeignKey(table: Table, { columns, target }: Constraint, catalog: Catalog): string {
  const name =
    target === null ? '' : (catalog.relations.get(target.table)?.name ?? target.table.replace(/^[^.]*\./, ''));
  return `foreign-key ${table.name} (${columns.join(', ')}) -> ${name.toLowerCase()} (${target?.columns.join(', ') ?? ''}) delete ${target?.onDelete ?? ''} update ${target?.onUpdate ?? ''}`;
}

/** Names of tables of which the catalog does not claim to know everything, and of those that SQLite keeps for a virtual one. */
export function sqliteUnknownNames(catalog: Catalog): ReadonlySet<string> {
  const names = new Set<string>();
  for (const relation of catalog.relations.values()) {
    const isOpen =
      relation.kind === 'table' &&
      (relation.open || relation.columns.some((column) => !column.certain || column.unknown.length > 0));
    if (!relation.certain || isOpen) names.add(relation.name);
  }
  return names;
}
