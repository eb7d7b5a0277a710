import type { Project } from '../../project.ts';
import type { SourceFile } from '../../text/source-file.ts';

const MANIFESTS = [
  'Cargo.toml',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'package.json',
  'go.mod',
  'requirements.txt',
  'pom.xml',
  'build.gradle',
  'composer.json',
  'Gemfile',
];

/** Finds the files that host code names by paths. */
export class ProjectFiles {
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #folders = new Map<string, SourceFile[]>();
  readonly #byName = new Map<string, SourceFile[]>();

  constructor(project: Project) {
    this.#files = project.files;
    for (const file of project.files.values()) this.#index(file);
  }

  /** The file that a path written in `from` names: beside it, in a folder above it, else the only one that ends so. */
  file(path: string, from: SourceFile): SourceFile | undefined {
    for (const candidate of candidates(path, from)) {
      const file = this.#files.get(candidate);
      if (file !== undefined) return file;
    }
    const wanted = `/${normalised(path)}`;
    const named = (this.#byName.get(lastPart(path)) ?? []).filter((file) => `/${file.path}`.endsWith(wanted));
    return named.length === 1 ? named[0] : undefined;
  }

  /** The files of a folder that match a pattern, by name. */
  filesIn(folder: string, pattern: string, from: SourceFile): readonly SourceFile[] | undefined {
    const found = this.#folder(folder, from);
    if (found === undefined) return undefined;
    const matches = patternMatcher(pattern);
    return found
      .filter((file) => matches(lastPart(file.path)))
      .sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  exists(path: string, from: SourceFile): boolean {
    return this.file(path, from) !== undefined || this.#folder(path, from) !== undefined;
  }

  /** The folder of the nearest manifest above a file, if any. */
  manifestFolder(path: string): string | undefined {
    for (const folder of foldersAbove(path)) {
      if (MANIFESTS.some((manifest) => this.#files.has(join(folder, manifest)))) return folder === '' ? '.' : folder;
    }
    return undefined;
  }

  #index(file: SourceFile): void {
    const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '';
    append(this.#folders, folder, file);
    append(this.#byName, lastPart(file.path), file);
  }

  #folder(path: string, from: SourceFile): readonly SourceFile[] | undefined {
    for (const candidate of candidates(path, from)) {
      const found = this.#folders.get(candidate);
      if (found !== undefined) return found;
    }
    const wanted = `/${normalised(path)}`;
    const named = [...this.#folders.keys()].filter((folder) => wanted.length > 1 && `/${folder}`.endsWith(wanted));
    return named.length === 1 && named[0] !== undefined ? this.#folders.get(named[0]) : undefined;
  }
}

/** The folder that all paths have in common; `.` for the project's root. */
export function commonFolder(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => path.split('/').slice(0, -1));
  let common = first ?? [];
  for (const other of others) {
    let length = 0;
    while (length < common.length && common[length] === other[length]) length++;
    common = common.slice(0, length);
  }
  return common.length === 0 ? '.' : common.join('/');
}

/** `a/./b/../c` -> `a/c`. */
export function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function append(map: Map<string, SourceFile[]>, key: string, file: SourceFile): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [file]);
  else list.push(file);
}

function* candidates(path: string, from: SourceFile): IterableIterator<string> {
  if (path.startsWith('/')) yield normalised(path);
  else for (const folder of foldersAbove(from.path)) yield normalised(join(folder, path));
}

/** The folder of a file, then those above it, up to the project's root, which is empty. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, up) => parts.slice(0, parts.length - up).join('/'));
}

function join(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** `*` and `?` of shell patterns; `**` and folders in front are dropped, as only the last part is compared. */
function patternMatcher(pattern: string): (name: string) => boolean {
  const last = lastPart(pattern);
  if (last === '' || last === '*') return () => true;
  const source = last
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  try {
    const expression = new RegExp(`^${source}$`, 's');
    return (name) => expression.test(name);
  } catch {
    return () => true;
  }
}
