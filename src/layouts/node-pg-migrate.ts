import { IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { chainLayout, inOneTransaction, placesByDependency, sqlFilesIn } from './chain-layout.ts';
import { baseName } from './file-order.ts';
import type { Layout } from './layout.ts';
import { sectionsOf, type Migration } from './migration-folder.ts';

/** From node-pg-migrate's source (src/runner.ts, src/migration.ts, 9.0) and from runs of it. */
const tool: MigrationTool = {
  name: 'node-pg-migrate',
  order: 'numeric',
  identity: 'the file name without its extension',
  table: 'pgmigrations',
  checksum: null,
  edited: IGNORED,
  // It compares the two lists from the first on, as far as both go (src/runner.ts, checkOrder).
  missing: {
    ...refuses('Not run migration {name} is preceding already run migration', '--no-check-order'),
    only: 'inner',
  },
  late: refuses('Not run migration {name} is preceding already run migration {newest}', '--no-check-order'),
  duplicate: { fresh: IGNORED, existing: IGNORED },
  passesOver: (fileName) =>
    /^\d/.test(fileName)
      ? null
      : fileName.startsWith('.')
        ? passedOverInSilence('its name starts with a dot')
        : {
            because: 'its name does not start with a number',
            reaction: refuses('Cannot determine numeric prefix for "{file}"'),
          },
  transaction: { around: 'run', optOut: null },
  sending: { cut: 'whole' },
};

const DEPENDENCY = { manifests: ['package.json'], words: /"node-pg-migrate"/ };

/** node-pg-migrate: `<number>_name.sql` with `-- Up Migration` and `-- Down Migration`; all that is pending in one transaction. */
const nodePgMigrate: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  dialect: 'postgres',
  summary: 'node-pg-migrate runs what is pending in one transaction, by number',
  places: (context) => placesByDependency(context, DEPENDENCY, (fileName) => /^\d+[-_]/.test(fileName)),
  read: ({ folder }, context) =>
    sqlFilesIn(context, folder)
      .filter((file) => /^\d/.test(baseName(file.path)))
      .map(readMigration)
      .sort((left, right) => {
        const [one, other] = [prefixOf(left.name), prefixOf(right.name)];
        if (one !== other) return one < other ? -1 : 1;
        return left.name < right.name ? -1 : 1;
      }),
  program: inOneTransaction,
});
export default nodePgMigrate;

function readMigration(file: SourceFile): Migration {
  const name = baseName(file.path).replace(/\.sql$/, '');
  const sections = sectionsOf(file, /^\s*--[\s-]*up\s+migration.*$/im, /^\s*--[\s-]*down\s+migration.*$/im);
  return { file, name, identity: name, transaction: false, ...(sections ?? { up: sqlTextOfFile(file) }) };
}

/** A prefix of 17 digits is a date and time, and becomes milliseconds; any other is taken as it stands. */
function prefixOf(name: string): bigint {
  const digits = /^\d+/.exec(name)?.[0] ?? '0';
  if (digits.length !== 17) return BigInt(digits);
  const [, year, month, day, hour, minute, second, millisecond] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(digits)?.map(Number) ?? [];
  return BigInt(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, millisecond ?? 0));
}
