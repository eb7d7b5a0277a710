import { IGNORED, NEVER, passedOverInSilence, type MigrationTool } from '../migration-tool.ts';
import { byPath, chainLayout, placesByDependency, readFlat, sqlFilesIn } from './chain-layout.ts';
import type { Layout } from './layout.ts';

/** From its source (migrate.go): the ledger is the newest version, and versions are compared as text. */
const tool: MigrationTool = {
  name: 'maragudk/migrate',
  order: 'bytes',
  identity: 'the file name up to .up.sql',
  table: 'migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: (fileName) =>
    /^[\w-]+.(?:up|down).sql$/.test(fileName)
      ? null
      : passedOverInSilence('its name does not end with .up.sql or .down.sql'),
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'whole' },
};

// Its pattern has a dot that stands for any character: `0021_x_up.sql` is taken too.
const NAME = /^(?<version>[\w-]+).(?:up|(?<down>down)).sql$/;
/** The tool in a go.mod. */
export const MARAGUDK = /maragudk\/migrate|harness\/harness-migrate/;
const DEPENDENCY = { manifests: ['go.mod'], words: MARAGUDK };

/** maragudk/migrate, and Harness' fork of it: `<version>.up.sql` with `.down.sql`, in byte order. Known by go.mod. */
const maragudkMigrate: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  summary: 'maragudk/migrate runs each migration above the recorded version, in byte order',
  places: (context) => placesByDependency(context, DEPENDENCY, (fileName) => NAME.test(fileName)),
  read: ({ folder }, context) =>
    readFlat(sqlFilesIn(context, folder), { name: NAME, identity: (_, version) => version, order: byPath }),
});
export default maragudkMigrate;
