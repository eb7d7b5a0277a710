import { IGNORED, refuses, refusesSecondKey, type MigrationTool } from '../migration-tool.ts';
import { byPath, chainLayout, readFlat, sqlFilesIn } from './chain-layout.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { sqlFilesByFolder } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From Supabase's command line (pkg/migration: list.go, file.go, apply.go). */
const tool: MigrationTool = {
  name: 'Supabase',
  order: 'bytes',
  identity: 'the digits that the file name starts with, as text',
  table: 'supabase_migrations.schema_migrations',
  checksum: null,
  edited: IGNORED,
  missing: refuses('Remote migration versions not found in local migrations directory.', 'supabase migration repair'),
  late: refuses(
    'Found local migration files to be inserted before the last migration on remote database.',
    '--include-all',
  ),
  duplicate: {
    fresh: refusesSecondKey('schema_migrations', 'version'),
    existing: refusesSecondKey('schema_migrations', 'version'),
  },
  passesOver: (fileName) =>
    NAME.test(fileName)
      ? null
      : {
          because: 'its name is not <timestamp>_name.sql',
          reaction: {
            does: 'ignores',
            words: 'Skipping migration {file}... (file name must match pattern "<timestamp>_name.sql")',
          },
        },
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)_.*\.sql$/;

/** Supabase: `supabase/migrations/<digits>_name.sql` beside `supabase/config.toml`, or in a folder of that name, in byte order, each sent in one pipeline. */
const supabase: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'Supabase runs each migration once, in byte order',
  *places(context) {
    const configured = new Set<string>();
    for (const config of filesNamed(context.project, 'config.toml')) {
      if (baseName(folderOf(config.path)) !== 'supabase') continue;
      const folder = joinPath(folderOf(config.path), 'migrations');
      configured.add(folder);
      yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config.path } };
    }
    for (const [folder] of sqlFilesByFolder(context)) {
      if (!/(?:^|\/)supabase\/migrations$/.test(folder) || configured.has(folder)) continue;
      yield { folder, sureness: 'marker', evidence: { strength: 'name', words: `the folder ${folder}` } };
    }
  },
  read: ({ folder }, context) =>
    readFlat(
      sqlFilesIn(context, folder).filter((file, index) => index > 0 || !isOldInit(baseName(file.path))),
      { name: NAME, identity: (_, version) => version, order: byPath },
    ),
  root: folderOf,
});
export default supabase;

/** What early versions of the tool wrote as the first file holds Supabase's own schema, and is not run. */
function isOldInit(fileName: string): boolean {
  const version = /^(\d{14})_init\.sql$/.exec(fileName)?.[1];
  return version !== undefined && version < '20211209000000';
}
