import { IGNORED, NEVER, refuses, RUN, stopped, type MigrationTool, type PassedOver } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, byLeadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { unfinishedIn } from './marked-sections.ts';
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
  stopsAt,
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

const UP = /^-- \+migrate Up\b.*$/m;
const DOWN = /^-- \+migrate Down\b.*$/m;
const BODY = { begin: /^-- \+migrate StatementBegin\b/, end: /^-- \+migrate StatementEnd\b/ };

/** From sqlparse/sqlparse.go: every file of the folder is parsed before the first one runs. */
function stopsAt(file: SourceFile): PassedOver | null {
  const sections = sectionsOf(file, UP, DOWN);
  if (sections === null && !DOWN.test(file.text))
    return stopped(
      'it has no `-- +migrate Up`',
      'ERROR: no Up/Down annotations found, so no statements were executed.',
      'Begin the file with a line `-- +migrate Up`.',
    );
  const unfinished = unfinishedIn(sections?.up.text ?? '', BODY);
  if (unfinished?.kind === 'body')
    return stopped(
      'a `-- +migrate StatementBegin` has no end',
      "ERROR: saw '-- +migrate StatementBegin' with no matching '-- +migrate StatementEnd'",
      'Put `-- +migrate StatementEnd` after the statement.',
    );
  return unfinished === null
    ? null
    : stopped(
        'no line of its last statement ends in a semicolon',
        "ERROR: The last statement must be ended by a semicolon or '-- +migrate StatementEnd' marker.",
        'End the statement with a semicolon.',
      );
}

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
  const sections = sectionsOf(file, UP, DOWN);
  if (sections === null) return null;
  const transaction = !/^-- \+migrate Up\b.*\bnotransaction\b/m.test(file.text);
  return { file, name: migrationName(file), identity: baseName(file.path), transaction, ...sections };
}
