import { asksVersion } from '../src/deployment.ts';
import type { Dialect } from '../src/dialects/dialect.ts';
import { breaksOn, groupByTableOrReading, severityOf } from '../src/failure-report.ts';
import { guardFix } from '../src/fixes/guard.ts';
import { together } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure } from '../src/timeline/history.ts';
import { placeOf, relatedTo } from '../src/timeline/origin-place.ts';

export default defineRule({
  id: 'non-idempotent-alter',
  severity: 'error',
  summary: 'A statement that can run again fails the second time.',
  why: `What runs at every start, or again after a failure, meets its own work. An ALTER TABLE .. ADD COLUMN, or a CREATE without IF NOT
EXISTS, passes on the first start and fails on every later one; the application no longer comes up.`,
  instead: `Guard it (IF NOT EXISTS where the dialect has it, a look at the columns in the code where not), or give it to a migration tool
that records what has run.`,
  examples: [
    {
      title: 'An ALTER in a script that runs at every start',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY, title TEXT);
ALTER TABLE recipes ADD COLUMN servings INTEGER; -- expect: non-idempotent-alter`,
      },
    },
    {
      title: 'A guard that the dialect has',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS recipes (id int PRIMARY KEY, title text);
ALTER TABLE recipes ADD COLUMN IF NOT EXISTS servings int;`,
      },
    },
    {
      title: 'A migration runs once',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);',
        'migrations/0002_servings.sql': 'ALTER TABLE recipes ADD COLUMN servings INTEGER;',
      },
    },
    {
      title: 'Code that keeps a version of its own, wherever it reads it from',
      files: {
        'Cargo.toml': `[dependencies]
rusqlite = "0.37"`,
        'src/lib.rs': `pub fn open(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    let version = conn.db_version()?;
    if version == 0 {
        conn.execute_batch("CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);")?;
    }
    conn.execute_batch("CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY, title TEXT);")?;
    Ok(conn)
}`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter(
      (failure) =>
        failureKind(failure, history) === 'runs-twice' && !isGuessedRow(failure) && !asksVersion(failure.reading ?? ''),
    );
    for (const { first, others } of groupByTableOrReading(failures)) {
      const { object, existing } = first.error;
      const name = object.table === undefined ? object.name : `${object.table}.${object.name}`;
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: name,
        message: messageFor(first, name),
        help: helpFor(first, history.deployment.engine.dialect),
        ...together(
          [first, ...others].map(({ operation, parsed }) =>
            guardFix(operation, parsed.operations, history.deployment.engine.dialect),
          ),
        ),
        related: [
          ...(existing?.statement === first.parsed.statement
            ? []
            : relatedTo(existing, `${object.name} comes from here`)),
          ...others.map((other) => ({
            span: placeOf(other.parsed.statement, other.error.at),
            message: `fails too: ${other.error.text}`,
          })),
        ],
      });
    }
  },
});

/** Rows that an earlier run may have left, if it was one: code that looks for them first may not have been understood. */
function isGuessedRow({ error, reading }: Failure): boolean {
  return error.class === 'unique-violation' && reading !== null;
}

function messageFor({ error }: Failure, name: string): string {
  if (error.class === 'unique-violation')
    return `This INSERT runs again, and its rows are there already: ${error.text}.`;
  // An aborted transaction names no object: an earlier statement of it has failed.
  if (name === '') return `This statement can run again, and fails then: ${error.text}.`;
  return `This statement can run again, and fails then: ${name} is as its first run left it.`;
}

function helpFor({ operation, paths }: Failure, { name }: Dialect): string {
  const isMysql = name === 'mysql';
  if (name === 'sqlite' && paths.every(({ start }) => start.kind === 'after-failure'))
    return 'Put the statements and what records them into one transaction, so that all of it happens or nothing.';
  switch (operation.kind) {
    case 'create-table':
      return 'Write CREATE TABLE IF NOT EXISTS, or give the statement to a migration that is recorded.';
    case 'create-index':
      return isMysql
        ? 'MySQL has no CREATE INDEX IF NOT EXISTS: look in information_schema.STATISTICS first, or use a migration that is recorded.'
        : 'Write CREATE INDEX IF NOT EXISTS, or give the statement to a migration that is recorded.';
    case 'create-view':
    case 'create-routine':
      return name === 'sqlite'
        ? 'Write CREATE VIEW IF NOT EXISTS, or drop it first.'
        : 'Write CREATE OR REPLACE, or drop it first.';
    case 'create-trigger':
    case 'create-object':
      return 'Drop it first (DROP .. IF EXISTS), then create it.';
    case 'create-type':
      return 'Put it into a DO block that catches duplicate_object, or into a migration that is recorded.';
    case 'add-column':
      return name === 'postgres' || name === 'mariadb'
        ? 'Write ADD COLUMN IF NOT EXISTS, or give the statement to a migration that is recorded.'
        : 'Look whether the column is there before adding it, or use a migration that is recorded.';
    case 'write-rows':
      return isMysql || name === 'mariadb'
        ? 'Write INSERT IGNORE, or ON DUPLICATE KEY UPDATE.'
        : 'Write ON CONFLICT DO NOTHING, or insert only what is not there.';
    default:
      return 'Look first whether it is still to be done, or move it into a migration that is recorded.';
  }
}
