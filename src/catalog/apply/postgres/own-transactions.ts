import type { Operation, Range } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/** What does its work in transactions of its own. */
export function refuseInTransaction(draft: Draft, at: Range, words: string): void {
  if (!draft.session.inTransaction) return;
  draft.refuse(
    errorAt('transaction', `${words} cannot run inside a transaction block`, at, { kind: 'transaction', name: '' }),
  );
}

type NoSchemaEffect = Extract<Operation, { readonly kind: 'no-schema-effect' }>;

/** VACUUM and its like (PreventInTransactionBlock in PostgreSQL's source). */
export function refuseMaintenance(draft: Draft, { statement, words }: NoSchemaEffect): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  const [done] = /^(?:vacuum|alter system|reindex)\b/.exec(words) ?? [];
  if (done === undefined) return;
  if (done !== 'reindex') refuseInTransaction(draft, statement, done.toUpperCase());
  else if (/\bconcurrently\b/i.test(statement.sql.text.slice(statement.start, statement.end)))
    refuseInTransaction(draft, statement, 'REINDEX CONCURRENTLY');
}
