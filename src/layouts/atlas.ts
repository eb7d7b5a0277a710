import type { Action, JournalEntry } from '../deployment.ts';
import { fileChecksum, NEVER, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { byPath, freshFrom, readFlat, sqlFilesIn } from './chain-layout.ts';
import { folderOf, joinPath } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { chainDeployment, mustRunAlone } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From Atlas' source (sql/migrate: dir.go, migrate.go). */
const tool: MigrationTool = {
  name: 'Atlas',
  order: 'bytes',
  identity: 'what stands before the first _ of the file name',
  table: 'atlas_schema_revisions',
  checksum: fileChecksum('SHA-256 of the file, and of all before it, in atlas.sum', ({ text }) => text),
  edited: refuses('checksum mismatch', 'atlas migrate hash, which takes the new checksum'),
  missing: refuses('checksum mismatch', 'atlas migrate hash, which takes the new checksum'),
  late: refuses(
    'migration file {file} was added out of order. See: https://atlasgo.io/versioned/apply#non-linear-error',
    '--exec-order non-linear',
  ),
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: (fileName) => (fileName.endsWith('.sql') ? null : passedOverInSilence('its name does not end with .sql')),
  transaction: { around: 'step', optOut: '`-- atlas:txmode none` in the comment at the top' },
  sending: { cut: 'statements' },
};

/** Atlas, and Ent's versioned migrations: `<version>_name.sql` beside `atlas.sum`, in byte order. */
const atlas: Layout = {
  name: 'Atlas',
  sureness: 'config',
  detect(context) {
    return filesNamed(context.project, 'atlas.sum').flatMap((sum) => detectedBeside(sum, context));
  },
};
export default atlas;

function detectedBeside(sum: SourceFile, context: LayoutContext): readonly Detected[] {
  const folder = folderOf(sum.path);
  const migrations = readFlat(sqlFilesIn(context, folder), {
    name: /^(?<version>[^_]+)(?:_.*)?(?<!\.down)\.sql$/,
    identity: (_, version) => version.replace(/\.sql$/, ''),
    order: byPath,
    transaction: (file) => directiveOf(file, 'txmode') !== 'none' && !mustRunAlone(file.text),
  });
  if (migrations.length === 0) return [];
  const checkpoint = migrations.findLastIndex(({ file }) => directiveOf(file, 'checkpoint') !== null);
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary: 'Atlas runs each migration once, in byte order',
        evidence: [{ strength: 'tool', words: sum.path }],
        journal: { file: sum, entries: entriesOf(sum) },
        program: (steps) => withCheckpoint(steps, checkpoint),
      },
    ),
  ];
}

/** New databases start at the newest checkpoint, which holds all before it; older ones record it without running it. */
function withCheckpoint(steps: readonly Action[], checkpoint: number): readonly Action[] {
  const at = steps[checkpoint];
  if (at?.kind !== 'step') return steps;
  const earlier = new Set(steps.slice(0, checkpoint).map((action) => action.kind === 'step' && action.step));
  const older: Action = { kind: 'stamp', steps: [at.step] };
  const [branch, ...later] = freshFrom(
    [at],
    steps.filter((action) => action !== at),
    (step) => earlier.has(step),
  );
  if (branch?.kind !== 'if') return steps;
  return [{ ...branch, otherwise: [...branch.otherwise, older] }, ...later];
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
