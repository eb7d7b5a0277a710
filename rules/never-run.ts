import { baseName } from '../src/layouts/file-order.ts';
import type { Deployment, PassedOverFile } from '../src/deployment.ts';
import { findNamed } from '../src/catalog/lookup.ts';
import type { Database } from '../src/catalog/catalog.ts';
import type { Operation } from '../src/ddl/operation.ts';
import { parseSql } from '../src/ddl/parse.ts';
import type { Engine } from '../src/dialects/dialect.ts';
import { isOutsideOf } from '../src/timeline/journals.ts';
import { defineRule, type Report } from '../src/rule.ts';
import { sqlTextOfFile } from '../src/text/sql-text.ts';
import type { History } from '../src/timeline/history.ts';
import { tableOf } from '../src/timeline/program.ts';
import { firstLine } from '../src/timeline/past-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'never-run',
  severity: 'warning',
  summary:
    'A file of the folder of migrations is run by nobody: the tool, or the code that runs the others, does not take it.',
  why: `A tool knows its files by their names. One that does not match is left out without a word: the deploy succeeds, and the column is
not there. Other tools stop at such a name, on every database.`,
  instead: 'Name the file as the tool wants it, or keep it in another folder.',
  examples: [
    {
      title: 'Flyway wants two underscores',
      files: {
        'db/V1__cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'db/V2_dishes.sql': 'CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY); -- expect: never-run',
      },
    },
    {
      title: 'The pattern in the config leaves a file out, and older databases never get its column',
      files: {
        'migralint.config.json': `{ "dialect": "mysql", "deployments": [ { "root": ".", "run": [
  { "files": ["sql/run_*.sql"], "when": "once" } ] } ] }`,
        'sql/run_001.sql': 'CREATE TABLE dishes (id INT PRIMARY KEY);',
        'sql/add_price.sql': 'ALTER TABLE dishes ADD COLUMN price INT; -- expect: never-run',
      },
    },
    {
      title: 'Without its marker goose cannot read the file',
      files: {
        'db/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'db/0002_dishes.sql': 'CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY); -- expect: never-run',
      },
    },
    {
      title: 'A name that no tool would take for a migration',
      files: {
        'db/V1__cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'db/reset.sql': 'DELETE FROM cooks;',
      },
    },
  ],
  check(history, report) {
    const { deployment } = history;
    for (const passed of deployment.passedOver) {
      if (deployment.tool === null) {
        const words = missingEffect(passed, history);
        if (words !== null) report(words);
        continue;
      }
      if (!looksMeant(passed) || isToldByJournal(passed, deployment)) continue;
      const { file, because, reaction } = passed;
      const name = baseName(file.path);
      const step = { identity: name, name: name.replace(/\.sql$/, ''), file: file.path };
      const refuses = reaction.does === 'refuses';
      report({
        at: firstLine(file),
        ...(refuses ? { severity: 'error' } : {}),
        object: name,
        message: refuses
          ? `${deployment.tool.name} stops at ${name}, on every database: ${because}.`
          : `${deployment.tool.name} never runs ${name}: ${because}.`,
        help:
          passed.help ??
          `Name it as the others are named, such as ${baseName(deployment.ledger[0]?.file ?? name)}, or keep it in another folder.`,
        ...(refuses ? { engineError: wordsOf(reaction, deployment, step) } : {}),
      });
    }
  },
});

/** A file that a runner of the project's own leaves out: told where a database ends without what it makes. */
function missingEffect({ file, because }: PassedOverFile, history: History): Report | null {
  const { engine, reading } = history.deployment;
  for (const { statement, operations } of parseSql(sqlTextOfFile(file), engine.dialect)) {
    for (const operation of operations) {
      const lacking = history.paths.filter(({ verdict, end }) => verdict !== 'fails' && lacks(end, operation, engine));
      if (lacking.length === 0) continue;
      const name = baseName(file.path);
      return {
        at: { statement, range: tableOf(operation) ?? statement },
        object: name,
        message: `Nothing runs ${name} (${because}), and databases end without what this statement makes.`,
        help: 'Let the runner take it, or delete it.',
        holdsOn: lacking.map((path) => path.name),
        reading,
      };
    }
  }
  return null;
}

/** Whether a database surely has no such column, or no such table. */
function lacks(database: Database, operation: Operation, engine: Engine): boolean {
  if (operation.kind !== 'add-column' && operation.kind !== 'create-table') return false;
  const { relation, sure } = findNamed(database, operation.table, engine);
  if (operation.kind === 'create-table') return sure && relation === undefined && !database.catalog.open;
  if (!sure || relation?.kind !== 'table' || relation.open) return false;
  const { text, quoted } = operation.column.name;
  const key = engine.dialect.key(text, quoted);
  return !relation.columns.some(({ name }) => engine.dialect.key(name, true) === key);
}

/** What a list does not name is a case of `journal-order`. */
function isToldByJournal({ file }: PassedOverFile, { journal }: Deployment): boolean {
  return journal !== null && isOutsideOf(journal, file);
}

/** Its name has a number, or the tool stops at it; and it changes the schema. */
function looksMeant({ file, reaction }: PassedOverFile): boolean {
  const name = baseName(file.path);
  if (reaction.does === 'refuses') return true;
  return /\d/.test(name) && /\b(?:create|alter|drop|insert|update)\b/i.test(file.text) && !/\bdown\.sql$/.test(name);
}
