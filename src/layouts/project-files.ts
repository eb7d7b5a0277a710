import type { Evidence } from '../deployment.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf } from './file-order.ts';

const byNameOfProject = new WeakMap<Project['files'], ReadonlyMap<string, readonly SourceFile[]>>();

/** Every file of this name (`atlas.sum`, `up.sql`), in any folder, in the order of their paths. */
export function filesNamed({ files }: Project, name: string): readonly SourceFile[] {
  const byName = byNameOfProject.get(files) ?? grouped(files.values(), baseName);
  byNameOfProject.set(files, byName);
  return byName.get(name) ?? [];
}

/** Files by what their paths have in common, each group in the order in which they come. */
export function grouped(
  files: Iterable<SourceFile>,
  keyOf: (path: string) => string,
): ReadonlyMap<string, readonly SourceFile[]> {
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    const key = keyOf(file.path);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

/** What a manifest is called, and the words in it that name a tool. */
export interface Dependency {
  readonly manifests: readonly string[];
  readonly words: RegExp;
}

/**
 * The manifest that depends on a tool, for files of a folder: one at the folder or above it, the nearest first; else, unless
 * `above` is asked for, any of the project, as where the migrations lie beside the program's folder.
 */
export function dependencySign(
  project: Project,
  folder: string,
  { manifests, words }: Dependency,
  where: 'above' | 'anywhere' = 'anywhere',
): Evidence | null {
  let elsewhere: Evidence | null = null;
  let nearest: { readonly depth: number; readonly sign: Evidence } | null = null;
  for (const file of manifests.flatMap((name) => filesNamed(project, name))) {
    const match = words.exec(file.text)?.[0];
    if (match === undefined) continue;
    const sign: Evidence = { strength: 'tool', words: `${match.replace(/["'<>\s:=]+/g, ' ').trim()} in ${file.path}` };
    const home = folderOf(file.path);
    const isAbove = home === '.' || folder === home || folder.startsWith(`${home}/`);
    if (!isAbove) elsewhere ??= sign;
    else if (nearest === null || home.length > nearest.depth) nearest = { depth: home.length, sign };
  }
  return nearest?.sign ?? (where === 'anywhere' ? elsewhere : null);
}
