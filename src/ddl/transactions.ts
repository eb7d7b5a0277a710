import { given } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName } from './names.ts';
import type { Name, Operation, TransactionControl } from './operation.ts';
import type { Family } from './reader.ts';

/** BEGIN, COMMIT, ROLLBACK and savepoints. */
export const transactions: Family = {
  begin: readBegin,
  start: readStart,
  commit: readCommit,
  end: (cursor) => control(cursor, 'commit'),
  abort: (cursor) => control(cursor, 'rollback'),
  rollback: readRollback,
  savepoint: (cursor) => control(cursor, 'savepoint', readName(cursor)),
  release: readRelease,
};

function control(cursor: Cursor, action: TransactionControl['action'], name?: Name): readonly Operation[] {
  const { statement } = cursor;
  cursor.skipRest();
  return [{ kind: 'transaction', statement, action, ...given({ name }) }];
}

/** MariaDB's BEGIN NOT ATOMIC opens a block of code instead. */
function readBegin(cursor: Cursor): readonly Operation[] {
  if (cursor.acceptWords('not', 'atomic') === undefined) return control(cursor, 'begin');
  return [{ kind: 'run-code', statement: cursor.statement, variant: 'do', body: cursor.restAsQuery() }];
}

function readStart(cursor: Cursor): readonly Operation[] {
  if (cursor.is('transaction')) return control(cursor, 'begin');
  cursor.skipRest();
  return [{ kind: 'no-schema-effect', statement: cursor.statement, words: 'start' }];
}

/** COMMIT PREPARED ends another session's transaction, not this one's. */
function readCommit(cursor: Cursor): readonly Operation[] {
  return cursor.is('prepared') ? ofPreparedTransaction(cursor, 'commit prepared') : control(cursor, 'commit');
}

function readRollback(cursor: Cursor): readonly Operation[] {
  if (cursor.is('prepared')) return ofPreparedTransaction(cursor, 'rollback prepared');
  if (!cursor.accept('transaction')) cursor.accept('work');
  if (!cursor.accept('to')) return control(cursor, 'rollback');
  cursor.accept('savepoint');
  return control(cursor, 'rollback-to', readName(cursor));
}

function ofPreparedTransaction(cursor: Cursor, words: string): readonly Operation[] {
  cursor.skipRest();
  return [{ kind: 'no-schema-effect', statement: cursor.statement, words }];
}

function readRelease(cursor: Cursor): readonly Operation[] {
  cursor.accept('savepoint');
  return control(cursor, 'release', readName(cursor));
}
