import { fileChecksum, IGNORED, NEVER, refuses, RUN, withLineFeeds, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { byPath, sqlFilesIn } from './chain-layout.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { chainDeployment, sqlFilesByFolder, type Migration } from './migration-folder.ts';
import { repeatableCalls, withRepeatables, type Repeatable } from './repeatable.ts';

/** From RoundhousE's source (DefaultConfiguration, DatabaseMigrator.cs); grate keeps its folders. */
const tool: MigrationTool = {
  name: 'RoundhousE',
  order: 'bytes',
  identity: 'the file name',
  table: 'RoundhousE.ScriptsRun',
  checksum: fileChecksum('MD5 of the text with LF line endings', ({ text }) => withLineFeeds(text)),
  edited: refuses(
    '{file} has changed since the last time it was run. By default this is not allowed - scripts that run once should never change.',
    '--warnononetimescriptchanges',
  ),
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole' },
};

/** The folders in the order in which they run; those after `up` hold scripts that run again whenever they have changed. */
const BEFORE = ['runBeforeUp'];
const AFTER = [
  'runFirstAfterUp',
  'functions',
  'views',
  'sprocs',
  'triggers',
  'indexes',
  'runAfterOtherAnyTimeScripts',
  'permissions',
];

/** RoundhousE and grate: `up/` once each, then the anytime folders whenever a script of theirs has changed. */
const roundhouse: Layout = {
  name: 'RoundhousE',
  sureness: 'marker',
  detect(context) {
    return [...sqlFilesByFolder(context).keys()]
      .filter((folder) => baseName(folder) === 'up')
      .flatMap((folder) => detectedAround(folder, context));
  },
};
export default roundhouse;

function detectedAround(folder: string, context: LayoutContext): readonly Detected[] {
  const root = folderOf(folder);
  const filesOf = (names: readonly string[]) =>
    names.flatMap((name) =>
      [...sqlFilesIn(context, joinPath(root, name))].sort((left, right) => (left.path < right.path ? -1 : 1)),
    );
  const [before, after] = [filesOf(BEFORE), filesOf(AFTER)];
  if (after.length === 0) return [];
  const migrations = sqlFilesIn(context, folder)
    .map((file): Migration => {
      const name = baseName(file.path).replace(/\.sql$/, '');
      return { file, name, identity: baseName(file.path), up: sqlTextOfFile(file), transaction: false };
    })
    .sort(byPath);
  if (migrations.length === 0) return [];
  const folders = [...new Set(after.map((file) => baseName(folderOf(file.path))))].join(', ');
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary: `RoundhousE runs up/ once each, in byte order, then ${folders} whenever they have changed`,
        root,
        evidence: [{ strength: 'tool', words: `up/ beside ${folders} in ${root}` }],
        program: (steps) =>
          withRepeatables(context.project, (changed) => {
            const repeatable: Repeatable = (file, actions) => (runsEveryTime(file) ? actions : changed(file, actions));
            return [...repeatableCalls(before, repeatable), ...steps, ...repeatableCalls(after, repeatable)];
          }),
        alsoRuns: [...before, ...after],
      },
    ),
  ];
}

/** DatabaseMigrator.IsEverytimeScript: the words stand in the name, or it begins with the first. */
function runsEveryTime({ path }: SourceFile): boolean {
  return /(?:^|\.)everytime\./i.test(baseName(path));
}
