import type { AddColumn, CreateIndex, CreateTable } from '../src/ddl/operation.ts';
import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import type { Fix, Related } from '../src/finding.ts';
import { addColumnFix } from '../src/fixes/create-table-first.ts';
import { deletionFix, movingFix } from '../src/fixes/move-statement.ts';
import { together } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History } from '../src/timeline/history.ts';
import { lineWords, placeOf } from '../src/timeline/origin-place.ts';
import { statementsAbout } from '../src/timeline/statements-about.ts';

export default defineRule({
  id: 'index-before-column',
  severity: 'error',
  summary: 'An index names a column that some databases get only later, or never.',
  why: `CREATE TABLE IF NOT EXISTS does nothing on a database that has the table already, so a column that was added to its text
later is missing there. An index over that column then fails, and what stands below it, often the very ALTER TABLE that would add
the column, is never reached. A fresh database has the column at once, so tests on an empty one pass.`,
  instead: `Create the index after the statement that adds the column, on every path: move it below the ALTER TABLE, or into the
migration that adds the column.`,
  examples: [
    {
      title: 'The schema runs at every start, before the migration that adds the column',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" }, { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY, title TEXT, archived INTEGER);
CREATE INDEX IF NOT EXISTS recipes_archived ON recipes (archived); -- expect: index-before-column`,
        'migrations/0001_archive.sql': 'ALTER TABLE recipes ADD COLUMN archived INTEGER; -- expect: duplicate-ddl',
      },
    },
    {
      title: 'The index stands where the column is sure to be there',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS recipes (id int PRIMARY KEY, title text);
ALTER TABLE recipes ADD COLUMN IF NOT EXISTS archived boolean;
CREATE INDEX IF NOT EXISTS recipes_archived ON recipes (archived);`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter((failure) => failureKind(failure, history) === 'index-before-column');
    for (const { first, others } of groupByTable(failures)) {
      const { table, column } = namesIn(first);
      const index = first.operation.kind === 'create-index' ? (first.operation.index?.name.text ?? null) : null;
      const adding = statementAddingColumn(first, history);
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: `${table}.${column}`,
        message: messageFor(
          first,
          index === null ? 'This index' : `Index ${index}`,
          `${table}.${column}`,
          adding !== null,
        ),
        help: helpFor(first, adding, history),
        ...together([first, ...others].map((failure) => fixFor(failure, history))),
        related: [...relatedPlaces(first, adding, history, table, column), ...others.map(sameCause)],
      });
    }
  },
});

function namesIn({ error }: Failure): { table: string; column: string } {
  return { table: error.object.table ?? '', column: error.object.name };
}

function messageFor(failure: Failure, index: string, column: string, added: boolean): string {
  if (failure.paths.some((path) => path.start.kind === 'fresh')) {
    return added
      ? `${index} needs ${column}, which is added only further below.`
      : `${index} needs ${column}, a column that the table does not have here.`;
  }
  return `${index} needs ${column}, which ${installs(failure)} do not have at this point.`;
}

function installs({ paths }: Failure): string {
  const witnessed = paths.some((path) => path.start.kind === 'witnessed');
  return witnessed ? 'databases from before that column' : 'older databases';
}

function helpFor(failure: Failure, adding: { readonly operation: AddColumn } | null, history: History): string {
  const { table, column } = namesIn(failure);
  const rebuilding = adding === null ? tableBuiltAnew(failure, history) : null;
  if (rebuilding !== null) {
    return `Leave the index to ${rebuilding.step}, which builds ${table} with ${column}; create it here only where that has run.`;
  }
  if (adding === null)
    return `Add ${column} to existing tables first (ALTER TABLE .. ADD COLUMN), then create the index.`;
  const here = placeOf(failure.parsed.statement, failure.error.at);
  const twin = sameIndexBelow(failure, history);
  if (twin !== null) {
    const there = lineWords(placeOf(twin.statement, twin.statement), here);
    return `Delete this statement: ${there} creates the same index once ${column} is there.`;
  }
  const { statement } = adding.operation;
  return `Create the index after the ALTER TABLE that adds ${column} (${lineWords(placeOf(statement, statement), here)}).`;
}

/** Takes the index out where it is created again once the column is there, else moves it there, else adds the column. */
function fixFor(failure: Failure, history: History): Fix | null {
  const { statement } = failure.parsed;
  const { table, column } = namesIn(failure);
  const adding = statementAddingColumn(failure, history);
  if (adding !== null) {
    if (sameIndexBelow(failure, history) !== null) return deletionFix(statement, history, 'Delete this statement');
    const behind = adding.operation.statement;
    // A migration that is moved into another would be empty.
    if (failure.step !== null && behind.sql !== statement.sql) return null;
    return movingFix(statement, behind, `Create the index after ${column} is added`);
  }
  const { dialect } = history.deployment.engine;
  const creating = skippedCreateTable(failure, history);
  if (creating === null || (dialect.name !== 'postgres' && dialect.name !== 'mariadb')) return null;
  if (tableBuiltAnew(failure, history) !== null) return null;
  const key = dialect.key(column, true);
  const definition = creating.columns.find(({ name }) => dialect.key(name.text, name.quoted) === key);
  return definition === undefined || table === '' ? null : addColumnFix(statement, creating, definition);
}

/** Another statement further on that creates the index of the same name. */
function sameIndexBelow(failure: Failure, history: History): CreateIndex | null {
  const { operation } = failure;
  if (operation.kind !== 'create-index' || operation.index === undefined) return null;
  const { dialect } = history.deployment.engine;
  const key = dialect.key(operation.index.name.text, operation.index.name.quoted);
  let passed = false;
  for (const { operation: other } of statementsAbout(failure, history)) {
    if (other === operation) passed = true;
    else if (passed && other.kind === 'create-index' && other.index !== undefined) {
      if (dialect.key(other.index.name.text, other.index.name.quoted) === key) return other;
    }
  }
  return null;
}

/** The ALTER that adds the column on the paths that lack it. */
function statementAddingColumn(failure: Failure, history: History): { readonly operation: AddColumn } | null {
  const { column } = namesIn(failure);
  const key = history.deployment.engine.dialect.key(column, true);
  for (const { operation } of statementsAbout(failure, history)) {
    if (operation.kind !== 'add-column') continue;
    if (history.deployment.engine.dialect.key(operation.column.name.text, operation.column.name.quoted) === key)
      return { operation };
  }
  return null;
}

/** A later step that creates the table with the column: older databases get it only there. */
function tableBuiltAnew(
  failure: Failure,
  history: History,
): { readonly operation: CreateTable; readonly step: string } | null {
  const { dialect } = history.deployment.engine;
  const key = dialect.key(namesIn(failure).column, true);
  for (const { operation, placed } of statementsAbout(failure, history)) {
    if (operation.kind !== 'create-table' || placed.step === null || placed.step === failure.step) continue;
    const builds = operation.columns.some((column) => dialect.key(column.name.text, column.name.quoted) === key);
    if (builds) return { operation, step: placed.step.name };
  }
  return null;
}

function relatedPlaces(
  failure: Failure,
  adding: { readonly operation: AddColumn } | null,
  history: History,
  table: string,
  column: string,
): readonly Related[] {
  const related: Related[] = [];
  const creating = skippedCreateTable(failure, history);
  if (creating !== null) {
    const message = `CREATE TABLE IF NOT EXISTS ${table} does nothing there: ${table} exists, without ${column}`;
    related.push({ span: placeOf(creating.statement, creating.table), message });
  }
  if (adding !== null) {
    const { statement, column: definition } = adding.operation;
    related.push({ span: placeOf(statement, definition), message: `${column} is added only here` });
  } else {
    const rebuilding = tableBuiltAnew(failure, history);
    if (rebuilding !== null) {
      const { statement, table: name } = rebuilding.operation;
      related.push({
        span: placeOf(statement, name),
        message: `older databases get ${table}.${column} only here, later`,
      });
    }
  }
  const [witness] = failure.paths[0]?.start.kind === 'witnessed' ? [] : (failure.paths[0]?.start.witnesses ?? []);
  if (witness !== undefined)
    related.push({ span: witness, message: `the code looks for ${column} here: databases without it exist` });
  return related;
}

/** The guarded CREATE TABLE that has the column in its text, which an older database skips. */
function skippedCreateTable(failure: Failure, history: History): CreateTable | null {
  if (failure.paths.some((path) => path.start.kind === 'fresh')) return null;
  const { dialect } = history.deployment.engine;
  const key = dialect.key(namesIn(failure).column, true);
  for (const { operation } of statementsAbout(failure, history)) {
    if (operation.kind !== 'create-table' || operation.ifNotExists === undefined) continue;
    const holds = operation.columns.some((column) => dialect.key(column.name.text, column.name.quoted) === key);
    if (holds) return operation;
  }
  return null;
}

function sameCause(failure: Failure): Related {
  return {
    span: placeOf(failure.parsed.statement, failure.error.at),
    message: `fails for the same reason: ${failure.error.text}`,
  };
}
