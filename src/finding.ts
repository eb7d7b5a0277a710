import { compareSpans, type SourceFile, type Span } from './text/source-file.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Levels a person may give a rule: a severity, or off. */
export type Level = Severity | 'off';

/** One replacement of text in a file, in UTF-16 offsets of that file. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  /** Safe: changes no meaning for any install. Otherwise a person has to look. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
  /** Files that get another name, after the edits. */
  readonly moves?: readonly Move[];
  /** Files that are written, and must not be there. */
  readonly creates?: readonly { readonly path: string; readonly text: string }[];
  /** Migrations that it decides about though it leaves their files alone: it is not made where an install may have run one. */
  readonly migrations?: readonly string[];
  /** Migrations to which it gives back what installs have run. */
  readonly restores?: readonly string[];
}

/** A file that gets another name. */
export interface Move {
  readonly file: SourceFile;
  /** The new path, relative to the project as all are. */
  readonly to: string;
}

/** Another place that a finding speaks of: the other half of the fault, or one more statement with the same cause. */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** A rule's verdict at a place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, on which installs: whole sentences with the object's name. */
  readonly message: string;
  /** What to do. */
  readonly help?: string;
  /** The object it is about, such as `jobs.archived`. */
  readonly object?: string;
  readonly span: Span;
  /** The name of the deployment; empty for findings about a single file. */
  readonly deployment: string;
  /** Names of the upgrade paths that break; `all`; or null where no path is meant. */
  readonly holdsOn: readonly string[] | 'all' | null;
  /** What the tables must hold for the engine to fail: nothing (null), rows, or colliding values. */
  readonly condition: 'rows' | 'values' | null;
  /** The assumption about the deployment that the finding needs; null when it is proven. */
  readonly reading: string | null;
  /** Dialects whose engine fails. */
  readonly engines: readonly string[];
  /** What the engine says. */
  readonly engineError: string | null;
  readonly related: readonly Related[];
  readonly fix?: Fix;
}

/** The order of every report: by place, then rule, then object. */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    compareSpans(left.span, right.span) ||
    compareText(left.rule, right.rule) ||
    compareText(left.deployment, right.deployment) ||
    compareText(left.object ?? '', right.object ?? '')
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
