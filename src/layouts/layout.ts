import type { Deployment } from '../deployment.ts';
import type { LinkedProgram } from '../hosts/link.ts';
import type { Project } from '../project.ts';

/** What a layout may look at: the files, and what host code was found to do. */
export interface LayoutContext {
  readonly project: Project;
  readonly programs: readonly LinkedProgram[];
  /** The dialect asked for by config or command line, if any. */
  readonly dialect?: import('../dialects/dialect.ts').DialectName;
}

/** A deployment that a layout recognises, and the files it speaks for. */
export interface Detected {
  readonly deployment: Deployment;
  /** Paths of the SQL and host files whose SQL this deployment runs. */
  readonly claims: readonly string[];
}

/** One way in which migrations lie in a repository: a migration tool's, or a habit. */
export interface Layout {
  readonly name: string;
  /**
   * How sure its signs are: a tool's own marker file or text (`marker`), a call in host code (`call`), a name grammar (`name`).
   * Where two layouts claim a file the surer one keeps it, so adding a layout never depends on an order of imports.
   */
  readonly sureness: 'marker' | 'call' | 'name';
  detect(context: LayoutContext): readonly Detected[];
}
