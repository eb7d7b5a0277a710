import { IGNORED, NEVER, refuses, RUN, type MigrationTool } from '../migration-tool.ts';
import { baseName, byLeadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** From sql-migrate's source and from runs of it. */
const tool: MigrationTool = {
  name: 'sql-migrate',
  order: 'numeric',
  identity: 'the file name',
  table: 'gorp_migrations',
  checksum: null,
  edited: IGNORED,
  missing: refuses('Unable to create migration plan because of {file}: unknown migration in database', 'IgnoreUnknown'),
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: {
    around: 'step',
    optOut: '`-- +migrate Up notransaction`',
    marker: { upLine: /^-- \+migrate Up\b[^\n]*/m, words: 'notransaction' },
  },
  sending: {
    cut: 'line-ends',
    bodyMarkers: { begin: '-- +migrate StatementBegin', end: '-- +migrate StatementEnd' },
  },
};

/** sql-migrate (rubenv): `-- +migrate Up` and `-- +migrate Down` at column 1; by leading number, then by bytes. */
const sqlMigrate: Layout = sectionedLayout({
  name: 'sql-migrate',
  tool,
  markers: '-- +migrate Up',
  read: readMigration,
  order: (left, right) => byLeadingNumber(baseName(left.file.path), baseName(right.file.path)),
  plan: () => ({ summary: 'sql-migrate runs each migration once, by number, then by name', program: (steps) => steps }),
});
export default sqlMigrate;

function readMigration(file: { path: string; text: string }): Migration | null {
  const sections = sectionsOf(file, /^-- \+migrate Up\b.*$/m, /^-- \+migrate Down\b.*$/m);
  if (sections === null) return null;
  const transaction = !/^-- \+migrate Up\b.*\bnotransaction\b/m.test(file.text);
  return { file, name: migrationName(file), identity: baseName(file.path), transaction, ...sections };
}
