import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './error-code.ts';
import { gitFiles } from './git.ts';
import { UsageError } from './usage-error.ts';

/** Every file below a project's root that could matter, relative, with `/`, sorted by bytes. */
export interface FileList {
  readonly paths: readonly string[];
  /** Folders that could not be listed. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly from: 'git' | 'folders';
}

/** What git tracks or does not ignore; without git all files, but for those of other people's packages. */
export async function listFiles(root: string): Promise<FileList> {
  const tracked = await gitFiles(root);
  if (tracked !== null) return { paths: sorted(tracked), errors: [], from: 'git' };
  return walk(root);
}

/** Never entered without git, where nothing says what is a person's own. */
const neverEntered: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.venv', 'venv', '__pycache__']);

/** Links to folders are not followed, so a circle of links cannot hold it; links to files are listed. */
function walk(root: string): FileList {
  const errors: FileList['errors'][number][] = [];
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(root, folder, errors)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (!neverEntered.has(entry.name)) folders.push(path);
    }
    if (paths.length + folders.length > mostEntries) {
      throw new UsageError(
        `${root} holds more than ${mostEntries} files: name the folder of the project, or run there`,
      );
    }
  }
  return { paths: sorted(paths), errors, from: 'folders' };
}

/** Entries beyond which a folder without git is no project but somebody's whole disk. */
const mostEntries = 300_000;

/** What a folder holds; one that may not be read becomes an error instead of the end of the run. */
function entriesOf(root: string, folder: string, errors: FileList['errors'][number][]): readonly Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    errors.push({ path: folder || '.', message: `the folder cannot be listed (${codeOf(error)})` });
    return [];
  }
}

function sorted(paths: readonly string[]): readonly string[] {
  return [...paths].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}
