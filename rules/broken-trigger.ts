import type { Range } from '../src/ddl/operation.ts';
import type { Statement } from '../src/sql/statement.ts';
import { bodiesBrokenAtTheEnd } from '../src/timeline/broken-at-end.ts';
import { namedInVain } from '../src/failure-report.ts';
import { defineRule } from '../src/rule.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'broken-trigger',
  severity: 'error',
  summary: 'A trigger names a table or column that some databases do not have, so every write that fires it fails.',
  why: `SQLite, MySQL and MariaDB read the body of a trigger when it fires, and no ALTER TABLE looks at it. Where CREATE TABLE IF NOT EXISTS does nothing, because an
older install has the table without the new column, the trigger is created all the same; and DROP COLUMN passes although a trigger
still writes the column. Then each INSERT, UPDATE or DELETE on the trigger's table fails, in production, long after the deploy.`,
  instead:
    'Add the column to existing tables before the trigger, on every path; drop or rewrite a trigger before what it names goes.',
  examples: [
    {
      title: 'The column is only in the text of CREATE TABLE',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ], "start": { "v1": ["v1.sql"] } } ] }`,
        'v1.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);',
        'schema.sql': `CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY, name TEXT, recipe TEXT); -- expect: installs-differ
CREATE TABLE IF NOT EXISTS words (text TEXT);
CREATE TRIGGER IF NOT EXISTS dishes_words AFTER INSERT ON dishes
BEGIN INSERT INTO words VALUES (new.recipe); END; -- expect: broken-trigger`,
      },
    },
    {
      title: 'The column is there before',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);',
        'migrations/0002_recipe.sql': `ALTER TABLE dishes ADD COLUMN recipe TEXT;
CREATE TABLE words (text TEXT);
CREATE TRIGGER dishes_words AFTER INSERT ON dishes BEGIN INSERT INTO words VALUES (new.recipe); END;`,
      },
    },
    {
      title: 'The column goes, the trigger stays',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY, dishes INTEGER, busy INTEGER);
CREATE TABLE dishes (id INTEGER PRIMARY KEY, cook INTEGER);
CREATE TRIGGER dishes_count AFTER INSERT ON dishes BEGIN UPDATE cooks SET busy = 1 WHERE id = new.cook; END;`,
        'migrations/0002_idle.sql': 'ALTER TABLE cooks DROP COLUMN busy; -- expect: broken-trigger',
      },
    },
    {
      title: 'MySQL drops the column too, and each INSERT fails',
      files: {
        'migralint.config.json': `{ "dialect": "mysql", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': `CREATE TABLE dishes (id int PRIMARY KEY, price int, tax int);
CREATE TRIGGER dishes_tax BEFORE INSERT ON dishes FOR EACH ROW SET NEW.tax = NEW.price / 10;`,
        'migrations/0002_no_tax.sql': 'ALTER TABLE dishes DROP COLUMN tax; -- expect: broken-trigger',
      },
    },
    {
      title: 'The trigger goes first',
      files: {
        'migralint.config.json': `{ "dialect": "mariadb", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': `CREATE TABLE dishes (id int PRIMARY KEY, price int, tax int);
CREATE TABLE bills (id int PRIMARY KEY, total int);
CREATE TRIGGER dishes_bill AFTER INSERT ON dishes FOR EACH ROW UPDATE bills SET total = total + NEW.price, id = id WHERE id = 1;`,
        'migrations/0002_cents.sql': `DROP TRIGGER dishes_bill;
ALTER TABLE bills CHANGE total cents int;
CREATE TRIGGER dishes_bill AFTER INSERT ON dishes FOR EACH ROW UPDATE bills SET cents = cents + NEW.price WHERE id = 1;`,
      },
    },
  ],
  check(history, report) {
    for (const { body, paths, brokenBy } of bodiesBrokenAtTheEnd(history)) {
      if (body.kind !== 'trigger') continue;
      const { object: trigger, error } = body;
      const reading = readingOf(paths, history);
      const at = brokenBy ?? trigger.origin;
      if (at === null) continue;
      report({
        at: {
          statement: at.statement,
          range: brokenBy === null ? nameIn(at.statement, error.object.name, at.at) : at.at,
        },
        object: trigger.name,
        severity: reading === null ? 'error' : 'warning',
        message: `${brokenBy === null ? 'Trigger' : 'After this statement trigger'} ${trigger.name} names ${namedInVain(error, brokenBy !== null)}: every write that fires it fails.`,
        help:
          brokenBy === null
            ? 'Give existing databases the table or column first, before the trigger.'
            : 'Drop the trigger before this statement, and create it again without what goes.',
        holdsOn: paths.map(({ name }) => name),
        reading,
        engineError: error.text,
        related:
          brokenBy === null || trigger.origin === null
            ? []
            : [
                {
                  span: placeOf(trigger.origin.statement, trigger.origin.at),
                  message: `${trigger.name} was made here`,
                },
              ],
      });
    }
  },
});

/** Where the name stands in a statement; elsewhere where there is none. */
function nameIn({ sql, start, end }: Statement, name: string, elsewhere: Range): Range {
  const at = sql.text.toLowerCase().lastIndexOf(name.toLowerCase(), end);
  return name === '' || at < start ? elsewhere : { start: at, end: at + name.length };
}
