import type { Database } from '../catalog/catalog.ts';
import type { Difference } from '../catalog/diff.ts';
import type { EngineError, Outcome } from '../catalog/outcome.ts';
import type { Operation } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Call, Deployment, Step } from '../deployment.ts';
import type { Project } from '../project.ts';
import type { Span } from '../text/source-file.ts';

/** What a database in the field can be before a deploy of today's files. */
export interface StartState {
  /** As a person names the install: `fresh install`, `after 0004_x`, `before jobs.archived was added`, `dump v0.9`, `release v1.2`. */
  readonly name: string;
  readonly kind:
    'fresh' | 'before-ledger' | 'after-step' | 'witnessed' | 'dump' | 'release' | 'second-start' | 'after-failure';
  readonly database: Database;
  /** What proves that such databases exist: the ALTER that adds the column, a check in host code. */
  readonly witnesses: readonly Span[];
  /** What it takes for such a database to exist (`if 0007_x failed at line 3`); absent: nothing. */
  readonly reading?: string;
  /** How many steps of the ledger led here from the empty database; absent where it was taken back, inferred or given. */
  readonly stepsRun?: number;
}

export type Verdict = 'ok' | 'fails' | 'unsure';

/** A start state, and what a deploy of today's files does on it. */
export interface UpgradePath {
  readonly name: string;
  readonly start: StartState;
  readonly verdict: Verdict;
  /** The event that stops it; null where nothing does. */
  readonly failsAt: Event | null;
  readonly end: Database;
}

/** One operation as a replay met it. */
export interface Event {
  readonly parsed: ParsedStatement;
  readonly operation: Operation;
  readonly outcome: Outcome;
  readonly step: Step | null;
  readonly call: Call;
  /** The database just before the statement. */
  readonly before: Database;
  /** What happens to an error here: it stops the deploy, or the code goes on. */
  readonly caught: boolean;
  /** The guard that could not be read and under which the statement stands; null outside such a branch. */
  readonly underUnknownGuard: string | null;
}

/** A failure, on all paths on which it happens. */
export interface Failure extends Event {
  readonly error: EngineError;
  readonly condition: 'always' | 'rows' | 'values';
  /** Nearest install first: the one whose name says what is missing. Never empty. */
  readonly paths: readonly UpgradePath[];
  /** The assumption about the deployment on which it rests; null when proven. */
  readonly reading: string | null;
}

/** A statement that a guard skipped although what it found is not what it asked for. */
export interface Skip extends Event {
  readonly paths: readonly UpgradePath[];
}

/** A statement that did more than it says, or nothing at all: see the outcome's effects. */
export interface Surprise extends Event {
  readonly paths: readonly UpgradePath[];
}

/** A statement that the engine refuses on some paths, where the code catches the error and goes on. */
export interface Swallowed extends Event {
  readonly error: EngineError;
  readonly paths: readonly UpgradePath[];
}

/** An outcome that could not be known, with what the engine would say if it failed. */
export interface Doubt extends Event {
  readonly error: EngineError;
  readonly paths: readonly UpgradePath[];
}

/** The end of a path held against the end of the fresh install (`left`). */
export interface Divergence {
  readonly path: UpgradePath;
  readonly differences: readonly Difference[];
}

/** What a step's down half leaves (`right`), held against the database before its up half (`left`). */
export interface DownResult {
  readonly step: Step;
  /** The statements of the down half. */
  readonly statements: readonly ParsedStatement[];
  readonly differences: readonly Difference[];
  /** The first statement of the down half that fails, if any. */
  readonly failure: Event | null;
  /** The first statement that fails when the step goes up again, if any. */
  readonly upAgain: Event | null;
  /** The first statement of the down half that fails for rows which the up half let in, and which nothing before it changes. */
  readonly givenRows: Event | null;
}

/** What a step that may run again does to a database that has later steps behind it. */
export interface Rerun {
  readonly step: Step;
  /** `after 0010_x`: the earliest install on which it does so. */
  readonly on: string;
  /** The database before (`left`) and after (`right`). Never empty. */
  readonly differences: readonly Difference[];
}

/** A statement with its place in the deployment. */
export interface PlacedStatement {
  readonly parsed: ParsedStatement;
  readonly step: Step | null;
  readonly call: Call;
}

/** All that a deployment's replay found: what rules read. */
export interface History {
  readonly deployment: Deployment;
  /** All files, and what git knows of their past: for rules about a directory as a whole. */
  readonly project: Project;
  readonly paths: readonly UpgradePath[];
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
  readonly surprises: readonly Surprise[];
  readonly doubts: readonly Doubt[];
  /** Each statement whose outcome could not be known on some path, as it was first met so. */
  readonly unsure: readonly Event[];
  readonly swallowed: readonly Swallowed[];
  readonly divergences: readonly Divergence[];
  readonly downs: readonly DownResult[];
  readonly reruns: readonly Rerun[];
  /** Every statement that the deployment may run, in program order, each once. */
  readonly statements: readonly PlacedStatement[];
  /** Statements that our parser cannot read and the engine's own grammar rejects: its words, and where it stopped. */
  readonly rejected: ReadonlyMap<ParsedStatement, { readonly error: string; readonly at: number }>;
  readonly coverage: { readonly statements: number; readonly opaque: number; readonly unsure: number };
}
