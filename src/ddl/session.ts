import { TokenKind } from '../sql/lexer.ts';
import { given, readNameParts } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName } from './names.ts';
import type { Operation, SetSession } from './operation.ts';
import type { Family } from './reader.ts';

/** SET, RESET, PRAGMA and USE. */
export const session: Family = {
  set: readSet,
  reset: (cursor) => [readReset(cursor)],
  discard: (cursor) => [readReset(cursor)],
  pragma: (cursor) => [readPragma(cursor)],
  use: (cursor) => [readUse(cursor)],
};

interface Setting {
  readonly command?: SetSession['command'];
  readonly name: string;
  readonly value?: string | undefined;
  readonly local?: boolean;
}

function setSession(cursor: Cursor, { command = 'set', name, value, local = false }: Setting): SetSession {
  return { kind: 'set-session', statement: cursor.statement, command, name, ...given({ value }), local };
}

/** Clauses that take no `=`, and the setting that they stand for. */
const wordedSettings: readonly (readonly [words: readonly string[], name: string])[] = [
  [['session', 'characteristics', 'as', 'transaction'], 'transaction'],
  [['session', 'authorization'], 'session_authorization'],
  [['time', 'zone'], 'timezone'],
  [['character', 'set'], 'character set'],
  [['default', 'role'], 'default role'],
  [['xml', 'option'], 'xmloption'],
  [['transaction'], 'transaction'],
  [['constraints'], 'constraints'],
  [['names'], 'names'],
  [['charset'], 'character set'],
  [['role'], 'role'],
  [['schema'], 'search_path'],
  [['password'], 'password'],
];

/** MySQL manual 15.7.6: of the clauses without `=` only these stand in a list with others. */
const othersMayFollow: ReadonlySet<string> = new Set(['names', 'character set']);

function readSet(cursor: Cursor): readonly Operation[] {
  // MariaDB: SET STATEMENT .. FOR runs another statement, which is not read here.
  if (cursor.is('statement') && !isAssignment(cursor, 1)) cursor.fail('a statement inside SET STATEMENT');
  const settings = [readSetting(cursor)];
  // PostgreSQL's lists belong to one setting: SET search_path TO a, b.
  const several = cursor.dialect.name !== 'postgres';
  while (several && cursor.acceptSymbol(',')) settings.push(readSetting(cursor));
  return settings;
}

function readSetting(cursor: Cursor): SetSession {
  const local = cursor.is('local') && !isAssignment(cursor, 1);
  const worded = acceptWordedSetting(cursor, local);
  if (worded !== undefined) return worded;
  if (!isAssignment(cursor, 1)) cursor.acceptOneOf(scopes);
  const inner = acceptWordedSetting(cursor, local);
  if (inner !== undefined) return inner;
  const name = readVariable(cursor);
  // SET x FROM CURRENT keeps what is set already.
  const assigned = cursor.accept('to') || cursor.accept('from');
  if (!assigned && !cursor.acceptSymbol('=') && !cursor.acceptSymbol(':=')) cursor.fail('expected =');
  return setSession(cursor, { name, value: cursor.textOf(skipValue(cursor)), local });
}

const scopes: ReadonlySet<string> = new Set(['session', 'local', 'global', 'persist', 'persist_only']);

function isAssignment(cursor: Cursor, ahead: number): boolean {
  return (
    cursor.isSymbol('=', ahead) || cursor.isSymbol(':=', ahead) || cursor.is('to', ahead) || cursor.isSymbol('.', ahead)
  );
}

function acceptWordedSetting(cursor: Cursor, local: boolean): SetSession | undefined {
  for (const [words, name] of wordedSettings) {
    if (isAssignment(cursor, words.length) || cursor.acceptWords(...words) === undefined) continue;
    const range = othersMayFollow.has(name) ? skipValue(cursor) : cursor.skipRest();
    return setSession(cursor, { name, value: cursor.textOf(range), local });
  }
  return undefined;
}

/** `search_path`, `app.user`, `@@session.sql_mode`, `@x`: lower-cased, without `@@` and scope. */
function readVariable(cursor: Cursor): string {
  const parts = readNameParts(cursor).map((part) => part.text.toLowerCase());
  const scope = /^@@(?:session|local|global|persist|persist_only)$/;
  const named = parts.length > 1 && scope.test(parts[0] ?? '') ? parts.slice(1) : parts;
  return named.join('.').replace(/^@@/, '');
}

/** In PostgreSQL to the end of the statement, elsewhere to the comma before the next setting. */
function skipValue(cursor: Cursor): { start: number; end: number } {
  return cursor.dialect.name === 'postgres' ? cursor.skipRest() : cursor.skipClause();
}

/** RESET x, RESET ALL, DISCARD ALL. */
function readReset(cursor: Cursor): SetSession {
  if (cursor.acceptWords('session', 'authorization') !== undefined) {
    return setSession(cursor, { command: 'reset', name: 'session_authorization' });
  }
  return setSession(cursor, { command: 'reset', name: readVariable(cursor) });
}

/** `PRAGMA [schema.]name`, `PRAGMA name = value`, `PRAGMA name(value)`. */
function readPragma(cursor: Cursor): SetSession {
  const name = (readNameParts(cursor).at(-1)?.text ?? '').toLowerCase();
  if (cursor.acceptSymbol('=')) {
    return setSession(cursor, { command: 'pragma', name, value: cursor.textOf(cursor.skipRest()) });
  }
  if (!cursor.acceptSymbol('(')) return setSession(cursor, { command: 'pragma', name });
  return setSession(cursor, { command: 'pragma', name, value: cursor.textOf(cursor.skipClause()) });
}

function readUse(cursor: Cursor): SetSession {
  // A placeholder may stand for the database: then nobody knows which.
  const known = cursor.kind() !== TokenKind.placeholder;
  const name = readName(cursor);
  return setSession(cursor, { command: 'use', name: 'database', ...(known ? { value: name.text } : {}) });
}
