import type { Action, Evidence } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { counted } from '../text/counted.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { DIALECT_BY_WORD, engineSuffix } from './engine-words.ts';
import { goesBack } from './direction.ts';
import { baseName, byLeadingNumber, folderOf, isInside, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { byDialect } from './mixed-folder.ts';
import { beginsTransaction } from './own-transaction.ts';
import { shellSign } from './shell-signs.ts';
import {
  callOf,
  chainDeployment,
  mustRunAlone,
  rootOf,
  sqlFilesByFolder,
  type ChainPlan,
  type Migration,
} from './migration-folder.ts';

/**
 * A folder of numbered or dated `.sql` files (`0001_x.sql`, `2024-05-01-x.sql`, `3_x.up.sql` with `3_x.down.sql`, `V0003.x.up.sql`),
 * run once each by number, with or without a schema file beside it. No tool says so: only the names do.
 */
const numberedFolder: Layout = {
  name: 'numbered-folder',
  sureness: 'name',
  detect(context) {
    const detected = [];
    for (const [folder, all] of withVersionFoldersJoined(sqlFilesByFolder(context))) {
      for (const { files, ...dialect } of byDialect(all, context.dialect)) {
        const migrations = readMigrations(files, folder);
        // One alone may be anything; a way back beside it makes it a migration.
        const [first, second] = migrations;
        if (first === undefined || (second === undefined && first.down === undefined && !looksLikeMigrations(folder)))
          continue;
        const schema = schemaBeside(context, folder, dialect.dialect);
        const plan =
          schema === null
            ? migrationsAlone(folder, migrations)
            : migrationsWithSchema(context, folder, migrations, schema);
        detected.push(chainDeployment(context, { folder, migrations, ...dialect }, plan));
      }
    }
    return detected;
  },
};
export default numberedFolder;

/** Numbered files are migrations where a folder says so; elsewhere they may as well be exercises, queries or reports. */
function looksLikeMigrations(folder: string): boolean {
  return (
    /migrat|version|delta|upgrade|update|patch|evolution|alembic|flyway/i.test(folder) ||
    /^(?:db|databases?|schemas?|ddl)$/i.test(baseName(folder))
  );
}

/** `0.2/00_x.sql` and `0.10/00_y.sql` are one chain of the folder above, a version after the other. */
function withVersionFoldersJoined(
  folders: ReadonlyMap<string, readonly SourceFile[]>,
): ReadonlyMap<string, readonly SourceFile[]> {
  const versions = new Map<string, string[]>();
  for (const folder of folders.keys()) {
    if (!/^v?\d+(?:\.\d+)+$/i.test(baseName(folder))) continue;
    const above = folderOf(folder);
    versions.set(above, [...(versions.get(above) ?? []), folder]);
  }
  const joined = new Map(folders);
  for (const [above, parts] of versions) {
    const files = parts.flatMap((part) => folders.get(part) ?? []).filter(isNumbered);
    if (parts.length < 2 || files.length === 0 || (folders.get(above) ?? []).some(isNumbered)) continue;
    for (const part of parts) joined.delete(part);
    joined.set(above, files);
  }
  return joined;
}

function isNumbered(file: SourceFile): boolean {
  return /^(?:\d|v\d+(?:\.\d+)*[._-].*[._-](?:up|down)\.sql$)/i.test(baseName(file.path));
}

function readMigrations(files: readonly SourceFile[], folder: string): readonly Migration[] {
  const numbered = files.filter(isNumbered);
  const downs = new Map(numbered.filter(goesBack).map((file) => [nameWithoutDirection(file, folder), file]));
  return numbered
    .filter((file) => !goesBack(file))
    .map((file): Migration => {
      const name = nameWithoutDirection(file, folder);
      const down = downs.get(name);
      return {
        file,
        name,
        identity: name,
        up: sqlTextOfFile(file),
        ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
        transaction: !beginsTransaction(file) && !mustRunAlone(file.text) && !file.path.includes('.autocommit.'),
      };
    })
    .sort((left, right) => byVersionThenNumber(left.name, right.name));
}

/** `3_x.up.sql`, `3_x-down.sql`, and Postgrator's `3.do.x.sql` and `3.undo.x.sql`: what names the migration for both halves. */
function nameWithoutDirection(file: SourceFile, folder: string): string {
  const version = folderOf(file.path) === folder ? '' : `${baseName(folderOf(file.path))}/`;
  return `${version}${nameOfMigration(baseName(file.path))}`;
}

function nameOfMigration(fileName: string): string {
  return fileName
    .replace(/\.sql$/i, '')
    .replace(/[._-](?:up|do|down|rollback|revert|undo)$/i, '')
    .replace(/^(\d+)\.(?:do|undo)\./i, '$1.');
}

/** Version folders first, where the files lie in such; then the numbers of the files. */
function byVersionThenNumber(left: string, right: string): number {
  const [leftVersion, rightVersion] = [folderOf(left), folderOf(right)].map((version) => version.replace(/^v/i, ''));
  if (leftVersion !== rightVersion) return byLeadingNumber(leftVersion ?? '', rightVersion ?? '');
  return byLeadingNumber(baseName(left).replace(/^v(?=\d)/i, ''), baseName(right).replace(/^v(?=\d)/i, ''));
}

const SCHEMA_NAME =
  /^(?:(?:full[-_])?schema|structure|tables|ddl|latest|create[-_]?(?:tables?|schema)?|init)(?:[-_.].*)?\.sql$/i;

/** The schema file beside a folder of migrations: in it, or in the folder above. Seeds have a schema above them too. */
function schemaBeside(context: LayoutContext, folder: string, dialect: DialectName | undefined): SourceFile | null {
  const places = looksLikeMigrations(folder) ? [folder, folderOf(folder)] : [folder];
  for (const place of new Set(places)) {
    for (const file of context.project.files.values()) {
      if (folderOf(file.path) !== place || !SCHEMA_NAME.test(baseName(file.path))) continue;
      const word = engineSuffix(file.path)?.word;
      if (word === undefined || dialect === undefined || DIALECT_BY_WORD.get(word) === dialect) return file;
    }
  }
  return null;
}

function migrationsAlone(folder: string, migrations: readonly Migration[]): ChainPlan {
  return {
    tool: null,
    summary: 'each migration runs once, by number',
    evidence: [numberedNames(folder, migrations)],
    program: (steps) => steps,
    ...(looksLikeMigrations(folder)
      ? {}
      : { reading: `if the files of ${folder} are migrations, which run once each` }),
  };
}

function numberedNames(folder: string, migrations: readonly Migration[]): Evidence {
  return { strength: 'name', words: `numbered names of ${counted(migrations.length, 'file')} in ${folder}` };
}

function migrationsWithSchema(
  context: LayoutContext,
  folder: string,
  migrations: readonly Migration[],
  schema: SourceFile,
): ChainPlan {
  const root = isInside(schema.path, folder) ? rootOf(folder) : folderOf(schema.path);
  const name = baseName(schema.path);
  const run: Action = { kind: 'call', call: callOf(sqlTextOfFile(schema)) };
  const always = {
    words: `if ${name} runs at every start, before the migrations`,
    program: (steps: readonly Action[]) => [run, ...steps],
  };
  const fresh = {
    words: `if ${name} makes fresh databases, which then have the migrations recorded`,
    program: (steps: readonly Action[]): readonly Action[] => [
      { kind: 'if', guard: { test: 'empty' }, then: [run, { kind: 'stamp' }], otherwise: steps },
    ],
  };
  const plan = {
    tool: null,
    summary: `${name} and ${migrations.length === 1 ? 'a migration' : `${migrations.length} migrations`}, each run once, by number`,
    root,
    alsoRuns: [schema],
  };
  const evidence = [
    numberedNames(folder, migrations),
    { strength: 'name' as const, words: `${joinPath(folderOf(schema.path), name)} stands beside them` },
  ];
  const sign = shellSign(context.project, schema, folder);
  if (sign !== null) {
    const { program } = sign.schemaRuns === 'fresh' ? fresh : always;
    return { ...plan, evidence: [sign.evidence, ...evidence], program };
  }
  const [first, second] = isFullyGuarded(schema) ? [always, fresh] : [fresh, always];
  return {
    ...plan,
    evidence,
    reading: first.words,
    program: first.program,
    otherReadings: isFullyGuarded(schema) ? [second] : [],
  };
}

/** Every CREATE of a table or index is guarded, so the script can run at every start. */
function isFullyGuarded(schema: SourceFile): boolean {
  const creates =
    schema.text.match(/\bCREATE\s+(?:UNIQUE\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TABLE|INDEX)\b(?:\s+IF\s+NOT\s+EXISTS)?/gi) ??
    [];
  return creates.length > 0 && creates.every((create) => /EXISTS$/i.test(create));
}
