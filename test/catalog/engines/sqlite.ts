import { createRequire } from 'node:module';
import wasm from 'node-sqlite3-wasm';
import { canonicalExpression } from '../../../src/catalog/canonical.ts';
import { sqlite } from '../../../src/dialects/sqlite.ts';
import type { Version } from '../../../src/dialects/dialect.ts';
import { columnLine, indexLine } from './sqlite-lines.ts';
import type { EngineVerdict, SchemaLines, TestEngine } from './test-engine.ts';

type Row = Readonly<Record<string, unknown>>;

/** One connection of any package that embeds SQLite. */
export interface SqliteConnection {
  exec(sql: string): void;
  all(query: string, values: readonly string[]): readonly Row[];
  close(): void;
}

/** A package that embeds SQLite. */
export interface SqliteLibrary {
  readonly name: string;
  /** Opens an empty database in memory. */
  open(): SqliteConnection;
}

/** The build that tests run on everywhere. */
export const wasmLibrary: SqliteLibrary = {
  name: 'node-sqlite3-wasm',
  open: () => {
    const database = new wasm.Database();
    return {
      exec: (sql) => {
        database.exec(sql);
      },
      all: (query, values) => database.all(query, [...values]),
      close: () => {
        database.close();
      },
    };
  },
};

/** The SQLite inside Node, from 22.5 on; null in an older Node. */
export function nodeLibrary(): SqliteLibrary | null {
  interface NodeSqlite {
    readonly DatabaseSync: new (path: string) => {
      exec(sql: string): void;
      prepare(sql: string): { all(...values: string[]): readonly Row[] };
      close(): void;
    };
  }
  let library: NodeSqlite;
  try {
    library = createRequire(import.meta.url)('node:sqlite') as NodeSqlite;
  } catch {
    return null;
  }
  return {
    name: 'node:sqlite',
    open: () => {
      const database = new library.DatabaseSync(':memory:');
      return {
        exec: (sql) => {
          database.exec(sql);
        },
        all: (query, values) => database.prepare(query).all(...values),
        close: () => {
          database.close();
        },
      };
    },
  };
}

/** The version of a build, as `[major, minor]`. */
export function sqliteVersion(library: SqliteLibrary = wasmLibrary): Version {
  const [major = 3, minor = 0] = fullVersion(library).split('.').map(Number);
  return [major, minor];
}

function fullVersion(library: SqliteLibrary): string {
  const connection = library.open();
  const [row] = connection.all('SELECT sqlite_version() AS version', []);
  connection.close();
  return text(row?.version);
}

/** Opens an empty database in memory. */
export function openSqlite(library: SqliteLibrary = wasmLibrary): TestEngine {
  let connection = library.open();
  let known = new Introspections();
  let filled = true;
  return {
    title: `SQLite ${fullVersion(library)} (${library.name})`,
    foreignKeys: text(connection.all('PRAGMA foreign_keys', [])[0]?.foreign_keys) === '1',
    comparesCatalogs: 'after each statement',
    get fillsEveryTable() {
      return filled;
    },
    run: (statement) => Promise.resolve(runStatement(connection, statement)),
    introspect: () => Promise.resolve(known.linesOf(connection)),
    fillTables: () => {
      filled = fillTables(connection);
      return Promise.resolve();
    },
    normalised,
    reset: () => {
      connection.close();
      connection = library.open();
      known = new Introspections();
      return Promise.resolve();
    },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

function runStatement(connection: SqliteConnection, statement: string): EngineVerdict {
  try {
    connection.exec(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Quotes around names follow what was written; they do not count. Of several bodies that no longer resolve SQLite names
 * the oldest; a catalog keeps no such order.
 */
function normalised(errorText: string): string {
  if (/^error in (?:view|trigger) /.test(errorText)) return 'error in a view or trigger';
  return errorText
    .replace(/ - should this be a string literal in single-quotes\?$/, '')
    .replace(/["'`[\]]/g, '')
    .toLowerCase();
}

function rows(connection: SqliteConnection, query: string, values: readonly string[] = []): readonly Row[] {
  return connection.all(query, values);
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? value.toString()
      : '';
}

const OBJECTS = `SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

/** Reads schemas; what the text of a table's definitions says is not asked twice. */
class Introspections {
  readonly #linesByText = new Map<string, readonly string[]>();

  linesOf(connection: SqliteConnection): SchemaLines {
    const objects = rows(connection, OBJECTS).map((row) => ({
      type: text(row.type), name: text(row.name), table: text(row.tbl_name), sql: text(row.sql),
    })); // prettier-ignore
    const virtual = objects.filter(({ sql }) => /^CREATE VIRTUAL/i.test(sql)).map(({ name }) => name);
    const isShadow = (name: string): boolean => virtual.some((owner) => name === owner || name.startsWith(`${owner}_`));
    return objects
      .flatMap(({ type, name, table, sql }) => {
        if (type === 'view') return [`view ${name}`];
        if (type === 'trigger') return [`trigger ${table.toLowerCase()} ${name}`];
        if (type !== 'table' || isShadow(name)) return [];
        const indexes = objects.filter((object) => object.type === 'index' && object.table === name);
        return this.#tableLines(connection, name, [sql, ...indexes.map((index) => index.sql)].join('\n'), sql);
      })
      .sort();
  }

  #tableLines(connection: SqliteConnection, name: string, key: string, sql: string): readonly string[] {
    const known = this.#linesByText.get(key);
    if (known !== undefined) return known;
    const lines = tableLines(connection, name, sql);
    this.#linesByText.set(key, lines);
    return lines;
  }
}

function tableLines(connection: SqliteConnection, table: string, sql: string): readonly string[] {
  // PRAGMA table_list came with 3.37; the options end the text.
  const options = /\)([^)]*)$/.exec(sql)?.[1] ?? '';
  const words = `${/\bstrict\b/i.test(options) ? ' strict' : ''}${/\bwithout\b/i.test(options) ? ' without rowid' : ''}`;
  return [
    `table ${table}${words}`,
    ...columnLines(connection, table),
    ...indexLines(connection, table),
    ...foreignKeyLines(connection, table),
  ];
}

function columnLines(connection: SqliteConnection, table: string): readonly string[] {
  return rows(connection, `SELECT * FROM pragma_table_xinfo(?, 'main')`, [table]).map((column, at) => {
    const value = column.dflt_value === null ? '' : ` default ${canonicalExpression(text(column.dflt_value), sqlite)}`;
    const hidden = { '2': ' virtual', '3': ' stored' }[text(column.hidden)] ?? '';
    const type = text(column.type)
      .replace(/\s+/g, ' ')
      .replace(/ ?GENERATED ALWAYS$/i, '');
    const isNotNull = text(column.notnull) === '1';
    return columnLine(table, at + 1, text(column.name), type, isNotNull, value, hidden, text(column.pk));
  });
}

function indexLines(connection: SqliteConnection, table: string): readonly string[] {
  return rows(connection, `SELECT * FROM pragma_index_list(?, 'main')`, [table]).map((index) => {
    const name = text(index.name);
    const keys = rows(
      connection,
      `SELECT name, "desc" FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno`,
      [name],
    );
    const parts = keys.map(
      (key) => `${key.name === null ? '<expression>' : text(key.name)}${text(key.desc) === '1' ? ' desc' : ''}`,
    );
    return indexLine(table, name, text(index.unique) === '1', parts, text(index.partial) === '1');
  });
}

function foreignKeyLines(connection: SqliteConnection, table: string): readonly string[] {
  const keys = new Map<string, Row[]>();
  for (const row of rows(connection, `SELECT * FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq`, [table])) {
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

/** Whether every table has rows now: some have types or checks that no row of ours satisfies. */
function fillTables(connection: SqliteConnection): boolean {
  const tables = ['main', 'temp'].flatMap((schema) =>
    rows(
      connection,
      `SELECT name FROM ${schema}.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    ).map(({ name }) => ({ schema, name: text(name) })),
  );
  const foreignKeys = text(rows(connection, 'PRAGMA foreign_keys')[0]?.foreign_keys);
  connection.exec('PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1');
  for (const table of tables) fillTable(connection, table);
  connection.exec(`PRAGMA foreign_keys = ${foreignKeys}; PRAGMA ignore_check_constraints = 0`);
  return tables.every((table) => hasRows(connection, written(table)));
}

interface TableName {
  readonly schema: string;
  readonly name: string;
}

function written({ schema, name }: TableName): string {
  return `${schema}."${name.replaceAll('"', '""')}"`;
}

function hasRows(connection: SqliteConnection, table: string): boolean {
  return rows(connection, `SELECT 1 FROM ${table} LIMIT 1`).length > 0;
}

function fillTable(connection: SqliteConnection, table: TableName): void {
  const name = written(table);
  if (hasRows(connection, name)) return;
  const columns = rows(connection, 'SELECT * FROM pragma_table_xinfo(?, ?) WHERE hidden = 0', [
    table.name,
    table.schema,
  ]);
  const isKey = (column: Row): boolean => text(column.pk) !== '0';
  // Keys to this table point to 7, as all columns that are no key do.
  for (const key of [7, 8]) {
    const values = columns.map((column) => (isKey(column) ? key : 7));
    const list = columns.map((column) => `"${text(column.name).replaceAll('"', '""')}"`).join(', ');
    runStatement(connection, `INSERT OR IGNORE INTO ${name} (${list}) VALUES (${values.join(', ')})`);
  }
}
