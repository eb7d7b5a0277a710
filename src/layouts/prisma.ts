import type { DialectName } from '../dialects/dialect.ts';
import { fileChecksum, IGNORED, NEVER, RUN, withLineFeeds, type MigrationTool } from '../migration-tool.ts';
import { byPath, chainLayout, foldersOfDirectories, readDirectories, type Place } from './chain-layout.ts';
import { joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';

/** From Prisma's source (schema-engine): `migrate deploy` compares nothing; `migrate dev` wants to reset the database. */
const tool: MigrationTool = {
  name: 'Prisma',
  order: 'bytes',
  identity: 'the name of the directory',
  table: '_prisma_migrations',
  checksum: fileChecksum('SHA-256 of the text, in any of its line endings', ({ text }) => withLineFeeds(text)),
  edited: {
    does: 'ignores',
    words: 'The migration `{name}` was modified after it was applied.',
    unless: '`prisma migrate dev`, which resets the database',
  },
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => ({ because: 'Prisma reads directories with a migration.sql', reaction: IGNORED }),
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d)/;
const PROVIDERS: ReadonlyMap<string, DialectName> = new Map<string, DialectName>([
  ['postgresql', 'postgres'],
  ['postgres', 'postgres'],
  ['sqlite', 'sqlite'],
  ['mysql', 'mysql'],
]);

/** Prisma: directories `<time stamp>_name/migration.sql` beside `migration_lock.toml`, which names the dialect; in byte order. */
const prisma: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: 'Prisma runs each migration once, in byte order of the directories',
  places,
  read: ({ folder }, context) =>
    readDirectories(context, folder, {
      up: 'migration.sql',
      name: NAME,
      identity: (directory) => directory,
      order: byPath,
      transaction: () => false,
    }),
});
export default prisma;

function* places(context: LayoutContext): IterableIterator<Place> {
  for (const folder of foldersOfDirectories(context, 'migration.sql', NAME)) {
    const lock = context.project.files.get(joinPath(folder, 'migration_lock.toml'));
    const words = `directories with migration.sql in ${folder}`;
    if (lock === undefined) {
      yield { folder, sureness: 'name', evidence: { strength: 'name', words } };
      continue;
    }
    const dialect = PROVIDERS.get(/^\s*provider\s*=\s*"(\w+)"/m.exec(lock.text)?.[1] ?? '');
    yield {
      folder,
      sureness: 'config',
      evidence: { strength: 'tool', words: lock.path },
      ...(dialect === undefined ? {} : { dialect }),
    };
  }
}
