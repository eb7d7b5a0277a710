import { IGNORED, NEVER, RUN, type MigrationTool } from '../migration-tool.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { byPath, chainLayout, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** From DbUp's source (UpgradeEngine.cs, ScriptExecutor.cs): embedded scripts by ordinal name, no transaction by default. */
const tool: MigrationTool = {
  name: 'DbUp',
  order: 'bytes',
  identity: "the script's name",
  table: 'SchemaVersions',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole', readsDelimiter: true },
};

/** DbUp (.NET): every script of a project that references it and embeds `.sql` files, in byte order. */
const dbup: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  summary: 'DbUp runs each script once, in byte order',
  places,
  read: ({ folder }, context) =>
    sqlFilesIn(context, folder)
      .map((file): Migration => {
        const name = baseName(file.path).replace(/\.sql$/, '');
        return { file, name, identity: baseName(file.path), up: sqlTextOfFile(file), transaction: false };
      })
      .sort(byPath),
});
export default dbup;

function* places(context: LayoutContext): IterableIterator<Place> {
  for (const file of context.project.files.values()) {
    if (!/\.(?:cs|fs|vb)proj$/.test(file.path)) continue;
    const reference = /Include="(dbup(?:-\w+)?)"/i.exec(file.text)?.[1];
    if (reference === undefined) continue;
    const evidence = { strength: 'tool' as const, words: `${reference} in ${file.path}` };
    for (const [folder, files] of sqlFilesByFolder(context)) {
      if (!isInside(folder, folderOf(file.path)) || !files.some((one) => /^\D{0,7}\d/.test(baseName(one.path))))
        continue;
      yield { folder, sureness: 'dependency', evidence };
    }
  }
}
