import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Past, PastFile, PastForm } from '../past.ts';
import { findBase, type Base } from './base-branch.ts';
import { sqlFileHistory, type FileHistory } from './file-history.ts';
import { git } from './git.ts';
import { movesByContent, movesByLikeness } from './moves.ts';
import { releaseTags } from './releases.ts';
import { isUnshipped } from './selection.ts';
import { blobsOfFiles, filesOfTree, textsOfBlobs, treesNamed } from './git-objects.ts';

/** The file as a release or the base branch holds it. */
interface Sighting extends Pick<PastForm, 'seenIn' | 'name'> {
  readonly path: string;
  readonly blob: string;
  readonly subject?: string;
}

/** The files whose past is asked for. */
interface Now {
  /** SQL files that are read. */
  readonly taken: readonly string[];
  /** All files: those of a state of the repository, with git's names for their contents; or the paths of those on disk. */
  readonly state: Map<string, string> | readonly string[];
}

/**
 * What git knows about the SQL files of a folder: how releases, the base branch and its earlier commits had them. Null where
 * there is no history, or no file whose past could matter.
 */
export function readPast(
  folder: string,
  { taken, state }: Now,
  environment: Readonly<Record<string, string | undefined>>,
): Past | null {
  const prefix = git(folder, ['rev-parse', '--show-prefix'])?.trim() ?? '';
  if (isUnshipped(prefix)) return null;
  const base = findBase(folder, environment);
  if (base === null) return null;
  const history = sqlFileHistory(folder, base.mergeBase);
  const ahead = filesAhead(folder, base);
  if (history.size === 0 && ahead.length === 0) return null;
  const releases = releaseTags(folder);
  const sightings = [
    ...releaseSightings(folder, prefix, releases, history),
    ...baseSightings(base, history),
    ...commitSightings(history),
  ];
  const today =
    state instanceof Map
      ? new Map(taken.map((path) => [path, state.get(path) ?? '']))
      : blobsOfFiles(folder, prefix, taken);
  const listed: readonly string[] = state instanceof Map ? [...state.keys()] : state;
  const isOnDisk = !(state instanceof Map);
  const moves = movesSince(folder, base, history, { today, listed: new Set(listed), isOnDisk });
  const notRead = new Set(listed.filter((path) => path.endsWith('.sql') && !today.has(path) && !moves.has(path)));
  const read = sightings.filter(({ path }) => !notRead.has(path));
  return {
    base: base.name,
    releases: releases.map((name) => ({ name })),
    files: filesOf(folder, read, history, { today, moves }),
    ...(ahead.length === 0 ? {} : { ahead }),
  };
}

/** What the work here has moved: files that the base branch has and that lie under another path now. */
function movesSince(
  folder: string,
  { mergeBase }: Base,
  history: ReadonlyMap<string, FileHistory>,
  { today, listed, isOnDisk }: { today: ReadonlyMap<string, string>; listed: ReadonlySet<string>; isOnDisk: boolean },
): ReadonlyMap<string, string> {
  const base = new Map<string, string>();
  for (const [path, { now, changes }] of history) {
    const [newest] = changes;
    if (now === path && newest !== undefined) base.set(path, newest.blob);
  }
  // What is not read may be there all the same; git lists a file that was deleted until that is staged.
  const isThere = (path: string): boolean =>
    today.has(path) || (listed.has(path) && (!isOnDisk || existsSync(join(folder, path))));
  const gone = new Map([...base].filter(([path]) => !isThere(path)));
  if (gone.size === 0) return gone;
  const come = new Map([...today].filter(([path]) => !base.has(path)));
  const moves = movesByContent(gone, come);
  if (!isOnDisk || moves.size === gone.size) return moves;
  const taken = new Set(moves.values());
  for (const [from, to] of movesByLikeness(folder, mergeBase)) {
    if (!moves.has(from) && !taken.has(to) && gone.has(from) && come.has(to)) moves.set(from, to);
  }
  return moves;
}

/** What others have merged meanwhile: files that the tip of the base branch has, and the commit where the two parted has not. */
function filesAhead(folder: string, { mergeBase, ref }: Base): readonly string[] {
  if (ref === 'HEAD') return [];
  const words = ['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A', '--relative', mergeBase, ref];
  return (git(folder, [...words, '--', '*.sql']) ?? '').split('\0').filter((path) => path !== '');
}

/** Each folder of SQL files as each release has it, each content of it once; two folders may have one content. */
function* releaseSightings(
  folder: string,
  prefix: string,
  releases: readonly string[],
  history: ReadonlyMap<string, FileHistory>,
): IterableIterator<Sighting> {
  const folders = topFolders(history.keys());
  const wanted = releases.flatMap((name) => folders.map((below) => ({ name, below })));
  const trees = treesNamed(
    folder,
    wanted.map(({ name, below }) => `${name}:${prefix}${below === '.' ? '' : below}`),
  );
  const seen = new Set<string>();
  for (const [index, { name, below }] of wanted.entries()) {
    const tree = trees[index];
    if (tree === undefined || seen.has(`${below} ${tree}`)) continue;
    seen.add(`${below} ${tree}`);
    for (const { path, blob } of filesOfTree(folder, tree)) {
      if (!path.endsWith('.sql')) continue;
      yield { path: below === '.' ? path : `${below}/${path}`, blob, seenIn: 'release', name };
    }
  }
}

/** The folders that hold these paths, without those that lie in another of them. */
function topFolders(paths: Iterable<string>): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) folders.add(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');
  if (folders.has('.')) return ['.'];
  return [...folders].filter((folder) => {
    for (let above = folder; above.includes('/');) {
      above = above.slice(0, above.lastIndexOf('/'));
      if (folders.has(above)) return false;
    }
    return true;
  });
}

/** The newest content of each file that the branch still has. */
function* baseSightings({ name }: Base, history: ReadonlyMap<string, FileHistory>): IterableIterator<Sighting> {
  for (const [path, { now, changes }] of history) {
    const [newest] = changes;
    if (now === path && newest !== undefined) yield { path, blob: newest.blob, seenIn: 'base', name };
  }
}

function* commitSightings(history: ReadonlyMap<string, FileHistory>): IterableIterator<Sighting> {
  for (const [path, { changes }] of history) {
    for (const { commit, subject, blob } of changes)
      yield { path, blob, seenIn: 'commit', name: commit.slice(0, 7), subject };
  }
}

/** Collects the sightings by path, each content once: the first, which is the strongest proof. */
function filesOf(
  folder: string,
  sightings: readonly Sighting[],
  history: ReadonlyMap<string, FileHistory>,
  { today, moves }: { today: ReadonlyMap<string, string>; moves: ReadonlyMap<string, string> },
): ReadonlyMap<string, PastFile> {
  const nowOf = (path: string): string | null => {
    const onBase = history.get(path)?.now ?? null;
    const now = onBase === null ? null : (moves.get(onBase) ?? onBase);
    if (now !== null && today.has(now)) return now;
    return today.has(path) && !history.has(path) ? path : null;
  };
  const forms = new Map<string, Map<string, Sighting>>();
  for (const sighting of sightings) {
    const known = forms.get(sighting.path) ?? new Map<string, Sighting>();
    forms.set(sighting.path, known);
    if (!known.has(sighting.blob)) known.set(sighting.blob, sighting);
  }
  const isAsToday = ({ path, blob }: Sighting): boolean => today.get(nowOf(path) ?? '') === blob;
  const changed = new Set<string>();
  for (const known of forms.values())
    for (const sighting of known.values()) if (!isAsToday(sighting)) changed.add(sighting.blob);
  const texts = textsOfBlobs(folder, [...changed]);
  return new Map(
    [...forms].map(([path, known]): [string, PastFile] => {
      const kept = [...known.values()].flatMap((sighting): PastForm[] => {
        const { seenIn, name, subject, blob } = sighting;
        const text = isAsToday(sighting) ? null : texts.get(blob);
        return text === undefined ? [] : [{ text, seenIn, name, ...(subject === undefined ? {} : { subject }) }];
      });
      return [path, { now: nowOf(path), forms: kept, onBase: history.get(path)?.now === path }];
    }),
  );
}
