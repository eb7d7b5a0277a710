import type { DialectName } from '../dialects/dialect.ts';

/** What a real engine says to one statement. */
export type Answer =
  | { readonly kind: 'accepted' }
  /** `code`: SQLSTATE or error number, where the engine has one. */
  | { readonly kind: 'refused'; readonly words: string; readonly code: string }
  /** No verdict: it took too long, or the connection was lost. */
  | { readonly kind: 'stopped'; readonly words: string };

/** A row of an answer, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** A database of our own with one connection to it; empty when it is created. */
export interface ScratchDatabase {
  /** Runs one statement. Never throws. */
  run(sql: string): Promise<Answer>;
  /** Asks our own question; throws where the engine refuses to answer. */
  rows(query: string): Promise<readonly Row[]>;
  /** Goes on over a new connection, as the next deploy does: what was not committed and what was temporary is gone. */
  reconnect(): Promise<void>;
  /** Ends the connection and drops the database. */
  close(): Promise<void>;
}

/** An engine that is there. It keeps nothing: every database that it makes is dropped again. */
export interface RealEngine {
  readonly dialect: DialectName;
  /** `SQLite 3.53.0`, `PostgreSQL 15.14`: as a person writes it. */
  readonly title: string;
  /** Databases that others own on the same server and that SQL can name (MySQL, MariaDB). */
  readonly foreignDatabases: readonly string[];
  create(): Promise<ScratchDatabase>;
  /** Drops what is left, also in the middle of a run. */
  close(): Promise<void>;
}

/** How long and where engines work. */
export interface EngineSettings {
  /** Servers to use, such as `postgres://user@host/db`. */
  readonly urls: readonly string[];
  /** Milliseconds for one statement. */
  readonly timeLimit: number;
  /** The project's folder: optional packages may be installed there. */
  readonly folder: string;
}

/** An engine, or one line that says how to get it. */
export type EngineFound = { readonly engine: RealEngine } | { readonly missing: string };

/** The words of a thrown thing; drivers sometimes throw errors without a message. */
export function wordsOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' ? code : error.message;
}
