import type { Action } from '../deployment.ts';
import { IGNORED, NEVER, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { inOneTransaction } from './chain-layout.ts';
import { baseName, byLeadingNumber, folderOf, joinPath } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf, chainDeployment, sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** From memos' source (store/migrator.go): the database keeps one version, and only what is above it runs. */
const tool: MigrationTool = {
  name: 'version folders',
  order: 'dotted',
  identity: 'the version of its folder and its number there',
  table: null,
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'run', optOut: null },
  sending: { cut: 'whole' },
};

const VERSION = /^v?\d+(?:\.\d+)+$/i;

/**
 * As memos has it: `<version>/NN__description.sql` for databases of an earlier version, all in one transaction, and `LATEST.sql` beside
 * the version folders for new ones, which then count as of the newest version.
 */
const versionFolders: Layout = {
  name: 'version-folders',
  sureness: 'marker',
  detect(context) {
    return [...context.project.files.values()]
      .filter((file) => baseName(file.path) === 'LATEST.sql')
      .flatMap((latest) => detectedBeside(latest, context));
  },
};
export default versionFolders;

function detectedBeside(latest: SourceFile, context: LayoutContext): readonly Detected[] {
  const folder = folderOf(latest.path);
  const migrations: Migration[] = [];
  for (const [directory, files] of sqlFilesByFolder(context)) {
    const version = baseName(directory);
    if (!VERSION.test(version) || joinPath(folder, version) !== directory) continue;
    for (const file of files) {
      const name = `${version}/${baseName(file.path).replace(/\.sql$/, '')}`;
      migrations.push({ file, name, identity: name, up: sqlTextOfFile(file), transaction: false });
    }
  }
  if (migrations.length === 0) return [];
  migrations.sort(
    (left, right) =>
      byLeadingNumber(folderOf(left.name).replace(/^v/i, ''), folderOf(right.name).replace(/^v/i, '')) ||
      byLeadingNumber(baseName(left.name), baseName(right.name)),
  );
  const fresh: readonly Action[] = [{ kind: 'call', call: callOf(sqlTextOfFile(latest)) }, { kind: 'stamp' }];
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary:
          'LATEST.sql creates new databases of the newest version; older ones run the files of the versions above theirs',
        root: folder,
        evidence: [{ strength: 'tool', words: `LATEST.sql beside version folders in ${folder}` }],
        program: (steps) => [{ kind: 'if', guard: { test: 'empty' }, then: fresh, otherwise: inOneTransaction(steps) }],
        alsoRuns: [latest],
      },
    ),
  ];
}
