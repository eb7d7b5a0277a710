import picomatch from 'picomatch';
import type { Config } from '../config.ts';
import { nearestName } from '../text/nearest-name.ts';
import { baseName, isInside, joinPath } from './file-order.ts';

/** The paths of a project, by what was made of them. */
export interface SeenPaths {
  /** What is read. */
  readonly read: readonly string[];
  /** Everything that is there. */
  readonly there: readonly string[];
  /** Whether `ignore` in the config leaves a path out. */
  readonly isIgnored: (path: string) => boolean;
}

/**
 * A line for each pattern of `deployments` that names no file, with its place in the config: what it means would be left out of
 * the proof in silence. A glob may be empty as long as its folder holds no SQL but what other patterns name: the first
 * migration may not be written yet. A start state without files would be an empty database.
 */
export function unmatchedPatterns({ deployments = [] }: Config, seen: SeenPaths): readonly string[] {
  const patterns = deployments.flatMap(patternsOf);
  const lacking = patterns.filter(({ full }) => !seen.read.some(testOf(full)));
  const lackingRoots = new Set<string>();
  const unmatched = lacking.flatMap((pattern) => {
    const { root, place } = pattern;
    if (root.path !== '.' && !seen.there.some((path) => isInside(path, root.path))) {
      if (lackingRoots.has(root.place)) return [];
      lackingRoots.add(root.place);
      return [`${root.place}: there is no folder ${quoted(root.words)}${meant(root.words, '.', seen)}`];
    }
    if (!pattern.isStart && isEmptyByRight(pattern.full, patterns, seen)) return [];
    return [`${place}: ${trouble(pattern, seen)}`];
  });
  return unmatched.length > 0
    ? unmatched
    : deployments.flatMap((deployment, at) => unmatchedSteps(deployment, at, seen));
}

/** The beginnings under `rerunnable` with which no migration's name begins. */
function unmatchedSteps(deployment: DeploymentConfig, at: number, { read }: SeenPaths): readonly string[] {
  const { root, run, rerunnable = [] } = deployment;
  if (rerunnable.length === 0) return [];
  const tests = run
    .filter(({ when }) => when === 'once')
    .flatMap(({ files }) => files.map((words) => testOf(joinPath(root, words))));
  const names = read
    .filter((path) => path.endsWith('.sql') && tests.some((matches) => matches(path)))
    .map((path) => baseName(path).replace(/(?:\.(?:up|down))?\.sql$/, ''));
  // As long as there is no migration the first one may yet be written.
  if (names.length === 0) return [];
  return rerunnable.flatMap((beginning, entry) => {
    if (names.some((name) => name.startsWith(beginning))) return [];
    const near = nearestName(beginning, [...names, ...names.map((name) => name.slice(0, beginning.length))]);
    return [
      `deployments[${at}].rerunnable[${entry}]: no migration that runs once is called ${quoted(beginning)} or begins so${near === undefined ? '' : `, did you mean ${quoted(near)}?`}`,
    ];
  });
}

type DeploymentConfig = NonNullable<Config['deployments']>[number];

interface Pattern {
  /** As the config writes it, and from the top of the project. */
  readonly words: string;
  readonly full: string;
  readonly place: string;
  readonly isStart: boolean;
  readonly root: { readonly words: string; readonly path: string; readonly place: string };
}

function patternsOf({ root, run, start = {} }: DeploymentConfig, at: number): readonly Pattern[] {
  const deployment = `deployments[${at}]`;
  const pattern = (words: string, place: string, isStart: boolean): Pattern => ({
    words,
    full: joinPath(root, words),
    place: `${deployment}.${place}`,
    isStart,
    root: { words: root, path: joinPath(root, '.'), place: `${deployment}.root` },
  });
  return [
    ...run.flatMap(({ files }, entry) => files.map((words) => pattern(words, `run[${entry}].files`, false))),
    // A single string is a glob of tags.
    ...Object.entries(start).flatMap(([name, files]) =>
      typeof files === 'string' ? [] : files.map((words) => pattern(words, `start[${quoted(name)}]`, true)),
    ),
  ];
}

function testOf(full: string): (path: string) => boolean {
  const matches = picomatch(full, { dot: true });
  return (path) => path === full || matches(path);
}

function isEmptyByRight(full: string, patterns: readonly Pattern[], seen: SeenPaths): boolean {
  const folder = joinPath('.', picomatch.scan(full).base);
  const below = seen.there.filter((path) => isInside(path, folder));
  if (!isGlob(full) || below.length === 0) return false;
  const ownTest = testOf(full);
  if (below.some((path) => ownTest(path) && seen.isIgnored(path))) return false;
  const tests = patterns.map((pattern) => testOf(pattern.full));
  const sql = seen.read.filter((path) => path.endsWith('.sql') && isInside(path, folder));
  return sql.every((path) => tests.some((names) => names(path)));
}

function isGlob(pattern: string): boolean {
  return picomatch.scan(pattern).isGlob;
}

function trouble({ words, full, root }: Pattern, seen: SeenPaths): string {
  const there = seen.there.filter(testOf(full));
  if (there.some(seen.isIgnored)) return `"ignore" leaves out what ${quoted(words)} names`;
  if (there.length > 0) return `${quoted(words)} names no file that ends in .sql`;
  return `no file matches ${quoted(words)}${meant(words, root.path, seen)}`;
}

/** The nearest pattern that names something: each folder, and the file, as it is really called. */
function meant(words: string, root: string, { there }: SeenPaths): string {
  const parts = words.split('/').filter((part) => part !== '' && part !== '.');
  let folder = root;
  const corrected: string[] = [];
  for (const [at, part] of parts.entries()) {
    if (isGlob(part)) {
      corrected.push(...parts.slice(at));
      break;
    }
    const names = childrenOf(folder, there);
    const name = names.includes(part) ? part : nearestName(part, names);
    if (name === undefined) return '';
    corrected.push(name);
    folder = joinPath(folder, name);
  }
  const better = corrected.join('/');
  return better === parts.join('/') ? '' : `, did you mean ${quoted(better)}?`;
}

/** The names of the files and folders that lie directly in a folder. */
function childrenOf(folder: string, paths: readonly string[]): readonly string[] {
  const start = folder === '.' ? 0 : folder.length + 1;
  const below = paths.filter((path) => path.length > start && isInside(path, folder));
  return [...new Set(below.map((path) => path.slice(start).replace(/\/.*/, '')))];
}

function quoted(words: string): string {
  return JSON.stringify(words);
}
