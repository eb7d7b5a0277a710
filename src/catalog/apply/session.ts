import type { SetSession, TransactionControl } from '../../ddl/operation.ts';
import * as sqlite from '../errors/sqlite.ts';
import type { Outcome } from '../outcome.ts';
import type { Engine } from '../../dialects/dialect.ts';
import { Draft } from './draft.ts';
import { errorAt } from './lookup.ts';
import { defaultSchema, nameKey } from './names.ts';
import { checkSetting } from './postgres/settings.ts';
import type { Database, Relation, Session } from '../catalog.ts';
import { entriesWith } from '../reverse-index.ts';
import { tokensOf } from '../tokens.ts';
import { isName } from '../canonical.ts';

export function controlTransaction(draft: Draft, operation: TransactionControl): Outcome | undefined {
  switch (operation.action) {
    case 'begin':
      return begin(draft, operation);
    case 'commit':
      return end(draft, operation, draft.session.aborted);
    case 'rollback':
      return end(draft, operation, true);
    case 'savepoint':
      return savepoint(draft, operation);
    case 'release':
    case 'rollback-to':
      return toSavepoint(draft, operation);
  }
}

function begin(draft: Draft, operation: TransactionControl): Outcome | undefined {
  if (draft.session.inTransaction) {
    if (draft.engine.dialect.name === 'sqlite') refuseTransaction(draft, operation, sqlite.transactionInTransaction);
    // PostgreSQL warns; MySQL commits and begins anew.
    return { kind: 'ignored', why: 'a transaction is already in progress' };
  }
  draft.atBegin = draft.catalog;
  draft.savepoints = [];
  draft.session = sessionInTransaction(draft.session);
  return undefined;
}

function sessionInTransaction(session: Session): Session {
  const { searchPath } = session;
  return { ...session, inTransaction: true, searchPathAfter: { commit: searchPath, rollback: searchPath } };
}

/** A database in a transaction that the runner has begun, not the text. */
export function begunAround(database: Database): Database {
  return { ...database, session: sessionInTransaction(database.session), atBegin: database.catalog };
}

/** A database after the runner has committed what it had begun. */
export function committedAround(database: Database, engine: Engine): Database {
  const draft = new Draft(database, engine);
  dropOnCommit(draft);
  return { ...database, catalog: draft.catalog, session: sessionAfter(draft, false), atBegin: null };
}

function end(draft: Draft, operation: TransactionControl, undo: boolean): Outcome | undefined {
  if (!draft.session.inTransaction) {
    if (draft.engine.dialect.name !== 'sqlite') return { kind: 'ignored', why: 'there is no transaction in progress' };
    refuseTransaction(
      draft,
      operation,
      operation.action === 'commit' ? sqlite.nothingToCommit : sqlite.nothingToRollBack,
    );
  }
  if (undo && draft.engine.dialect.ddl.transactionalDdl && draft.atBegin !== null) draft.catalog = draft.atBegin;
  if (!undo) dropOnCommit(draft);
  draft.atBegin = null;
  draft.savepoints = [];
  draft.session = sessionAfter(draft, undo);
  if (chains(operation)) begin(draft, operation);
  return undefined;
}

/** PostgreSQL: what SET did inside a transaction ends with its rollback, SET LOCAL with its end. */
function sessionAfter(draft: Draft, undo: boolean): Session {
  const { searchPathAfter, ...session } = draft.session;
  const path =
    draft.engine.dialect.name === 'postgres' && searchPathAfter !== undefined
      ? undo
        ? searchPathAfter.rollback
        : searchPathAfter.commit
      : session.searchPath;
  return { ...session, searchPath: path, inTransaction: false, aborted: false };
}

/** COMMIT AND CHAIN begins the next transaction at once. */
function chains({ statement: { sql, start, end: statementEnd } }: TransactionControl): boolean {
  return /\band\s+chain\b/i.test(sql.text.slice(start, statementEnd));
}

/** PostgreSQL: temporary tables made with ON COMMIT DROP. */
function dropOnCommit(draft: Draft): void {
  for (const [key] of entriesWith(draft.catalog.relations, tableOptions, 'on commit drop')) draft.removeRelation(key);
}

const tableOptions = (relation: Relation): readonly string[] => (relation.kind === 'table' ? relation.options : []);

function savepoint(draft: Draft, operation: TransactionControl): Outcome | undefined {
  if (!draft.session.inTransaction && draft.engine.dialect.name === 'postgres') {
    refuseTransaction(draft, operation, 'SAVEPOINT can only be used in transaction blocks');
  }
  const opensTransaction = !draft.session.inTransaction && draft.engine.dialect.name === 'sqlite';
  if (opensTransaction) {
    draft.atBegin = draft.catalog;
    draft.session = { ...draft.session, inTransaction: true };
  }
  const name = operation.name === undefined ? '' : nameKey(operation.name, draft.engine.dialect);
  draft.savepoints = [...draft.savepoints, { name, catalog: draft.catalog, opensTransaction }];
  return undefined;
}

function toSavepoint(draft: Draft, operation: TransactionControl): Outcome | undefined {
  const name = operation.name === undefined ? '' : nameKey(operation.name, draft.engine.dialect);
  const at = draft.savepoints.findLastIndex((candidate) => candidate.name === name);
  const found = draft.savepoints[at];
  if (found === undefined) refuseTransaction(draft, operation, missingSavepoint(draft, operation));
  if (operation.action === 'rollback-to') {
    if (draft.engine.dialect.ddl.transactionalDdl) draft.catalog = found.catalog;
    draft.savepoints = draft.savepoints.slice(0, at + 1);
    draft.session = { ...draft.session, aborted: false };
    return undefined;
  }
  draft.savepoints = draft.savepoints.slice(0, at);
  if (!found.opensTransaction) return undefined;
  draft.atBegin = null;
  draft.session = { ...draft.session, inTransaction: false };
  return undefined;
}

function missingSavepoint(draft: Draft, operation: TransactionControl): string {
  const name = operation.name?.text ?? '';
  const words = operation.action === 'release' ? 'RELEASE SAVEPOINT' : 'ROLLBACK TO SAVEPOINT';
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return sqlite.missingSavepoint(name);
    case 'postgres':
      return draft.session.inTransaction
        ? `savepoint "${name}" does not exist`
        : `${words} can only be used in transaction blocks`;
    default:
      return `SAVEPOINT ${name} does not exist`;
  }
}

function refuseTransaction(draft: Draft, operation: TransactionControl, text: string): never {
  const { start, end: statementEnd } = operation.statement;
  draft.refuse(
    errorAt(
      'transaction',
      text,
      { start, end: statementEnd },
      { kind: 'transaction', name: operation.name?.text ?? '' },
    ),
  );
}

export function setSession(draft: Draft, operation: SetSession): Outcome | undefined {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return setPragma(draft, operation);
    case 'postgres':
      checkSetting(draft, operation);
      if (operation.name === 'search_path') setSearchPath(draft, operation);
      if (operation.name === 'check_function_bodies')
        draft.session = { ...draft.session, checkFunctionBodies: booleanOf(operation.value ?? 'on') !== false };
      return undefined;
    case 'mysql':
    case 'mariadb':
      setMysqlVariable(draft, operation);
      return undefined;
  }
}

function setPragma(draft: Draft, operation: SetSession): Outcome | undefined {
  if (operation.command !== 'pragma' || operation.value === undefined) return undefined;
  const value = booleanOf(operation.value);
  if (operation.name === 'foreign_keys') {
    // sqlite.org/pragma.html#pragma_foreign_keys: "This pragma is a no-op within a transaction".
    if (draft.session.inTransaction)
      return { kind: 'ignored', why: 'PRAGMA foreign_keys does nothing inside a transaction' };
    draft.session = { ...draft.session, foreignKeys: value };
  } else if (operation.name === 'legacy_alter_table') {
    draft.session = { ...draft.session, legacyAlterTable: value === true };
  }
  return undefined;
}

function booleanOf(text: string): boolean | null {
  const word = text
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
    .toLowerCase();
  if (/^(?:1|on|true|yes)$/.test(word)) return true;
  return /^(?:0|off|false|no)$/.test(word) ? false : null;
}

function setSearchPath(draft: Draft, operation: SetSession): void {
  const searchPath = searchPathOf(draft, operation);
  const { searchPathAfter } = draft.session;
  const isKept = searchPathAfter !== undefined && !operation.local;
  draft.session = {
    ...draft.session,
    searchPath,
    ...(isKept ? { searchPathAfter: { ...searchPathAfter, commit: searchPath } } : {}),
  };
}

function searchPathOf(draft: Draft, operation: SetSession): readonly string[] {
  const { dialect } = draft.engine;
  if (operation.command === 'reset' || operation.value === undefined || /^default$/i.test(operation.value.trim()))
    return [defaultSchema(dialect.name)];
  const tokens = tokensOf(operation.value, dialect).filter((token) => isName(token) || token.kind === 'string');
  const schemas = tokens.map((token) =>
    token.kind === 'word' ? dialect.key(token.text, false) : token.value.replace(/^'(.*)'$/s, '$1'),
  );
  const path = schemas.flatMap((schema) => schema.split(',')).map((schema) => schema.trim());
  return path.filter((schema) => schema !== '' && schema !== '$user');
}

function setMysqlVariable(draft: Draft, operation: SetSession): void {
  if (operation.command === 'use') {
    const name = tokensOf(operation.name === 'use' ? (operation.value ?? '') : operation.name, draft.engine.dialect)[0]
      ?.value;
    draft.session = { ...draft.session, searchPath: name === undefined ? null : [operation.value ?? name] };
    return;
  }
  const value = (operation.value ?? '').trim();
  if (operation.name.startsWith('@')) saveSetting(draft, operation.name, value);
  if (operation.name === 'foreign_key_checks')
    draft.session = { ...draft.session, foreignKeys: settingOf(draft, value, booleanOf, true) };
  if (operation.name === 'sql_mode')
    draft.session = { ...draft.session, strictMode: settingOf(draft, value, strictnessOf, true) };
}

/** `SET @old = @@FOREIGN_KEY_CHECKS`: what a later statement sets back. */
function saveSetting(draft: Draft, variable: string, value: string): void {
  const { session } = draft;
  const setting = /^@@(?:session\s*\.\s*)?(\w+)$/i.exec(value)?.[1]?.toLowerCase();
  const current = setting === 'foreign_key_checks' ? session.foreignKeys : (session.strictMode ?? true);
  if (setting !== 'foreign_key_checks' && setting !== 'sql_mode') return;
  draft.session = { ...session, saved: { ...session.saved, [variable.toLowerCase()]: current } };
}

/** The value of a setting: written out, taken from a variable, or the server's default. */
function settingOf(
  draft: Draft,
  value: string,
  read: (text: string) => boolean | null,
  byDefault: boolean,
): boolean | null {
  if (/^default$/i.test(value)) return byDefault;
  return value.startsWith('@') ? (draft.session.saved?.[value.toLowerCase()] ?? null) : read(value);
}

/** Manual 7.1.11: STRICT_TRANS_TABLES, STRICT_ALL_TABLES and TRADITIONAL are strict. */
function strictnessOf(text: string): boolean | null {
  const list = /^(['"])(.*)\1$/s.exec(text)?.[2];
  return list === undefined ? null : /strict_|traditional/i.test(list);
}
