import { bodyOf } from '../src/catalog/bodies.ts';
import type { Table, Trigger } from '../src/catalog/catalog.ts';
import { defineRule } from '../src/rule.ts';
import type { History, UpgradePath } from '../src/timeline/history.ts';

export default defineRule({
  id: 'broken-trigger',
  severity: 'error',
  summary: 'A trigger reads a column of its row that some databases do not have, so every write there fails.',
  why: `SQLite reads the body of a trigger when it fires, not when it is created. Where CREATE TABLE IF NOT EXISTS does nothing, because an
older install has the table without the new column, the trigger is created all the same; then each INSERT, UPDATE or DELETE on
the table fails, in production, long after the deploy.`,
  instead: 'Add the column to existing tables before the trigger, on every path.',
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
  ],
  check(history, report) {
    if (history.deployment.engine.dialect.name !== 'sqlite') return;
    for (const { trigger, table, row, paths } of brokenTriggers(history)) {
      const { origin } = trigger;
      if (origin === null) continue;
      const { statement } = origin;
      const at = statement.sql.text.toLowerCase().indexOf(row.toLowerCase(), statement.start);
      report({
        at: { statement, range: at < 0 || at >= statement.end ? origin.at : { start: at, end: at + row.length } },
        object: trigger.name,
        severity: history.deployment.reading === null ? 'error' : 'warning',
        message: `Trigger ${trigger.name} reads ${row}, a column that ${table.name} does not have there: every write that fires it fails.`,
        help: `Add the column to existing tables first: ALTER TABLE ${table.name} ADD COLUMN ..`,
        holdsOn: paths.map(({ name }) => name),
        reading: history.deployment.reading,
        engineError: `no such column: ${row}`,
      });
    }
  },
});

interface BrokenTrigger {
  readonly trigger: Trigger;
  readonly table: Table;
  /** As the engine names it: `new.recipe`. */
  readonly row: string;
  readonly paths: UpgradePath[];
}

/** Triggers that some path leaves on a table without a column that they read, each with all its paths. */
function brokenTriggers({ paths, deployment }: History): readonly BrokenTrigger[] {
  const found = new Map<string, BrokenTrigger>();
  // Most paths end with the very same objects.
  const known = new WeakMap<Trigger, { readonly table: Table; readonly row: string | null }>();
  for (const path of paths) {
    if (path.verdict === 'fails') continue;
    for (const [key, trigger] of path.end.catalog.triggers.entries()) {
      const table = path.end.catalog.relations.get(trigger.table);
      if (!trigger.certain || table?.kind !== 'table' || !table.certain || table.open) continue;
      const answer = known.get(trigger);
      const row = answer?.table === table ? answer.row : missingColumn(trigger, table, deployment);
      known.set(trigger, { table, row });
      if (row === null) continue;
      const broken = found.get(`${key} ${row}`);
      if (broken === undefined) found.set(`${key} ${row}`, { trigger, table, row, paths: [path] });
      else broken.paths.push(path);
    }
  }
  return [...found.values()];
}

/** The first `new.x` or `old.x` without a column x. A virtual table has columns that nobody lists, and `AS old` is another row. */
function missingColumn(trigger: Trigger, table: Table, { engine: { dialect } }: History['deployment']): string | null {
  if (table.options.some((option) => option.startsWith('virtual')) || /\bas (?:new|old)\b/i.test(trigger.text))
    return null;
  const columns = new Set(table.columns.map(({ name }) => dialect.key(name, true)));
  for (const { row, column } of bodyOf(trigger, dialect).rowColumns) {
    if (!columns.has(column) && !ROW_IDS.has(column)) return `${row}.${column}`;
  }
  return null;
}

const ROW_IDS: ReadonlySet<string> = new Set(['rowid', 'oid', '_rowid_']);
