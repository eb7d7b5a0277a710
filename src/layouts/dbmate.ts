import { baseName, byBytes } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** dbmate: `<digits>_description.sql` with `-- migrate:up` and `-- migrate:down`, in byte order, each in a transaction. */
const dbmate: Layout = sectionedLayout({
  name: 'dbmate',
  markers: '-- migrate:up',
  read: readMigration,
  order: (left, right) => byBytes(left.file.path, right.file.path),
  plan: () => ({ summary: 'dbmate runs each migration once, in byte order', program: (steps) => steps }),
});
export default dbmate;

function readMigration(file: { path: string; text: string }): Migration | null {
  const version = /^\d+/.exec(baseName(file.path))?.[0];
  if (version === undefined) return null;
  const sections = sectionsOf(file, /^--[ \t]*migrate:up\b.*$/m, /^--[ \t]*migrate:down\b.*$/m);
  if (sections === null) return null;
  const transaction = !/^--[ \t]*migrate:up\b.*\btransaction:false\b/m.test(file.text);
  return { file, name: migrationName(file), identity: version, transaction, ...sections };
}
