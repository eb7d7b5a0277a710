import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

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

/** Milliseconds for one question: a history that takes longer is left out, as if there were none. */
const longestWait = 20_000;

/** What git prints for these words, run in a folder; null where there is no git or it fails. */
export function git(folder: string, words: readonly string[], input?: string): string | null {
  return gitBytes(folder, words, input)?.toString('utf8') ?? null;
}

/** The same, as bytes. */
export function gitBytes(
  folder: string,
  words: readonly string[],
  input?: string,
  more: NodeJS.ProcessEnv = {},
): Buffer | null {
  try {
    // A repository may name a program as its file-system monitor; reading it must not run anything.
    return execFileSync('git', ['-c', 'core.fsmonitor=false', ...words], {
      cwd: folder,
      env: { ...environment(), ...more },
      maxBuffer: largestOutput,
      timeout: longestWait,
      ...(input === undefined ? {} : { input }),
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}

/**
 * The same of the index that is about to be committed: `git commit -a` and `git commit FILE` hand a hook one of their own, by a
 * path that is relative to the folder in which git runs the hook.
 */
export function gitOfIndex(folder: string, words: readonly string[]): Buffer | null {
  const own = process.env.GIT_INDEX_FILE;
  return gitBytes(folder, words, undefined, own === undefined ? {} : { GIT_INDEX_FILE: resolve(own) });
}

/** In a hook git names the repository that the hook runs for, which need not be the one that holds the folder. */
function environment(): NodeJS.ProcessEnv {
  const own = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
