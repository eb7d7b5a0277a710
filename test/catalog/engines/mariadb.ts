import mysql from 'mysql2/promise';
import {
  groupedByTable,
  scratchDatabaseName,
  withoutScratchNames,
  type EngineAvailability,
  type EngineVerdict,
  type SchemaLines,
  type TestEngine,
} from './test-engine.ts';

/** The servers that tests create scratch databases on; MySQL has none by default. */
export const MARIADB_VARIABLE = 'MIGRALINT_TEST_MARIADB_URL';
export const MYSQL_VARIABLE = 'MIGRALINT_TEST_MYSQL_URL';
const DEFAULT_MARIADB_URL = 'mysql://root@127.0.0.1:3306/test';

/** The server's address, or null where none is named and none is usual. */
export function serverUrlOf(dialect: 'mariadb' | 'mysql'): string | null {
  if (dialect === 'mysql') return process.env[MYSQL_VARIABLE] ?? null;
  return process.env[MARIADB_VARIABLE] ?? DEFAULT_MARIADB_URL;
}

/** Whether the server answers. */
export async function mariadbAvailability(dialect: 'mariadb' | 'mysql'): Promise<EngineAvailability> {
  const url = serverUrlOf(dialect);
  if (url === null) return { available: false, why: `${MYSQL_VARIABLE} is not set` };
  try {
    const connection = await mysql.createConnection({ uri: url, connectTimeout: 3000 });
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT version() AS version');
    await connection.end();
    return { available: true, version: String(rows[0]?.version ?? '') };
  } catch (error) {
    return { available: false, why: messageOf(error) };
  }
}

/** Creates a scratch database and connects to it. */
export async function openMariadb(dialect: 'mariadb' | 'mysql'): Promise<TestEngine> {
  const url = serverUrlOf(dialect);
  if (url === null) throw new Error(`${MYSQL_VARIABLE} is not set`);
  const name = scratchDatabaseName();
  await onServer(url, createDatabase(name));
  const connection = await mysql.createConnection({ uri: withDatabase(url, name) });
  // An open transaction or USE of the tested connection must not matter.
  const reader = await mysql.createConnection({ uri: withDatabase(url, name) });
  const [rows] = await reader.query<mysql.RowDataPacket[]>('SELECT version() AS version');
  return {
    title: `${dialect === 'mysql' ? 'MySQL' : 'MariaDB'} ${/^[0-9.]+/.exec(String(rows[0]?.version))?.[0] ?? ''}`,
    foreignKeys: true,
    comparesCatalogs: 'at the end',
    fillsEveryTable: false,
    normalised,
    run: (statement) => runStatement(connection, statement),
    introspect: () => introspect(reader, name),
    fillTables: () => fillTables(reader, name),
    reset: async () => {
      await reader.query(`DROP DATABASE ${name}`);
      await reader.query(createDatabase(name));
      await reader.query(`USE ${name}`);
      // Forgets temporary tables, variables and locks too.
      await connection.changeUser({ database: name });
    },
    close: async () => {
      connection.destroy();
      reader.destroy();
      await onServer(url, `DROP DATABASE IF EXISTS ${name}`);
    },
  };
}

function createDatabase(name: string): string {
  return `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`;
}

/** Scratch databases and files have random names; which rows collide or do not fit is not the replay's to know. */
function normalised(errorText: string): string {
  return withoutScratchNames(errorText)
    .replace(/^Duplicate entry '.*' for key/, 'Duplicate entry for key')
    .replace(/^(Incorrect|Truncated incorrect) (\w+) value: '[^']*'/, '$1 $2 value')
    .replace(/#sql-alter-[0-9a-f-]+/g, '#sql');
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

async function onServer(url: string, statement: string): Promise<void> {
  const connection = await mysql.createConnection({ uri: url });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

async function runStatement(connection: mysql.Connection, statement: string): Promise<EngineVerdict> {
  try {
    await connection.query(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

async function introspect(reader: mysql.Connection, database: string): Promise<SchemaLines> {
  const [rows] = await reader.query<mysql.RowDataPacket[]>(CATALOG_QUERY.replaceAll('?', `'${database}'`));
  return rows.map((row) => String(row.line)).sort();
}

/** Two rows of equal values for every table without rows; what its keys and checks refuse stays empty. */
async function fillTables(reader: mysql.Connection, database: string): Promise<void> {
  const [columns] = await reader.query<mysql.RowDataPacket[]>(
    `SELECT c.TABLE_NAME AS \`table\`, c.COLUMN_NAME AS \`column\`, c.DATA_TYPE AS type FROM information_schema.COLUMNS c
     WHERE c.TABLE_SCHEMA = ? AND c.EXTRA NOT LIKE '%GENERATED%' AND BINARY c.TABLE_NAME IN
       (SELECT BINARY t.TABLE_NAME FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE')
     ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
    [database, database],
  );
  for (const [table, own] of groupedByTable(columns, (row) => String(row.table))) {
    const [held] = await reader.query<mysql.RowDataPacket[]>('SELECT 1 FROM ?? LIMIT 1', [table]);
    if (held.length > 0) continue;
    const values = own.map((row) => valueOf(String(row.type)));
    const insert = `INSERT INTO ?? (${own.map(() => '??').join(', ')}) VALUES (${values.join(', ')})`;
    for (let row = 0; row < 2; row++)
      await reader.query(insert, [table, ...own.map((column) => String(column.column))]).catch(() => undefined);
  }
}

function valueOf(type: string): string {
  if (/date|time/.test(type)) return "'2020-01-01'";
  if (/char|text/.test(type)) return "'x'";
  return type === 'json' || type === 'longtext' ? "'{}'" : '1';
}

/**
 * The database's name is given to each table of information_schema by itself: it does not pass through a join, and without it the
 * server opens the tables of all databases. DISTINCT keeps derived tables from being merged into such a join.
 */
const CATALOG_QUERY = [
  `SELECT CONCAT(CASE TABLE_TYPE WHEN 'VIEW' THEN 'view ' WHEN 'SEQUENCE' THEN 'sequence ' ELSE 'table ' END, TABLE_NAME) AS line
   FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?`,
  `SELECT CONCAT('column ', c.TABLE_NAME, ' ', c.ORDINAL_POSITION, ' ', c.COLUMN_NAME, ' ', c.COLUMN_TYPE,
     IF(c.IS_NULLABLE = 'NO', ' not null', ''),
     IF(c.EXTRA LIKE '%GENERATED%' AND c.EXTRA NOT LIKE '%DEFAULT_GENERATED%', ' generated',
        IF(c.COLUMN_DEFAULT IS NULL OR c.COLUMN_DEFAULT = 'NULL', '', ' default')),
     IF(c.EXTRA LIKE '%auto_increment%', ' auto_increment', ''),
     IF(c.EXTRA LIKE '%on update%', ' on update', ''),
     IF(c.COLUMN_COMMENT <> '', ' comment', '')) AS line
   FROM information_schema.COLUMNS c WHERE c.TABLE_SCHEMA = ? AND BINARY c.TABLE_NAME IN
     (SELECT BINARY t.TABLE_NAME FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE')`,
  `SELECT CONCAT('index ', TABLE_NAME, ' ', INDEX_NAME, IF(NON_UNIQUE = 0, ' unique', ''), ' (',
     GROUP_CONCAT(CONCAT(COALESCE(COLUMN_NAME, '<expression>'), IF(SUB_PART IS NULL OR INDEX_TYPE = 'SPATIAL', '', CONCAT('(', SUB_PART, ')')))
       ORDER BY SEQ_IN_INDEX SEPARATOR ', '), ')', IF(INDEX_TYPE IN ('FULLTEXT', 'SPATIAL'), CONCAT(' ', LOWER(INDEX_TYPE)), '')) AS line
   FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? GROUP BY BINARY TABLE_NAME, INDEX_NAME, NON_UNIQUE, INDEX_TYPE`,
  `SELECT CONCAT('foreign-key ', k.TABLE_NAME, ' ', k.CONSTRAINT_NAME, ' (',
     GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ') -> ', k.REFERENCED_TABLE_NAME, ' (',
     GROUP_CONCAT(LOWER(k.REFERENCED_COLUMN_NAME) ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ') delete ', LOWER(r.DELETE_RULE),
     ' update ', LOWER(r.UPDATE_RULE)) AS line
   FROM (SELECT DISTINCT * FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = ?) k
   JOIN (SELECT DISTINCT * FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?) r
     ON r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
   WHERE k.REFERENCED_TABLE_NAME IS NOT NULL
   GROUP BY BINARY k.TABLE_NAME, k.CONSTRAINT_NAME, k.REFERENCED_TABLE_NAME, r.DELETE_RULE, r.UPDATE_RULE`,
  `SELECT CONCAT('check ', t.TABLE_NAME, ' ', t.CONSTRAINT_NAME) AS line
   FROM information_schema.TABLE_CONSTRAINTS t WHERE t.CONSTRAINT_TYPE = 'CHECK' AND t.TABLE_SCHEMA = ?`,
  `SELECT CONCAT('trigger ', EVENT_OBJECT_TABLE, ' ', TRIGGER_NAME) AS line FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? AND EVENT_OBJECT_SCHEMA = ?`,
  `SELECT CONCAT('routine ', ROUTINE_NAME, ' ', LOWER(ROUTINE_TYPE)) AS line FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?`,
  `SELECT CONCAT('event ', EVENT_NAME) AS line FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`,
].join(' UNION ALL ');
