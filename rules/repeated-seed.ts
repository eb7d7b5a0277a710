import type { WriteRows } from '../src/ddl/operation.ts';
import { defineRule } from '../src/rule.ts';
import type { Surprise } from '../src/timeline/history.ts';

export default defineRule({
  id: 'repeated-seed',
  severity: 'warning',
  summary: 'A script that runs at every start inserts the same rows each time.',
  why: `An INSERT in a script that runs at every start needs a key that stops it: without a unique key over what it inserts each start adds
the rows again, and nothing says so. ON CONFLICT over a key that the database makes up (a serial, a UUID) never meets a conflict.`,
  instead: 'Give the table a unique key over what makes a row the same, and write ON CONFLICT (that key) DO NOTHING.',
  examples: [
    {
      title: 'The conflict is looked for in a key that the INSERT does not give',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["seed.sql"], "when": "always" } ] } ] }`,
        'seed.sql': `CREATE TABLE IF NOT EXISTS dishes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
INSERT INTO dishes (name) VALUES ('soup') ON CONFLICT (id) DO NOTHING; -- expect: repeated-seed`,
      },
    },
    {
      title: 'The key says what makes a dish the same',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["seed.sql"], "when": "always" } ] } ] }`,
        'seed.sql': `CREATE TABLE IF NOT EXISTS dishes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text UNIQUE);
INSERT INTO dishes (name) VALUES ('soup') ON CONFLICT (name) DO NOTHING;`,
      },
    },
  ],
  check(history, report) {
    for (const surprise of history.surprises) {
      const { outcome, operation, underUnknownGuard, step } = surprise;
      if (outcome.kind !== 'done' || operation.kind !== 'write-rows' || underUnknownGuard !== null || step !== null)
        continue;
      const repeated = outcome.effects.find(({ kind }) => kind === 'rows-repeated');
      if (repeated === undefined || isEvent(surprise, operation)) continue;
      report({
        at: { statement: operation.statement, range: placeOfConflict(operation) },
        object: repeated.object.name,
        message: `Each start inserts these rows into ${repeated.object.name} again: no unique key of the table holds what they are.`,
        help: 'Add a unique key over the columns that make a row the same, and ON CONFLICT (these columns) DO NOTHING.',
        holdsOn: surprise.paths.map(({ name }) => name),
        reading: history.deployment.reading,
      });
    }
  },
});

function placeOfConflict({ statement, table }: WriteRows): { readonly start: number; readonly end: number } {
  const text = statement.sql.text.slice(statement.start, statement.end);
  const at = text.search(/\bON\s+CONFLICT\b/i);
  if (at < 0) return table ?? statement;
  return { start: statement.start + at, end: statement.end };
}

/** One row without a conflict clause, in a table that keeps times: that something happened is written each time. */
function isEvent({ before }: Surprise, { statement, table }: WriteRows): boolean {
  const text = statement.sql.text.slice(statement.start, statement.end);
  if (/\bON\s+CONFLICT\b/i.test(text)) return false;
  if (/\bnow\s*\(|current_(?:timestamp|date|time)|\b(?:datetime|strftime|unixepoch|clock_timestamp)\s*\(/i.test(text))
    return true;
  const name = table?.name.text.toLowerCase();
  const isTimed = [...before.catalog.relations.values()].some(
    (relation) =>
      relation.kind === 'table' &&
      relation.name.toLowerCase() === name &&
      relation.columns.some((column) => /now\(|current_|datetime\(|strftime|unixepoch/i.test(column.default ?? '')),
  );
  return isTimed && !/\)\s*,\s*\(/.test(text);
}
