import { IGNORED, refuses, RUN, type MigrationTool } from '../migration-tool.ts';
import {
  byIdentityNumber,
  chainLayout,
  foldersOfDirectories,
  readDirectories,
  wrapsUnlessAlone,
} from './chain-layout.ts';
import { isInside, folderOf } from './file-order.ts';
import type { Layout } from './layout.ts';
import { filesNamed } from './project-files.ts';

/** From Hasura's command line (it parses `directory.file` as golang-migrate does). */
const tool: MigrationTool = {
  name: 'Hasura',
  order: 'numeric',
  identity: 'the number before the first _ of the directory',
  table: 'hdb_catalog.schema_migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: {
    fresh: refuses('duplicate migration file: {file}'),
    existing: refuses('duplicate migration file: {file}'),
  },
  passesOver: () => ({ because: 'Hasura reads directories with an up.sql', reaction: IGNORED }),
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d{13})_/;

/** Hasura: directories `<milliseconds>_name/up.sql` with `down.sql`, by number; each database has a folder of its own. */
const hasura: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'Hasura runs each migration once, by number',
  *places(context) {
    const configs = ['config.yaml', 'config.yml'].flatMap((name) => filesNamed(context.project, name));
    for (const folder of foldersOfDirectories(context, 'up.sql', NAME)) {
      const config = configs.find((file) => isInside(folder, folderOf(file.path)));
      const words = `directories named by milliseconds in ${folder}`;
      if (config === undefined) yield { folder, sureness: 'dependency', evidence: { strength: 'name', words } };
      else yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config.path } };
    }
  },
  read: ({ folder }, context) =>
    readDirectories(context, folder, {
      up: 'up.sql',
      name: NAME,
      identity: (_, version) => BigInt(version).toString(),
      order: byIdentityNumber,
      transaction: wrapsUnlessAlone,
    }),
});
export default hasura;
