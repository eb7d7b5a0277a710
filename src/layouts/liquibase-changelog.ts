import type { Guard } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile, type SqlText } from '../text/sql-text.ts';
import { readXml, type XmlElement } from '../text/xml.ts';
import { byBytes, folderOf, isInside, joinPath } from './file-order.ts';
import { sqlOfChange } from './liquibase-changes.ts';
import { dbmsOf, dbmsOfContext, type ChangeSet } from './liquibase-changeset.ts';
import { isYamlChangelog, readYamlChangelog } from './liquibase-yaml.ts';
import { againOf, isFormattedSql, readFormattedSql } from './liquibase-sql.ts';

/** Whether a file is a changelog of any form: XML, YAML, JSON or formatted SQL. */
export function isChangelog(file: SourceFile): boolean {
  if (file.path.endsWith('.xml')) return /<(?:\w+:)?databaseChangeLog\b/.test(file.text);
  return file.path.endsWith('.sql') ? isFormattedSql(file) : isYamlChangelog(file);
}

/** The entries of a changelog that is not SQL; one of YAML or JSON is read into the elements that XML would have. */
export function elementsOf(file: SourceFile): readonly XmlElement[] {
  if (file.path.endsWith('.sql')) return [];
  return file.path.endsWith('.xml') ? (readXml(file)[0]?.children ?? []) : readYamlChangelog(file);
}

/** What a changelog runs, and the files it is made of. */
export interface Changelog {
  readonly changeSets: readonly ChangeSet[];
  readonly files: ReadonlySet<SourceFile>;
}

/** The changesets of a changelog and of all that it includes, in order. */
export function readChangelog(root: SourceFile, project: Project, dialect: DialectName): Changelog {
  const files = new Set<SourceFile>();
  const read = (file: SourceFile): readonly ChangeSet[] => {
    if (files.has(file)) return [];
    files.add(file);
    if (file.path.endsWith('.sql')) return isFormattedSql(file) ? readFormattedSql(file) : [headless(file)];
    return elementsOf(file).flatMap((element): readonly ChangeSet[] => {
      if (element.name === 'changeSet') return [changeSetOf(element, file, project, dialect, files)];
      return includedBy(element, file, project).flatMap(read);
    });
  };
  return { changeSets: read(root), files };
}

/** A `.sql` file without the first line that makes it a changelog is one changeset. */
function headless(file: SourceFile): ChangeSet {
  return {
    file,
    id: 'raw',
    author: 'includeAll',
    parts: [sqlTextOfFile(file)],
    dbms: [],
    again: null,
    transaction: true,
    failOnError: true,
    guard: null,
    unread: [],
  };
}

/** The files that an `include` or `includeAll` names. */
export function includedBy(element: XmlElement, file: SourceFile, project: Project): readonly SourceFile[] {
  if (element.name === 'include') {
    const found = resolved(element, 'file', file, (path) => project.files.get(path));
    return found === undefined ? [] : [found];
  }
  if (element.name !== 'includeAll') return [];
  const inFolder = (folder: string): readonly SourceFile[] | undefined => {
    const inside = [...project.files.values()].filter(
      (one) => isInside(one.path, folder) && one !== file && (one.path.endsWith('.sql') || isChangelog(one)),
    );
    return inside.length === 0 ? undefined : inside.sort((left, right) => byBytes(left.path, right.path));
  };
  return resolved(element, 'path', file, inFolder) ?? [];
}

/** A path is relative to its changelog, or to one of the roots that resources are looked up in: any folder above. */
function resolved<Found>(
  element: XmlElement,
  attribute: string,
  file: SourceFile,
  find: (path: string) => Found | undefined,
): Found | undefined {
  const path = element.attributes
    .get(attribute)
    ?.value.replace(/^classpath\*?:/, '')
    .replace(/\/$/, '');
  if (path === undefined) return undefined;
  for (let folder = folderOf(file.path); ; folder = folderOf(folder)) {
    const found = find(joinPath(folder, path));
    if (found !== undefined || folder === '.') return found;
  }
}

function changeSetOf(
  element: XmlElement,
  file: SourceFile,
  project: Project,
  dialect: DialectName,
  files: Set<SourceFile>,
): ChangeSet {
  const value = (name: string): string | undefined => element.attributes.get(name)?.value;
  const parts: SqlText[] = [];
  const unread: string[] = [];
  for (const change of element.children) {
    if (!appliesTo(dbmsOf(change.attributes.get('dbms')?.value), dialect)) continue;
    if (change.name === 'sqlFile') {
      const script = resolved(change, 'path', file, (path) => project.files.get(path));
      if (script === undefined) continue;
      files.add(script);
      parts.push(sqlTextOfFile(script));
      continue;
    }
    const sql = sqlOfChange(change, file, dialect);
    if (sql === undefined) unread.push(change.name);
    else if (sql !== null) parts.push(sql);
  }
  return {
    file,
    id: value('id') ?? '',
    author: value('author') ?? '',
    parts,
    dbms: [...dbmsOf(value('dbms')), ...dbmsOfContext(value('context') ?? value('contextFilter'))],
    again: againOf(value('runAlways'), value('runOnChange')),
    transaction: value('runInTransaction') !== 'false',
    failOnError: value('failOnError') !== 'false',
    guard: guardOf(
      element.children.find(({ name }) => name === 'preConditions'),
      dialect,
    ),
    unread,
  };
}

/** A precondition that lets the changeset be passed over; one that stops the update is taken to hold. */
function guardOf(preconditions: XmlElement | undefined, dialect: DialectName): Guard | null {
  if (preconditions === undefined) return null;
  const onFail = preconditions.attributes.get('onFail')?.value;
  if (onFail !== 'MARK_RAN' && onFail !== 'CONTINUE') return null;
  return { all: preconditions.children.map((child) => testOf(child, false, dialect)) };
}

function testOf(element: XmlElement, not: boolean, dialect: DialectName): Guard {
  const value = (name: string): string => element.attributes.get(name)?.value ?? '';
  const inner = (): readonly Guard[] => element.children.map((child) => testOf(child, not, dialect));
  switch (element.name) {
    case 'not':
      return { any: element.children.map((child) => testOf(child, !not, dialect)) };
    case 'and':
      return not ? { any: inner() } : { all: inner() };
    case 'or':
      return not ? { all: inner() } : { any: inner() };
    case 'tableExists':
      return { test: 'table', name: value('tableName'), not };
    case 'viewExists':
      return { test: 'view', name: value('viewName'), not };
    case 'columnExists':
      return { test: 'column', table: value('tableName'), name: value('columnName'), not };
    case 'indexExists':
      return { test: 'index', name: value('indexName'), not };
    case 'dbms':
      return appliesTo(dbmsOf(value('type')), dialect) === not ? NEVER : ALWAYS;
    default:
      return { test: 'unknown', words: `the precondition ${element.name}` };
  }
}

const ALWAYS: Guard = { all: [] };
const NEVER: Guard = { any: [] };

const DBMS: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ['postgresql'],
  sqlite: ['sqlite'],
  mysql: ['mysql'],
  mariadb: ['mariadb', 'mysql'],
};

/** Whether a changeset of these `dbms` is run on a database of the dialect: `mysql`, `!h2`, `all`. */
export function appliesTo(dbms: readonly string[], dialect: DialectName): boolean {
  const own = DBMS[dialect];
  if (dbms.length === 0 || dbms.includes('all')) return true;
  if (dbms.some((name) => name.startsWith('!') && own.includes(name.slice(1)))) return false;
  const asked = dbms.filter((name) => !name.startsWith('!'));
  return asked.length === 0 || asked.some((name) => own.includes(name));
}

/** The dialects that changesets name. */
export function dialectsNamed(dbms: readonly string[]): readonly DialectName[] {
  const names = new Set(dbms);
  return (['postgres', 'sqlite', 'mysql', 'mariadb'] as const).filter((dialect) => names.has(DBMS[dialect][0] ?? ''));
}
