import type { Arguments } from './arguments.ts';
import { findBase } from './base-branch.ts';
import { git } from './git.ts';
import type { Terminal } from './terminal.ts';
import type { Workspace } from './workspace.ts';

/**
 * Tells why a migration must not be changed any more: it is on the branch that this work will be merged into, or in a release.
 * Git is asked for the files alone that a fix wants to change.
 */
export function releasedFiles(
  { scope: { root, shownPath }, listedFrom }: Workspace,
  { fix }: Arguments,
  { env }: Terminal,
): (path: string) => string | null {
  if (listedFrom !== 'git') {
    return (path) =>
      fix === 'unsafe'
        ? null
        : `${shownPath(path)} is a migration, and without git nobody knows whether an install has run it: --fix-unsafe changes it`;
  }
  const base = findBase(root, env);
  return (path) => {
    const place = base === null ? null : placeOf(path, root, base);
    return place === null
      ? null
      : `${shownPath(path)} is ${place}: installs may have run it, and would not run it again. Write a new migration instead`;
  };
}

function placeOf(path: string, root: string, { name, mergeBase }: { name: string; mergeBase: string }): string | null {
  if (git(root, ['cat-file', '-e', `${mergeBase}:./${path}`]) !== null)
    return `on ${name === 'HEAD' ? 'this branch already' : name}`;
  const adding =
    git(root, ['log', '--all', '--format=%H', '--diff-filter=A', '--', `:(literal)${path}`])?.split('\n') ?? [];
  const tags = adding.filter(Boolean).flatMap((commit) => (git(root, ['tag', '--contains', commit]) ?? '').split('\n'));
  const [tag] = tags.filter(Boolean);
  return tag === undefined ? null : `in the release ${tag}`;
}
