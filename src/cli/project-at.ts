import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { gitOfIndex } from './git.ts';
import { bytesOfBlobs, filesOfTree, type TreeFile } from './git-objects.ts';
import { readingOf, sourceFile } from './read-project.ts';
import { selectFiles } from './selection.ts';

/** Which of the listed files a project is made of: as for the one on disk. */
export interface Choice {
  readonly hostExtensions: readonly string[];
  readonly named: readonly string[];
  readonly isIgnored: (path: string) => boolean;
}

/** A state of the repository, and its files below a folder. */
export interface ListedState {
  readonly name: string;
  readonly files: readonly TreeFile[];
}

/** The files of a folder at a commit, with paths relative to the folder; empty where the commit has no such folder. */
export function filesAt(folder: string, prefix: string, commit: string): readonly TreeFile[] {
  return filesOfTree(folder, `${commit}:${prefix}`);
}

/** The files of a folder as they stand in the index: what the next commit will hold. */
export function stagedFiles(folder: string): readonly TreeFile[] {
  const listed = gitOfIndex(folder, ['ls-files', '-s', '-z'])?.toString() ?? '';
  return listed.split('\0').flatMap((line): TreeFile[] => {
    const [, blob, path] = /^100\d{3} ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? [];
    return blob === undefined || path === undefined ? [] : [{ path, blob }];
  });
}

/** The projects of several states. What they have in common is read once, and is one and the same file in all of them. */
export function projectsAt(folder: string, states: readonly ListedState[], choice: Choice): readonly Project[] {
  const chosen = states.map(({ files }) => {
    const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
    const paths = [...blobs.keys()].filter((path) => !choice.isIgnored(path)).sort(byBytes);
    return selectFiles(paths, choice.hostExtensions, choice.named).map((selection) => ({
      ...selection,
      blob: blobs.get(selection.path) ?? '',
    }));
  });
  const contents = bytesOfBlobs(folder, [...new Set(chosen.flat().map(({ blob }) => blob))]);
  const known = new Map<string, SourceFile | null>();
  return chosen.map((selections) => {
    const files = new Map<string, SourceFile>();
    for (const { path, blob, reason } of selections) {
      const key = `${blob} ${path}`;
      let file = known.get(key);
      if (file === undefined) {
        const bytes = contents.get(blob);
        const reading = bytes === undefined ? 'irrelevant' : readingOf(bytes, reason);
        file = reading !== 'irrelevant' && reading.problem === undefined ? sourceFile(path, reading) : null;
        known.set(key, file);
      }
      if (file !== null) files.set(path, file);
    }
    return { files, errors: [] };
  });
}

function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
