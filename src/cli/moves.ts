import { baseName } from '../layouts/file-order.ts';
import { git } from './git.ts';

/** What files that are gone are called now: those that came with the same content. By path, with git's names for the contents. */
export function movesByContent(
  gone: ReadonlyMap<string, string>,
  come: ReadonlyMap<string, string>,
): Map<string, string> {
  const comeByBlob = groupedByBlob(come);
  const moves = new Map<string, string>();
  for (const [blob, from] of groupedByBlob(gone)) {
    const to = comeByBlob.get(blob) ?? [];
    for (const path of from) {
      const named = to.filter((other) => baseName(other) === baseName(path));
      const [only, ...others] = named.length === 1 ? named : to;
      // Several of one content, such as empty down halves, cannot be told apart.
      if (only !== undefined && others.length === 0 && (named.length === 1 || from.length === 1)) moves.set(path, only);
    }
  }
  return moves;
}

/** The same for files that were changed as well, as far as git's index knows them under their new names. */
export function movesByLikeness(folder: string, mergeBase: string): ReadonlyMap<string, string> {
  const words = ['diff', '-M', '--name-status', '-z', '--relative', '--diff-filter=R', mergeBase];
  const parts = (git(folder, [...words, '--', '*.sql']) ?? '').split('\0');
  const moves = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) moves.set(parts[at + 1] ?? '', parts[at + 2] ?? '');
  return moves;
}

function groupedByBlob(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [path, blob] of files) {
    const group = groups.get(blob);
    if (group === undefined) groups.set(blob, [path]);
    else group.push(path);
  }
  return groups;
}
