import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The files of a folder that git tracks or does not ignore, relative to it, with `/`; null where there is no git, or no
 * repository, or where the folder itself is ignored. Files of submodules are not among them. Git works while this process goes on.
 */
export async function gitFiles(folder: string): Promise<readonly string[] | null> {
  if (!liesBelowRepository(folder)) return null;
  const listed = await gitMeanwhile(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (listed === null || listed === '') return null;
  return [...new Set(listed.split('\0'))].filter((path) => path !== '');
}

/** Whether git would find a repository: a program need not be started to hear that there is none. */
function liesBelowRepository(folder: string): boolean {
  const above = dirname(folder);
  return existsSync(join(folder, '.git')) || (above !== folder && liesBelowRepository(above));
}

/** The top folder of the repository that holds a folder, as git writes it; null outside of one. */
export function gitTopLevel(folder: string): string | null {
  return git(folder, ['rev-parse', '--show-toplevel'])?.replace(/\r?\n$/, '') ?? null;
}

/** Why git gave no files of a folder. */
export function withoutGit(folder: string): string {
  if (!liesBelowRepository(folder)) return 'there is no git repository here';
  if (gitTopLevel(folder) === null) return 'git does not answer in this repository; git status says why';
  return 'git has no files in this folder: it is empty, or git ignores it';
}

const limits = {
  /** Bytes of output that are read: a list of a million paths. */
  maxBuffer: 256 * 1024 * 1024,
  /** Milliseconds for one question: a history that takes longer is left out, as if there were none. */
  timeout: 20_000,
};

/** A repository may name a program as its file-system monitor; reading it must not run anything. */
const nothingIsRun = ['-c', 'core.fsmonitor=false'];

/** What git prints for these words, run in a folder; null where there is no git or it fails. */
export function git(folder: string, words: readonly string[], input?: string): string | null {
  return gitBytes(folder, words, input)?.toString('utf8') ?? null;
}

function gitMeanwhile(folder: string, words: readonly string[]): Promise<string | null> {
  return new Promise((settle) => {
    const settings = { ...limits, cwd: folder, env: environment() };
    childProcess().execFile('git', [...nothingIsRun, ...words], settings, (error, printed) => {
      settle(error === null ? printed : null);
    });
  });
}

/** Loaded with the first question: it takes Node some milliseconds, and where no repository is nothing is asked. */
function childProcess(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process');
}

/** The same, as bytes. */
export function gitBytes(
  folder: string,
  words: readonly string[],
  input?: string,
  more: NodeJS.ProcessEnv = {},
): Buffer | null {
  try {
    return childProcess().execFileSync('git', [...nothingIsRun, ...words], {
      ...limits,
      cwd: folder,
      env: { ...environment(), ...more },
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
