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
  /** Whether a surer layout has taken the file already: a fallback need not look at it. */
  readonly isClaimed: (path: string) => boolean;
}

/** A deployment that a layout recognises, and the files it speaks for. */
export interface Detected {
  readonly deployment: Deployment;
  /** Paths of the SQL and host files whose SQL this deployment runs. */
  readonly claims: readonly string[];
  /** How sure the signs of this one are; absent: as the layout's are. */
  readonly sureness?: Sureness;
}

/**
 * How sure a layout's signs are: a tool's own file that names this folder, a tool's marks in the SQL or its names, a call in host
 * code, a manifest that depends on the tool, a name grammar that other tools have too, nothing better.
 */
export type Sureness = 'config' | 'marker' | 'call' | 'dependency' | 'name' | 'fallback';

/** One way in which migrations lie in a repository: a migration tool's, or a habit. */
export interface Layout {
  readonly name: string;
  /**
   * The surest that its signs can be. Where two layouts claim a file the surer one keeps it, so adding a layout never depends on
   * an order of imports.
   */
  readonly sureness: Sureness;
  detect(context: LayoutContext): readonly Detected[];
}
