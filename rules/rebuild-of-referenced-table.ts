import type { Table } from '../src/catalog/catalog.ts';
import { tableKeyOf } from '../src/catalog/relation-keys.ts';
import { breaksOn } from '../src/failure-report.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History } from '../src/timeline/history.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { tableOf } from '../src/timeline/program.ts';

export default defineRule({
  id: 'rebuild-of-referenced-table',
  severity: 'error',
  summary: 'A table is dropped to be rebuilt, while rows of another table point to it and foreign keys are checked.',
  why: `SQLite cannot change a constraint, so a table is copied, dropped and renamed. With foreign keys on, DROP TABLE deletes the rows first, and
each row of another table that points to them is a violation; deferring only moves the error to COMMIT, since the rename does not
count it back. PRAGMA foreign_keys = OFF would help, but not inside the transaction that a tool has begun. An empty database shows
nothing.`,
  instead: `Switch foreign keys off on the connection before the transaction begins, or put the rows of the other table aside and build it anew
in the same migration.`,
  examples: [
    {
      title: 'Every order points to a dish',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_orders.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('hot')));
CREATE TABLE orders (id INTEGER PRIMARY KEY, dish INTEGER NOT NULL REFERENCES dishes (id));`,
        'migrations/0002_cold.sql': `PRAGMA defer_foreign_keys = 1;
CREATE TABLE dishes_new (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('hot', 'cold')));
INSERT INTO dishes_new (id, kind) SELECT id, kind FROM dishes;
DROP TABLE dishes; -- expect: rebuild-of-referenced-table
ALTER TABLE dishes_new RENAME TO dishes;`,
      },
    },
    {
      title: 'Nothing points to it',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_dishes.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('hot')));`,
        'migrations/0002_cold.sql': `CREATE TABLE dishes_new (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('hot', 'cold')));
INSERT INTO dishes_new (id, kind) SELECT id, kind FROM dishes;
DROP TABLE dishes;
ALTER TABLE dishes_new RENAME TO dishes;`,
      },
    },
  ],
  check(history, report) {
    for (const failure of history.failures) {
      if (failureKind(failure, history) !== 'rebuild') continue;
      const { error, parsed, condition } = failure;
      const children = childrenOf(failure, history);
      const names = children.map(({ name }) => name).join(', ');
      report({
        ...breaksOn(failure),
        severity: failure.reading === null && condition !== 'values' ? 'error' : 'warning',
        at: { statement: parsed.statement, range: error.at },
        object: error.object.name,
        message: `Rows of ${names} point to ${error.object.name}. Dropping it fails where there are any, and so on databases that are in use: ${error.text}.${pragmaWords(failure, history)}`,
        help: `Switch foreign keys off on the connection before the transaction begins, or rebuild ${names} too: put its rows aside, drop it first, and create it again after the rename.`,
        related: children.flatMap(({ name, origin }) =>
          origin === null ? [] : [{ span: placeOf(origin.statement, origin.at), message: `${name} points to it` }],
        ),
      });
    }
  },
});

/** Tables whose foreign keys name the dropped one, as the catalog has them just before. */
function childrenOf({ before, operation }: Failure, { deployment }: History): readonly Table[] {
  const table = tableOf(operation);
  const dropped = table === undefined ? undefined : tableKeyOf(before, table, deployment.engine);
  return [...before.catalog.relations.entries()].flatMap(([key, relation]) =>
    relation.kind === 'table' && key !== dropped && relation.constraints.some(({ target }) => target?.table === dropped)
      ? [relation]
      : [],
  );
}

/** A pragma that was meant to prevent it, in the same step. */
function pragmaWords({ step }: Failure, { surprises }: History): string {
  const isMeant = surprises.some(
    (other) =>
      other.step === step &&
      other.outcome.kind === 'ignored' &&
      other.operation.kind === 'set-session' &&
      /^(?:off|0|false|no)$/i.test(other.operation.value ?? ''),
  );
  return isMeant ? ' PRAGMA foreign_keys = OFF does nothing inside the transaction.' : '';
}
