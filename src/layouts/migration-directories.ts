import { fileChecksum, IGNORED, NEVER, refuses, RUN, withLineFeeds, type MigrationTool } from '../migration-tool.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, byBytes, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { chainDeployment, mustRunAlone, type Migration } from './migration-folder.ts';

/** From Diesel's source (diesel_migrations: file_based_migrations.rs, migration_harness.rs). */
const diesel: MigrationTool = {
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

/** From Hasura's command line (it parses `directory.file` as golang-migrate does). */
const hasura: MigrationTool = {
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

/** From Prisma's source (schema-engine): `migrate deploy` compares nothing; `migrate dev` wants to reset the database. */
const prisma: MigrationTool = {
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

/**
 * One directory per migration: `<version>_name/up.sql` with `down.sql` (diesel, Hasura) or `<time stamp>_name/migration.sql`
 * (Prisma). They run once each, in byte order of the directories; Diesel compares versions without their dashes
 * (diesel_migrations, version_from_string).
 */
const migrationDirectories: Layout = {
  name: 'migration-directories',
  sureness: 'marker',
  detect(context) {
    const chains = new Map<string, Migration[]>();
    for (const file of context.project.files.values()) {
      if (!/^(?:up|migration)\.sql$/.test(baseName(file.path))) continue;
      const directory = folderOf(file.path);
      if (!/^\d/.test(baseName(directory))) continue;
      const chain = chains.get(folderOf(directory)) ?? [];
      chains.set(folderOf(directory), chain);
      chain.push(readMigration(file, directory, context.project.files.get(joinPath(directory, 'down.sql'))));
    }
    return [...chains].map(([folder, migrations]) => {
      migrations.sort((left, right) => byBytes(left.identity, right.identity));
      return chainDeployment(
        context,
        { folder, migrations },
        {
          tool: toolOf(migrations),
          summary: 'each migration runs once, in the order of the directories',
          evidence: [{ strength: 'tool', words: `${migrations.length} migration directories in ${folder}` }],
          program: (steps) => steps,
        },
      );
    });
  },
};
export default migrationDirectories;

/** Hasura's directories start with milliseconds, Diesel's with a date. */
function toolOf(migrations: readonly Migration[]): MigrationTool {
  if (migrations.some(({ file }) => baseName(file.path) === 'migration.sql')) return prisma;
  const isHasura = migrations.every(({ name }) => /^\d{13}_/.test(name));
  return isHasura ? hasura : diesel;
}

function readMigration(file: SourceFile, directory: string, down: SourceFile | undefined): Migration {
  const name = baseName(directory);
  return {
    file,
    name,
    identity: baseName(file.path) === 'up.sql' ? withoutDashes(name) : name,
    up: sqlTextOfFile(file),
    ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
    transaction: baseName(file.path) === 'up.sql' && !mustRunAlone(file.text),
  };
}

/** `2017-09-23-182408_x` is the version 20170923182408. */
function withoutDashes(name: string): string {
  const version = name.split('_', 1)[0] ?? '';
  return version.replaceAll('-', '') + name.slice(version.length);
}
