import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, byBytes, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { chainDeployment, mustRunAlone, type Migration } from './migration-folder.ts';

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
          summary: 'each migration runs once, in the order of the directories',
          evidence: [{ strength: 'tool', words: `${migrations.length} migration directories in ${folder}` }],
          program: (steps) => steps,
        },
      );
    });
  },
};
export default migrationDirectories;

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
