import { groupedByTable, withoutScratchNames, type SchemaLines, type TestEngine } from './test-engine.ts';

type Row = Readonly<Record<string, string | null>>;

/** What a server and the embedded build have in common. */
export const postgresBehaviour: Pick<
  TestEngine,
  'foreignKeys' | 'comparesCatalogs' | 'fillsEveryTable' | 'normalised'
> = {
  foreignKeys: true,
  comparesCatalogs: 'after each statement',
  fillsEveryTable: false,
  normalised: withoutScratchNames,
};

/** Reads the schema in one question. */
export async function introspect(ask: (query: string) => Promise<readonly unknown[]>): Promise<SchemaLines> {
  const found = (await ask(CATALOG_QUERY)) as readonly { line: string }[];
  return found.map(({ line }) => line).sort();
}

/** Drops all that a project made, and what the connection carries from statement to statement. */
export async function reset(run: (query: string) => Promise<unknown>): Promise<void> {
  await run('ROLLBACK');
  await run('DISCARD ALL');
  await run(DROP_ALL);
}

const DROP_ALL = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', name); END LOOP;
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(catalog$|toast|temp)' AND nspname <> 'information_schema'
  LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
  FOR name IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP EXECUTE format('DROP EXTENSION %I CASCADE', name); END LOOP;
  CREATE SCHEMA public;
END $$`;

const VALUES: Readonly<Record<string, string>> = {
  bool: 'true', date: "'2020-01-01'", timestamp: "'2020-01-01'", timestamptz: "'2020-01-01'", json: "'{}'", jsonb: "'{}'",
  uuid: "'00000000-0000-0000-0000-000000000001'",
}; // prettier-ignore

/** Two rows of equal values for every table without rows; what its keys and checks refuse stays empty. */
export async function fillTables(ask: (query: string) => Promise<readonly unknown[]>): Promise<void> {
  const columns =
    (await ask(`SELECT c.oid::regclass::text AS table, quote_ident(a.attname) AS column, t.typname AS type, t.typcategory AS category,
      (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1) AS label
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY c.oid, a.attnum`)) as readonly Row[];
  for (const [table, own] of groupedByTable(columns, (row) => row.table ?? '')) {
    const list = own.map((row) => row.column).join(', ');
    const values = own.map((row) => valueOf(row)).join(', ');
    const insert = `INSERT INTO ${table} (${list}) SELECT ${values} WHERE NOT EXISTS (SELECT FROM ${table})`;
    for (let row = 0; row < 2; row++)
      await ask(insert.replace(row === 0 ? '' : / WHERE NOT EXISTS .*$/, '')).catch(() => undefined);
  }
}

function valueOf({ type, category, label }: Row): string {
  if (label != null) return `'${label.replaceAll("'", "''")}'`;
  if (category === 'A') return "'{}'";
  if (category === 'N') return '7';
  return VALUES[type ?? ''] ?? (category === 'S' ? "'x'" : 'NULL');
}

/** Objects of extensions, of the system and of temporary schemas are not the project's. */
const OWN_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_%temp\\_%'`;
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/**
 * The project's relations come first and from an index, for what initdb made has lower numbers (FirstNormalObjectId); all else is
 * looked up from them. The catalogs of a database that is filled and emptied a thousand times are large.
 */
const RELATIONS = `WITH own AS MATERIALIZED (
  SELECT c.oid, c.relkind AS kind, n.nspname || '.' || c.relname AS full_name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
) `;

const columnsOf = (relation: string, numbers: string, condition: string): string =>
  `(SELECT string_agg((SELECT a.attname FROM pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = p.number AND p.number > 0), ', ' ORDER BY p.place)
    FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS p(number, place)${condition})`;

const CATALOG_QUERY =
  RELATIONS +
  [
    `SELECT 'schema ' || n.nspname AS line FROM pg_namespace n WHERE ${OWN_SCHEMA}`,
    `SELECT CASE kind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized-view' WHEN 'S' THEN 'sequence' ELSE 'table' END
       || ' ' || full_name AS line FROM own`,
    `SELECT 'column ' || own.full_name || ' '
       || row_number() OVER (PARTITION BY own.oid ORDER BY a.attnum) || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || CASE WHEN a.attgenerated <> '' THEN ' generated' WHEN a.atthasdef AND (SELECT pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f WHERE f.adrelid = own.oid AND f.adnum = a.attnum) !~ '^NULL::' THEN ' default' ELSE '' END
       || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END AS line
     FROM own JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE own.kind IN ('r', 'p', 'f')`,
    `SELECT 'constraint ' || own.full_name || ' ' || k.conname || ' '
       || CASE k.contype WHEN 'p' THEN 'primary-key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign-key' ELSE 'exclude' END
       || CASE WHEN k.contype IN ('p', 'u', 'f') THEN ' (' || ${columnsOf('k.conrelid', 'k.conkey', '')} || ')' ELSE '' END
       || CASE WHEN k.contype = 'f' THEN ' -> ' || (SELECT tn.nspname || '.' || tc.relname FROM pg_class tc JOIN pg_namespace tn ON tn.oid = tc.relnamespace WHERE tc.oid = k.confrelid)
            || ' (' || ${columnsOf('k.confrelid', 'k.confkey', '')} || ')'
            || ' delete ' || k.confdeltype::text || ' update ' || k.confupdtype::text ELSE '' END
       || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END AS line
     FROM own JOIN pg_constraint k ON k.conrelid = own.oid WHERE k.contype IN ('p', 'u', 'c', 'f', 'x')`,
    `SELECT 'index ' || own.full_name || ' ' || c.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || ' ('
       || (SELECT string_agg(COALESCE((SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = p.number AND p.number > 0), '<expression>'), ', ' ORDER BY p.place)
           FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p(number, place) WHERE p.place <= i.indnkeyatts) || ')'
       || COALESCE(' include (' || ${columnsOf('i.indrelid', 'i.indkey', ' WHERE p.place > i.indnkeyatts')} || ')', '')
       || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END
       || CASE WHEN EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = own.oid AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')) THEN ' of constraint' ELSE '' END AS line
     FROM own JOIN pg_index i ON i.indrelid = own.oid JOIN pg_class c ON c.oid = i.indexrelid`,
    `SELECT 'owned ' || own.full_name || ' by ' || tn.nspname || '.' || t.relname || '.' || a.attname AS line
     FROM own JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = own.oid AND d.refclassid = 'pg_class'::regclass
     JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
     JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE own.kind = 'S' AND d.deptype IN ('a', 'i')`,
    `SELECT 'type ' || n.nspname || '.' || t.typname || ' '
       || CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'base' END
       || COALESCE((SELECT ' (' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) || ')' FROM pg_enum e WHERE e.enumtypid = t.oid), '') AS line
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE t.oid >= 16384 AND ${OWN_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}
       AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'))`,
    `SELECT 'trigger ' || own.full_name || ' ' || g.tgname AS line
     FROM own JOIN pg_trigger g ON g.tgrelid = own.oid WHERE NOT g.tgisinternal`,
    `SELECT 'routine ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS line
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.oid >= 16384 AND ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')`,
    `SELECT 'policy ' || n.nspname || '.' || c.relname || ' ' || p.polname AS line
     FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace`,
    `SELECT 'rule ' || own.full_name || ' ' || r.rulename AS line
     FROM own JOIN pg_rewrite r ON r.ev_class = own.oid WHERE r.rulename <> '_RETURN'`,
    `SELECT 'extension ' || e.extname AS line FROM pg_extension e WHERE e.extname <> 'plpgsql'`,
  ].join(' UNION ALL ');
