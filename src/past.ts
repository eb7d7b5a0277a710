/**
 * What the repository's history knows about a project's SQL files: plain data, which the command line reads from git. A
 * database in the field has run the files of some release, or of the base branch at some commit of it.
 */
export interface Past {
  /** The branch that the work here will be merged into: `origin/main`; null where none was found. */
  readonly base: string | null;
  /** Releases that were looked at, newest first. */
  readonly releases: readonly Release[];
  /** Every path that a release, the base branch or an earlier commit of it holds. */
  readonly files: ReadonlyMap<string, PastFile>;
  /** SQL files that the base branch has got since the work here left it: they will be beside it once it is merged. */
  readonly ahead?: readonly string[];
}

/** A tag that ships: `v1.2.0`. */
export interface Release {
  readonly name: string;
}

/** A file as it once was, by the path that it had then. */
export interface PastFile {
  /** Its path today; null where it is gone. */
  readonly now: string | null;
  /** Its contents, newest first, each once. Never empty. */
  readonly forms: readonly PastForm[];
  /** The base branch holds it today, under this path. */
  readonly onBase: boolean;
}

/** One content of a file. */
export interface PastForm {
  /** Null: as it is today. */
  readonly text: string | null;
  /** The strongest proof that databases may have run it: a release, the base branch's present state, an earlier commit. */
  readonly seenIn: 'release' | 'base' | 'commit';
  /** The name of that release, branch or commit: `v1.2.0`, `origin/main`, `116ed0d`. */
  readonly name: string;
  /** The first line of the commit's message; absent where no single commit is meant. */
  readonly subject?: string;
}
