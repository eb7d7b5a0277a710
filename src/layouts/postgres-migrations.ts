import { fileChecksum, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import { byIdentityNumber, chainLayout, placesByDependency, readFlat, sqlFilesIn } from './chain-layout.ts';
import { baseName } from './file-order.ts';
import type { Layout } from './layout.ts';

/** From postgres-migrations' source (file-name-parser.ts, migration-file.ts, validation.ts) and from runs of it. */
const tool: MigrationTool = {
  name: 'postgres-migrations',
  order: 'numeric',
  identity: 'the number that the file name starts with',
  table: 'migrations',
  // A renamed file is another one to it.
  checksum: fileChecksum("SHA-1 of the file's name and text", ({ path, text }) => baseName(path) + text),
  edited: refuses(
    "Hashes don't match for migrations '{file}'.\nThis means that the scripts have changed since it was applied.",
  ),
  missing: refuses("Found a non-consecutive migration ID on file: '{file}'"),
  gap: refuses("Found a non-consecutive migration ID on file: '{file}'"),
  late: refuses('Found a non-consecutive migration ID on file'),
  duplicate: {
    fresh: refuses("Found a non-consecutive migration ID on file: '{file}'"),
    existing: refuses("Found a non-consecutive migration ID on file: '{file}'"),
  },
  passesOver: (fileName) =>
    /^\d/.test(fileName) ? null : passedOverInSilence('its name does not start with a number'),
  transaction: {
    around: 'step',
    optOut: '`-- postgres-migrations disable-transaction`',
    marker: { line: '-- postgres-migrations disable-transaction' },
  },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)[-_]?.*\.sql$/;
const DEPENDENCY = { manifests: ['package.json'], words: /"postgres-migrations"/ };

/** postgres-migrations: `<number>-name.sql` without gaps, by number. Known by package.json. */
const postgresMigrations: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  dialect: 'postgres',
  summary: 'postgres-migrations runs each migration once, by number',
  places: (context) => placesByDependency(context, DEPENDENCY, (fileName) => NAME.test(fileName)),
  read: ({ folder }, context) =>
    readFlat(sqlFilesIn(context, folder), {
      name: NAME,
      order: byIdentityNumber,
      transaction: ({ text }) => !text.includes('-- postgres-migrations disable-transaction'),
    }),
});
export default postgresMigrations;
