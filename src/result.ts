import type { Finding } from './finding.ts';
import type { History } from './timeline/history.ts';

/** What a run found: the input of every report. */
export interface Result {
  /** In the stable order of `compareFindings`. */
  readonly findings: readonly Finding[];
  readonly histories: readonly History[];
  /** Findings that ignore comments or the baseline silenced. */
  readonly suppressed: number;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly coverage: Coverage;
}

export interface Coverage {
  readonly files: number;
  readonly statements: number;
  readonly opaque: number;
  readonly unsure: number;
  readonly deployments: number;
  readonly paths: number;
}
