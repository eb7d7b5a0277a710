import type { Config } from '../config.ts';
import type { Deployment } from '../deployment.ts';
import type { DialectName, VersionRange } from '../dialects/dialect.ts';
import type { LinkedProgram } from '../hosts/link.ts';
import type { Project } from '../project.ts';

/** What a layout may look at: the files, and what host code was found to do. */
export interface LayoutContext {
  readonly project: Project;
  readonly programs: readonly LinkedProgram[];
  readonly config: Config;
  /** The dialect asked for by config or command line, if any. */
  readonly dialect: DialectName | undefined;
  readonly engineVersion: VersionRange | undefined;
}

/** A deployment that a layout recognises, and the files it speaks for. */
export interface Detected {
  readonly deployment: Deployment;
  /** Paths of the SQL and host files whose SQL this deployment runs. */
  readonly claims: readonly string[];
}

/** How sure a layout's signs are: a tool's own marker file or text, a call in host code, a name grammar, nothing better. */
export type Sureness = 'marker' | 'call' | 'name' | 'fallback';

/** One way in which migrations lie in a repository: a migration tool's, or a habit. */
export interface Layout {
  readonly name: string;
  /** Where two layouts claim a file the surer one keeps it, so adding a layout never depends on an order of imports. */
  readonly sureness: Sureness;
  detect(context: LayoutContext): readonly Detected[];
}
