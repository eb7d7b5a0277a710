import type { Statement } from '../src/sql/statement.ts';
import { tokensOf } from '../src/catalog/tokens.ts';
import { defineRule } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';

export default defineRule({
  id: 'role-missing',
  severity: 'warning',
  summary: 'A statement names a role that no file of the deployment creates.',
  why: `Roles belong to the server, not to the database. A role that was made by hand, or by a script that runs only when the server's volume
is new, is missing on every other server: GRANT, OWNER TO and CREATE POLICY .. TO fail there.`,
  instead: 'Create the role in the migration, if it is not there, or say on which servers it must be made first.',
  examples: [
    {
      title: 'Nothing creates the role',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': `CREATE TABLE dishes (id integer);
GRANT SELECT ON dishes TO waiter; -- expect: role-missing`,
      },
    },
    {
      title: 'The migration makes it where it is missing',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_dishes.sql': `DO $$ BEGIN CREATE ROLE waiter; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE dishes (id integer);
GRANT SELECT ON dishes TO waiter;`,
      },
    },
  ],
  check(history, report) {
    const { dialect } = history.deployment.engine;
    if (dialect.name !== 'postgres' || isDump(history)) return;
    let made: ReadonlySet<string> | undefined;
    const reported = new Set<string>();
    for (const { parsed } of history.statements) {
      for (const { role, start, end } of rolesNamed(parsed.statement, history)) {
        made ??= rolesMade(history);
        if (made.has(role) || reported.has(role) || isOfServer(role)) continue;
        reported.add(role);
        report({
          at: { statement: parsed.statement, range: { start, end } },
          object: role,
          message: `No file of this deployment creates the role ${role}: on a server without it this statement fails.`,
          help: `Create it first: DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
          reading: `if ${role} is not made on every server by other means`,
          engineError: `role "${role}" does not exist`,
        });
      }
    }
  },
});

interface NamedRole {
  readonly role: string;
  readonly start: number;
  readonly end: number;
}

/** The roles of GRANT .. TO and OWNER TO. */
function rolesNamed({ sql, start, end, hasPlaceholder }: Statement, { deployment }: History): readonly NamedRole[] {
  const text = sql.text.slice(start, end);
  if (hasPlaceholder || !/^\s*grant\b|\bowner\s+to\b/i.test(text)) return [];
  const { dialect } = deployment.engine;
  const tokens = tokensOf(text, dialect);
  const isGrant = /^grant$/i.test(tokens[0]?.text ?? '');
  const named: NamedRole[] = [];
  for (let at = 1; at < tokens.length; at++) {
    if (!/^to$/i.test(tokens[at]?.text ?? '') || (!isGrant && !/^owner$/i.test(tokens[at - 1]?.text ?? ''))) continue;
    do {
      at++;
      if (/^group$/i.test(tokens[at]?.text ?? '')) at++;
      const token = tokens[at];
      if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) break;
      const role = dialect.key(token.value, token.kind === 'quoted');
      named.push({ role, start: start + token.start, end: start + token.end });
      at++;
    } while (tokens[at]?.text === ',');
  }
  return named;
}

/** Roles that some statement makes, also inside a DO block or under another name. */
function rolesMade({ statements, deployment }: History): ReadonlySet<string> {
  const made = new Set<string>();
  for (const { parsed } of statements) {
    const { sql, start, end } = parsed.statement;
    const text = sql.text.slice(start, end);
    if (!/\b(?:create\s+(?:role|user|group)|rename\s+to)\b/i.test(text)) continue;
    for (const [, name] of text.matchAll(
      /\b(?:create\s+(?:role|user|group)|rename\s+to)\s+(?:if\s+not\s+exists\s+)?("[^"]+"|\w+|%I)/gi,
    )) {
      const isQuoted = name?.startsWith('"') === true;
      made.add(deployment.engine.dialect.key((name ?? '').replaceAll('"', ''), isQuoted));
    }
  }
  return made;
}

/** Roles of the engine, and those that hosts and images of PostgreSQL bring. */
function isOfServer(role: string): boolean {
  return /^(?:public|postgres|current_user|current_role|session_user|pg_\w+|rds\w*|cloudsql\w*|azure\w*|neon\w*|anon|authenticated|authenticator|service_role|supabase\w*|dashboard_user|root|admin|doadmin)$/.test(
    role,
  );
}

/** A dump names its owners everywhere; who loads it knows them, or says --no-owner. */
function isDump({ statements }: History): boolean {
  const files = new Set(statements.map(({ parsed }) => parsed.statement.sql.file));
  return [...files].some(({ text }) => text.includes('PostgreSQL database dump'));
}
