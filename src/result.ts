import type { Finding } from './finding.ts';
import type { History } from './timeline/history.ts';

/** What a run found: the input of every report. */
export interface Result {
  /** In the stable order of `compareFindings`. */
  readonly findings: readonly Finding[];
  readonly histories: readonly History[];
  /** Findings that ignore comments or the baseline silenced. */
  readonly suppressed: number;
  /** What the baseline did; null where there is none. */
  readonly baseline: BaselineUse | null;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly coverage: Coverage;
}

export interface BaselineUse {
  /** Findings that it silenced; they are among the suppressed. */
  readonly silenced: number;
  /** Findings that it lists and that are no longer there. */
  readonly gone: number;
}

export interface Coverage {
  readonly files: number;
  readonly statements: number;
  readonly opaque: number;
  readonly unsure: number;
  readonly deployments: number;
  readonly paths: number;
}
