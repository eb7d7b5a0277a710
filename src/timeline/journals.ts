import type { Journal } from '../deployment.ts';
import { baseName, folderOf } from '../layouts/file-order.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';

const listedIn = new WeakMap<Journal, { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> }>();

/** Whether a SQL file lies beside those that a journal lists, numbered as they are or in a folder of its own, and is none of them. */
export function isOutsideOf(journal: Journal, { path }: SourceFile): boolean {
  let listed = listedIn.get(journal);
  if (listed === undefined) {
    const paths = journal.entries.map(({ file }) => file);
    listed = { files: new Set(paths), folders: new Set(paths.map(folderOf)) };
    listedIn.set(journal, listed);
  }
  const isMeant = /^\d/.test(baseName(path)) || /(?:^|\/)v\d+(?:\.\d+)+\/[^/]*$/.test(path);
  return path.endsWith('.sql') && isMeant && listed.folders.has(folderOf(path)) && !listed.files.has(path);
}

/** The files of a project of which that is true. */
export function filesOutsideOf(journal: Journal, { files }: Project): readonly SourceFile[] {
  return [...files.values()].filter((file) => isOutsideOf(journal, file));
}

/** The migrations of a framework that lie beside those of which a dump records the versions, and are newer than the oldest. */
export function filesNotDumped({ entries }: Journal, { files }: Project): readonly SourceFile[] {
  const listed = new Set(entries.map(({ file }) => file));
  const folders = new Set([...listed].map(folderOf));
  return [...files.values()].filter(
    ({ path }) => /^\d+_\w*(?:\.\w+)?\.rb$/.test(baseName(path)) && folders.has(folderOf(path)) && !listed.has(path),
  );
}

/** Whether it holds the checksums of its files. */
export function holdsSums({ entries }: Journal): boolean {
  return entries.some(({ checksum }) => checksum !== undefined);
}

/** The file in which a SQL file would be listed: the one beside it, where each folder has its own. */
export function listFor({ path }: SourceFile, { file, entries }: Journal): string {
  const beside = entries.find((entry) => folderOf(entry.file) === folderOf(path));
  return baseName((beside?.at.file ?? file).path);
}
