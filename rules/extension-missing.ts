import { tokensOf } from '../src/catalog/tokens.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History, PlacedStatement } from '../src/timeline/history.ts';
import { makesExtension } from '../src/timeline/project-texts.ts';
import type { Range } from '../src/ddl/operation.ts';

export default defineRule({
  id: 'extension-missing',
  severity: 'warning',
  summary: 'A statement uses what an extension brings, and no file creates the extension.',
  why: `The developer's database has the extension, from a template or an earlier experiment; that of the next one has not: the statement
stops there with "function uuid_generate_v4() does not exist".`,
  instead: `Create the extension in an earlier migration (CREATE EXTENSION IF NOT EXISTS "uuid-ossp"), or use what PostgreSQL has itself:
gen_random_uuid() since version 13.`,
  examples: [
    {
      title: 'Nothing creates uuid-ossp',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/001.sql': `CREATE TABLE cooks (id uuid PRIMARY KEY DEFAULT uuid_generate_v4()); -- expect: extension-missing`,
      },
    },
    {
      title: 'Nothing creates citext',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/001.sql': `CREATE TABLE cooks (id serial PRIMARY KEY, mail citext NOT NULL UNIQUE); -- expect: extension-missing`,
      },
    },
    {
      title: 'The first migration creates it',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/001.sql': `CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE TABLE cooks (id uuid PRIMARY KEY DEFAULT uuid_generate_v4());`,
      },
    },
  ],
  check(history, report) {
    const { engine, tool, evidence } = history.deployment;
    const isPlatform = PLATFORM.test(tool?.name ?? '') || evidence.some(({ words }) => PLATFORM.test(words));
    if (engine.dialect.name !== 'postgres' || isPlatform) return;
    const told = new Set<string>();
    for (const { extension, name, words, at, engineError } of usesIn(history)) {
      if (told.has(extension) || makesExtension(history.project, extension, name)) continue;
      told.add(extension);
      report({
        at,
        object: extension,
        message: `${words} belongs to the extension ${extension}, which no file of the project creates.`,
        help: `CREATE EXTENSION IF NOT EXISTS "${extension}" in an earlier migration${extension === 'uuid-ossp' ? ', or gen_random_uuid(), which needs none' : ''}.`,
        engineError,
        reading: history.deployment.reading ?? 'if nobody has created the extension by hand',
      });
    }
  },
});

/** A function or type of an extension, where it is used. */
interface Use {
  readonly extension: string;
  readonly name: string;
  /** What it is, as a sentence begins. */
  readonly words: string;
  readonly at: Report['at'];
  readonly engineError: string;
}

function* usesIn(history: History): IterableIterator<Use> {
  for (const placed of history.statements) {
    for (const { extension, functions } of EXTENSIONS) {
      const use = useOf(placed, functions, history);
      if (use === null) continue;
      const { name, at: range } = use;
      const at = { statement: placed.parsed.statement, range };
      yield { extension, name, words: name, at, engineError: `function ${name}() does not exist` };
    }
  }
  for (const { error, parsed, caught } of history.doubts) {
    const { name } = error.object;
    const extension = error.class === 'missing-type' ? EXTENSION_OF_TYPE.get(name) : undefined;
    if (extension === undefined || caught) continue;
    const at = { statement: parsed.statement, range: error.at };
    yield { extension, name, words: `The type ${name}`, at, engineError: error.text };
  }
}

/** PostGIS is not among them: its images come with databases that have it. */
const EXTENSION_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['citext', 'citext'],
  ['hstore', 'hstore'],
  ['ltree', 'ltree'],
  ['vector', 'vector'],
  ['halfvec', 'vector'],
  ['sparsevec', 'vector'],
]);

/** They bring their databases with extensions. */
const PLATFORM = /supabase|hasura|nhost|neon\b/i;

/** Functions that PostgreSQL has from extensions alone, and that go by names of their own. */
const EXTENSIONS = [
  { extension: 'uuid-ossp', functions: /\buuid_(?:generate_v(?:1|1mc|3|4|5)|ns_\w+|nil)\s*\(/i },
  { extension: 'pgcrypto', functions: /\b(?:gen_salt|crypt|pgp_(?:sym|pub)_(?:en|de)crypt\w*|gen_random_bytes)\s*\(/i },
  { extension: 'pg_trgm', functions: /\b(?:word_similarity|strict_word_similarity|show_trgm)\s*\(/i },
] as const;

function useOf(
  { parsed: { statement, operations } }: PlacedStatement,
  functions: RegExp,
  { deployment }: History,
): { readonly name: string; readonly at: Range } | null {
  // The body of a function is looked at when it is called.
  if (operations.some(({ kind }) => kind === 'create-routine' || kind === 'run-code' || kind === 'opaque')) return null;
  const text = statement.sql.text.slice(statement.start, statement.end);
  const found = functions.exec(text)?.[0].replace(/\s*\($/, '');
  if (found === undefined) return null;
  const token = tokensOf(text, deployment.engine.dialect).find((one) => one.kind === 'word' && one.text === found);
  if (token === undefined) return null;
  return { name: found.toLowerCase(), at: { start: statement.start + token.start, end: statement.start + token.end } };
}
