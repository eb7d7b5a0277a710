import type { Journal, JournalEntry } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { IGNORED, NEVER, passedOverInSilence, type MigrationTool } from '../migration-tool.ts';
import { readJson } from '../text/json.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sliceSql, sqlTextOfFile, type SqlText } from '../text/sql-text.ts';
import {
  chainLayout,
  foldersOfDirectories,
  inOneTransaction,
  readDirectories,
  byPath,
  type Place,
} from './chain-layout.ts';
import { folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import type { Migration } from './migration-folder.ts';
import { dependencySign, filesNamed } from './project-files.ts';

/** From drizzle-orm's source (migrator.ts, pg-core/dialect.ts, 0.45) and from runs of it. */
const tool: MigrationTool = {
  name: 'Drizzle',
  order: 'journal',
  identity: "the entry's time in the journal",
  table: '__drizzle_migrations',
  // The hash is stored and compared with nothing.
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  // What is not later than the newest recorded time never runs.
  late: IGNORED,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => passedOverInSilence('the journal has no entry for it'),
  transaction: { around: 'run', optOut: null },
  sending: { cut: 'marker', marker: '--> statement-breakpoint' },
};

const V1_NAME = /^(?<version>\d{14})_/;

/** Drizzle: the files that `meta/_journal.json` lists, in its order; since 1.0 directories with `migration.sql` and no journal. */
const drizzle: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: 'Drizzle runs what the journal lists after the newest recorded time, in one transaction',
  *places(context) {
    yield* journalPlaces(context);
    yield* directoryPlaces(context);
  },
  read: (place, context) =>
    place.journal === undefined ? readV1(place.folder, context) : readJournal(place.journal, context),
  program: inOneTransaction,
});
export default drizzle;

const DIALECTS: ReadonlyMap<unknown, DialectName> = new Map<unknown, DialectName>([
  ['postgresql', 'postgres'],
  ['pg', 'postgres'],
  ['sqlite', 'sqlite'],
  ['turso', 'sqlite'],
  ['mysql', 'mysql'],
]);

function* journalPlaces({ project }: LayoutContext): IterableIterator<Place> {
  for (const file of filesNamed(project, '_journal.json')) {
    const reading = readJson(file.text);
    if (!reading.ok || typeof reading.value !== 'object' || reading.value === null) continue;
    const value: { readonly entries?: unknown; readonly dialect?: unknown } = reading.value;
    if (!Array.isArray(value.entries)) continue;
    const folder = folderOf(folderOf(file.path));
    const dialect = DIALECTS.get(value.dialect);
    yield {
      folder,
      sureness: 'config',
      evidence: { strength: 'tool', words: file.path },
      journal: {
        file,
        entries: entriesOf(file, value.entries, folder),
        missingFile: 'No file {file} found in {folder} folder',
      },
      ...(dialect === undefined ? {} : { dialect }),
    };
  }
}

function entriesOf(file: SourceFile, entries: readonly unknown[], folder: string): readonly JournalEntry[] {
  let from = 0;
  return entries.flatMap((entry): readonly JournalEntry[] => {
    const { tag, when } = (entry ?? {}) as { readonly tag?: unknown; readonly when?: unknown };
    if (typeof tag !== 'string') return [];
    const start = Math.max(from, file.text.indexOf(`"${tag}"`, from));
    from = start + 1;
    return [
      {
        name: tag,
        at: { file, start, end: start + tag.length + 2 },
        file: joinPath(folder, `${tag}.sql`),
        ...(typeof when === 'number' ? { when } : {}),
      },
    ];
  });
}

function readJournal({ entries }: Journal, { project }: LayoutContext): readonly Migration[] {
  return entries.flatMap((entry): readonly Migration[] => {
    const file = project.files.get(entry.file);
    if (file === undefined) return [];
    return [{ file, name: entry.name, identity: entry.name, transaction: false, ...cutAtBreakpoints(file) }];
  });
}

/** Drizzle 1.0 writes no journal; Prisma's directories lack the snapshot, but only its own manifest tells the two apart here. */
function* directoryPlaces(context: LayoutContext): IterableIterator<Place> {
  for (const folder of foldersOfDirectories(context, 'migration.sql', V1_NAME)) {
    if (context.project.files.has(joinPath(folder, 'migration_lock.toml'))) continue;
    const dependency = { manifests: ['package.json'], words: /"drizzle-(?:orm|kit)"/ };
    const evidence = dependencySign(context.project, folder, dependency, 'above');
    if (evidence !== null) yield { folder, sureness: 'dependency', evidence };
  }
}

function readV1(folder: string, context: LayoutContext): readonly Migration[] {
  const directories = readDirectories(context, folder, {
    up: 'migration.sql',
    name: V1_NAME,
    identity: (directory) => directory,
    order: byPath,
    transaction: () => false,
  });
  return directories.map((migration) => ({ ...migration, ...cutAtBreakpoints(migration.file) }));
}

/** Drizzle cuts at the bare text of its marker, wherever that stands. */
function cutAtBreakpoints(file: SourceFile): { readonly up: SqlText; readonly parts: readonly SqlText[] } {
  const up = sqlTextOfFile(file);
  const parts: SqlText[] = [];
  let start = 0;
  for (const { index, 0: marker } of file.text.matchAll(/--> statement-breakpoint/g)) {
    parts.push(sliceSql(up, start, index));
    start = index + marker.length;
  }
  parts.push(sliceSql(up, start, file.text.length));
  return { up, parts };
}
