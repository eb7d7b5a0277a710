import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { nearestName } from '../text/nearest-name.ts';
import { commandNames } from './arguments.ts';
import { pathInside, slashPath } from './file-paths.ts';
import { gitTopLevel } from './git.ts';
import { UsageError } from './usage-error.ts';

/** What the paths on the command line ask for. All paths are absolute. */
export interface Request {
  /** Where a config is looked for, and the project's root unless a config stands above. */
  readonly folder: string;
  /** Files and folders whose findings are wanted; empty: all. */
  readonly wanted: readonly string[];
  /** Globs whose findings are wanted, too. */
  readonly globs: readonly string[];
}

/**
 * No path: the project here. One folder: the project there. Files, globs and several paths: the project here, or, where
 * one of them lies outside of it, its repository; only what they name is reported.
 */
export function requestOf(operands: readonly string[], cwd: string): Request {
  const paths = operands.filter((operand) => exists(resolve(cwd, operand)));
  const globs = operands.filter((operand) => !paths.includes(operand));
  const missing = globs.find((glob) => !/[*?[\]{}]/.test(glob));
  if (missing !== undefined) throw new UsageError(missingPath(missing));
  const absolute = paths.map((path) => resolve(cwd, path));
  const [first] = absolute;
  if (operands.length === 0) return { folder: cwd, wanted: [], globs: [] };
  if (operands.length === 1 && first !== undefined && isFolder(first)) return { folder: first, wanted: [], globs: [] };
  return { folder: projectFolder(absolute, cwd), wanted: absolute, globs: globs.map((glob) => resolve(cwd, glob)) };
}

/** The first word may have been meant as a command. */
function missingPath(path: string): string {
  const command = nearestName(path, commandNames);
  return `no such file or folder: ${path}${command === undefined ? '' : `, did you mean the command "${command}"?`}`;
}

/** Where a project is read, and which of its files are spoken of. */
export interface Scope {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root: what is left out by its folder's name is read where these name it. */
  readonly named: readonly string[];
  /** Nothing but the project itself was asked for. */
  readonly isWhole: boolean;
  /** Whether findings in a file, by its path relative to the root, are reported. */
  readonly isWanted: (path: string) => boolean;
  /** How a path relative to the root is shown to a person in the working folder. */
  readonly shownPath: (path: string) => string;
}

/** `configFolder`: the folder of the config that was found by looking upward; it is the root, as its globs count from it. */
export async function scopeOf(request: Request, configFolder: string | null, cwd: string): Promise<Scope> {
  const root = configFolder ?? request.folder;
  const inside = (path: string) => slashPath(root, path);
  const wanted = [...request.wanted, ...(root === request.folder ? [] : [request.folder])].map(inside);
  const globs = request.globs.map(inside);
  return {
    root,
    named: wanted,
    isWhole: wanted.length === 0 && globs.length === 0,
    isWanted: await wantedTest(wanted, globs),
    shownPath: root === cwd ? (path) => path : (path) => slashPath(cwd, join(root, path)),
  };
}

async function wantedTest(wanted: readonly string[], globs: readonly string[]): Promise<Scope['isWanted']> {
  if (wanted.length === 0 && globs.length === 0) return () => true;
  const matches = await globTest(globs);
  return (path) => matches(path) || wanted.some((item) => item === '.' || path === item || path.startsWith(`${item}/`));
}

/** A test for paths with `/`; the matcher is loaded only where there is a glob. */
export async function globTest(globs: readonly string[]): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  return picomatch([...globs], { dot: true });
}

function projectFolder(paths: readonly string[], cwd: string): string {
  const outside = paths.find((path) => pathInside(cwd, path) === null);
  // Nobody's project is the whole disk or a home folder; what is run there means the repository of the file.
  const file = outside ?? (isProjectFolder(cwd) ? undefined : paths[0]);
  if (file === undefined) return cwd;
  const folder = isFolder(file) ? file : dirname(file);
  return gitTopLevel(folder) ?? folder;
}

function isProjectFolder(folder: string): boolean {
  return folder !== parse(folder).root && folder !== homedir();
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}
