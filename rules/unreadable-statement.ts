import type { Opaque } from '../src/ddl/operation.ts';
import { defineRule } from '../src/rule.ts';

export default defineRule({
  id: 'unreadable-statement',
  severity: 'info',
  summary: 'migralint cannot read this statement; what it touches is left out of the proof.',
  why: `A statement that is not understood may do anything to the tables that it names. Nothing certain is said about those tables from
there on, so a real fault below may stay unseen.`,
  instead:
    'Nothing need change in the project. If the engine accepts the statement, please report it, so that migralint learns it.',
  examples: [
    {
      title: 'Not SQL that MySQL has, and no grammar of MySQL is good enough to call it an error',
      files: {
        'migralint.config.json': `{ "dialect": "mysql", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': 'BREW TABLE coffee (id INTEGER); -- expect: unreadable-statement',
      },
    },
    {
      title: 'Statements without effect on the schema are understood as such',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': 'PRAGMA journal_mode = WAL;\nANALYZE;',
      },
    },
  ],
  check(history, report) {
    for (const { parsed } of history.statements) {
      const opaque = parsed.operations.find((operation): operation is Opaque => operation.kind === 'opaque');
      if (opaque === undefined || parsed.statement.hasPlaceholder || history.rejected.has(parsed)) continue;
      report({
        at: { statement: parsed.statement, range: opaque.at },
        message: `This statement is not understood (${opaque.reason}); nothing certain is said about what it touches.`,
        help: 'If the engine accepts it, please report it.',
      });
    }
  },
});
