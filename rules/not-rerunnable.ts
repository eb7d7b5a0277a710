import type { Difference } from '../src/catalog/diff.ts';
import type { Operation } from '../src/ddl/operation.ts';
import { stepWords } from '../src/deployment.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History, PlacedStatement, Rerun } from '../src/timeline/history.ts';
import { relatedTo } from '../src/timeline/origin-place.ts';
import { tableOf } from '../src/timeline/program.ts';

export default defineRule({
  id: 'not-rerunnable',
  severity: 'error',
  summary: 'A migration that is said to be safe to run again takes back what later ones have done.',
  why: `Some projects let a migration run again: to heal a checksum, or after a restore. That it passes a second time is not enough. A rebuild
with a fixed list of columns, run on a database that has got more columns since, drops them with their values; the migration that
added them is recorded and does not run again. A test that counts rows does not see it.`,
  instead:
    'Do not run it again. Replace the recorded checksum, or write a new migration that asks for the present shape.',
  examples: [
    {
      title: 'The rebuild knows nothing of the column that 0003 adds',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "rerunnable": ["0002"], "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, kind TEXT NOT NULL);',
        'migrations/0002_kind.sql': `CREATE TABLE dishes_new (id INTEGER PRIMARY KEY, kind TEXT NOT NULL);
INSERT INTO dishes_new (id, kind) SELECT id, kind FROM dishes; -- expect: not-rerunnable
DROP TABLE dishes;
ALTER TABLE dishes_new RENAME TO dishes;`,
        'migrations/0003_price.sql': 'ALTER TABLE dishes ADD COLUMN price INTEGER;',
      },
    },
    {
      title: 'An index that is there already',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "rerunnable": ["0002"], "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, kind TEXT);',
        'migrations/0002_kind.sql': 'CREATE INDEX IF NOT EXISTS dishes_kind ON dishes (kind);',
        'migrations/0003_price.sql': 'ALTER TABLE dishes ADD COLUMN price INTEGER;',
      },
    },
  ],
  check(history, report) {
    for (const rerun of history.reruns) {
      const words = reportOn(rerun, history);
      if (words !== null) report(words);
    }
  },
});

function reportOn({ step, on, differences }: Rerun, history: History): Report | null {
  const lost = differences.filter(({ right }) => right === null);
  const [first] = lost.length > 0 ? lost : differences;
  if (first === undefined) return null;
  const place = placeIn(history.statements, step, first.table);
  if (place === null) return null;
  const words = (lost.length > 0 ? lost : differences).map(wordsFor).join('; ');
  return {
    at: place,
    severity: lost.some(({ kind }) => kind === 'column' || kind === 'table') ? 'error' : 'warning',
    object: first.object,
    message: `Run again on a database that is ${on}, ${stepWords(step)} takes back what later migrations have made: ${words}.`,
    help: 'Do not run it again: replace its recorded checksum instead, or write a new migration that asks for the present shape.',
    holdsOn: [on],
    related: relatedTo(first.leftOrigin ?? undefined, `${first.object} comes from here, and this does not run again`),
  };
}

function wordsFor({ kind, object, left, right }: Difference): string {
  if (right === null) return `${kind} ${object} is lost${kind === 'column' ? ', with its values' : ''}`;
  if (left === null) return `${kind} ${object} comes back`;
  return `${kind} ${object} becomes ${right} again, from ${left}`;
}

/** Where the step copies the table's rows; else where it drops, renames or changes it; else its first statement. */
function placeIn(statements: History['statements'], step: PlacedStatement['step'], table: string): Report['at'] | null {
  const own = statements.filter((placed) => placed.step === step);
  const name = table.slice(table.indexOf('.') + 1).toLowerCase();
  const builds = (operation: Operation): boolean => tableOf(operation)?.name.text.toLowerCase() === name;
  const renamed = own
    .flatMap(({ parsed }) => parsed.operations)
    .find((operation) => operation.kind === 'rename-table' && operation.to.name.text.toLowerCase() === name);
  const source = renamed?.kind === 'rename-table' ? renamed.table.name.text.toLowerCase() : null;
  const copies = own.find(({ parsed }) =>
    parsed.operations.some(
      (operation) => operation.kind === 'write-rows' && tableOf(operation)?.name.text.toLowerCase() === source,
    ),
  );
  const chosen = copies ?? own.find(({ parsed }) => parsed.operations.some(builds)) ?? own[0];
  return chosen === undefined ? null : { statement: chosen.parsed.statement, range: chosen.parsed.statement };
}
