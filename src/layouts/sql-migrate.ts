import { baseName, byLeadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { chainDeployment, migrationName, sectionsOf, sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** sql-migrate (rubenv): `-- +migrate Up` and `-- +migrate Down` at column 1; by leading number, then by bytes. */
const sqlMigrate: Layout = {
  name: 'sql-migrate',
  sureness: 'marker',
  detect(context) {
    const detected = [];
    for (const [folder, files] of sqlFilesByFolder(context)) {
      const migrations = files.map(readMigration).filter((migration) => migration !== null);
      if (migrations.length === 0) continue;
      migrations.sort((left, right) => byLeadingNumber(baseName(left.file.path), baseName(right.file.path)));
      detected.push(
        chainDeployment(
          context,
          { folder, migrations },
          {
            summary: 'sql-migrate runs each migration once, by number, then by name',
            evidence: [{ strength: 'tool', words: `-- +migrate Up in ${migrations.length} files of ${folder}` }],
            program: (steps) => steps,
          },
        ),
      );
    }
    return detected;
  },
};
export default sqlMigrate;

function readMigration(file: { path: string; text: string }): Migration | null {
  const sections = sectionsOf(file, /^-- \+migrate Up\b.*$/m, /^-- \+migrate Down\b.*$/m);
  if (sections === null) return null;
  const transaction = !/^-- \+migrate Up\b.*\bnotransaction\b/m.test(file.text);
  return { file, name: migrationName(file), identity: baseName(file.path), transaction, ...sections };
}
