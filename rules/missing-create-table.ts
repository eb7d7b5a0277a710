import type { CreateTable } from '../src/ddl/operation.ts';
import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import { createTableFix } from '../src/fixes/create-table-first.ts';
import { together } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History } from '../src/timeline/history.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { statementsAbout } from '../src/timeline/statements-about.ts';

export default defineRule({
  id: 'missing-create-table',
  severity: 'error',
  summary: 'A table is changed that this path never creates, while another source creates it.',
  why: `The schema file creates the table on fresh databases, and a migration changes it; but no migration creates it. A database from
before the table then fails at the first statement that changes it. IF NOT EXISTS on a column or an index guards that column or index,
not the table.`,
  instead:
    'Let the migration create the table first: CREATE TABLE IF NOT EXISTS with all its columns, before it changes it.',
  examples: [
    {
      title: 'A new table that only the schema file creates',
      files: {
        'conf/schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dishes (code VARCHAR(20) NOT NULL DEFAULT '', PRIMARY KEY (code));`,
        'conf/migrations/001_add_table_dishes.sql': `-- +up
ALTER TABLE dishes ADD COLUMN IF NOT EXISTS code VARCHAR(20) NOT NULL DEFAULT ''; -- expect: missing-create-table

-- +down
DROP TABLE IF EXISTS dishes;`,
      },
    },
    {
      title: 'A table of the baseline: it was there before the first migration',
      files: {
        'conf/schema.sql':
          'CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL, born DATE);',
        'conf/migrations/001_add_column_born.sql': `-- +up
ALTER TABLE cooks ADD COLUMN IF NOT EXISTS born DATE;

-- +down
ALTER TABLE cooks DROP COLUMN IF EXISTS born;`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter((failure) => failureKind(failure, history) === 'missing-create-table');
    for (const { first, others } of groupByTable(failures)) {
      const table = first.error.object.name;
      const creating = statementCreating(first, history);
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: table,
        message: `${stepWords(first)} changes the table ${table}, which ${installWords(first)} do not have: nothing on their path creates it.`,
        help: `Create it here first: CREATE TABLE IF NOT EXISTS ${table} (..), as the other source does.`,
        ...together([creating === null ? null : createTableFix(first.parsed.statement, creating)]),
        related: [
          ...(creating === null
            ? []
            : [{ span: placeOf(creating.statement, creating.table), message: `${table} is created only here` }]),
          ...others.map((other) => ({
            span: placeOf(other.parsed.statement, other.error.at),
            message: `changes ${table} too`,
          })),
        ],
      });
    }
  },
});

function stepWords({ step }: Failure): string {
  return step === null ? 'This statement' : step.name;
}

function installWords({ paths }: Failure): string {
  return paths.some((path) => path.start.kind === 'fresh') ? 'fresh databases' : 'older databases';
}

function statementCreating(failure: Failure, history: History): CreateTable | null {
  for (const { operation } of statementsAbout(failure, history))
    if (operation.kind === 'create-table') return operation;
  return null;
}
