import { decode } from '../text/decode.ts';
import { git, gitBytes } from './git.ts';

/** A file of a commit: its path relative to the folder asked for, and the name that git gives its content. */
export interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

/** Every file of a tree, by the tree's name; links and submodules are not among them. */
export function filesOfTree(folder: string, tree: string): readonly TreeFile[] {
  const listed = git(folder, ['ls-tree', '-r', '-z', '--full-tree', tree]) ?? '';
  return listed.split('\0').flatMap((line): TreeFile[] => {
    const [, blob, path] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return blob === undefined || path === undefined ? [] : [{ path, blob }];
  });
}

/** The trees that stand under names such as `v1.2:db/migrations`, in the same order; undefined where there is none. */
export function treesNamed(folder: string, names: readonly string[]): readonly (string | undefined)[] {
  if (names.length === 0) return [];
  const answer = git(folder, ['cat-file', '--batch-check'], names.map((name) => `${name}\n`).join('')) ?? '';
  const lines = answer.split('\n');
  return names.map((_, index) => /^([0-9a-f]+) tree \d+$/.exec(lines[index] ?? '')?.[1]);
}

/** The contents that git knows under these names, as text; what is no text is left out. */
export function textsOfBlobs(folder: string, blobs: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [blob, bytes] of bytesOfBlobs(folder, blobs)) {
    const decoded = decode(bytes);
    if ('text' in decoded) texts.set(blob, decoded.text);
  }
  return texts;
}

/** The contents that git knows under these names. One process for all of them. */
export function bytesOfBlobs(folder: string, blobs: readonly string[]): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  if (blobs.length === 0) return contents;
  const answer = gitBytes(folder, ['cat-file', '--batch'], blobs.map((blob) => `${blob}\n`).join(''));
  if (answer === null) return contents;
  // `<name> <type> <size>`, a line feed, so many bytes, a line feed.
  for (let at = 0; at < answer.length;) {
    const lineEnd = answer.indexOf(10, at);
    if (lineEnd < 0) break;
    const [blob = '', type, size] = answer.toString('latin1', at, lineEnd).split(' ');
    at = lineEnd + 1;
    if (type !== 'blob') continue;
    contents.set(blob, answer.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}

/**
 * The names that git would give to the contents of files as they are now, line endings converted as `git add` would. `prefix`:
 * the folder's path in the repository, from which git counts here.
 */
export function blobsOfFiles(folder: string, prefix: string, paths: readonly string[]): ReadonlyMap<string, string> {
  if (paths.length === 0) return new Map();
  const names = git(folder, ['hash-object', '--stdin-paths'], paths.map((path) => `${prefix}${path}\n`).join(''));
  const lines = names?.split('\n') ?? [];
  return new Map(paths.flatMap((path, index) => (lines[index] ? [[path, lines[index]] as const] : [])));
}
