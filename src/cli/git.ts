import { execFileSync } from 'node:child_process';

/**
 * The files of a folder that git tracks or does not ignore, relative to it, with `/`; null where there is no git, or no
 * repository, or where the folder itself is ignored. Files of submodules are not among them.
 */
export function gitFiles(folder: string): readonly string[] | null {
  const listed = git(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (listed === null || listed === '') return null;
  return [...new Set(listed.split('\0'))].filter((path) => path !== '');
}

/** The top folder of the repository that holds a folder, as git writes it; null outside of one. */
export function gitTopLevel(folder: string): string | null {
  return git(folder, ['rev-parse', '--show-toplevel'])?.replace(/\r?\n$/, '') ?? null;
}

/** Bytes of output that are read: a list of a million paths. */
const largestOutput = 256 * 1024 * 1024;

function git(folder: string, words: readonly string[]): string | null {
  // In a hook git sets these to the repository that the hook runs for, which need not be the one that holds the folder.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...env } = process.env;
  try {
    // A repository may name a program as its file-system monitor; reading it must not run anything.
    return execFileSync('git', ['-c', 'core.fsmonitor=false', ...words], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: largestOutput,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}
