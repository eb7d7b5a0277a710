import type { Origin } from '../src/catalog/catalog.ts';
import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import type { Fix } from '../src/finding.ts';
import { guardFix } from '../src/fixes/guard.ts';
import { together } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { Statement } from '../src/sql/statement.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History, Skip } from '../src/timeline/history.ts';
import { lineWords, placeOf, relatedTo } from '../src/timeline/origin-place.ts';

export default defineRule({
  id: 'duplicate-ddl',
  severity: 'error',
  summary: 'The same object is created in two places of one path.',
  why: `The schema creates a table, column or index, and a migration that runs after it creates it again. Without a guard the second
statement fails, on fresh databases or on every upgrade; with guards both run, and the two definitions drift apart unseen.`,
  instead:
    'Let one place own each object: create it in the migration only, or guard the later statement and keep both equal.',
  examples: [
    {
      title: 'The schema has made the index by the time the migration runs',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" }, { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX IF NOT EXISTS cooks_name ON cooks (name);`,
        'migrations/0001_index.sql': 'CREATE INDEX cooks_name ON cooks (name); -- expect: duplicate-ddl',
      },
    },
    {
      title: 'One owner',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" }, { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'schema.sql': 'CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);',
        'migrations/0001_index.sql': 'CREATE INDEX cooks_name ON cooks (name);',
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter((failure) => failureKind(failure, history) === 'created-twice');
    for (const { first, others } of groupByTable(failures)) report(unguardedTwin(first, others, history));
    for (const skip of history.skips) {
      const note = guardedTwin(skip, history);
      if (note !== null) report(note);
    }
  },
});

function unguardedTwin(first: Failure, others: readonly Failure[], history: History): Report {
  const { object, existing } = first.error;
  const at = placeOf(first.parsed.statement, first.error.at);
  const there = existing == null ? '' : lineWords(placeOf(existing.statement, existing.at), at);
  const isMade = existing == null || !onlyChangesTable(existing, first, history);
  return {
    ...breaksOn(first),
    severity: severityOf(first),
    at,
    object: nameOf(object),
    message: isMade
      ? `${capitalised(object.kind)} ${nameOf(object)} is created here a second time: it was created before${there === '' ? '' : `, at ${there}`}.`
      : `${capitalised(object.kind)} ${nameOf(object)} is created here, but must be there already: ${there} needs it.`,
    help: adviceFor(first, history),
    ...together([first, ...others].map((failure) => twinFix(failure, history))),
    related: [
      ...relatedTo(existing, isMade ? `${object.name} is created here first` : `${object.name} must be there for this`),
      ...others.map((other) => ({
        span: placeOf(other.parsed.statement, other.error.at),
        message: `fails too: ${other.error.text}`,
      })),
    ],
  };
}

function adviceFor({ operation: { kind } }: Failure, { deployment }: History): string {
  const { name } = deployment.engine.dialect;
  return hasGuard(kind, name)
    ? 'Keep one of the two, or guard this one (IF NOT EXISTS) if both must stay.'
    : 'Keep one of the two.';
}

/** MySQL 9.7 has no IF NOT EXISTS for indexes and columns (manual, CREATE INDEX and ALTER TABLE), SQLite none for columns; PostgreSQL has it for columns. */
function hasGuard(kind: Failure['operation']['kind'], dialect: string): boolean {
  switch (kind) {
    case 'create-index':
      return dialect !== 'mysql';
    case 'add-column':
      return dialect === 'postgres' || dialect === 'mariadb';
    case 'add-constraint':
      return dialect === 'mariadb';
    case 'create-type':
      return false;
    case 'create-routine':
    case 'create-trigger':
      return dialect !== 'postgres';
    default:
      return true;
  }
}

/** A guard, where the two statements say the same: then it is the same object, whichever of them made it. */
function twinFix({ error, operation, parsed }: Failure, history: History): Fix | null {
  const { existing } = error;
  if (existing == null || wordsOf(existing.statement) !== wordsOf(parsed.statement)) return null;
  return guardFix(operation, parsed.operations, history.deployment.engine.dialect);
}

/** A statement without its guard, and without regard to white space and case. */
function wordsOf({ sql, start, end }: Statement): string {
  const words = sql.text.slice(start, end).replace(/\s+/g, ' ').toLowerCase();
  return words.replace(/ if not exists /, ' ').replace(/ ?([(),]) ?/g, '$1');
}

/** The table is known only because a statement passes that changes it: files without their baseline. */
function onlyChangesTable(existing: NonNullable<Origin>, { error }: Failure, { statements }: History): boolean {
  if (error.object.kind !== 'table') return false;
  const operations = statements.find(({ parsed }) => parsed.statement === existing.statement)?.parsed.operations ?? [];
  return operations.length > 0 && operations.every(({ kind }) => !/^(?:create|rename)-|^run-code$|^opaque$/.test(kind));
}

/** Two guarded statements of one path that make the same thing: no install breaks, but the object has two owners. */
function guardedTwin(skip: Skip, history: History): Report | null {
  if (skip.outcome.kind !== 'skipped' || skip.outcome.by.guard !== 'if-not-exists') return null;
  const { existing, object, at, differs } = skip.outcome.by;
  if (existing === null || existing.statement === skip.parsed.statement || differs === null || differs.length > 0)
    return null;
  if (!history.statements.some(({ parsed }) => parsed.statement === existing.statement)) return null;
  return {
    at: { statement: skip.parsed.statement, range: at },
    severity: 'info',
    object: nameOf(object),
    message: `${capitalised(object.kind)} ${nameOf(object)} has two owners: it is created here and in another place, both guarded and equal.`,
    help: 'Nothing breaks. Keep it in one place, so that a later change cannot miss the other.',
    holdsOn: skip.paths.map((path) => path.name),
    related: relatedTo(existing, `${object.name} is created here as well`),
  };
}

function nameOf(object: { readonly table?: string; readonly kind: string; readonly name: string }): string {
  return object.kind === 'column' && object.table !== undefined ? `${object.table}.${object.name}` : object.name;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
