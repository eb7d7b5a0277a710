import type { Past } from './past.ts';
import type { SourceFile } from './text/source-file.ts';

/** What the core works on: every file that may matter, already read and decoded. Nothing below touches a disk. */
export interface Project {
  /** By path, relative to the project's root, with `/`. SQL files, host code that holds SQL, manifests and tool files. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Files that could not be read, with the reason as a person reads it. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** What the repository's history knows; absent: there is none, or nothing needs it. */
  readonly past?: Past;
  /** The project as it was at each release from which databases are to be upgraded, newest first. */
  readonly releases?: readonly { readonly name: string; readonly project: Project }[];
}
