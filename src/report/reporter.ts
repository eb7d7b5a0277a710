import type { Result } from '../result.ts';
import type { Rule } from '../rule.ts';

export interface ReportOptions {
  /** Colour is allowed. */
  readonly color: boolean;
  /** Only errors. */
  readonly quiet: boolean;
  /** Columns of the terminal, or 100. */
  readonly width: number;
  readonly version: string;
  /** How a path of the project is shown: relative to where the reader is. */
  readonly shownPath: (path: string) => string;
  /** The same for readers that know the repository and not the working folder: relative to the repository's top. */
  readonly repositoryPath: (path: string) => string;
  /** The rules that ran, for formats that carry what a rule means. */
  readonly rules: readonly Rule[];
}

/** One output format: a pure function from a result to text. */
export interface Reporter {
  readonly name: string;
  readonly summary: string;
  report(result: Result, options: ReportOptions): string;
}
