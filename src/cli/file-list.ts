import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { FileSystemAdapter } from 'fast-glob';
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
  const tracked = gitFiles(root);
  if (tracked !== null) return { paths: sorted(tracked), errors: [], from: 'git' };
  return walk(root);
}

/** Never entered without git, where nothing says what is a person's own. */
const neverEntered = [
  '**/node_modules/**',
  '**/.git/**',
  '**/.hg/**',
  '**/.venv/**',
  '**/venv/**',
  '**/__pycache__/**',
];

/** Links to folders are not followed, so a circle of links cannot hold it; links to files are listed. */
async function walk(root: string): Promise<FileList> {
  const { default: fastGlob } = await import('fast-glob');
  const errors: FileList['errors'][number][] = [];
  const paths = fastGlob.sync('**/*', {
    cwd: root,
    dot: true,
    onlyFiles: false,
    markDirectories: true,
    followSymbolicLinks: false,
    ignore: neverEntered,
    fs: { lstatSync, statSync, readdirSync: forgivingReaddir(root, errors) },
  });
  return { paths: sorted(paths.filter((path) => !path.endsWith('/'))), errors, from: 'folders' };
}

/** Entries beyond which a folder without git is no project but somebody's whole disk. */
const mostEntries = 300_000;

/** Lists a folder; one that may not be read becomes an error instead of the end of the run. */
function forgivingReaddir(root: string, errors: FileList['errors'][number][]): FileSystemAdapter['readdirSync'] {
  let entries = 0;
  const list = (path: string, options: { withFileTypes: true }) => {
    const found = readdirOf(path, options, (code) => {
      const shown = path.slice(root.length).replaceAll('\\', '/').replace(/^\/+/, '') || '.';
      errors.push({ path: shown, message: `the folder cannot be listed (${code})` });
    });
    entries += found.length;
    if (entries > mostEntries) {
      throw new UsageError(
        `${root} holds more than ${mostEntries} files: name the folder of the project, or run there`,
      );
    }
    return found;
  };
  return list as unknown as FileSystemAdapter['readdirSync'];
}

function readdirOf(path: string, options: { withFileTypes: true }, problem: (code: string) => void) {
  try {
    return readdirSync(path, options);
  } catch (error) {
    problem(codeOf(error));
    return [];
  }
}

/** The system's short word for an error: `EACCES`, `ELOOP`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}

function sorted(paths: readonly string[]): readonly string[] {
  return [...paths].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}
