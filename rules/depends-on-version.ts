import { DEPENDS_ON_VERSION } from '../src/catalog/apply/draft.ts';
import { DEPENDS_ON_BUILD } from '../src/catalog/apply/sqlite/quoted-names.ts';
import { settingSince } from '../src/catalog/apply/postgres/settings.ts';
import { defineRule } from '../src/rule.ts';
import type { SourceFile } from '../src/text/source-file.ts';
import type { History } from '../src/timeline/history.ts';
import { postgresImages } from '../src/timeline/project-texts.ts';

export default defineRule({
  id: 'depends-on-version',
  severity: 'warning',
  summary: 'A statement that some versions of the engine refuse, and others take.',
  why: `A dump of a newer server sets settings that an older one does not know; MariaDB and MySQL know each other's collations only from some
version on; words become reserved. What runs on the developer's version fails on the one in the field.`,
  instead: 'Say in the config which versions must be served (engineVersion), and write what all of them take.',
  examples: [
    {
      title: 'A collation of MySQL 8.0',
      files: {
        'migralint.config.json': `{ "dialect": "mariadb", "engineVersion": "10.6 - 11.8", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "once" } ] } ] }`,
        'schema.sql': 'CREATE TABLE cooks (name varchar(10)) COLLATE=utf8mb4_0900_ai_ci; -- expect: depends-on-version',
      },
    },
    {
      title: 'A dump that a newer pg_dump made of an older server',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["db/structure.sql"], "when": "fresh" } ] } ] }`,
        'db/structure.sql': `-- Dumped from database version 15.4
-- Dumped by pg_dump version 17.2
SET statement_timeout = 0;
SET transaction_timeout = 0; -- expect: depends-on-version
CREATE TABLE public.cooks (id integer NOT NULL);`,
      },
    },
    {
      title: 'All servers are as new as the dump',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["db/structure.sql"], "when": "fresh" } ] } ] }`,
        'compose.yaml': 'services: { db: { image: "postgres:17-alpine" } }',
        'db/structure.sql': `SET transaction_timeout = 0;
CREATE TABLE public.cooks (id integer NOT NULL);`,
      },
    },
    {
      title: 'A name in double quotes that is no column',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "once" } ] } ] }`,
        'schema.sql': `CREATE TABLE books (id INTEGER PRIMARY KEY, author TEXT, "title" TEXT);
CREATE INDEX books_author ON books ("author_id"); -- expect: depends-on-version
CREATE INDEX books_title ON books ("title");`,
      },
    },
    {
      title: 'A collation that both have',
      files: {
        'migralint.config.json': `{ "dialect": "mariadb", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "once" } ] } ] }`,
        'schema.sql': 'CREATE TABLE cooks (name varchar(10)) COLLATE=utf8mb4_unicode_ci;',
      },
    },
  ],
  check(history, report) {
    const { dialect, versions } = history.deployment.engine;
    const range = `${dialect.title} ${versions.from.join('.')} to ${versions.to.join('.')}`;
    for (const { outcome, error, parsed, paths, caught } of history.doubts) {
      if (outcome.kind === 'unsure' && outcome.why === DEPENDS_ON_BUILD && !caught) {
        report({
          at: { statement: parsed.statement, range: error.at },
          object: error.object.name,
          message: `"${error.object.name}" is no column here. Some builds of SQLite take it for a string, so that this is about a constant; others refuse it: ${error.text}.`,
          help: 'Correct the name of the column; a string stands in single quotes.',
          holdsOn: paths.map(({ name }) => name),
          reading: 'if a build of SQLite that refuses it is served',
          engineError: error.text,
        });
        continue;
      }
      if (outcome.kind !== 'unsure' || outcome.why !== DEPENDS_ON_VERSION || caught || !KINDS.has(error.object.kind))
        continue;
      if (error.object.kind === 'setting' && areNewEnough(error.object.name, parsed.statement.sql.file, history))
        continue;
      report({
        at: { statement: parsed.statement, range: error.at },
        object: error.object.name,
        message: `Of ${range}, some versions refuse this statement: ${error.text}.`,
        help: 'Write what all versions take, or name the versions that you serve: "engineVersion" in the config.',
        holdsOn: paths.map(({ name }) => name),
        reading: `if a version of ${dialect.title} that refuses it is served`,
        engineError: error.text,
      });
    }
  },
});

/** The dump says which server it was taken from, and images say which are run: all of them know the setting. */
function areNewEnough(setting: string, dump: SourceFile, { project }: History): boolean {
  const since = settingSince(setting)?.[0];
  const [, from] = /^-- Dumped from database version (\d+)/m.exec(dump.text) ?? [];
  const served = [...(from === undefined ? [] : [Number(from)]), ...postgresImages(project)];
  return since !== undefined && served.length > 0 && served.every((major) => major >= since);
}

/** What differs by version without anybody noticing. */
const KINDS: ReadonlySet<string> = new Set(['setting', 'collation', 'name']);
