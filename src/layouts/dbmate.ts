import { IGNORED, passedOverInSilence, refusesSecondKey, RUN, type MigrationTool } from '../migration-tool.ts';
import { baseName, byBytes, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** From dbmate's source (pkg/dbmate, 2.36) and from runs of it. */
const tool: MigrationTool = {
  name: 'dbmate',
  order: 'bytes',
  identity: 'the digits that the file name starts with, as text',
  table: 'schema_migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  // A second run after the failure says nothing, and the second file never runs.
  duplicate: { fresh: refusesSecondKey('schema_migrations', 'version'), existing: IGNORED },
  passesOver: (fileName) =>
    /^\d/.test(fileName) ? null : passedOverInSilence('its name does not start with a number'),
  transaction: {
    around: 'step',
    optOut: '`-- migrate:up transaction:false`',
    marker: { upLine: /^--[ \t]*migrate:up\b[^\n]*/m, words: 'transaction:false' },
  },
  sending: { cut: 'whole' },
};

/** dbmate: `<digits>_description.sql` with `-- migrate:up` and `-- migrate:down`, in byte order, each in a transaction. */
const dbmate: Layout = sectionedLayout({
  name: 'dbmate',
  tool,
  markers: '-- migrate:up',
  read: readMigration,
  order: (left, right) => byBytes(left.file.path, right.file.path),
  plan(folder, { project }) {
    const schema = project.files.get(joinPath(folderOf(folder), 'schema.sql'));
    return {
      summary: 'dbmate runs each migration once, in byte order',
      program: (steps) => steps,
      // `dbmate up` writes it each time, and `dbmate load` makes databases from it.
      ...(schema === undefined || !/^-- Dbmate schema migrations/m.test(schema.text) ? {} : { dump: schema }),
    };
  },
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
