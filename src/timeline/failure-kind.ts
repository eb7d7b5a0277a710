import { tableKeyOf } from '../catalog/relation-keys.ts';
import type { Failure, History } from './history.ts';
import { tableOf } from './program.ts';

/**
 * What a failure is a case of. Each failure is one kind, so that no two rules speak of it:
 * `syntax`: no version of the engine accepts the statement.
 * `index-before-column`: an index names a column that the database does not have at this point.
 * `missing-create-table`: a table is changed that this path never created, while another source creates it.
 * `runs-twice`: it passes the first time and fails when the same deploy runs again.
 * `created-twice`: another statement has made the same thing before.
 * `in-transaction`: it must run outside of a transaction, and stands in one.
 * `rebuild`: a table is dropped to which rows of another point.
 * `other`: everything else.
 */
export type FailureKind =
  | 'syntax'
  | 'index-before-column'
  | 'missing-create-table'
  | 'runs-twice'
  | 'created-twice'
  | 'in-transaction'
  | 'rebuild'
  | 'other';

/** Tells which kind a failure is. */
export function failureKind(failure: Failure, history: History): FailureKind {
  const { error, operation } = failure;
  if (error.class === 'syntax' || error.class === 'unsupported') return 'syntax';
  if (operation.kind === 'create-index' && error.class === 'missing-column') return 'index-before-column';
  if (error.class === 'missing-table' && changesTable(failure) && isCreatedSomewhere(failure, history))
    return 'missing-create-table';
  if (error.class === 'foreign-key' && operation.kind === 'drop-table') return 'rebuild';
  if (runsTwice(failure)) return 'runs-twice';
  if (error.class === 'transaction' && IN_TRANSACTION.test(error.text)) return 'in-transaction';
  if (error.class.startsWith('duplicate-')) return 'created-twice';
  return 'other';
}

/** `VACUUM cannot run inside a transaction block`, `cannot VACUUM from within a transaction`. */
const IN_TRANSACTION = /cannot run inside a transaction block|^cannot VACUUM from within a transaction/;

/** The statement needs the table in order to change it; one that drops it or only writes rows does not count. */
function changesTable({ operation }: Failure): boolean {
  return tableOf(operation) !== undefined && operation.kind !== 'drop-table' && operation.kind !== 'write-rows';
}

/** Some statement of the deployment creates the table that is missing here. */
function isCreatedSomewhere(failure: Failure, history: History): boolean {
  const table = tableOf(failure.operation);
  if (table === undefined) return false;
  const { engine } = history.deployment;
  const key = tableKeyOf(failure.before, table, engine);
  return history.statements.some(({ parsed }) =>
    parsed.operations.some(
      (operation) => operation.kind === 'create-table' && tableKeyOf(failure.before, operation.table, engine) === key,
    ),
  );
}

/** It fails on databases that this very statement has changed before, and not on a fresh one. */
function runsTwice({ paths, error, parsed, condition }: Failure): boolean {
  if (paths.some((path) => path.start.kind === 'fresh')) return false;
  const ownDoing = error.existing?.statement === parsed.statement;
  // Rows are in the way of the first run too.
  if (condition === 'rows') return false;
  return ownDoing || paths.some((path) => path.start.kind === 'second-start' || path.start.kind === 'after-failure');
}
