import { defineRule } from '../src/rule.ts';

export default defineRule({
  id: 'extension-privilege',
  severity: 'warning',
  summary: 'An extension that only a superuser may create.',
  why: `PostgreSQL lets the owner of a database create "trusted" extensions only. Others need a superuser, also with IF NOT EXISTS as long as
they are not there. On the developer's machine the migration runs as superuser; on a hosted database it does not, and fails.`,
  instead: 'Create the extension once, by hand or by the host, before the migrations run as the application.',
  examples: [
    {
      title: 'An extension that reads files',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_files.sql': 'CREATE EXTENSION IF NOT EXISTS file_fdw; -- expect: extension-privilege',
      },
    },
    {
      title: 'A trusted one',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_crypto.sql': 'CREATE EXTENSION IF NOT EXISTS pgcrypto;',
      },
    },
  ],
  check(history, report) {
    if (history.deployment.engine.dialect.name !== 'postgres') return;
    const reported = new Set<string>();
    for (const { parsed } of history.statements) {
      for (const operation of parsed.operations) {
        if (operation.kind !== 'create-object' || operation.object !== 'extension') continue;
        const { text } = operation.name.name;
        if (!UNTRUSTED.has(text) || reported.has(text)) continue;
        reported.add(text);
        report({
          at: { statement: parsed.statement, range: operation.name },
          object: text,
          message: `Only a superuser may create the extension ${text}; as another role this statement fails${operation.ifNotExists === undefined ? '' : ', unless the extension is there already'}.`,
          help: 'Create it before the migrations run, or run this step as a superuser.',
          reading: 'if the role that runs the migrations is no superuser',
          engineError: `permission denied to create extension "${text}"`,
        });
      }
    }
  },
});

/** pg_available_extension_versions of PostgreSQL 15: superuser, and not trusted. */
const UNTRUSTED: ReadonlySet<string> = new Set(
  `adminpack amcheck autoinc bloom dblink earthdistance file_fdw insert_username moddatetime old_snapshot pageinspect pg_buffercache
  pg_freespacemap pg_prewarm pg_stat_statements pg_surgery pg_visibility pg_walinspect pgrowlocks pgstattuple postgres_fdw refint
  sslinfo xml2`.split(/\s+/),
);
