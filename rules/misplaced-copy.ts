import type { ParsedStatement } from '../src/ddl/parse.ts';
import { defineRule } from '../src/rule.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'misplaced-copy',
  severity: 'error',
  summary: 'Rows are copied by place, and their values come into the wrong columns.',
  why: `INSERT INTO a SELECT * FROM b fills the columns by their order, not by their names. A column that was added with ALTER TABLE stands
last, wherever the new CREATE TABLE has it: from there on each value is one column off. SQLite stores what it gets, whatever the type
says, so the copy succeeds; the old table is then dropped. A fresh database, with the columns in the order of the file, shows nothing.`,
  instead: 'Name the columns on both sides: INSERT INTO a (x, y) SELECT x, y FROM b.',
  examples: [
    {
      title: 'The added column stands last in the old table, and second in the new one',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, price TEXT);',
        'migrations/0002_name.sql': 'ALTER TABLE dishes ADD COLUMN name TEXT;',
        'migrations/0003_rebuild.sql': `CREATE TABLE dishes_new (id INTEGER PRIMARY KEY, name TEXT, price TEXT);
INSERT INTO dishes_new SELECT * FROM dishes; -- expect: misplaced-copy
DROP TABLE dishes;
ALTER TABLE dishes_new RENAME TO dishes;`,
      },
    },
    {
      title: 'With the columns named their order does not matter',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, price TEXT);',
        'migrations/0002_name.sql': 'ALTER TABLE dishes ADD COLUMN name TEXT;',
        'migrations/0003_rebuild.sql': `CREATE TABLE dishes_new (id INTEGER PRIMARY KEY, name TEXT, price TEXT);
INSERT INTO dishes_new (id, name, price) SELECT id, name, price FROM dishes;
DROP TABLE dishes;
ALTER TABLE dishes_new RENAME TO dishes;`,
      },
    },
  ],
  check(history, report) {
    for (const surprise of history.surprises) {
      const { outcome, operation, parsed, underUnknownGuard } = surprise;
      if (outcome.kind !== 'done' || operation.kind !== 'write-rows' || underUnknownGuard !== null) continue;
      const misplaced = outcome.effects.find(({ kind }) => kind === 'rows-misplaced');
      if (misplaced === undefined) continue;
      // Asked for last: the paths of a surprise are gathered when they are asked for.
      const { paths } = surprise;
      const reading = readingOf(paths, history);
      report({
        at: { statement: parsed.statement, range: operation.table ?? parsed.statement },
        severity: reading === null && STAR.test(textOf(parsed)) ? 'error' : 'warning',
        object: misplaced.object.name,
        message: `This copy goes by place, and the columns do not stand in one order: ${misplaced.detail ?? ''}.`,
        help: 'Name the columns on both sides of the copy.',
        holdsOn: paths.map(({ name }) => name),
        reading,
        related:
          misplaced.origin === undefined || misplaced.origin === null
            ? []
            : [{ span: placeOf(misplaced.origin.statement, misplaced.origin.at), message: 'the table that is copied' }],
      });
    }
  },
});

/** Who lists the columns of the one side may mean what he writes. */
const STAR = /\bselect\s+(?:\w+\.)?\*/i;

function textOf({ statement: { sql, start, end } }: ParsedStatement): string {
  return sql.text.slice(start, end);
}
