import type { DialectName } from './dialects/dialect.ts';
import type { SourceFile } from './text/source-file.ts';

/**
 * What a migration tool does with the names, the order and the content of its files, and with its ledger: the facts that
 * rules about a directory as a whole need. Each layout fills it for its tool, from the tool's source or documentation.
 */
export interface MigrationTool {
  /** As a person calls it: `sqlx`, `golang-migrate`. */
  readonly name: string;
  readonly order: StepOrder;
  /** What of a step the ledger stores, in words that end a sentence: `the number before the first _`. */
  readonly identity: string;
  /** The ledger's table, as the tool names it unless told otherwise; null where it keeps none. */
  readonly table: string | null;
  /** How the content of an applied step is known again; null: not at all. */
  readonly checksum: Checksum | null;
  /** A step that a database has recorded has other content now. */
  readonly edited: Reaction;
  /**
   * A step that a database has recorded is not among the files. `only`: as far as it is the newest that the database records, or as
   * far as others stand behind it.
   */
  readonly missing: Reaction & { readonly only?: 'newest' | 'inner' };
  /** A number is left out between two steps, or before the first; absent: the tool does not count them. */
  readonly gap?: Reaction;
  /** A step stands before one that a database has recorded, and is not recorded there. */
  readonly late: Reaction;
  /** Whether it runs a late step of this name all the same; absent: it does with all as `late` says. */
  readonly runsLate?: (fileName: string) => boolean;
  /** Two steps have one identity. */
  readonly duplicate: {
    /** On an empty database. */
    readonly fresh: Reaction;
    /** On a database that has recorded the first of the two. */
    readonly existing: Reaction;
  };
  /** Why a `.sql` file of the migrations' folder is never run, by its name; null: it is run, or plainly is no migration. */
  readonly passesOver: (fileName: string) => PassedOver | null;
  /** Why the tool cannot read a file whose name it takes, by what stands in it; null: it can. Absent: it looks for nothing there. */
  readonly stopsAt?: (file: SourceFile) => PassedOver | null;
  readonly transaction: TransactionHabit;
  readonly sending: Sending;
}

/**
 * How a tool sorts its steps: by the number before a separator, by bytes of the file name, by dotted version, as a person's
 * language does (`localeCompare`), by a journal or plan that lists them, by the links between them, by place in a list.
 */
export type StepOrder = 'numeric' | 'bytes' | 'dotted' | 'locale' | 'journal' | 'graph' | 'list';

/** What a tool does when it meets something. */
export interface Reaction {
  /**
   * `refuses`: it stops with an error. `runs`: it runs the step (an edited one again, both of a pair). `ignores`: it goes on
   * without a word, and does not run it. `none`: it cannot happen with this tool.
   */
  readonly does: 'refuses' | 'runs' | 'ignores' | 'none';
  /**
   * Its error or warning, where it has one, or the engine's, by dialect. `{version}` is the identity of the step, `{name}` its
   * name, `{file}` its file's name, `{newest}` the identity of the newest recorded step, `{other}` the file's name of the
   * other of a pair.
   */
  readonly words?: string | Readonly<Record<DialectName, string>>;
  /** The switch or setting that changes it: `-allow-missing`. */
  readonly unless?: string;
}

/** A file that a tool does not take for a migration, or cannot read. */
export interface PassedOver {
  /** What is wrong with it, as a clause: `its name has no _ after the number`. */
  readonly because: string;
  readonly reaction: Reaction;
  /** What to do about it, as a sentence; absent: it wants another name. */
  readonly help?: string;
}

/** How a tool knows a step's content again. */
export interface Checksum {
  /** `SHA-384 of the file's bytes`. */
  readonly words: string;
  /**
   * All that the checksum of a step is made from, for each step that the file holds: two files of the same are one to the tool.
   * Keys are identities; the empty key stands for the one step of a file.
   */
  readonly hashed: (file: SourceFile) => ReadonlyMap<string, string>;
}

export interface TransactionHabit {
  /** What the tool puts into one transaction: each step, all pending steps together, or nothing. */
  readonly around: 'step' | 'run' | 'nothing';
  /** How a step asks to run outside of it: `-- no-transaction as the file's first line`; null: it cannot. */
  readonly optOut: string | null;
  /** How it is written, where the file itself can ask. */
  readonly marker?: OptOutMarker;
  /** Statements that the tool by itself runs outside of its transaction, and refuses in one file with any other. */
  readonly alone?: {
    readonly statements: Readonly<Partial<Record<DialectName, RegExp>>>;
    readonly words: string;
    readonly unless: string;
    readonly settings: string;
  };
}

/** A line at the top of the file, or words at the end of the line that begins the up half. */
export type OptOutMarker = { readonly line: string } | { readonly upLine: RegExp; readonly words: string };

/**
 * How a step's text reaches the engine: as one string (several statements are then one implicit transaction on PostgreSQL,
 * whatever a marker says); cut into statements as the engine would; cut after every line whose last word ends in `;`; cut at
 * every `;`; cut at a marker that the author writes. `bodyMarkers`: what keeps a text between them whole. `readsDelimiter`: the tool
 * knows the DELIMITER of the mysql client, or may know it; one that cuts as the engine would knows it too.
 */
export type Sending =
  | { readonly cut: 'statements' }
  | { readonly cut: 'whole'; readonly readsDelimiter?: true }
  | {
      readonly cut: 'line-ends' | 'semicolons';
      readonly bodyMarkers: { readonly begin: string; readonly end: string } | null;
    }
  | { readonly cut: 'marker'; readonly marker: string };

/** It cannot happen with this tool. */
export const NEVER: Reaction = { does: 'none' };

/** Nothing is said, and nothing is run. */
export const IGNORED: Reaction = { does: 'ignores' };

/** It is run as if nothing were odd. */
export const RUN: Reaction = { does: 'runs' };

/** The tool stops with these words. */
export function refuses(words: string, unless?: string): Reaction {
  return { does: 'refuses', words, ...(unless === undefined ? {} : { unless }) };
}

/** The second of two equal keys, in the words of each engine. `{version}` stays for the value. */
export function refusesSecondKey(table: string, column: string): Reaction {
  const duplicateEntry = `Duplicate entry '{version}' for key`;
  return {
    does: 'refuses',
    words: {
      sqlite: `UNIQUE constraint failed: ${table}.${column}`,
      postgres: `duplicate key value violates unique constraint "${table}_pkey"`,
      mysql: `${duplicateEntry} '${table}.PRIMARY'`,
      mariadb: `${duplicateEntry} 'PRIMARY'`,
    },
  };
}

/** A checksum over a whole file, of one step, from its text as `part` keeps it. */
export function fileChecksum(words: string, part: (file: SourceFile) => string): Checksum {
  return { words, hashed: (file) => new Map([['', part(file)]]) };
}

/** The text with every line ending as `\n`. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The tool stops at the file with these words: `because`, and what to do about it. */
export function stopped(because: string, words: string, help: string): PassedOver {
  return { because, reaction: refuses(words), help };
}

/** A file's name that does not match: `because`, and the tool goes on without a word. */
export function passedOverInSilence(because: string): PassedOver {
  return { because, reaction: IGNORED };
}
