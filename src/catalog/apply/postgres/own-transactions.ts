import type { Operation, Range } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, missingTableError } from '../lookup.ts';
import { findRelation, isSystemName } from '../names.ts';

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
  if (done === undefined) {
    refuseOutsideTransaction(draft, statement, words);
    return;
  }
  if (done !== 'reindex') refuseInTransaction(draft, statement, done.toUpperCase());
  else if (/\bconcurrently\b/i.test(statement.sql.text.slice(statement.start, statement.end)))
    refuseInTransaction(draft, statement, 'REINDEX CONCURRENTLY');
}

/** A lock ends with its transaction (RequireTransactionBlock); a body runs in the one of the statement that runs it. */
function refuseOutsideTransaction(draft: Draft, at: Range, words: string): void {
  const isInBody = draft.isVariable !== undefined;
  if (!words.startsWith('lock') || draft.session.inTransaction || isInBody) return;
  const text = 'LOCK TABLE can only be used in transaction blocks';
  draft.refuse(errorAt('transaction', text, at, { kind: 'transaction', name: '' }));
}

/** GRANT, LOCK, ANALYZE: the relations that they name have to be there. */
export function requireNamed(draft: Draft, operation: NoSchemaEffect): void {
  for (const name of operation.relations ?? []) {
    const found = findRelation(draft, name);
    const isIndex = draft.catalog.indexOwners.has(draft.indexKey(found.target.schema, found.target.name));
    if (found.presence === 'present' || isIndex || isSystemName(draft, found.target)) continue;
    const error = missingTableError(draft, found.target, 'rows');
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(found.why, error);
  }
}
