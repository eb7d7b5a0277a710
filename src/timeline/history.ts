import type { Difference } from '../catalog/diff.ts';
import type { Database } from '../catalog/catalog.ts';
import type { EngineError, Outcome } from '../catalog/outcome.ts';
import type { Operation } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Call, Deployment, Step, Witness } from '../deployment.ts';
import type { Span } from '../text/source-file.ts';

/** What a database in the field can be before a deploy of today's files. */
export interface StartState {
  /** As a person names the install: `fresh install`, `after 0004_x`, `before jobs.archived was added`, `dump v0.9`. */
  readonly name: string;
  readonly kind: 'fresh' | 'after-step' | 'before-ledger' | 'witnessed' | 'dump' | 'second-start' | 'after-failure';
  readonly database: Database;
  /** What proves that such databases exist. */
  readonly witnesses: readonly Span[];
}

export type Verdict = 'ok' | 'fails' | 'unsure';

/** A start state, and what a deploy of today's files does on it. */
export interface UpgradePath {
  readonly name: string;
  readonly start: StartState;
  readonly verdict: Verdict;
  /** The statement that stops it, and why; null where nothing does. */
  readonly failsAt: Failure | null;
  readonly end: Database;
  /** Statements that the deploy reached. */
  readonly statementCount: number;
}

/** One operation as one path met it. */
export interface Event {
  readonly parsed: ParsedStatement;
  readonly operation: Operation;
  readonly outcome: Outcome;
  readonly step: Step | null;
  readonly call: Call;
  /** The database just before the statement. */
  readonly before: Database;
}

/** A failure, on all paths on which it happens. */
export interface Failure extends Event {
  readonly error: EngineError;
  readonly condition: 'always' | 'rows' | 'values';
  readonly paths: readonly UpgradePath[];
  /** The failure stops the run; false where it is swallowed, tolerated or only conditional. */
  readonly stops: boolean;
  /** The assumption about the deployment on which it rests; null when proven. */
  readonly reading: string | null;
}

/** A statement that a guard skipped, on all paths on which it was. */
export interface Skip extends Event {
  readonly paths: readonly UpgradePath[];
}

/** An outcome that could not be known, and what would be said if it failed. */
export interface Doubt extends Event {
  readonly paths: readonly UpgradePath[];
}

/** The end of a path held against the end of the fresh install. */
export interface Divergence {
  readonly path: UpgradePath;
  readonly differences: readonly Difference[];
}

/** All that a deployment's replay found: what rules read. */
export interface History {
  readonly deployment: Deployment;
  readonly paths: readonly UpgradePath[];
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
  readonly doubts: readonly Doubt[];
  readonly divergences: readonly Divergence[];
  readonly downs: readonly DownResult[];
  readonly witnesses: readonly Witness[];
  /** Every statement that the deployment runs, in program order, each once. */
  readonly statements: readonly { readonly parsed: ParsedStatement; readonly step: Step | null; readonly call: Call }[];
  readonly coverage: { readonly statements: number; readonly opaque: number; readonly unsure: number };
}

/** What a step's down half leaves, held against the database before its up half; and whether it can go up again. */
export interface DownResult {
  readonly step: Step;
  readonly differences: readonly Difference[];
  readonly failure: Failure | null;
  readonly upAgain: Failure | null;
}
