import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import type { Operation } from '../src/ddl/operation.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History } from '../src/timeline/history.ts';
import { placeOf, relatedTo } from '../src/timeline/origin-place.ts';
import { makesFunction } from '../src/timeline/project-texts.ts';
import { statementsAbout } from '../src/timeline/statements-about.ts';
import { literalPattern } from '../src/text/literal-pattern.ts';

export default defineRule({
  id: 'failing-statement',
  severity: 'error',
  summary: 'The engine refuses a statement on some installs, for a reason that no narrower rule names.',
  why: `The replay runs every statement on every database that a deploy can meet. Where the engine refuses one, the deploy stops there:
on an old install, on a fresh one, or only where the table already holds rows, which no test on an empty database shows.`,
  instead: 'What the engine says is quoted in the finding; what to do depends on it.',
  examples: [
    {
      title: 'SQLite refuses a NOT NULL column without a default, but only if the table has rows',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);',
        'migrations/0002_servings.sql':
          'ALTER TABLE recipes ADD COLUMN servings INTEGER NOT NULL; -- expect: failing-statement',
      },
    },
    {
      title: 'A column that only CREATE TABLE has: the first query at start-up fails on older databases',
      files: {
        'shop.py': `import sqlite3
db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, voucher TEXT)")
rows = db.execute("SELECT id FROM orders WHERE voucher IS NOT NULL").fetchall() # expect: failing-statement`,
        'old/v1.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);',
      },
    },
    {
      title: 'The copy leaves out a column that must not be NULL: it fails on the first row',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);',
        'migrations/0002_servings.sql': `CREATE TABLE recipes_new (id INTEGER PRIMARY KEY, title TEXT, servings INTEGER NOT NULL);
INSERT INTO recipes_new (id, title) SELECT id, title FROM recipes; -- expect: failing-statement
DROP TABLE recipes;
ALTER TABLE recipes_new RENAME TO recipes;`,
      },
    },
    {
      title: 'Copied keys are not NULL, whether NOT NULL stands beside PRIMARY KEY or not',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_spaces.sql': `CREATE TABLE spaces (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE tokens (id TEXT PRIMARY KEY);`,
        'migrations/0002_paths.sql': `CREATE TABLE paths (space_id INTEGER NOT NULL, path TEXT);
CREATE TABLE uses (token_id TEXT NOT NULL);
INSERT INTO paths (space_id) SELECT id FROM spaces;
INSERT INTO uses (token_id) SELECT id FROM tokens;`,
      },
    },
    {
      title: 'Rows that the script itself writes are there on a fresh install: one run shows whether they fit',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "once" } ] } ] }`,
        'schema.sql': `CREATE TABLE recipes (id int, title text);
INSERT INTO recipes (id, title) VALUES (1, 'Soup'), (2, 'Salad');
ALTER TABLE recipes ADD CONSTRAINT recipes_pkey PRIMARY KEY (id);`,
      },
    },
    {
      title: 'MySQL holds the CHECK of a new column against NULL, which does not break it',
      files: {
        'migralint.config.json': `{ "dialect": "mysql", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id int PRIMARY KEY, title text);',
        'migrations/0002_code.sql': `ALTER TABLE recipes ADD COLUMN code varchar(64) NULL CHECK (code IS NULL OR code != '');`,
      },
    },
    {
      title: 'With a default there is a value for the rows that are there',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);',
        'migrations/0002_servings.sql': 'ALTER TABLE recipes ADD COLUMN servings INTEGER NOT NULL DEFAULT 1;',
      },
    },
    {
      title: 'A table that the same migration has made and filled',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id int PRIMARY KEY, title text, cook int);',
        'migrations/0002_cooks.sql': `CREATE TABLE cooks AS SELECT cook AS id, count(*) AS recipes FROM recipes GROUP BY cook;
ALTER TABLE cooks ADD PRIMARY KEY (id);`,
      },
    },
    {
      title: "Functions that the server's image has brought",
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_events.sql': `CREATE TABLE events (id int, at timestamptz NOT NULL);
SELECT create_hypertable('events', 'at');
SELECT remove_retention_policy('events');
SELECT undistribute_table('events');
SELECT Populate_Geometry_Columns();`,
      },
    },
    {
      title: 'Duplicates are removed before the unique index',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT);',
        'migrations/0002_unique.sql': `DELETE FROM recipes WHERE id NOT IN (SELECT min(id) FROM recipes GROUP BY title);
CREATE UNIQUE INDEX recipes_title ON recipes (title);`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures
      .filter((failure) => failureKind(failure, history) === 'other' && !isPrepared(failure, history))
      .filter((failure) => !isMadeElsewhere(failure, history) && !mayBeGuarded(failure))
      .flatMap(withoutOwnRows);
    for (const { first, others } of groupByTable(failures)) {
      const { object, existing } = first.error;
      const name = object.table === undefined ? object.name : `${object.table}.${object.name}`;
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: name,
        message: messageFor(first),
        help: helpFor(first),
        related: [
          ...relatedTo(existing, `${object.name} comes from here`),
          ...others.map((other) => ({
            span: placeOf(other.parsed.statement, other.error.at),
            message: `fails too: ${other.error.text}`,
          })),
        ],
      });
    }
  },
});

/**
 * The rows of a fresh install are those that the project's own statements write, as they are where such a script runs again: whoever
 * runs them once sees whether they fit.
 */
function withoutOwnRows(failure: Failure): readonly Failure[] {
  if (failure.condition !== 'values' || !failure.paths.some(({ start }) => start.kind === 'fresh')) return [failure];
  const paths = failure.paths.filter(({ start: { kind } }) => kind !== 'fresh' && kind !== 'second-start');
  return paths.length === 0 ? [] : [{ ...failure, paths }];
}

/** A guard that is not read may ask for just what is missing. */
function mayBeGuarded({ underUnknownGuard, error }: Failure): boolean {
  return underUnknownGuard !== null && error.class.startsWith('missing-');
}

/** A function that no statement of the deployment has made, and some other text of the project does. */
function isMadeElsewhere({ error }: Failure, { project }: History): boolean {
  return (
    error.class === 'missing-object' && error.object.kind === 'function' && makesFunction(project, error.object.name)
  );
}

/** Rows that may collide were deleted, changed or looked at before, in the same change: someone has thought of them. */
function isPrepared(failure: Failure, history: History): boolean {
  if (failure.condition !== 'values') return false;
  for (const { operation, placed } of statementsAbout(failure, history)) {
    if (operation === failure.operation) break;
    const clears = operation.kind === 'write-rows' && /^(?:delete|update|truncate)$/.test(operation.verb);
    if (clears && (isSameChange(placed.step, failure.step) || fillsColumn(operation, failure))) return true;
    // What the change makes holds the rows that it wrote there itself: whoever wrote the query knew what comes of it.
    const makes = operation.kind === 'create-table' && failure.operation.kind !== 'write-rows';
    if (makes && isSameChange(placed.step, failure.step)) return true;
    if (addsNullsFor(failure, operation) && isSameChange(placed.step, failure.step)) return true;
  }
  return isLookedAt(failure, history);
}

/** An UPDATE sets the very column that may hold NULL. */
function fillsColumn({ kind, statement: { sql, start, end } }: Operation, { error }: Failure): boolean {
  if (kind !== 'write-rows' || error.class !== 'not-null-without-default') return false;
  const column = literalPattern(error.object.name);
  return new RegExp(`\\bset\\b[^]*\\b${column}\\b["\`\\]]?\\s*=`, 'i').test(sql.text.slice(start, end));
}

/** A key over a column that the same change has added, and that is NULL in every row, is broken by none. */
function addsNullsFor({ error, parsed: { statement } }: Failure, operation: Operation): boolean {
  if (operation.kind !== 'add-column') return false;
  const { default: value, notNull, generated, identity, autoIncrement } = operation.column;
  if (notNull === true || [value, generated, identity, autoIncrement].some((one) => one !== undefined)) return false;
  if (error.class !== 'unique-violation' && error.class !== 'foreign-key') return false;
  const column = literalPattern(operation.column.name.text);
  return new RegExp(`\\b${column}\\b`, 'i').test(statement.sql.text.slice(statement.start, statement.end));
}

function isSameChange(step: Failure['step'], other: Failure['step']): boolean {
  return step === other || (step?.partOf !== undefined && step.partOf === other?.partOf);
}

/** A DO block of the same step names the table: it checks or mends the rows. */
function isLookedAt({ step, operation, error }: Failure, history: History): boolean {
  if (step === null) return false;
  const name = (error.object.table ?? error.object.name).toLowerCase();
  for (const { parsed, step: own } of history.statements) {
    if (own !== step) continue;
    for (const candidate of parsed.operations) {
      if (candidate === operation) return false;
      if (candidate.kind === 'run-code' && candidate.body?.text.toLowerCase().includes(name) === true) return true;
    }
  }
  return false;
}

function messageFor({ paths, condition, error }: Failure): string {
  const onFresh = paths.some((path) => path.start.kind === 'fresh');
  const installs = onFresh
    ? paths.length > 1
      ? 'fresh and existing databases'
      : 'fresh databases'
    : 'existing databases';
  // MySQL ends some of its messages with a full stop.
  return `This statement fails on ${installs}${rowsNeeded(condition, error)}: ${error.text.replace(/\.$/, '')}.`;
}

function rowsNeeded(condition: Failure['condition'], error: Failure['error']): string {
  if (condition === 'always') return '';
  if (condition === 'rows') return ' that hold rows';
  return error.class === 'unique-violation' ? ' whose rows collide' : ' whose rows do not fit';
}

function helpFor({ error, operation }: Failure): string {
  if (operation.kind === 'write-rows' && error.class === 'not-null-without-default')
    return 'Give the column a value in this statement, or a default.';
  return (
    HELP[error.class] ?? 'Change the statement, or what runs before it, so that it holds on every install named above.'
  );
}

const HELP: Readonly<Partial<Record<Failure['error']['class'], string>>> = {
  'not-null-without-default':
    'Give the column a default, or add it without NOT NULL, fill it, and set NOT NULL afterwards.',
  'non-constant-default':
    'Add the column without that default, fill it with an UPDATE, and set the value in INSERTs or a trigger.',
  'missing-table': 'Create the table in an earlier step, or guard this statement if the table may be missing.',
  'missing-column': 'Add the column in an earlier step.',
  'missing-index': 'Write DROP INDEX IF EXISTS where the dialect has it, or drop it only where it was created.',
  'dependent-objects': 'Drop or change what depends on it first, and create it again afterwards.',
  'unique-violation': 'Remove the duplicates in the same migration, before the unique index.',
};
