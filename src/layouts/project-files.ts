import type { Evidence } from '../deployment.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf } from './file-order.ts';

const byNameOfProject = new WeakMap<object, ReadonlyMap<string, readonly SourceFile[]>>();

/** Every file of this name (`atlas.sum`, `up.sql`), in any folder, in the order of their paths. */
export function filesNamed({ files }: Project, name: string): readonly SourceFile[] {
  let byName = byNameOfProject.get(files);
  if (byName === undefined) {
    const found = new Map<string, SourceFile[]>();
    for (const file of files.values()) {
      const key = baseName(file.path);
      const same = found.get(key);
      if (same === undefined) found.set(key, [file]);
      else same.push(file);
    }
    byName = found;
    byNameOfProject.set(files, byName);
  }
  return byName.get(name) ?? [];
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
