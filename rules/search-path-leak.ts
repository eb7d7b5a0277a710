import type { SetSession } from '../src/ddl/operation.ts';
import { defineRule } from '../src/rule.ts';
import type { History, PlacedStatement } from '../src/timeline/history.ts';

export default defineRule({
  id: 'search-path-leak',
  severity: 'warning',
  summary: 'A migration empties the search_path of its session, and leaves it so.',
  why: `pg_dump begins with SELECT pg_catalog.set_config('search_path', '', false), which holds until the session ends. A tool that runs the
dump as a migration then writes to its ledger over the same connection: schema_migrations is not found without its schema, and neither
is any table of the next migration. A database that has run the dump long ago shows nothing; a fresh one stops.`,
  instead: 'Delete the line, write true for its third argument (SET LOCAL), or end the file with RESET search_path.',
  examples: [
    {
      title: 'The first migration is a dump',
      files: {
        'db/migrations/001_cooks.sql': `-- migrate:up
SELECT pg_catalog.set_config('search_path', '', false); -- expect: search-path-leak
CREATE TABLE public.cooks (id bigint PRIMARY KEY);
-- migrate:down
DROP TABLE public.cooks;`,
      },
    },
    {
      title: 'Until the end of the transaction only',
      files: {
        'db/migrations/001_cooks.sql': `-- migrate:up
SELECT pg_catalog.set_config('search_path', '', true);
CREATE TABLE public.cooks (id bigint PRIMARY KEY);
-- migrate:down
DROP TABLE public.cooks;`,
      },
    },
  ],
  check(history, report) {
    const { engine, tool } = history.deployment;
    if (engine.dialect.name !== 'postgres' || QUALIFIES.test(tool?.name ?? '')) return;
    for (const { parsed } of emptied(history)) {
      report({
        at: { statement: parsed.statement, range: parsed.statement },
        object: 'search_path',
        message: `After this migration no name is found without its schema: ${tool?.name ?? 'the runner'} writes to its ledger, and the next migrations run, over the same connection.`,
        help: 'Delete the line, or end the file with RESET search_path.',
        engineError: `relation "${tool?.table ?? 'schema_migrations'}" does not exist`,
        reading:
          history.deployment.reading ?? (tool === null ? 'if the runner names its ledger without a schema' : null),
      });
    }
  },
});

/** They name their ledger with its schema, and take a session back as they found it (Flyway's RestoreState, Liquibase's setSchema). */
const QUALIFIES = /flyway|liquibase/i;

/** The last word on the search_path in each step, where it is an empty one. */
function emptied({ statements }: History): readonly PlacedStatement[] {
  const last = new Map<unknown, { readonly placed: PlacedStatement; readonly operation: SetSession }>();
  for (const placed of statements) {
    for (const operation of placed.parsed.operations) {
      if (operation.kind !== 'set-session' || operation.local || placed.step === null) continue;
      if (operation.name === 'search_path' || operation.name === 'all') last.set(placed.step, { placed, operation });
    }
  }
  return [...last.values()].flatMap(({ placed, operation }) => (isEmpty(operation) ? [placed] : []));
}

function isEmpty({ command, value }: SetSession): boolean {
  return command !== 'reset' && /^(?:''|"")?$/.test((value ?? 'default').trim());
}
