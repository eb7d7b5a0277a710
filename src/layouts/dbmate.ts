import {
  IGNORED,
  passedOverInSilence,
  refusesSecondKey,
  RUN,
  stopped,
  type MigrationTool,
  type PassedOver,
} from '../migration-tool.ts';
import { baseName, byBytes, folderOf, joinPath } from './file-order.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { Layout } from './layout.ts';
import { sqlBefore } from './marked-sections.ts';
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
  stopsAt,
  transaction: {
    around: 'step',
    optOut: '`-- migrate:up transaction:false`',
    marker: { upLine: /^--[ \t]*migrate:up\b[^\n]*/m, words: 'transaction:false' },
  },
  sending: { cut: 'whole' },
};

const UP = /^--\s*migrate:up(?:\s*$|\s+\S+)/m;
const DOWN = /^--\s*migrate:down(?:\s*$|\s+\S+)/m;

/** From pkg/dbmate/migration.go: both markers are asked for before anything of the file runs. */
function stopsAt({ text }: SourceFile): PassedOver | null {
  const up = text.search(UP);
  const down = text.search(DOWN);
  if (up < 0)
    return stopped(
      'it has no `-- migrate:up`',
      "dbmate requires each migration to define an up block with '-- migrate:up'",
      'Put `-- migrate:up` before the SQL, and `-- migrate:down` behind it.',
    );
  if (sqlBefore(text, UP) !== null)
    return stopped(
      'SQL stands before its `-- migrate:up`',
      "dbmate does not support statements preceding the '-- migrate:up' block",
      'Begin the file with a line `-- migrate:up`.',
    );
  if (down >= 0) return null;
  return stopped(
    'it has no `-- migrate:down`',
    "dbmate requires each migration to define a down block with '-- migrate:down'",
    'Add a line `-- migrate:down`; nothing need follow it.',
  );
}

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
