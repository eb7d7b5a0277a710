import type { Action, Evidence, Witness } from '../deployment.ts';
import type { HostModule } from './host.ts';
import type { Project } from '../project.ts';

/** What one entry point of the host code does with a database: a deployment's program, as far as the code shows it. */
export interface LinkedProgram {
  /** The entry: `db::open`, `init_db`. */
  readonly entry: string;
  /** The functions on the way that hold SQL: `init_schema`. */
  readonly via: readonly string[];
  /** Folder of the nearest manifest above the entry (Cargo.toml, pyproject.toml ..), or the file's folder. */
  readonly root: string;
  readonly program: readonly Action[];
  readonly witnesses: readonly Witness[];
  readonly evidence: readonly Evidence[];
  /** Host and SQL files whose statements it runs. */
  readonly files: readonly string[];
  /** Folders whose migrations it applies, and whether it may stamp them; their steps stand in `program`. */
  readonly migrationFolders: readonly string[];
  /** Calls of a migration tool that a layout understands: `sqlx::migrate!("./migrations")`. */
  readonly toolCalls: readonly { readonly tool: string; readonly argument: string | null; readonly file: string }[];
}

/** Follows calls, constants, arguments and loops from every entry point. */
export function linkPrograms(_modules: readonly HostModule[], _project: Project): readonly LinkedProgram[] {
  throw new Error('not built yet');
}
