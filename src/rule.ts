import type { Finding, Fix, Level, Related, Severity } from './finding.ts';
import type { Range } from './ddl/operation.ts';
import type { Statement } from './sql/statement.ts';
import type { Span } from './text/source-file.ts';
import type { History } from './timeline/history.ts';

/** What a rule says; the place may be a span or a range in a statement's SQL. */
export interface Report {
  readonly at: Span | { readonly statement: Statement; readonly range: Range };
  readonly message: string;
  readonly help?: string;
  readonly object?: string;
  /** Absent: the rule's own severity. */
  readonly severity?: Severity;
  readonly holdsOn?: Finding['holdsOn'];
  readonly condition?: Finding['condition'];
  readonly reading?: string | null;
  readonly engineError?: string | null;
  readonly related?: readonly Related[];
  readonly fix?: Fix;
}

/** A small project and what the rule must find in it: documentation and test in one. */
export interface Example {
  /** What it shows, as a sentence. */
  readonly title: string;
  /**
   * Files by path. A line that must be reported ends in the comment `expect: rule-id`. A config under `migralint.config.json`
   * counts; without one the deployment is detected as in any project.
   */
  readonly files: Readonly<Record<string, string>>;
  /** The SQL files as git has them at the tag `v1.0`, a release, and on the base branch. Absent: there is no history. */
  readonly released?: Readonly<Record<string, string>>;
}

/** A named fault. A rule keeps no schema state: the replay says what happens, the rule names it, explains it and mends it. */
export interface Rule {
  /** The same as its file's name. */
  readonly id: string;
  readonly severity: Severity;
  /** One line. */
  readonly summary: string;
  /** Why it hurts, and when it stays unseen. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  readonly examples: readonly Example[];
  /** Looks at one deployment's history. */
  check(history: History, report: (report: Report) => void): void;
}

/** Checks a rule's shape at compile time; returns it unchanged. */
export function defineRule(rule: Rule): Rule {
  return rule;
}

/** Severity of a finding under the level that a person gave the rule: the level replaces `error` only, and never raises a note. */
export function levelled(severity: Severity, own: Severity, level: Level | undefined): Severity | null {
  if (level === undefined) return severity;
  if (level === 'off') return null;
  return severity === own ? level : severity;
}
