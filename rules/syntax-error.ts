import { breaksOn, severityOf } from '../src/failure-report.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure } from '../src/timeline/history.ts';

export default defineRule({
  id: 'syntax-error',
  severity: 'error',
  summary: 'No version of the engine that the project serves accepts this statement.',
  why: `Guards look alike in all dialects and are not: SQLite has no ADD COLUMN IF NOT EXISTS, MySQL has no CREATE INDEX IF NOT EXISTS,
PostgreSQL has no ADD CONSTRAINT IF NOT EXISTS. Such a statement fails wherever it runs, and it often runs only on upgrades.`,
  instead: 'Write what the dialect has, and make the test in the code or in a DO block where it has nothing.',
  examples: [
    {
      title: 'A slip of the pen',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREAT TABLE recipes (id int PRIMARY KEY); -- expect: syntax-error',
      },
    },
    {
      title: 'A word of another engine inside a statement that is read otherwise',
      files: {
        'db/postgres/V1__tags.sql':
          'CREATE TABLE tags (id int NOT NULL AUTO_INCREMENT PRIMARY KEY); -- expect: syntax-error',
      },
    },
    {
      title: 'A guard that SQLite does not have',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY);',
        'migrations/0002_title.sql': 'ALTER TABLE recipes ADD COLUMN IF NOT EXISTS title TEXT; -- expect: syntax-error',
      },
    },
    {
      title: 'The same guard in PostgreSQL, which has it',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id int PRIMARY KEY);',
        'migrations/0002_title.sql': 'ALTER TABLE recipes ADD COLUMN IF NOT EXISTS title text;',
      },
    },
    {
      title: 'Nothing but types and keys speaks for SQLite, which has no such constraint',
      files: {
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);',
        'migrations/0002_title.sql':
          'ALTER TABLE recipes ADD CONSTRAINT recipes_title UNIQUE (title); -- expect: syntax-error',
      },
    },
    {
      title: 'The same with types that a server has',
      files: {
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY, title VARCHAR(80) NOT NULL);',
        'migrations/0002_title.sql': 'ALTER TABLE recipes ADD CONSTRAINT recipes_title UNIQUE (title);',
      },
    },
    {
      title: 'Code that asks which database it has',
      files: {
        'shop.py': `import sqlite3


def open_shop(db, kind):
    db.execute("CREATE TABLE IF NOT EXISTS recipes (id INTEGER PRIMARY KEY, paid INTEGER)")
    if kind == "SQLITE":
        db.execute("CREATE INDEX IF NOT EXISTS recipes_paid ON recipes (paid)")
    else:
        db.execute("ALTER TABLE recipes ADD COLUMN IF NOT EXISTS title TEXT")


open_shop(sqlite3.connect("shop.db"), "SQLITE")`,
      },
    },
    {
      title: 'Nothing shows the dialect, and the statement shows that it is not the one that is assumed',
      files: {
        'migrations/0001_recipes.sql': 'CREATE TABLE recipes (id int PRIMARY KEY, title text);',
        'migrations/0002_title.sql': 'DROP SCHEMA archive CASCADE;',
      },
    },
  ],
  check(history, report) {
    const { engine, reading, otherReadings, evidence } = history.deployment;
    // Where nothing speaks for the dialect that is assumed, a statement that it does not have speaks against it.
    if (evidence.some(({ assumes, likely }) => assumes !== undefined && likely !== true)) return;
    const { title } = engine.dialect;
    // Who reads a script in one way only, without being sure of it, is not sure that this engine ever meets it.
    const doubt = otherReadings.length === 0 ? reading : null;
    for (const [{ statement }, { error, at }] of history.rejected) {
      report({
        at: { statement, range: { start: at, end: wordEnd(statement.sql.text, at, statement.end) } },
        message: `${title} does not accept this statement: ${error}.`,
        help: 'Correct the statement; if it was generated, look at what generates it.',
        engineError: error,
        ...(doubt === null ? {} : { severity: 'warning', reading: doubt }),
      });
    }
    for (const failure of history.failures) {
      if (failureKind(failure, history) !== 'syntax' || asksForDialect(failure)) continue;
      report({
        ...breaksOn(failure),
        severity: severityOf(failure),
        at: { statement: failure.parsed.statement, range: failure.error.at },
        object: failure.error.object.name,
        message: `${title} does not accept this statement: ${failure.error.text}.`,
        help: `Write it in words that ${title} has; what it lacks has to be decided in code.`,
      });
    }
  },
});

/** Whether the statement stands under a condition that asks which database there is: it is meant for one of them. */
function asksForDialect({ underUnknownGuard }: Failure): boolean {
  return underUnknownGuard !== null && /sqlite|postgres|mysql|maria|cockroach|dialect|driver/i.test(underUnknownGuard);
}

/** The end of the word at an offset, so that the caret marks all of it. */
function wordEnd(text: string, at: number, limit: number): number {
  const word = /^\w*/.exec(text.slice(at, limit))?.[0] ?? '';
  return Math.min(limit, at + Math.max(1, word.length));
}
