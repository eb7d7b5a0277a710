import { IGNORED, refuses, type MigrationTool } from '../migration-tool.ts';
import { byIdentityNumber, chainLayout, readFlat, sqlFilesIn } from './chain-layout.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import type { Layout } from './layout.ts';
import { sqlFilesByFolder } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From Encore's source (v2/parser/infra/sqldb/migrations.go): it runs them with golang-migrate. */
const tool: MigrationTool = {
  name: 'Encore',
  order: 'numeric',
  identity: 'the number that the file name starts with',
  table: 'schema_migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: {
    fresh: refuses('duplicate migration with number {version}'),
    existing: refuses('duplicate migration with number {version}'),
  },
  passesOver: (fileName) =>
    NAME.test(fileName)
      ? null
      : {
          because: 'its name is not [number]_[description].[up|down].sql',
          reaction: refuses(
            "db migration {file}: invalid name (must be of the format '[123]_[description].[up|down].sql')",
          ),
        },
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)(?:_[^.]+)?\.(?:up|(?<down>down))\.sql$/;

/** Encore: `<number>_title.up.sql` in the `migrations` folder of a service of an app that has `encore.app`. PostgreSQL only. */
const encore: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'Encore runs each migration above the recorded version, by number',
  *places(context) {
    for (const app of filesNamed(context.project, 'encore.app')) {
      for (const [folder, files] of sqlFilesByFolder(context)) {
        if (!isInside(folder, folderOf(app.path)) || !files.some((file) => NAME.test(baseName(file.path)))) continue;
        yield { folder, sureness: 'config', evidence: { strength: 'tool', words: app.path } };
      }
    }
  },
  read: ({ folder }, context) => readFlat(sqlFilesIn(context, folder), { name: NAME, order: byIdentityNumber }),
});
export default encore;
