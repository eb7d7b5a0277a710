import { hosts } from '../hosts/index.ts';
import { gitOfIndex } from './git.ts';
import { selectFiles } from './selection.ts';
import { UsageError } from './usage-error.ts';

/** Whether a commit of what is staged cannot matter: one call of git, and nothing else is loaded. */
export function touchesNothing(folder: string): boolean {
  const changed = gitOfIndex(folder, ['diff', '--cached', '--name-only', '-z']);
  if (changed === null) throw new UsageError('--staged: there is no git repository here');
  const paths = changed
    .toString()
    .split('\0')
    .filter((path) => path !== '');
  return relevantPaths(paths).length === 0 && !paths.some((path) => path.includes('migralint'));
}

/** Those of the paths that a run would read. */
export function relevantPaths(paths: readonly string[]): readonly string[] {
  const extensions = hosts.flatMap((host) => host.extensions);
  return selectFiles(paths, extensions, []).map(({ path }) => path);
}
