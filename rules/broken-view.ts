import { namedInVain } from '../src/failure-report.ts';
import { defineRule } from '../src/rule.ts';
import { bodiesBrokenAtTheEnd } from '../src/timeline/broken-at-end.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'broken-view',
  severity: 'error',
  summary: 'A view reads a table or column that some databases do not have, so every use of it fails.',
  why: `SQLite looks into a view when it is used, not when it is made; MySQL and MariaDB let tables and columns go from under a view. The
deploy passes, and the first query through the view fails. In SQLite every later RENAME or DROP COLUMN fails too, whatever its table.`,
  instead: 'Drop the view before what it reads goes, and create it again over what is left.',
  examples: [
    {
      title: 'The table is rebuilt without a column that the view reads',
      files: {
        'migralint.config.json': `{ "dialect": "mariadb", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id int PRIMARY KEY, name varchar(40), born date);
CREATE VIEW ages AS SELECT id, born FROM cooks;`,
        'migrations/0002_no_age.sql': 'ALTER TABLE cooks DROP COLUMN born; -- expect: broken-view',
      },
    },
    {
      title: 'The view goes first',
      files: {
        'migralint.config.json': `{ "dialect": "mariadb", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id int PRIMARY KEY, name varchar(40), born date);
CREATE VIEW ages AS SELECT id, born FROM cooks;`,
        'migrations/0002_no_age.sql': `DROP VIEW ages;
ALTER TABLE cooks DROP COLUMN born;`,
      },
    },
  ],
  check(history, report) {
    for (const { body, paths, brokenBy } of bodiesBrokenAtTheEnd(history)) {
      if (body.kind !== 'view') continue;
      const { object: view, error } = body;
      const reading = readingOf(paths, history);
      const at = brokenBy ?? view.origin;
      if (at === null) continue;
      report({
        at: { statement: at.statement, range: at.at },
        object: view.name,
        severity: reading === null ? 'error' : 'warning',
        message: `${brokenBy === null ? 'View' : 'After this statement view'} ${view.name} reads ${namedInVain(error, brokenBy !== null)}: every query through it fails.`,
        help: 'Drop the view first, and create it again over the tables as they are then.',
        holdsOn: paths.map(({ name }) => name),
        reading,
        engineError: error.text,
        related:
          brokenBy === null || view.origin === null
            ? []
            : [{ span: placeOf(view.origin.statement, view.origin.at), message: `${view.name} was made here` }],
      });
    }
  },
});
