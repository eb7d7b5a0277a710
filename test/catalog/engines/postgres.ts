import pg from 'pg';
import {
  scratchDatabaseName,
  type EngineAvailability,
  type EngineVerdict,
  type SchemaLines,
  type TestEngine,
} from './test-engine.ts';

/** The server that tests create scratch databases on. */
export const POSTGRES_VARIABLE = 'MIGRALINT_TEST_POSTGRES_URL';
const DEFAULT_URL = 'postgres://postgres@127.0.0.1:5432/postgres';

function serverUrl(): string {
  return process.env[POSTGRES_VARIABLE] ?? DEFAULT_URL;
}

/** Whether the PostgreSQL server answers. */
export async function postgresAvailability(): Promise<EngineAvailability> {
  const client = new pg.Client({ connectionString: serverUrl(), connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return { available: true, version: rows[0]?.server_version ?? '' };
  } catch (error) {
    return { available: false, why: messageOf(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates a scratch database and connects to it. */
export async function openPostgres(): Promise<TestEngine> {
  const name = scratchDatabaseName();
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    run: (statement) => runStatement(client, statement),
    introspect: () => introspect(url.href),
    close: async () => {
      await client.end().catch(() => undefined);
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function runStatement(client: pg.Client, statement: string): Promise<EngineVerdict> {
  try {
    await client.query(statement);
    return { ok: true, errorText: null };
  } catch (error) {
    return { ok: false, errorText: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/**
 * Reads the schema over a connection of its own, so that what an open transaction has not committed is not seen, and a
 * changed search_path does not shorten names.
 */
async function introspect(url: string): Promise<SchemaLines> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const lines: string[] = [];
    for (const query of CATALOG_QUERIES) {
      const { rows } = await client.query<{ line: string }>(query);
      lines.push(...rows.map((row) => row.line));
    }
    return lines.sort();
  } finally {
    await client.end();
  }
}

/** Objects of extensions, of the system and of temporary schemas are not the project's. */
const OWN_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_%temp\\_%'`;
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

const CATALOG_QUERIES: readonly string[] = [
  `SELECT 'schema ' || n.nspname AS line FROM pg_namespace n WHERE ${OWN_SCHEMA}`,
  `SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized-view' WHEN 'S' THEN 'sequence' ELSE 'table' END
     || ' ' || n.nspname || '.' || c.relname AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'column ' || n.nspname || '.' || c.relname || ' '
     || row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
     || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
     || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.atthasdef THEN ' default' ELSE '' END
     || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END AS line
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${OWN_SCHEMA}
     AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'constraint ' || n.nspname || '.' || c.relname || ' ' || k.conname || ' '
     || CASE k.contype WHEN 'p' THEN 'primary-key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign-key' ELSE 'exclude' END
     || CASE WHEN k.contype IN ('p', 'u', 'f') THEN ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY p.place)
          FROM unnest(k.conkey) WITH ORDINALITY AS p(number, place)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number) || ')' ELSE '' END
     || CASE WHEN k.contype = 'f' THEN ' -> ' || tn.nspname || '.' || tc.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY p.place)
          FROM unnest(k.confkey) WITH ORDINALITY AS p(number, place)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number) || ')'
          || ' delete ' || k.confdeltype::text || ' update ' || k.confupdtype::text ELSE '' END
     || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END AS line
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   LEFT JOIN pg_class tc ON tc.oid = k.confrelid LEFT JOIN pg_namespace tn ON tn.oid = tc.relnamespace
   WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'index ' || n.nspname || '.' || t.relname || ' ' || c.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || ' ('
     || (SELECT string_agg(COALESCE(a.attname, '<expression>'), ', ' ORDER BY p.place)
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p(number, place)
         LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number AND p.number > 0
         WHERE p.place <= i.indnkeyatts) || ')'
     || COALESCE((SELECT ' include (' || string_agg(a.attname, ', ' ORDER BY p.place) || ')'
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p(number, place)
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number WHERE p.place > i.indnkeyatts), '')
     || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END
     || CASE WHEN EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')) THEN ' of constraint' ELSE '' END AS line
   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
   JOIN pg_namespace n ON n.oid = t.relnamespace
   WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 't.oid')}`,
  `SELECT 'owned ' || n.nspname || '.' || c.relname || ' by ' || tn.nspname || '.' || t.relname || '.' || a.attname AS line
   FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace n ON n.oid = c.relnamespace
   JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
   JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND ${OWN_SCHEMA}`,
  `SELECT 'type ' || n.nspname || '.' || t.typname || ' '
     || CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'base' END
     || COALESCE((SELECT ' (' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) || ')' FROM pg_enum e WHERE e.enumtypid = t.oid), '') AS line
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE ${OWN_SCHEMA} AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
     AND ${notOfExtension('pg_type', 't.oid')}`,
  `SELECT 'trigger ' || n.nspname || '.' || c.relname || ' ' || g.tgname AS line
   FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT g.tgisinternal AND ${OWN_SCHEMA}`,
  `SELECT 'routine ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS line
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')`,
  `SELECT 'policy ' || n.nspname || '.' || c.relname || ' ' || p.polname AS line
   FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace`,
  `SELECT 'rule ' || n.nspname || '.' || c.relname || ' ' || r.rulename AS line
   FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE r.rulename <> '_RETURN' AND ${OWN_SCHEMA}`,
  `SELECT 'extension ' || e.extname AS line FROM pg_extension e WHERE e.extname <> 'plpgsql'`,
];
