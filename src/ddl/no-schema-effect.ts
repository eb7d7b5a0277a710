import { given, wordsOf } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { acceptName, readQualifiedName } from './names.ts';
import type { Operation, QualifiedName } from './operation.ts';
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
  const verb = wordsOf(cursor.textOf({ start: statement.start, end: cursor.lastEnd() }));
  const end = cursor.word() === '' ? cursor.lastEnd() : cursor.end();
  const words = wordsOf(cursor.textOf({ start: statement.start, end }));
  const relations = namedRelations(cursor, verb);
  return [{ kind: 'no-schema-effect', statement, words, ...given({ relations }) }];
}

/** The relations that a statement names and needs, in the dialects in which that is looked into. */
function namedRelations(cursor: Cursor, verb: string): readonly QualifiedName[] | undefined {
  if (cursor.dialect.name === 'postgres') return relationsOf(cursor, verb);
  const isNamed = cursor.dialect.name === 'sqlite' && (verb === 'analyze' || verb === 'reindex') && !cursor.atEnd();
  return isNamed ? readList(cursor) : undefined;
}

/** The relations that a statement of PostgreSQL names; undefined where it names other things, or none. */
function relationsOf(cursor: Cursor, verb: string): readonly QualifiedName[] | undefined {
  switch (verb) {
    case 'lock':
      cursor.accept('table');
      return readList(cursor);
    case 'grant':
    case 'revoke':
      return relationsOfGrant(cursor);
    case 'analyze':
    case 'analyse':
    case 'vacuum':
      return relationsOfMaintenance(cursor);
    default:
      return undefined;
  }
}

/** `GRANT SELECT (a), UPDATE ON [TABLE] t, u TO r`: without another kind of object it is a table. */
function relationsOfGrant(cursor: Cursor): readonly QualifiedName[] | undefined {
  while (!cursor.atEnd() && !cursor.is('on')) cursor.skipItem();
  cursor.advance();
  if (OTHER_KINDS.has(cursor.word()) && !cursor.is('to', 1) && !cursor.is('from', 1) && !cursor.isSymbol('.', 1))
    return undefined;
  cursor.accept('table');
  return readList(cursor);
}

const OTHER_KINDS: ReadonlySet<string> = new Set([
  'all', 'sequence', 'database', 'domain', 'foreign', 'function', 'procedure', 'routine', 'language', 'large', 'parameter', 'schema',
  'tablespace', 'type',
]); // prettier-ignore

/** `ANALYZE [VERBOSE] [(options)] t (a, b), u`; VACUUM has more words before the names. */
function relationsOfMaintenance(cursor: Cursor): readonly QualifiedName[] | undefined {
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  while (/^(?:verbose|full|freeze|analyze|analyse)$/.test(cursor.word())) cursor.advance();
  return cursor.atEnd() ? undefined : readList(cursor);
}

function readList(cursor: Cursor): readonly QualifiedName[] | undefined {
  const names: QualifiedName[] = [];
  do {
    if (cursor.is('only') && !cursor.isSymbol('.', 1)) cursor.advance();
    const before = cursor.mark();
    if (acceptName(cursor) === undefined) return names.length === 0 ? undefined : names;
    cursor.returnTo(before);
    names.push(readQualifiedName(cursor));
    cursor.acceptSymbol('*');
    if (cursor.isSymbol('(')) cursor.skipBalanced();
  } while (cursor.acceptSymbol(','));
  return names;
}
