import { baseName, byLeadingNumber, leadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { chainDeployment, migrationName, sectionsOf, sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** goose: `NNN_description.sql` with `-- +goose Up` and `-- +goose Down`, by number, each in a transaction of its own. */
const goose: Layout = {
  name: 'goose',
  sureness: 'marker',
  detect(context) {
    const detected = [];
    for (const [folder, files] of sqlFilesByFolder(context)) {
      const migrations = files.map(readMigration).filter((migration) => migration !== null);
      if (migrations.length === 0) continue;
      migrations.sort((left, right) => byLeadingNumber(migrationName(left.file), migrationName(right.file)));
      detected.push(
        chainDeployment(
          context,
          { folder, migrations },
          {
            summary: 'goose runs each migration once, by number',
            evidence: [{ strength: 'tool', words: `-- +goose Up in ${migrations.length} files of ${folder}` }],
            program: (steps) => steps,
          },
        ),
      );
    }
    return detected;
  },
};
export default goose;

function readMigration(file: { path: string; text: string }): Migration | null {
  const number = leadingNumber(baseName(file.path));
  if (number === null) return null;
  const sections = sectionsOf(file, /^[ \t]*--[ \t]*\+goose[ \t]+up\b.*$/im, /^[ \t]*--[ \t]*\+goose[ \t]+down\b.*$/im);
  if (sections === null) return null;
  const transaction = !/^[ \t]*--[ \t]*\+goose[ \t]+no[ \t]+transaction\b/im.test(file.text);
  return { file, name: migrationName(file), identity: number.toString(), transaction, ...sections };
}
