import { PROGRAM_ALONE, type Action, type Deployment, type Evidence, type Step } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { engineOf } from '../dialects/index.ts';
import { refuses, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { XmlElement } from '../text/xml.ts';
import { dialectOf } from './dialect-signs.ts';
import { baseName, byBytes, folderOf } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import {
  appliesTo,
  dialectsNamed,
  elementsOf,
  includedBy,
  isChangelog,
  readChangelog,
  type Changelog,
} from './liquibase-changelog.ts';
import type { ChangeSet } from './liquibase-changeset.ts';
import { isFormattedSql, readFormattedSql } from './liquibase-sql.ts';
import { callOf, mustRunAlone, rootOf } from './migration-folder.ts';
import { withRepeatables } from './repeatable.ts';

/** From Liquibase's source (liquibase-core 5.0: changelog, checksums, sqlgenerator). */
const tool: MigrationTool = {
  name: 'Liquibase',
  order: 'journal',
  identity: 'its id, author and file',
  table: 'DATABASECHANGELOG',
  checksum: { words: 'MD5 of its SQL without white space', hashed },
  edited: refuses('1 changesets check sum', 'runOnChange:true, or validCheckSum'),
  missing: { does: 'ignores' },
  late: RUN,
  duplicate: {
    fresh: refuses('1 changesets had duplicate identifiers'),
    existing: refuses('1 changesets had duplicate identifiers'),
  },
  passesOver: () => null,
  transaction: { around: 'step', optOut: '`runInTransaction:false`' },
  sending: { cut: 'statements' },
};

/** Version 9 of the checksum leaves out all blanks, tabs and line ends; of the other forms it takes the changes, not the file. */
function hashed(file: SourceFile): ReadonlyMap<string, string> {
  if (!file.path.endsWith('.sql')) {
    const sets = elementsOf(file).filter(({ name }) => name === 'changeSet');
    return new Map(sets.map((set) => [identityOf({ file, ...namesOf(set) }), set.children.map(changeWords).join(' ')]));
  }
  if (!isFormattedSql(file)) return new Map([['', withoutSpace(file.text)]]);
  return new Map(
    readFormattedSql(file).map((changeSet) => [
      identityOf(changeSet),
      changeSet.parts.map(({ text }) => withoutSpace(text.replace(/^[ \t]*--.*$/gm, ''))).join(''),
    ]),
  );
}

function withoutSpace(text: string): string {
  return text.replace(/\s/g, '');
}

function namesOf({ attributes }: XmlElement): { readonly id: string; readonly author: string } {
  return { id: attributes.get('id')?.value ?? '', author: attributes.get('author')?.value ?? '' };
}

/** What a change says, however it is written; what does not belong to the checksum is left out (ChangeSet.generateCheckSum). */
function changeWords({ name, attributes, children, text }: XmlElement): string {
  if (/^(?:comment|preConditions|rollback|validCheckSum)$/.test(name)) return '';
  const words = [...attributes].map(([key, { value }]) => `${key}=${withoutSpace(value)}`).sort();
  return [name, ...words, withoutSpace(text.value), ...children.map(changeWords)].join('\0');
}

/** Liquibase: changesets in the order of a changelog, which is XML, YAML, JSON or formatted SQL and may include others. */
const liquibase: Layout = {
  name: 'Liquibase',
  sureness: 'config',
  detect(context) {
    const changelogs = [...context.project.files.values()].filter(isChangelog);
    const included = new Set(changelogs.flatMap((file) => includedIn(file, context)));
    const roots = changelogs.filter((file) => !included.has(file));
    const bySelf = roots.filter((file) => !file.path.endsWith('.sql')).map((file) => [file]);
    return [...bySelf, ...withoutRoot(roots)].flatMap((files) => detectedIn(files, context));
  },
};
export default liquibase;

function includedIn(file: SourceFile, { project }: LayoutContext): readonly SourceFile[] {
  return elementsOf(file).flatMap((element) => includedBy(element, file, project));
}

/** Formatted SQL that no changelog includes: a folder's files are taken to run by name. */
function withoutRoot(roots: readonly SourceFile[]): readonly (readonly SourceFile[])[] {
  const byFolder = new Map<string, SourceFile[]>();
  for (const file of roots) {
    if (!file.path.endsWith('.sql')) continue;
    byFolder.set(folderOf(file.path), [...(byFolder.get(folderOf(file.path)) ?? []), file]);
  }
  return [...byFolder.values()].map((files) => files.sort((left, right) => byBytes(left.path, right.path)));
}

function detectedIn(roots: readonly SourceFile[], context: LayoutContext): readonly Detected[] {
  const [first] = roots;
  if (first === undefined) return [];
  const read = (dialect: DialectName): Changelog => {
    const all = roots.map((root) => readChangelog(root, context.project, dialect));
    return {
      changeSets: all.flatMap(({ changeSets }) => changeSets),
      files: new Set(all.flatMap(({ files }) => [...files])),
    };
  };
  const { changeSets, files } = read('postgres');
  if (changeSets.length === 0) return [];
  const named = dialectsNamed(changeSets.flatMap(({ dbms }) => dbms));
  const isSeveral = context.dialect === undefined && named.length > 1;
  if (isSeveral) {
    const words = 'changesets name their dbms';
    return named.map((dialect) => deploymentOf(first, read(dialect), dialect, { strength: 'tool', words }, context));
  }
  const sign = dialectOf(context.project, [...files], folderOf(first.path), context.dialect);
  return [deploymentOf(first, read(sign.dialect), sign.dialect, sign.evidence, context)];
}

function deploymentOf(
  root: SourceFile,
  { changeSets, files }: Changelog,
  dialect: DialectName,
  evidence: Evidence,
  context: LayoutContext,
): Detected {
  const isIncluded = (file: SourceFile): boolean => file !== root && files.size > 2;
  const applied = changeSets
    .filter(({ dbms }) => appliesTo(dbms, dialect))
    .map((changeSet) => actedOn(changeSet, isIncluded(changeSet.file)));
  const ledger = applied.flatMap(({ actions }) => actions.flatMap((one) => (one.kind === 'step' ? [one.step] : [])));
  const program = withRepeatables(context.project, (repeatable) =>
    applied.flatMap(({ changeSet: { again, file }, actions }) =>
      again === 'on-change' ? repeatable(file, actions) : actions,
    ),
  );
  const unread = [...new Set(changeSets.flatMap((changeSet) => changeSet.unread))];
  const folder = folderOf(root.path);
  const deployment: Deployment = {
    ...PROGRAM_ALONE,
    name: rootOf(folder),
    root: rootOf(folder),
    engine: engineOf(dialect, context.engineVersion),
    summary: 'Liquibase runs each changeset once, in the order of the changelog',
    evidence: [{ strength: 'tool', words: changelogWords(root, files) }, evidence],
    program,
    reading: unread.length === 0 ? null : `if changes that are not read (${unread.join(', ')}) matter to none of this`,
    ledger,
    tool,
  };
  return { deployment, claims: [...files].map((file) => file.path) };
}

function changelogWords(root: SourceFile, files: ReadonlySet<SourceFile>): string {
  const form = root.path.endsWith('.sql') ? '--liquibase formatted sql' : 'databaseChangeLog';
  return files.size === 1
    ? `${form} in ${root.path}`
    : `${form} in ${root.path}, with ${files.size - 1} files it includes`;
}

function actedOn(
  changeSet: ChangeSet,
  isPartOfFile: boolean,
): { readonly changeSet: ChangeSet; readonly actions: readonly Action[] } {
  return { changeSet, actions: actionsOf(changeSet, isPartOfFile) };
}

/** `isPartOfFile`: its file is one change of several, which ships as a whole: no database stays between its changesets. */
function actionsOf(changeSet: ChangeSet, isPartOfFile: boolean): readonly Action[] {
  const calls = changeSet.parts.map((sql): Action => ({ kind: 'call', call: callOf(sql) }));
  const tolerated: readonly Action[] = changeSet.failOnError
    ? calls
    : [{ kind: 'block', actions: calls, onError: { kind: 'swallow' } }];
  const actions: readonly Action[] =
    changeSet.guard === null ? tolerated : [{ kind: 'if', guard: changeSet.guard, then: tolerated, otherwise: [] }];
  if (changeSet.again !== null) return actions;
  const step: Step = {
    name: `${baseName(changeSet.file.path).replace(/\.\w+$/, '')}:${changeSet.id}`,
    identity: identityOf(changeSet),
    file: changeSet.file.path,
    actions,
    ...(isPartOfFile ? { partOf: changeSet.file.path } : {}),
    transaction: changeSet.transaction && !changeSet.parts.some(({ text }) => mustRunAlone(text)),
  };
  return [{ kind: 'step', step }];
}

function identityOf({ file, id, author }: Pick<ChangeSet, 'file' | 'id' | 'author'>): string {
  return `${file.path}::${id}::${author}`;
}
