import type { Difference } from '../src/catalog/diff.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { DownResult, Event } from '../src/timeline/history.ts';

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
      title: 'Down undoes up',
      files: {
        'db/migrations/001_dishes.sql': `-- migrate:up
CREATE TABLE dishes (code TEXT PRIMARY KEY, price INTEGER);

-- migrate:down
DROP TABLE dishes;`,
      },
    },
  ],
  check(history, report) {
    for (const result of history.downs) {
      const words = reportOn(result);
      if (words !== null) report(words);
    }
  },
});

function reportOn(result: DownResult): Report | null {
  const { step, differences, failure, upAgain } = result;
  if (failure !== null) return failing(failure, `Going down from ${step.name} fails`);
  if (differences.length > 0) return leftBehind(result);
  return upAgain === null ? null : failing(upAgain, `After going down, ${step.name} cannot go up again`);
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
  return {
    at: { statement: first.statement, range: first.statement },
    ...(upAgain === null && differences.every(isAboutShape) ? { severity: 'info' as const } : {}),
    object: step.name,
    message: `Going down from ${step.name} does not give back what was there before: ${differences.map(wordsFor).join('; ')}.`,
    engineError: upAgain?.outcome.kind === 'failed' ? upAgain.outcome.error.text : null,
    help: 'Make the down half undo exactly what the up half does, in the opposite order.',
  };
}

/** Nothing that holds rows or runs code stays or is gone: an index, or the way a column is declared. */
function isAboutShape({ kind, left, right }: Difference): boolean {
  return (left !== null && right !== null) || kind === 'index' || kind === 'constraint';
}

function wordsFor({ kind, object, left, right }: Difference): string {
  if (right === null) return `${kind} ${object} is gone`;
  if (left === null) return `${kind} ${object} stays`;
  return `${kind} ${object} is ${right}, was ${left}`;
}
