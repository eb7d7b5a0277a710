import { git } from './git.ts';

/** A commit that gave a file a content. */
export interface FileChange {
  readonly commit: string;
  readonly subject: string;
  /** Git's name for the content. */
  readonly blob: string;
}

/** A path of the past: what it is called at the end of the history, and its contents, newest first. */
export interface FileHistory {
  /** Null: deleted. */
  readonly now: string | null;
  readonly changes: readonly FileChange[];
}

/**
 * The history of every SQL file of a folder up to a commit, by each path that one had. Only what the branch itself held
 * counts (first parents): what came and went inside a merged branch has been on nobody's database.
 */
export function sqlFileHistory(folder: string, commit: string): ReadonlyMap<string, FileHistory> {
  const words = ['log', '--first-parent', '-m', '--raw', '-z', '--no-abbrev', '-M', '--relative'];
  const log = git(folder, [...words, `--format=${COMMIT}%H %s`, commit, '--', '*.sql']) ?? '';
  const files = new Map<string, { now: string | null; changes: FileChange[] }>();
  /** What a path of the commit at hand is called at the end; null: it is deleted until then. */
  const nowOf = new Map<string, string | null>();
  const note = (path: string, now: string | null, change: FileChange | null): void => {
    const known = files.get(path) ?? { now, changes: [] };
    files.set(path, known);
    if (change !== null) known.changes.push(change);
  };
  for (const { id, subject, entries } of commitsIn(log)) {
    for (const { status, blob, path, from } of entries) {
      const now = nowOf.get(path) ?? (nowOf.has(path) || status === 'D' ? null : path);
      if (status === 'D') nowOf.set(path, null);
      else {
        note(path, now, { commit: id, subject, blob });
        // Whatever had this path before was another file, unless it only changed.
        if (status === 'A') nowOf.set(path, null);
      }
      if (from !== undefined) {
        nowOf.set(from, now);
        nowOf.set(path, null);
      }
    }
  }
  return files;
}

/** Starts a commit's line in the log: no path begins with it. */
const COMMIT = '\u0001';

interface CommitEntries {
  readonly id: string;
  readonly subject: string;
  readonly entries: readonly {
    readonly status: string;
    readonly blob: string;
    readonly path: string;
    readonly from?: string;
  }[];
}

/** Reads `git log --raw -z`: `:<modes> <old> <new> <status>`, the path, and for a rename the new path. */
function* commitsIn(log: string): IterableIterator<CommitEntries> {
  const words = log.split('\0');
  let commit: { id: string; subject: string; entries: CommitEntries['entries'][number][] } | null = null;
  for (let at = 0; at < words.length; at++) {
    const word = (words[at] ?? '').replace(/^\n+/, '');
    if (word.startsWith(COMMIT)) {
      if (commit !== null) yield commit;
      const space = word.indexOf(' ');
      commit = { id: word.slice(1, space), subject: word.slice(space + 1), entries: [] };
    } else if (word.startsWith(':') && commit !== null) {
      const [, , , blob = '', status = ''] = word.split(' ');
      const path = words[++at] ?? '';
      if (!/^[RC]/.test(status)) commit.entries.push({ status: status.slice(0, 1), blob, path });
      else {
        const isMove = status.startsWith('R');
        commit.entries.push({ status: 'M', blob, path: words[++at] ?? '', ...(isMove ? { from: path } : {}) });
      }
    }
  }
  if (commit !== null) yield commit;
}
