import { wordsOf } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import type { Operation } from './operation.ts';
import type { Family } from './reader.ts';

/** Statements that are understood by their first words: they change rights, statistics or the server, never a schema. */
const verbs = [
  'analyze', 'analyse', 'vacuum', 'reindex', 'lock', 'unlock', 'listen', 'unlisten', 'notify', 'cluster', 'security',
  'grant', 'revoke', 'flush', 'optimize', 'check', 'checksum', 'repair', 'cache', 'kill', 'purge', 'change', 'stop', 'binlog',
  'help', 'shutdown', 'restart', 'install', 'uninstall', 'handler', 'declare', 'fetch', 'move', 'close', 'checkpoint', 'attach',
  'detach', 'xa', 'reassign', 'clone', 'wait', 'signal', 'resignal', 'get', 'alter system', 'alter privileges', 'alter instance', 'alter large',
  'create resource', 'alter resource', 'drop resource', 'create logfile', 'alter logfile', 'drop logfile', 'create reference',
  'drop reference',
] as const; // prettier-ignore

export const noSchemaEffect: Family = Object.fromEntries(verbs.map((verb) => [verb, readNothing]));

function readNothing(cursor: Cursor): readonly Operation[] {
  const { statement } = cursor;
  const end = cursor.word() === '' ? cursor.lastEnd() : cursor.end();
  return [{ kind: 'no-schema-effect', statement, words: wordsOf(cursor.textOf({ start: statement.start, end })) }];
}
