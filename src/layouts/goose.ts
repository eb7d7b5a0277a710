import { baseName, byLeadingNumber, leadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** goose: `NNN_description.sql` with `-- +goose Up` and `-- +goose Down`, by number, each in a transaction of its own. */
const goose: Layout = sectionedLayout({
  name: 'goose',
  markers: '-- +goose Up',
  read: readMigration,
  order: (left, right) => byLeadingNumber(migrationName(left.file), migrationName(right.file)),
  plan: () => ({ summary: 'goose runs each migration once, by number', program: (steps) => steps }),
});
export default goose;

function readMigration(file: { path: string; text: string }): Migration | null {
  const number = leadingNumber(baseName(file.path));
  if (number === null) return null;
  const sections = sectionsOf(file, /^[ \t]*--[ \t]*\+goose[ \t]+up\b.*$/im, /^[ \t]*--[ \t]*\+goose[ \t]+down\b.*$/im);
  if (sections === null) return null;
  const transaction = !/^[ \t]*--[ \t]*\+goose[ \t]+no[ \t]+transaction\b/im.test(file.text);
  return { file, name: migrationName(file), identity: number.toString(), transaction, ...sections };
}
