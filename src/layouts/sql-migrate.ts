import { baseName, byLeadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** sql-migrate (rubenv): `-- +migrate Up` and `-- +migrate Down` at column 1; by leading number, then by bytes. */
const sqlMigrate: Layout = sectionedLayout({
  name: 'sql-migrate',
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
