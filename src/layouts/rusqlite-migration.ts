import { IGNORED, NEVER, refuses, type MigrationTool } from '../migration-tool.ts';
import {
  byIdentityNumber,
  chainLayout,
  foldersOfDirectories,
  inOneTransaction,
  readDirectories,
} from './chain-layout.ts';
import type { Layout } from './layout.ts';
import { dependencySign } from './project-files.ts';

/** From rusqlite_migration's source (lib.rs, loader.rs): the ledger is PRAGMA user_version, a count. */
const tool: MigrationTool = {
  name: 'rusqlite_migration',
  order: 'numeric',
  identity: 'its place in the list, as PRAGMA user_version counts',
  table: null,
  checksum: null,
  edited: IGNORED,
  missing: refuses('Migration ids must be consecutive numbers'),
  gap: refuses('Migration ids must be consecutive numbers'),
  late: NEVER,
  duplicate: {
    fresh: refuses('Multiple migrations detected for migration id: {version}'),
    existing: refuses('Multiple migrations detected for migration id: {version}'),
  },
  passesOver: () => null,
  transaction: { around: 'run', optOut: null },
  sending: { cut: 'whole' },
};

const DEPENDENCY = { manifests: ['Cargo.toml'], words: /\brusqlite_migration\b/ };
const NAME = /^(?<version>\d+)-/;

/** rusqlite_migration: directories `<number>-name/up.sql`, all that is pending in one transaction. Known by Cargo.toml. */
const rusqliteMigration: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  dialect: 'sqlite',
  summary: 'rusqlite_migration runs what is above PRAGMA user_version in one transaction, by number',
  *places(context) {
    for (const folder of foldersOfDirectories(context, 'up.sql', NAME)) {
      const evidence = dependencySign(context.project, folder, DEPENDENCY, 'above');
      if (evidence !== null) yield { folder, sureness: 'dependency', evidence };
    }
  },
  read: ({ folder }, context) =>
    readDirectories(context, folder, {
      up: 'up.sql',
      name: NAME,
      identity: (_, version) => BigInt(version).toString(),
      order: byIdentityNumber,
      transaction: () => false,
    }),
  program: inOneTransaction,
});
export default rusqliteMigration;
