import type { CreateTable } from '../src/ddl/operation.ts';
import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import { createTableFix } from '../src/fixes/create-table-first.ts';
import { together } from '../src/fixes/together.ts';
import { stepSubject } from '../src/deployment.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Doubt, Failure, History } from '../src/timeline/history.ts';
import { isLedgerName } from '../src/hosts/link/queries.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { tableOf } from '../src/timeline/program.ts';
import { makesTable } from '../src/timeline/project-texts.ts';
import { statementsAbout } from '../src/timeline/statements-about.ts';

export default defineRule({
  id: 'missing-create-table',
  severity: 'error',
  summary: 'A table is changed that this path never creates, while another source creates it.',
  why: `The schema file creates the table on fresh databases, and a migration changes it; but no migration creates it. A database from
before the table then fails at the first statement that changes it. IF NOT EXISTS on a column or an index guards that column or index,
not the table.`,
  instead:
    'Let the migration create the table first: CREATE TABLE IF NOT EXISTS with all its columns, before it changes it.',
  examples: [
    {
      title: 'A new table that only the schema file creates',
      files: {
        'conf/schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dishes (code VARCHAR(20) NOT NULL DEFAULT '', PRIMARY KEY (code));`,
        'conf/migrations/001_add_table_dishes.sql': `-- +up
ALTER TABLE dishes ADD COLUMN IF NOT EXISTS code VARCHAR(20) NOT NULL DEFAULT ''; -- expect: missing-create-table

-- +down
DROP TABLE IF EXISTS dishes;`,
      },
    },
    {
      title: 'A table that was made by hand: the migrations alone make no database',
      files: {
        'supabase/migrations/001_cooks.sql': 'CREATE TABLE cooks (id bigint PRIMARY KEY);',
        'supabase/migrations/002_price.sql':
          'ALTER TABLE public.dishes ADD COLUMN price int; -- expect: missing-create-table',
      },
    },
    {
      title: 'A column for a table that no code creates',
      files: {
        'shop.py': `import sqlite3

SCHEMA = "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY);"


def open_shop():
    db = sqlite3.connect("shop.db")
    db.executescript(SCHEMA)
    if db.execute("PRAGMA user_version").fetchone()[0] < 2:
        db.execute("ALTER TABLE audit_log ADD COLUMN actor TEXT")  # expect: missing-create-table
        db.execute("PRAGMA user_version = 2")


open_shop()`,
      },
    },
    {
      title: 'A table that other code creates, which is not followed',
      files: {
        'shop.py': `import sqlite3

SCHEMA = "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY);"


def open_shop():
    db = sqlite3.connect("shop.db")
    db.executescript(SCHEMA)
    if db.execute("PRAGMA user_version").fetchone()[0] < 2:
        db.execute("ALTER TABLE audit_log ADD COLUMN actor TEXT")
        db.execute("PRAGMA user_version = 2")


open_shop()`,
        'models.py': `from sqlalchemy import Table

audit_log = Table("audit_log", metadata)`,
      },
    },
    {
      title: 'A table that another name was given, in a project with a statement that is not understood',
      files: {
        'drizzle.config.ts': `export default { dialect: 'turso', out: './drizzle' };`,
        'drizzle/meta/_journal.json': `{ "version": "7", "dialect": "sqlite", "entries": [
  { "idx": 0, "version": "6", "when": 1, "tag": "0000_dishes", "breakpoints": true },
  { "idx": 1, "version": "6", "when": 2, "tag": "0001_meals", "breakpoints": true },
  { "idx": 2, "version": "6", "when": 3, "tag": "0002_index", "breakpoints": true } ] }`,
        'drizzle/0000_dishes.sql': 'CREATE TABLE dishes (id integer PRIMARY KEY, name text);',
        'drizzle/0001_meals.sql': `ALTER TABLE dishes RENAME TO meals;--> statement-breakpoint
ALTER TABLE meals ALTER COLUMN name TO name text NOT NULL;`,
        'drizzle/0002_index.sql': 'CREATE INDEX meals_name ON meals (name);',
      },
    },
    {
      title: 'A table of the baseline: it was there before the first migration',
      files: {
        'conf/schema.sql':
          'CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL, born DATE);',
        'conf/migrations/001_add_column_born.sql': `-- +up
ALTER TABLE cooks ADD COLUMN IF NOT EXISTS born DATE;

-- +down
ALTER TABLE cooks DROP COLUMN IF EXISTS born;`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter((failure) => failureKind(failure, history) === 'missing-create-table');
    for (const { first, others } of groupByTable(failures)) {
      const table = first.error.object.name;
      const creating = statementCreating(first, history);
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: table,
        message: `${changerOf(first)} changes the table ${table}, which ${installWords(first)} do not have: nothing on their path creates it.`,
        help: `Create it here first: CREATE TABLE IF NOT EXISTS ${table} (..), as the other source does.`,
        ...together([creating === null ? null : createTableFix(first.parsed.statement, creating)]),
        related: [
          ...(creating === null
            ? []
            : [{ span: placeOf(creating.statement, creating.table), message: `${table} is created only here` }]),
          ...others.map((other) => ({
            span: placeOf(other.parsed.statement, other.error.at),
            message: `changes ${table} too`,
          })),
        ],
      });
    }
    for (const { error, parsed, paths } of tablesFromNowhere(history)) {
      const { name } = error.object;
      const isCode = !placeOf(parsed.statement, error.at).file.path.endsWith('.sql');
      report({
        at: { statement: parsed.statement, range: error.at },
        severity: 'warning',
        object: name,
        message: `No file creates the table ${name}, which this statement changes: a database that ${isCode ? 'this code makes' : 'is made by these migrations'} stops here.`,
        help: `${isCode ? 'Create the table before' : 'Put the table into an earlier migration'}: CREATE TABLE IF NOT EXISTS ${name} (..), as the databases have it that were made by hand.`,
        holdsOn: paths.filter(({ start }) => start.kind === 'fresh').map((path) => path.name),
        reading: `if ${isCode ? 'this code makes' : 'these migrations make'} databases from nothing`,
        engineError: error.text,
      });
    }
  },
});

/**
 * Tables that a chain of migrations, or code, changes and nothing in the project creates, the first statement for each. What begins
 * with a table of its own is taken to begin with an empty database, unless it has more tables from elsewhere than of its own.
 */
function tablesFromNowhere(history: History): readonly Doubt[] {
  const { ledger, dumps } = history.deployment;
  const lost = history.doubts.filter(({ error }) => error.class === 'missing-table');
  if (dumps.length > 0 || lost.length === 0) return [];
  const creating = history.statements.filter(({ parsed }) =>
    parsed.operations.some(({ kind }) => kind === 'create-table'),
  );
  const [begin] = creating;
  if (begin === undefined || (begin.step !== null && begin.step !== ledger[0])) return [];
  const before = new Set(history.statements.slice(0, history.statements.indexOf(begin)).map(({ parsed }) => parsed));
  if (lost.some(({ parsed }) => before.has(parsed))) return [];
  if (ledger.some(({ actions }) => actions.some(({ kind }) => kind === 'code'))) return [];
  const found = new Map<string, Doubt>();
  for (const doubt of lost) {
    const { schema = '', name } = doubt.error.object;
    const isFirst = !found.has(`${schema}.${name}`);
    if (
      isFirst &&
      changesTable(doubt) &&
      !isLedgerName(name) &&
      !SYSTEM.test(name) &&
      !PLATFORM.test(schema) &&
      doubt.paths.some(({ start }) => start.kind === 'fresh')
    )
      found.set(`${schema}.${name}`, doubt);
  }
  if (found.size > creating.length) return [];
  return [...found.values()].filter(({ error }) => !makesTable(history.project, error.object.name));
}

function changesTable({ operation, error, underUnknownGuard, caught }: Doubt): boolean {
  const isOwn = tableOf(operation)?.name.text.toLowerCase() === error.object.name.toLowerCase();
  const guarded = 'ifTableExists' in operation;
  return (
    (isOwn || operation.kind !== 'write-rows') &&
    tableOf(operation) !== undefined &&
    !operation.kind.startsWith('drop-') &&
    !guarded &&
    !caught &&
    underUnknownGuard === null
  );
}

/** Tables of the engine. */
const SYSTEM = /^(?:sqlite_|pg_)/i;

/** Schemas that a platform or an extension brings. */
const PLATFORM =
  /^(?:auth|storage|realtime|extensions|vault|cron|net|graphql|graphql_public|pgsodium|pgmq|pg_\w+|information_schema|topology|tiger|hdb_catalog|supabase_\w+|partman|timescaledb_\w+|_timescaledb_\w+)$/;

function changerOf({ step }: Failure): string {
  return step === null ? 'This statement' : stepSubject(step);
}

function installWords({ paths }: Failure): string {
  return paths.some((path) => path.start.kind === 'fresh') ? 'fresh databases' : 'older databases';
}

function statementCreating(failure: Failure, history: History): CreateTable | null {
  for (const { operation } of statementsAbout(failure, history))
    if (operation.kind === 'create-table') return operation;
  return null;
}
