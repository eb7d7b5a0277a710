import type { Difference } from '../src/catalog/diff.ts';
import { stepWords } from '../src/deployment.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { DownResult, Event, History } from '../src/timeline/history.ts';

export default defineRule({
  id: 'down-does-not-undo',
  severity: 'warning',
  summary: 'The down half of a migration does not give back the schema from before its up half.',
  why: `A rollback is used when something else has already gone wrong. If it fails, leaves a table behind or takes too much, the next
attempt to go up meets a schema that nobody has tested.`,
  instead: 'Undo everything that the up half does, in the opposite order.',
  examples: [
    {
      title: 'The index goes, the table stays',
      files: {
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY, price INTEGER);
CREATE INDEX dishes_price ON dishes (price);

-- migrate:down
DROP INDEX dishes_price; -- expect: down-does-not-undo`,
      },
    },
    {
      title: 'Once an order was cancelled, there is no way back',
      files: {
        'db/migrations/001_orders.sql': `-- migrate:up
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE orders (id integer PRIMARY KEY, state state);

-- migrate:down
DROP TABLE orders;
DROP TYPE state;`,
        'db/migrations/002_cancelled.sql': `-- migrate:up transaction:false
ALTER TYPE state ADD VALUE 'cancelled';

-- migrate:down
ALTER TYPE state RENAME TO old_state;
CREATE TYPE state AS ENUM ('open', 'paid');
ALTER TABLE orders ALTER COLUMN state TYPE state USING state::text::state; -- expect: down-does-not-undo
DROP TYPE old_state;`,
      },
    },
    {
      title: 'The cancelled orders are opened again first',
      files: {
        'db/migrations/001_orders.sql': `-- migrate:up
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE orders (id integer PRIMARY KEY, state state);

-- migrate:down
DROP TABLE orders;
DROP TYPE state;`,
        'db/migrations/002_cancelled.sql': `-- migrate:up transaction:false
ALTER TYPE state ADD VALUE 'cancelled';

-- migrate:down
UPDATE orders SET state = 'open' WHERE state::text = 'cancelled';
ALTER TYPE state RENAME TO old_state;
CREATE TYPE state AS ENUM ('open', 'paid');
ALTER TABLE orders ALTER COLUMN state TYPE state USING state::text::state;
DROP TYPE old_state;`,
      },
    },
    {
      title: 'Down undoes up',
      files: {
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY, price INTEGER);

-- migrate:down
DROP TABLE dishes;`,
      },
    },
    {
      title: 'Nothing is undone on purpose',
      files: {
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY);

-- migrate:down
DROP TABLE dishes;`,
        'db/migrations/002_soup.sql': `-- migrate:up
INSERT INTO dishes VALUES ('soup');

-- migrate:down
-- The soup may be on the bill of a guest: it stays.`,
        'db/migrations/003_price.sql': `-- migrate:up
ALTER TABLE dishes ADD COLUMN price INTEGER;

-- migrate:down
SELECT 1; -- prices are kept`,
      },
    },
    {
      title: 'From PostgreSQL 18 on NOT NULL has a name, which is not followed',
      files: {
        'migralint.config.json': '{ "dialect": "postgres", "engineVersion": "18" }',
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY);

-- migrate:down
DROP TABLE dishes;`,
        'db/migrations/002_price.sql': `-- migrate:up
ALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL DEFAULT 0;

-- migrate:down
ALTER TABLE dishes DROP CONSTRAINT dishes_price_not_null;
ALTER TABLE dishes DROP COLUMN price;`,
      },
    },
    {
      title: 'An extension that stays, and a table that was removed only if it was there',
      files: {
        'postgres/001_search.up.sql': `CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE dishes (code text PRIMARY KEY);
DROP TABLE IF EXISTS old_dishes;`,
        'postgres/001_search.down.sql': `CREATE TABLE old_dishes (code text PRIMARY KEY);
DROP TABLE dishes;`,
      },
    },
    {
      title: 'What a column held is lost, so it comes back without NOT NULL',
      files: {
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY, price INTEGER NOT NULL);

-- migrate:down
DROP TABLE dishes;`,
        'db/migrations/002_no_price.sql': `-- migrate:up
ALTER TABLE dishes DROP COLUMN price;

-- migrate:down
ALTER TABLE dishes ADD COLUMN price INTEGER;`,
      },
    },
  ],
  check(history, report) {
    for (const result of history.downs) {
      if (result.failure === null && result.upAgain !== null && failedBefore(result.upAgain, history)) continue;
      const words = reportOn(result);
      if (words !== null) report(words);
    }
  },
});

/** The way up fails by itself: that is told of where it stands, and has nothing to do with the way down. */
function failedBefore({ parsed, outcome }: Event, { failures }: History): boolean {
  const text = outcome.kind === 'failed' ? outcome.error.text : null;
  return failures.some((failure) => failure.parsed.statement === parsed.statement && failure.error.text === text);
}

function reportOn(result: DownResult): Report | null {
  const { step, failure, upAgain } = result;
  if (failure !== null) return failing(failure, `Going down from ${stepWords(step)} fails`);
  const all = result.differences;
  const differences = all.filter(
    (difference) => !isLaxer(difference) && !isRenamed(difference, all) && !isExtensionKept(difference),
  );
  if (differences.length > 0) return leftBehind({ ...result, differences });
  if (upAgain !== null) return failing(upAgain, `After going down, ${stepWords(step)} cannot go up again`);
  return result.givenRows === null ? null : failingGivenRows(result.givenRows, stepWords(step));
}

/**
 * Rows that came while the new shape was there stop the way down: whatever they hold, or because they hold the very label that the
 * up half has brought. Whether there are NULLs, or values that are too long, is another matter: most downs would do so.
 */
function failingGivenRows(event: Event, step: string): Report | null {
  if (event.outcome.kind !== 'failed') return null;
  const { condition, error } = event.outcome;
  const isLabel = error.object.kind === 'type-label';
  if (condition === 'always' || (condition === 'values' && !isLabel)) return null;
  const table = error.object.table ?? error.object.name;
  const rows = isLabel ? 'as soon as a row holds what the up half has made possible' : `once ${table} holds rows`;
  return {
    at: { statement: event.parsed.statement, range: error.at },
    object: error.object.name,
    condition,
    message: `Going down from ${step} fails ${rows}: ${error.text}.`,
    help: isLabel
      ? 'Change the rows that hold it to another value first, in the down half.'
      : 'Give the column a default, or let it take NULL, in the down half.',
    engineError: error.text,
  };
}

function failing(event: Event, what: string): Report | null {
  if (event.outcome.kind !== 'failed') return null;
  const { error } = event.outcome;
  return {
    at: { statement: event.parsed.statement, range: error.at },
    object: error.object.name,
    message: `${what}: ${error.text}.`,
    help: 'Make the down half undo exactly what the up half does, in the opposite order.',
    engineError: error.text,
  };
}

function leftBehind({ step, differences, statements, upAgain }: DownResult): Report | null {
  const [first] = statements;
  if (first === undefined) return null;
  const again = upAgain?.outcome.kind === 'failed' ? upAgain.outcome.error.text : null;
  return {
    at: { statement: first.statement, range: first.statement },
    ...(upAgain === null && differences.every(isAboutShape) ? { severity: 'info' as const } : {}),
    object: step.name,
    message: `Going down from ${stepWords(step)} does not give back what was there before: ${paired(differences).map(wordsFor).join('; ')}.${again === null ? '' : ' Going up again then fails.'}`,
    engineError: again,
    help: 'Make the down half undo exactly what the up half does, in the opposite order.',
  };
}

/**
 * A column that comes back takes NULL, or has a default, where it did not: there are rows, and what it held is lost. Nothing that
 * worked before fails on it.
 */
function isLaxer({ kind, left, right }: Difference): boolean {
  if (kind !== 'column' || left === null || right === null) return false;
  const [before, now] = [traitsOf(left), traitsOf(right)];
  return before.rest === now.rest && (before.notNull || !now.notNull) && (before.default === null || !before.notNull);
}

/** What a column's description says of NULL, of its default, and else. */
function traitsOf(description: string): { notNull: boolean; default: string | null; rest: string } {
  const value = /\bdefault (?:'(?:[^']|'')*'|"[^"]*"|\S+)/.exec(description)?.[0] ?? null;
  const rest = description.replace(value ?? '', '').replace(/\b(?:no default|not null|nullable)\b/g, '');
  return { notNull: /\bnot null\b/.test(description), default: value, rest: rest.replace(/\s+/g, ' ').trim() };
}

/** An extension belongs to the database: others may use it, and the way up makes it only if it is not there. */
function isExtensionKept({ kind, left }: Difference): boolean {
  return kind === 'extension' && left === null;
}

/** A constraint or index that comes back under another name. */
function isRenamed({ kind, table, left, right }: Difference, all: readonly Difference[]): boolean {
  if ((kind !== 'constraint' && kind !== 'index') || (left !== null && right !== null)) return false;
  return all.some(
    (other) =>
      other.kind === kind &&
      other.table === table &&
      (left === null ? other.right === null && other.left === right : other.left === null && other.right === left),
  );
}

/** Nothing that holds rows or runs code stays or is gone: an index, or the way a column is declared. */
function isAboutShape({ kind, left, right }: Difference): boolean {
  return (left !== null && right !== null) || kind === 'index' || kind === 'constraint';
}

/** Something of one name that is gone in one form and stands in another has changed. */
function paired(differences: readonly Difference[]): readonly Difference[] {
  const partner = (one: Difference): Difference | undefined =>
    differences.find(
      (other) =>
        other.kind === one.kind &&
        other.table === one.table &&
        other.object === one.object &&
        (one.right === null ? other.left === null : one.left === null && other.right === null),
    );
  return differences.flatMap((difference) => {
    const other = partner(difference);
    if (other === undefined) return [difference];
    return difference.right === null ? [{ ...difference, right: other.right }] : [];
  });
}

function wordsFor({ kind, object, left, right }: Difference): string {
  if (right === null) return `${kind} ${object} is gone`;
  if (left === null) return `${kind} ${object} stays`;
  return `${kind} ${object} has ${right || 'no options'} instead of ${left || 'no options'}`;
}
