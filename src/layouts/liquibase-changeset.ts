import type { Guard } from '../deployment.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { SqlText } from '../text/sql-text.ts';

/** A changeset, however its changelog is written. */
export interface ChangeSet {
  readonly file: SourceFile;
  readonly id: string;
  readonly author: string;
  /** What it sends, one after the other. */
  readonly parts: readonly SqlText[];
  readonly down?: SqlText;
  /** `postgresql,mysql`, `!h2`; empty: every database. */
  readonly dbms: readonly string[];
  /** Run at every update, or again whenever it has changed. */
  readonly again: 'always' | 'on-change' | null;
  readonly transaction: boolean;
  readonly failOnError: boolean;
  /** What must hold for it to run; a changeset that does not run is recorded all the same (`onFail="MARK_RAN"`). */
  readonly guard: Guard | null;
  /** Changes of kinds that are not read. */
  readonly unread: readonly string[];
}

/** `dbms` as a list of names. */
export function dbmsOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim().toLowerCase()]));
}

/**
 * The databases that a context names, as people use contexts who run one changelog on several: `postgresql`, `mysql or mariadb`, `!h2`. Of
 * any other context nothing shows whether an update asks for it; without contexts an update runs all.
 */
export function dbmsOfContext(value: string | undefined): readonly string[] {
  const names = (value ?? '')
    .toLowerCase()
    .split(/\s*(?:,|\bor\b)\s*/)
    .filter((name) => name !== '');
  return names.every((name) => DBMS_NAME.test(name)) ? names : [];
}

const DBMS_NAME = /^!?(?:postgresql|mysql|mariadb|sqlite|h2|hsqldb|derby|oracle|mssql|db2|firebird|cockroachdb)$/;
