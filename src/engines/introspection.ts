import type { DialectName } from '../dialects/dialect.ts';
import type { Row, ScratchDatabase } from './real-engine.ts';

/** What an engine says of its own schema: names as it stores them. */
export interface Introspection {
  readonly relations: readonly { readonly kind: 'table' | 'view'; readonly name: string }[];
  readonly columns: readonly ColumnFacts[];
  readonly indexes: readonly string[];
  readonly triggers: readonly string[];
}

export interface ColumnFacts {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** As the engine prints it, in small letters. */
  readonly type: string;
  /** A row cannot leave it out. */
  readonly required: boolean;
  /** Labels of its enum type. */
  readonly labels: readonly string[];
}

/** Reads the schema of a database of ours. Columns that are computed are left out. */
export async function introspect(database: ScratchDatabase, dialect: DialectName): Promise<Introspection> {
  const queries = QUERIES[dialect];
  const relations = await database.rows(queries.relations);
  const columns = await database.rows(queries.columns);
  const indexes = await database.rows(queries.indexes);
  const triggers = await database.rows(queries.triggers);
  return {
    relations: relations.map((row) => ({
      kind: textOf(row.kind) === 'view' ? 'view' : 'table',
      name: textOf(row.name),
    })),
    columns: columns.map(columnFacts),
    indexes: indexes.map((row) => textOf(row.name)),
    triggers: triggers.map((row) => textOf(row.name)),
  };
}

function columnFacts(row: Row): ColumnFacts {
  const type = textOf(row.type);
  return {
    schema: textOf(row.schema_name),
    table: textOf(row.table_name),
    name: textOf(row.name),
    type: type.toLowerCase(),
    required: textOf(row.required) === '1',
    labels: row.labels == null ? labelsIn(type) : textOf(row.labels).split('\n'),
  };
}

/** MySQL prints the labels with the type: `enum('a','b')`. */
function labelsIn(type: string): readonly string[] {
  const list = /^(?:enum|set)\((.*)\)$/i.exec(type)?.[1] ?? '';
  return [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = '']) => label.replaceAll("''", "'"));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : '';
}

interface Queries {
  readonly relations: string;
  readonly columns: string;
  readonly indexes: string;
  readonly triggers: string;
}

const SQLITE: Queries = {
  relations: `SELECT name, type AS kind FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  columns: `SELECT '' AS schema_name, m.name AS table_name, c.name, c.type, NULL AS labels,
      CASE WHEN c."notnull" AND c.dflt_value IS NULL AND NOT (c.pk AND lower(c.type) = 'integer') THEN 1 ELSE 0 END AS required
    FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden = 0`,
  indexes: `SELECT name FROM sqlite_master WHERE type = 'index'`,
  triggers: `SELECT name FROM sqlite_master WHERE type = 'trigger'`,
};

/** Neither the system's schemas nor what extensions brought. */
const OWN = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_%temp\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const POSTGRES: Queries = {
  relations: `SELECT c.relname AS name, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND ${OWN}`,
  columns: `SELECT n.nspname AS schema_name, c.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      CASE WHEN a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' THEN 1 ELSE 0 END AS required,
      (SELECT string_agg(e.enumlabel, E'\\n' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid) AS labels
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a' AND ${OWN}
    ORDER BY c.oid, a.attnum`,
  indexes: `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('i', 'I') AND ${OWN}`,
  triggers: `SELECT g.tgname AS name FROM pg_trigger g WHERE NOT g.tgisinternal`,
};

const MYSQL: Queries = {
  relations: `SELECT TABLE_NAME AS name, IF(TABLE_TYPE = 'VIEW', 'view', 'table') AS kind FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE'`,
  columns: `SELECT '' AS schema_name, c.TABLE_NAME AS table_name, c.COLUMN_NAME AS name, c.COLUMN_TYPE AS type, NULL AS labels,
      IF(c.IS_NULLABLE = 'NO' AND c.COLUMN_DEFAULT IS NULL AND c.EXTRA NOT LIKE '%auto_increment%', 1, 0) AS required
    FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
    WHERE TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND COALESCE(c.GENERATION_EXPRESSION, '') = ''
    ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
  indexes: `SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()`,
  triggers: `SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()`,
};

const QUERIES: Readonly<Record<DialectName, Queries>> = {
  sqlite: SQLITE,
  postgres: POSTGRES,
  mysql: MYSQL,
  mariadb: MYSQL,
};
