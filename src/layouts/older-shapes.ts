import type { Deployment, Dump } from '../deployment.ts';
import type { Project } from '../project.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { callsOf } from './calls.ts';
import { baseName, byLeadingNumber, folderOf, isInside } from './file-order.ts';
import { callOf } from './migration-folder.ts';
import { grouped } from './project-files.ts';

/**
 * SQL that nothing runs and whose folder or name says that it was: `old/v1.sql`, `applied/0001_init.sql`, `schema.old.sql`. Where
 * it makes what a deployment deals with, databases of that shape are a start state; that they are in use is an assumption.
 */
export function olderShapes(project: Project, isClaimed: (path: string) => boolean): readonly SourceFile[] {
  return [...project.files.values()].filter(
    (file) => file.path.endsWith('.sql') && !isClaimed(file.path) && tellsOfThePast(file.path) && MAKES.test(file.text),
  );
}

/** A deployment with the older shapes of its own objects among its start states. */
export function withOlderShapes(deployment: Deployment, files: readonly SourceFile[]): Deployment {
  if (files.length === 0) return deployment;
  const about = [...callsOf(deployment.program)].map(({ sql }) => sql.text.toLowerCase()).join('\n');
  const own = files.filter((file) => isNear(file.path, deployment.root) && isAbout(file, about));
  const dumps = groups(own).map((group): Dump => ({
    name: group.length === 1 ? (group[0]?.path ?? '') : folderOf(group[0]?.path ?? ''),
    calls: group.map((file) => callOf(sqlTextOfFile(file))),
    assumes: `if databases of the shape in ${group.length === 1 ? (group[0]?.path ?? '') : folderOf(group[0]?.path ?? '')} are still in use`,
  }));
  return dumps.length === 0 ? deployment : { ...deployment, dumps: [...deployment.dumps, ...dumps] };
}

/** Finds the copy of a migration under its name in such a folder: what databases have run, as the folder's name says. */
export function earlierForms({ files }: Project): (path: string) => SourceFile | null {
  const past = [...files.values()].filter(({ path }) => PAST_FOLDER.test(path));
  const byName = grouped(past, baseName);
  return (path) =>
    byName.get(baseName(path))?.find((file) => file.path !== path && isNear(file.path, folderOf(path))) ?? null;
}

const MAKES = /\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|TYPE|VIEW|FUNCTION)\b/i;
const PAST = '(?:old|older|legacy|previous|prev|before|applied|deployed|prod|production)';
const PAST_FOLDER = new RegExp(`(?:^|/)${PAST}/`, 'i');
const PAST_NAME = new RegExp(String.raw`^(?:${PAST}(?:[-_.].*)?|.*[-_.]${PAST})\.sql$`, 'i');

/** The folder beside such a one: what a chain in `migrations/legacy` was followed by. Null: its name says nothing of the past. */
export function folderBesidePast(folder: string): string | null {
  return PAST_FOLDER.test(`${folder}/`) ? folderOf(folder) : null;
}

function tellsOfThePast(path: string): boolean {
  return PAST_FOLDER.test(path) || PAST_NAME.test(baseName(path));
}

/** The deployment lies beside the folder, or below or above the place where that one lies. */
function isNear(path: string, root: string): boolean {
  const folder = folderOf(path.replace(new RegExp(`(^|/)${PAST}/.*$`, 'i'), '$1x'));
  return isInside(root, folder) || isInside(folder, root);
}

/** At least half of what a file makes occurs in the deployment's SQL. */
function isAbout({ text }: SourceFile, about: string): boolean {
  const names = [...new Set([...text.matchAll(MADE)].map((match) => (match[1] ?? '').toLowerCase()))];
  const known = names.filter((name) => new RegExp(`\\b${name}\\b`).test(about));
  return known.length > 0 && known.length * 2 >= names.length;
}

const MADE =
  /\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|TYPE|VIEW|FUNCTION)\s+(?:IF\s+NOT\s+EXISTS\s+)?["`[]?(?:\w+["`\]]?\.["`[]?)?(\w+)/gi;

/** Files that make the same things are versions, each by itself; others of one folder make one database together, in order. */
function groups(files: readonly SourceFile[]): readonly (readonly SourceFile[])[] {
  const byFolder = new Map<string, SourceFile[]>();
  for (const file of files) byFolder.set(folderOf(file.path), [...(byFolder.get(folderOf(file.path)) ?? []), file]);
  return [...byFolder.values()].flatMap((inFolder) => {
    const made = inFolder.flatMap(({ text }) => [...new Set([...text.matchAll(MADE)].map((match) => match[1] ?? ''))]);
    if (new Set(made).size < made.length) return inFolder.map((file) => [file]);
    return [inFolder.toSorted((left, right) => byLeadingNumber(baseName(left.path), baseName(right.path)))];
  });
}
