import { defineRule } from '../src/rule.ts';
import type { UpgradePath } from '../src/timeline/history.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'ambiguous-overload',
  severity: 'warning',
  summary: 'A new parameter with a default makes a second function beside the old one, and calls fit both.',
  why: `PostgreSQL tells functions apart by the types of their parameters. CREATE OR REPLACE with one more parameter replaces nothing: it makes
another function. A call without the new argument then fits both, and PostgreSQL refuses it. A fresh database has only the new one.`,
  instead: 'Drop the old one first: DROP FUNCTION IF EXISTS fee(integer).',
  examples: [
    {
      title: 'A second parameter for a function that is in use',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ], "start": { "v1": ["v1.sql"] } } ] }`,
        'v1.sql': `CREATE FUNCTION fee(guests int) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
        'schema.sql': `CREATE OR REPLACE FUNCTION fee(guests int, late boolean DEFAULT false) -- expect: ambiguous-overload
RETURNS int LANGUAGE sql AS 'SELECT 2';`,
      },
    },
    {
      title: 'The old one is dropped first',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ], "start": { "v1": ["v1.sql"] } } ] }`,
        'v1.sql': `CREATE FUNCTION fee(guests int) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
        'schema.sql': `DROP FUNCTION IF EXISTS fee(int);
CREATE OR REPLACE FUNCTION fee(guests int, late boolean DEFAULT false)
RETURNS int LANGUAGE sql AS 'SELECT 2';`,
      },
    },
  ],
  check(history, report) {
    for (const surprise of history.surprises) {
      const { outcome, operation, parsed, underUnknownGuard } = surprise;
      if (outcome.kind !== 'done' || operation.kind !== 'create-routine' || underUnknownGuard !== null) continue;
      const other = outcome.effects.find(({ kind }) => kind === 'ambiguous');
      const origin = other?.origin;
      if (other === undefined || origin == null) continue;
      // Asked for last: the paths of a surprise are gathered when they are asked for.
      const paths = surprise.paths.filter((path) => stillHas(path, origin.statement));
      if (paths.length === 0) continue;
      report({
        at: { statement: parsed.statement, range: operation.routine },
        object: other.object.name,
        message: `This makes a second function beside ${other.object.name}, and a call with the arguments of that one fits both.`,
        help: `Drop the old one first: DROP FUNCTION IF EXISTS ${other.object.name}.`,
        holdsOn: paths.map(({ name }) => name),
        reading: readingOf(paths, history),
        engineError: `function ${other.object.name} is not unique`,
        related: [{ span: placeOf(origin.statement, origin.at), message: 'the old one' }],
      });
    }
  },
});

function stillHas({ end }: UpgradePath, statement: unknown): boolean {
  return [...end.catalog.routines.values()].some(({ origin }) => origin?.statement === statement);
}
