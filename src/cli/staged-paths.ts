import { hosts } from '../hosts/index.ts';
import { bytesOfBlobs } from './git-objects.ts';
import { gitOfIndex, withoutGit } from './git.ts';
import { readingOf } from './read-project.ts';
import { selectFiles, type Reason, type Selection } from './selection.ts';
import { UsageError } from './usage-error.ts';

/**
 * Whether a commit of what is staged cannot matter. One call of git says which paths it touches; only where code or scripts are
 * among them a second one reads these, as they were and as they will be. No parser and no rule is loaded.
 */
export function touchesNothing(folder: string): boolean {
  const changes = stagedChanges(folder);
  const relevant = new Map(relevantFiles([...changes.keys()]).map(({ path, reason }) => [path, reason]));
  if ([...changes.keys()].some((path) => path.includes('migralint'))) return false;
  if ([...relevant.values()].some((reason) => !isReadForItsWords(reason))) return false;
  const blobs = [...relevant.keys()].flatMap((path) => changes.get(path) ?? []);
  const contents = bytesOfBlobs(folder, blobs);
  return [...relevant].every(([path, reason]) =>
    (changes.get(path) ?? []).every((blob) => {
      const bytes = contents.get(blob);
      return bytes !== undefined && readingOf(bytes, reason) === 'irrelevant';
    }),
  );
}

/** The paths that the commit touches, each with the names of its contents before and after. */
function stagedChanges(folder: string): ReadonlyMap<string, readonly string[]> {
  const listed = gitOfIndex(folder, ['diff', '--cached', '--raw', '--no-abbrev', '--no-renames', '-z']);
  if (listed === null) throw new UsageError(`--staged: ${withoutGit(folder)}`);
  const changes = new Map<string, readonly string[]>();
  for (const [, before = '', after = '', path = ''] of listed
    .toString()
    .matchAll(/:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) \w\0([^\0]+)\0/g)) {
    changes.set(
      path,
      [before, after].filter((blob) => !/^0+$/.test(blob)),
    );
  }
  return changes;
}

/** Those of the paths that a run would read. SQL counts wherever it lies: a config may name the folder. */
function relevantFiles(paths: readonly string[]): readonly Selection[] {
  const extensions = hosts.flatMap((host) => host.extensions);
  const sql = paths.filter((path) => path.toLowerCase().endsWith('.sql'));
  return [...selectFiles(paths, extensions, []), ...selectFiles(sql, [], sql)];
}

/** Files of this kind are left out of a run unless they speak of a database. */
function isReadForItsWords(reason: Reason): boolean {
  return reason === 'host code' || reason === 'script' || reason === 'changelog';
}
