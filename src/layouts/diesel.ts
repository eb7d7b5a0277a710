import { IGNORED, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { chainLayout, foldersOfDirectories, readDirectories, type Place } from './chain-layout.ts';
import { byBytes, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { mustRunAlone } from './migration-folder.ts';
import { dependencySign, filesNamed } from './project-files.ts';

/** From Diesel's source (diesel_migrations: file_based_migrations.rs, migration_harness.rs). */
const tool: MigrationTool = {
  name: 'Diesel',
  order: 'bytes',
  identity: 'what stands before the first _ of the directory, without dashes',
  table: '__diesel_schema_migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  // A map by version keeps one of the two; the other is dropped without an error.
  duplicate: { fresh: IGNORED, existing: IGNORED },
  passesOver: () => ({ because: 'Diesel reads directories with an up.sql', reaction: IGNORED }),
  transaction: { around: 'step', optOut: '`run_in_transaction = false` in metadata.toml' },
  sending: { cut: 'whole' },
};

// A directory without a _ is all version.
const NAME = /^(?<version>\d[^_]*)(?:_|$)/;
const DEPENDENCY = { manifests: ['Cargo.toml'], words: /\bdiesel(?:_migrations)?\b/ };

/** Diesel: directories `<version>_name/up.sql` with `down.sql`, in the order of the versions as text, without their dashes. */
const diesel: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: 'Diesel runs each migration once, in the order of the versions as text',
  places,
  read: ({ folder }, context) =>
    readDirectories(context, folder, {
      up: 'up.sql',
      name: NAME,
      identity: (_, version) => version.replaceAll('-', ''),
      order: (left, right) => byBytes(left.identity, right.identity) || byBytes(left.name, right.name),
      transaction: (file, directory) => wrapsStep(context, file, directory),
    }),
});
export default diesel;

function* places(context: LayoutContext): IterableIterator<Place> {
  const configs = filesNamed(context.project, 'diesel.toml');
  const configured = new Map(configs.map((file) => [directoryOf(file), file.path]));
  for (const folder of foldersOfDirectories(context, 'up.sql', NAME)) {
    const config = configured.get(folder);
    const sign = config ?? configs.find((file) => folder.startsWith(`${directoryOf(file)}/`))?.path;
    if (sign !== undefined) {
      yield { folder, sureness: 'config', evidence: { strength: 'tool', words: sign } };
      continue;
    }
    const evidence = dependencySign(context.project, folder, DEPENDENCY);
    const words = `directories with up.sql in ${folder}`;
    if (evidence !== null) yield { folder, sureness: 'dependency', evidence };
    else yield { folder, sureness: 'name', evidence: { strength: 'name', words } };
  }
}

/** The folder that diesel.toml names; `migrations` beside it where it names none. */
function directoryOf({ path, text }: SourceFile): string {
  const named = /^\[migrations_directory\][^[]*?^\s*dir\s*=\s*["']([^"']+)["']/ms.exec(text)?.[1];
  return joinPath(folderOf(path), named ?? 'migrations');
}

/** A metadata.toml without the key switches the transaction off: its default is false (file_based_migrations.rs, serde). */
function wrapsStep(context: LayoutContext, file: SourceFile, directory: string): boolean {
  const metadata = context.project.files.get(joinPath(directory, 'metadata.toml'));
  if (metadata === undefined) return !mustRunAlone(file.text);
  return /^\s*run_in_transaction\s*=\s*true\b/m.test(metadata.text);
}
