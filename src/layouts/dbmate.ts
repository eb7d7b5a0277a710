import { baseName, byBytes } from './file-order.ts';
import type { Layout } from './layout.ts';
import { chainDeployment, migrationName, sectionsOf, sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** dbmate: `<digits>_description.sql` with `-- migrate:up` and `-- migrate:down`, in byte order, each in a transaction. */
const dbmate: Layout = {
  name: 'dbmate',
  sureness: 'marker',
  detect(context) {
    const detected = [];
    for (const [folder, files] of sqlFilesByFolder(context)) {
      const migrations = files.map(readMigration).filter((migration) => migration !== null);
      if (migrations.length === 0) continue;
      migrations.sort((left, right) => byBytes(left.file.path, right.file.path));
      detected.push(
        chainDeployment(
          context,
          { folder, migrations },
          {
            summary: 'dbmate runs each migration once, in byte order',
            evidence: [{ strength: 'tool', words: `-- migrate:up in ${migrations.length} files of ${folder}` }],
            program: (steps) => steps,
          },
        ),
      );
    }
    return detected;
  },
};
export default dbmate;

function readMigration(file: { path: string; text: string }): Migration | null {
  const version = /^\d+/.exec(baseName(file.path))?.[0];
  if (version === undefined) return null;
  const sections = sectionsOf(file, /^--[ \t]*migrate:up\b.*$/m, /^--[ \t]*migrate:down\b.*$/m);
  if (sections === null) return null;
  const transaction = !/^--[ \t]*migrate:up\b.*\btransaction:false\b/m.test(file.text);
  return { file, name: migrationName(file), identity: version, transaction, ...sections };
}
