import type { Step } from '../src/deployment.ts';
import type { Fix } from '../src/finding.ts';
import { breaksOn, groupByTable, severityOf } from '../src/failure-report.ts';
import { optOutFix } from '../src/fixes/opt-out.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import { failureKind } from '../src/timeline/failure-kind.ts';
import type { Failure, History, PlacedStatement, Surprise } from '../src/timeline/history.ts';

export default defineRule({
  id: 'transaction-opt-out',
  severity: 'error',
  summary: 'A statement that must stand outside of a transaction runs inside one.',
  why: `CREATE INDEX CONCURRENTLY, VACUUM and their like refuse to run in a transaction, and most tools put one around each migration. A marker
that switches it off is not always enough: PostgreSQL runs several statements that arrive as one string in one transaction, whoever
sent them. SQLite's PRAGMA foreign_keys is worse: inside a transaction it does nothing, and does not say so.`,
  instead: 'Switch the transaction off with the marker of the tool, and let the statement stand alone in its file.',
  examples: [
    {
      title: 'goose wraps the file',
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);`,
        'migrations/0002_name.sql': `-- +goose Up
CREATE INDEX CONCURRENTLY cooks_name ON cooks (name); -- expect: transaction-opt-out`,
      },
    },
    {
      title: 'The marker is there, but sqlx sends the whole file at once',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["postgres"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);',
        'migrations/0002_name.sql': `-- no-transaction
ALTER TABLE cooks ADD COLUMN born DATE;
CREATE INDEX CONCURRENTLY cooks_name ON cooks (name); -- expect: transaction-opt-out`,
      },
    },
    {
      title: 'COMMIT ends a transaction that the file has not begun',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY);
COMMIT; -- expect: transaction-opt-out
CREATE TABLE dishes (id INTEGER PRIMARY KEY);`,
      },
    },
    {
      title: 'Flyway takes the transaction off by itself, and wants such statements alone',
      files: {
        'db/V1__cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);',
        'db/V2__name.sql': `CREATE INDEX CONCURRENTLY cooks_name ON cooks (name);
ALTER TABLE cooks ADD COLUMN born DATE; -- expect: transaction-opt-out`,
      },
    },
    {
      title: 'Flyway knows no such statements of MySQL',
      files: {
        'migralint.config.json': '{ "dialect": "mysql" }',
        'db/V1__audit.sql': `CREATE DATABASE audit;
CREATE TABLE cooks (id INT PRIMARY KEY);`,
      },
    },
    {
      title: 'Alone in its file, and without a transaction',
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);`,
        'migrations/0002_name.sql': `-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY cooks_name ON cooks (name);`,
      },
    },
  ],
  check(history, report) {
    const failures = history.failures.filter((failure) => failureKind(failure, history) === 'in-transaction');
    for (const { first } of groupByTable(failures)) {
      report({
        ...breaksOn(first),
        severity: severityOf(first),
        at: { statement: first.parsed.statement, range: first.error.at },
        object: first.step?.name ?? first.error.object.name,
        message: `${messageFor(first, history)}: ${first.error.text}.`,
        help: helpFor(first.step, history),
        ...offer(fixFor(first, history)),
      });
    }
    for (const { parsed } of endsOfForeignTransactions(history)) {
      report({
        at: { statement: parsed.statement, range: parsed.statement },
        severity: 'warning',
        object: 'transaction',
        message: `This statement ends the transaction that ${history.deployment.tool?.name ?? 'the runner'} has begun: what follows is kept statement by statement, also where a later one fails and the migration is run again.`,
        help: 'Leave transactions to the runner, or switch its own off for this file.',
      });
    }
    for (const { parsed } of mixedStatements(history)) {
      const { alone, optOut } = history.deployment.tool?.transaction ?? {};
      if (alone === undefined) break;
      report({
        at: { statement: parsed.statement, range: parsed.statement },
        severity: 'warning',
        object: 'transaction',
        message: `${history.deployment.tool?.name ?? 'The runner'} runs CREATE INDEX CONCURRENTLY, VACUUM, PRAGMA foreign_keys and their like outside of its transaction, and stops at a file that holds other statements as well.`,
        help: `Let them stand alone in a file, or use ${optOut ?? alone.unless}.`,
        engineError: alone.words,
        reading: `if ${alone.unless} is not set`,
      });
    }
    for (const surprise of history.surprises) {
      if (!isIgnoredPragma(surprise)) continue;
      report({
        at: { statement: surprise.parsed.statement, range: surprise.parsed.statement },
        severity: 'info',
        object: 'foreign_keys',
        message: `This statement does nothing here: ${history.deployment.tool?.name ?? 'the runner'} has begun a transaction, and inside one SQLite ignores it.`,
        help: 'Set it on the connection, before the migrations run.',
      });
    }
  },
});

/** COMMIT in a file that begins no transaction, where something shows that the runner puts one around it. */
function* endsOfForeignTransactions({ deployment, statements }: History): IterableIterator<PlacedStatement> {
  if (!deployment.evidence.some(({ strength }) => strength === 'config' || strength === 'tool')) return;
  const begun = new Set<Step>();
  for (const placed of statements) {
    const { step, parsed } = placed;
    const control = parsed.operations.find((operation) => operation.kind === 'transaction');
    if (step?.transaction !== true || control === undefined || begun.has(step)) continue;
    if (control.action === 'commit') yield placed;
    // One is enough: with BEGIN before it the text speaks of its own transaction.
    if (control.action === 'begin' || control.action === 'commit') begun.add(step);
  }
}

/** The first statement of each file that makes it a mixture of those that the tool runs in its transaction and those it does not. */
function* mixedStatements({ deployment, statements, project }: History): IterableIterator<PlacedStatement> {
  const alone = deployment.tool?.transaction.alone;
  const statement = alone?.statements[deployment.engine.dialect.name];
  if (alone === undefined || statement === undefined) return;
  const seen = new Map<Step, boolean | 'told'>();
  for (const placed of statements) {
    const { step, parsed } = placed;
    if (step === null || project.files.has(`${step.file}${alone.settings}`)) continue;
    const { sql, start, end } = parsed.statement;
    const isAlone = statement.test(sql.text.slice(start, end));
    const before = seen.get(step);
    if (before === undefined) seen.set(step, isAlone);
    else if (before !== 'told' && before !== isAlone) {
      seen.set(step, 'told');
      yield placed;
    }
  }
}

function messageFor({ step }: Failure, { deployment }: History): string {
  const runner = deployment.tool?.name ?? 'The runner';
  if (deployment.tool?.transaction.around === 'run') return `${runner} runs all that is pending in one transaction`;
  if (step === null || step.transaction) return `${runner} runs this in a transaction`;
  return 'No transaction is put around this, but it is sent together with other statements, and PostgreSQL runs what arrives as one string in one transaction';
}

/** Where the file is sent as one string, only a statement that is alone is helped. */
function fixFor({ step, parsed, call }: Failure, { deployment, statements }: History): Fix | null {
  const marker = deployment.tool?.transaction.marker;
  if (step === null || marker === undefined || !step.transaction) return null;
  const isAlone = statements.filter((other) => other.call === call).length === 1;
  if (!isAlone && deployment.tool?.sending.cut === 'whole') return null;
  return optOutFix(parsed.statement.sql.file, marker, isAlone);
}

function helpFor(step: Step | null, { deployment }: History): string {
  const { optOut = null, around } = deployment.tool?.transaction ?? {};
  const alone = 'Let it stand alone in a migration of its own';
  if (around === 'run' && optOut === null)
    return `${deployment.tool?.name ?? 'It'} has no way out of its transaction for SQL: run the statement beside the migrations.`;
  if (step?.transaction === false) return `${alone}.`;
  return optOut === null ? `${alone}, outside of a transaction.` : `${alone}, with ${optOut}.`;
}

/** One that asks for what holds already changes nothing anyhow. */
function isIgnoredPragma({ outcome, operation, before }: Surprise): boolean {
  if (outcome.kind !== 'ignored' || operation.kind !== 'set-session' || operation.name !== 'foreign_keys') return false;
  return before.session.foreignKeys !== true || /^(?:off|0|false|no)$/i.test(operation.value ?? '');
}
