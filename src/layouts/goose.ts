import { IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import { baseName, byLeadingNumber, leadingNumber } from './file-order.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** From goose's source (v3.27): the words are those of its command line. */
const tool: MigrationTool = {
  name: 'goose',
  order: 'numeric',
  identity: 'the number before the first _',
  table: 'goose_db_version',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: refuses('error: found 1 missing migrations before current version {newest}:', '-allow-missing'),
  duplicate: {
    fresh: refuses('goose: duplicate version {version} detected:'),
    existing: refuses('goose: duplicate version {version} detected:'),
  },
  passesOver(fileName) {
    if (/^\d+_/.test(fileName)) return null;
    if (/^\d/.test(fileName)) return passedOverInSilence('its name has no _ after the number');
    return passedOverInSilence('its name does not start with a number');
  },
  transaction: { around: 'step', optOut: '`-- +goose NO TRANSACTION`', marker: { line: '-- +goose NO TRANSACTION' } },
  sending: {
    cut: 'line-ends',
    bodyMarkers: { begin: '-- +goose StatementBegin', end: '-- +goose StatementEnd' },
  },
};

/** goose: `NNN_description.sql` with `-- +goose Up` and `-- +goose Down`, by number, each in a transaction of its own. */
const goose: Layout = sectionedLayout({
  name: 'goose',
  tool,
  markers: '-- +goose Up',
  read: readMigration,
  readCode: readGoMigration,
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

/** A Go file that registers its functions (`goose.AddMigrationContext(up, down)`) stands in the same order as the SQL. */
function readGoMigration(file: SourceFile): Migration | null {
  const number = leadingNumber(baseName(file.path));
  if (number === null || !/^\d+_.*(?<!_test)\.go$/.test(baseName(file.path)) || !REGISTERS.test(file.text)) return null;
  const name = baseName(file.path).replace(/\.go$/, '');
  return { file, name, identity: number.toString(), up: sqlTextOfFile(file), isCode: true, transaction: false };
}

const REGISTERS = /\bgoose\.Add(?:Named)?Migration\w*\(/;
