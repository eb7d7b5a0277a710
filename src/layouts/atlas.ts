import type { Action, JournalEntry } from '../deployment.ts';
import { fileChecksum, IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { byPath, freshFrom, readFlat, sqlFilesIn } from './chain-layout.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf, chainDeployment, mustRunAlone, type Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From Atlas' source (sql/migrate: dir.go, migrate.go). */
const tool: MigrationTool = {
  name: 'Atlas',
  order: 'bytes',
  identity: 'what stands before the first _ of the file name',
  table: 'atlas_schema_revisions',
  checksum: fileChecksum('SHA-256 of the file, and of all before it, in atlas.sum', ({ text }) => text),
  // It holds the files against atlas.sum alone, whatever the revisions record: once the sums are taken again nothing is noticed
  // (migrate.go, Executor.Pending and ValidateDir). That they do not fit is a case of `checksum-file`.
  edited: IGNORED,
  missing: IGNORED,
  late: refuses(
    'migration file {file} was added out of order. See: https://atlasgo.io/versioned/apply#non-linear-error',
    '--exec-order non-linear',
  ),
  // The second finds the revision of the first, whose hashes are not its own (migrate.go, Executor.Execute); where the version is
  // recorded, all up to it is passed over.
  duplicate: { fresh: { does: 'refuses' }, existing: IGNORED },
  passesOver: (fileName) => (fileName.endsWith('.sql') ? null : passedOverInSilence('its name does not end with .sql')),
  transaction: { around: 'step', optOut: '`-- atlas:txmode none` in the comment at the top' },
  sending: { cut: 'statements' },
};

/** Atlas, and Ent's versioned migrations: `<version>_name.sql` beside `atlas.sum`, in byte order. */
const atlas: Layout = {
  name: 'Atlas',
  sureness: 'config',
  detect(context) {
    const sums = filesNamed(context.project, 'atlas.sum');
    const withSum = new Set(sums.map(({ path }) => folderOf(path)));
    return [
      ...sums.flatMap((sum) => detectedIn(folderOf(sum.path), sum, context)),
      ...foldersInConfig(context)
        .filter(([folder]) => !withSum.has(folder))
        .flatMap(([folder, config]) => detectedIn(folder, config, context)),
    ];
  },
};
export default atlas;

/** `dir = "file://migrations"` in atlas.hcl; with a format the files are those of another tool. */
function foldersInConfig({ project }: LayoutContext): readonly (readonly [string, SourceFile])[] {
  return filesNamed(project, 'atlas.hcl').flatMap((config) =>
    [...config.text.matchAll(/\bmigration\s*\{([^}]*)\}/g)].flatMap(([, block = '']) => {
      const path = /\bdir\s*=\s*"file:\/\/([^"?]+)"/.exec(block)?.[1];
      return path === undefined || /\bformat\s*=/.test(block)
        ? []
        : [[joinPath(folderOf(config.path), path), config] as const];
    }),
  );
}

/** `sign`: the sums of the folder, or the config that names a folder without any. */
function detectedIn(folder: string, sign: SourceFile, context: LayoutContext): readonly Detected[] {
  const files = readFlat(sqlFilesIn(context, folder), {
    name: /^(?<version>[^_]+)(?:_.*)?(?<!\.down)\.sql$/,
    identity: (_, version) => version.replace(/\.sql$/, ''),
    order: byPath,
    transaction: (file) => directiveOf(file, 'txmode') !== 'none' && !mustRunAlone(file.text),
  });
  const checkpoints = files.filter(({ file }) => directiveOf(file, 'checkpoint') !== null);
  const migrations = files.filter((migration) => !checkpoints.includes(migration));
  if (migrations.length === 0) return [];
  const newest = checkpoints.at(-1);
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary:
          newest === undefined
            ? 'Atlas runs each migration once, in byte order'
            : `Atlas runs each migration once, in byte order; new databases start at ${newest.name}`,
        evidence: [{ strength: 'tool', words: sign.path }],
        ...(baseName(sign.path) === 'atlas.sum' ? { journal: { file: sign, entries: entriesOf(sign) } } : {}),
        program: (steps) => (newest === undefined ? steps : startingAt(newest, migrations, steps)),
        alsoRuns: checkpoints.map(({ file }) => file),
      },
    ),
  ];
}

/** New databases start at the newest checkpoint, which holds all before it; older ones never run it. */
function startingAt(
  checkpoint: Migration,
  migrations: readonly Migration[],
  steps: readonly Action[],
): readonly Action[] {
  const earlier = new Set(migrations.filter(({ file }) => file.path < checkpoint.file.path).map(({ name }) => name));
  const calls: readonly Action[] = [{ kind: 'call', call: callOf(checkpoint.up) }];
  return freshFrom(calls, steps, ({ name }) => earlier.has(name));
}

/** A directive counts only in the block of comments at the top, which an empty line ends (sql/migrate, LocalFile). */
function directiveOf({ text }: SourceFile, name: string): string | null {
  const top = /^(?:--[^\n]*\n)+(?=\r?\n)/.exec(text)?.[0] ?? '';
  return new RegExp(`^--\\s*atlas:${name}\\b[ \\t]*(\\S*)`, 'm').exec(top)?.[1] ?? null;
}

/** A line for each file: its name, and the hash of all files up to it. */
function entriesOf(sum: SourceFile): readonly JournalEntry[] {
  return [...sum.text.matchAll(/^(\S.*?) (h1:\S+)\r?$/gm)].map((match) => {
    const [line, name = '', checksum = ''] = match;
    return {
      name,
      at: { file: sum, start: match.index, end: match.index + line.trimEnd().length },
      file: joinPath(folderOf(sum.path), name),
      checksum,
    };
  });
}
