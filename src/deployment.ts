import type { ErrorClass } from './catalog/outcome.ts';
import type { Engine } from './dialects/dialect.ts';
import type { MigrationTool, PassedOver } from './migration-tool.ts';
import type { Statement } from './sql/statement.ts';
import type { SourceFile, Span } from './text/source-file.ts';
import type { SqlText } from './text/sql-text.ts';

/**
 * How a project's SQL is run. A deployment is a small program over steps and calls: what a deploy of today's files does to
 * a database, whatever state that database is in. Layouts (migration tools), host code and the config all end up here.
 */
export interface Deployment {
  /** Unique in a project: its root folder, with a suffix where one root has several (`db (sqlite)`). */
  readonly name: string;
  /** Folder, relative, with `/`; `.` for the project's root. */
  readonly root: string;
  readonly engine: Engine;
  /** One sentence of how it runs, for `migralint paths`: `init_schema runs at every start (db::open calls it)`. */
  readonly summary: string;
  /** How that is known, strongest first; people correct migralint by reading these. */
  readonly evidence: readonly Evidence[];
  readonly program: readonly Action[];
  /** What `program` takes for granted about how the files run (`if schema.sql runs at every start`); null when that is known. */
  readonly reading: string | null;
  /** Other ways in which the same files may be run. A finding that holds under all of them needs no assumption. */
  readonly otherReadings: readonly { readonly words: string; readonly program: readonly Action[] }[];
  /** What it takes to run a second time (`if migrate.py is run again`); absent: that is known, or no question. */
  readonly restarts?: string;
  /** Whether its connections check foreign keys before the first statement; absent: as the engine does by itself. */
  readonly foreignKeys?: 'on' | 'off' | 'unknown';
  /** The steps that a ledger records, in the order in which they run on an empty ledger. */
  readonly ledger: readonly Step[];
  /** What the migration tool does with its files and its ledger; null where none is known: a runner of the project's own. */
  readonly tool: MigrationTool | null;
  /** Files of the migrations' folder that the tool never runs. */
  readonly passedOver: readonly PassedOverFile[];
  /** The file that lists the steps, where the tool has one; null: the folder is the list. */
  readonly journal: Journal | null;
  /**
   * Start states that the config gives: SQL to run on an empty database, by name. `generated`: a tool wrote it from a database on
   * which all migrations had run, and makes new databases from it. `assumes`: nobody says that it is in use; its name does.
   */
  readonly dumps: readonly Dump[];
  /** Beginnings of the names of steps that may run a second time. */
  readonly rerunnable: readonly string[];
  /** The same deployment as releases had it, newest first: the databases that it made are in the field. */
  readonly releases?: readonly { readonly name: string; readonly deployment: Deployment }[];
  /** False: the project wipes and rebuilds; only the fresh path counts. */
  readonly upgrades: boolean;
  /** What the project knows about older databases beside its ALTERs: checks in host code, the config. */
  readonly witnesses: readonly Witness[];
}

/** A database in the field, as the SQL that makes it. */
export interface Dump {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly generated?: true;
  readonly assumes?: string;
  /** The steps that it holds, where it does not say so itself. */
  readonly records?: readonly Step[];
}

/** What a deployment says of which nothing beyond its program is known. */
export const PROGRAM_ALONE = {
  reading: null,
  otherReadings: [],
  ledger: [],
  tool: null,
  passedOver: [],
  journal: null,
  dumps: [],
  rerunnable: [],
  upgrades: true,
  witnesses: [],
} as const satisfies Partial<Deployment>;

export interface Evidence {
  /** Strongest first: the config, a tool's own files and markers, code that calls it, a name or text that suggests it. */
  readonly strength: 'config' | 'tool' | 'call' | 'name';
  /** `rusqlite in Cargo.toml`, `-- +up markers`, `db::open calls init_schema`. */
  readonly words: string;
  /** What is taken for granted all the same: a reading. */
  readonly assumes?: string;
  /** Something speaks for what is taken for granted, though it proves nothing. */
  readonly likely?: true;
  readonly at?: Span;
}

export interface PassedOverFile extends PassedOver {
  readonly file: SourceFile;
}

/** A file that lists the steps of a ledger in order: Drizzle's `_journal.json`, `sqitch.plan`, a manifest, `atlas.sum`. */
export interface Journal {
  readonly file: SourceFile;
  readonly entries: readonly JournalEntry[];
  /** Why the tool refuses to read it. */
  readonly faults?: readonly JournalFault[];
  /** It lists what a dump holds: what is missing in it runs on a database made from it, afterwards. */
  readonly ofDump?: true;
  /** What the tool says where the file of an entry is not there; `{file}` is its path, `{folder}` that of its folder. */
  readonly missingFile?: string;
}

/** A fault of a journal: the tool stops at it, on every database. */
export interface JournalFault {
  readonly at: Span;
  /** The entry that it is about. */
  readonly name: string;
  /** As a clause about the entry: `requires x, which is not in the plan`. */
  readonly what: string;
  /** What the tool says. */
  readonly error: string;
}

export interface JournalEntry {
  /** As the journal writes it. */
  readonly name: string;
  /** Where it stands in the journal. */
  readonly at: Span;
  /** The file that it names, relative to the project; the file need not be there. */
  readonly file: string;
  /** Its time, where the tool runs only what is later than the newest recorded one. */
  readonly when?: number;
  /** The checksum that the journal gives for it, or for the journal up to it. */
  readonly checksum?: string;
  /** What the ledger stores for it, where that is not its name. */
  readonly identity?: string;
}

/** A place that proves databases of an older shape. */
export interface Witness {
  readonly kind: 'column-checked' | 'table-checked' | 'index-checked';
  readonly table: string;
  /** The column or index looked for; the table itself for `table-checked`. */
  readonly name: string;
  readonly at: Span;
}

/** What a deploy does, in order of execution. */
export type Action =
  | { readonly kind: 'call'; readonly call: Call }
  /** Code that is not read: what this file names may be changed, or made. */
  | { readonly kind: 'code'; readonly file: SourceFile }
  /** Run the step unless the ledger records it, then record it as the step says. */
  | { readonly kind: 'step'; readonly step: Step }
  /** Record steps without running them: these, or every step of the ledger. */
  | { readonly kind: 'stamp'; readonly steps?: readonly Step[] }
  | {
      readonly kind: 'if';
      readonly guard: Guard;
      readonly then: readonly Action[];
      readonly otherwise: readonly Action[];
    }
  /** An error inside ends the block; `onError` says what happens then. */
  | {
      readonly kind: 'block';
      readonly actions: readonly Action[];
      readonly onError: OnError;
      readonly transaction?: boolean;
    };

/** Calls that are recorded together: a migration, a schema script, a start-up function. */
export interface Step {
  /** As a person names it: `0004_archive`, without folder and extension. */
  readonly name: string;
  /** What the ledger stores for it. */
  readonly identity: string;
  readonly file: string;
  readonly actions: readonly Action[];
  /** How it is undone, where the tool has such a half. */
  readonly down?: readonly Action[];
  /** One transaction around the step: all of it or nothing, on engines that can. */
  readonly transaction: boolean;
  /** The change that it is a part of, where people write one as several neighbouring steps: only together they are undone. */
  readonly partOf?: string;
}

/** How a sentence names a step: a number alone does not say what it counts. */
export function stepWords({ name }: Pick<Step, 'name'>): string {
  return /^\d+$/.test(name) ? `migration ${name}` : name;
}

/** The same at the beginning of a sentence. */
export function stepSubject({ name }: Pick<Step, 'name'>): string {
  return /^\d+$/.test(name) ? `Migration ${name}` : name;
}

/** What reaches the engine at once. An error ends it; what its statements did before stays, unless a transaction holds it. */
export interface Call {
  readonly sql: SqlText;
  /** Only these statements of the text, where a tool splits it in its own way; absent: the engine's own splitting. */
  readonly statements?: readonly Statement[];
  readonly onError: OnError;
  /** `single`: an API that takes one statement only; what follows the first is refused or ignored. */
  readonly many: boolean;
  /** Sent by the project's own code through a driver, where, and what that says to several statements in one call, if it refuses them. */
  readonly throughDriver?: { readonly at: Span; readonly refusesSeveral?: string };
  /** The code cuts the text at every one of these, whatever stands around it, and sends the parts one by one. */
  readonly cutAt?: string;
  /** Sent as one string: PostgreSQL runs all statements of it in one transaction, unless they end it themselves. */
  readonly asOneString?: true;
}

export type OnError =
  | { readonly kind: 'stop' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'tolerate'; readonly classes: readonly ErrorClass[] };

/** A test on the database that decides whether something runs. */
export type Guard =
  | {
      readonly test: 'table' | 'view' | 'index' | 'trigger';
      readonly name: string;
      readonly not?: boolean;
      readonly at?: Span;
    }
  | {
      readonly test: 'column';
      readonly table: string;
      readonly name: string;
      readonly not?: boolean;
      readonly at?: Span;
    }
  /** No table at all, or none but the ledger's. */
  | { readonly test: 'empty'; readonly not?: boolean }
  /** The ledger records this step, or (no identity) any step. */
  | { readonly test: 'recorded'; readonly identity?: string; readonly not?: boolean }
  | { readonly all: readonly Guard[] }
  | { readonly any: readonly Guard[] }
  | { readonly test: 'unknown'; readonly words: string; readonly at?: Span };

/**
 * Whether the words of a condition that could not be read compare a version with a number: the code counts its steps itself, so what
 * stands under the condition is no command among others, and does not run again.
 */
export function asksVersion(words: string): boolean {
  return /version\b[\w()]*\s*(?:===?|<=?)\s*\d|\d\s*(?:===?|>=?)\s*[\w.()]*version\b/i.test(words);
}
