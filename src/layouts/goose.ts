import {
  IGNORED,
  passedOverInSilence,
  refuses,
  stopped,
  type MigrationTool,
  type PassedOver,
} from '../migration-tool.ts';
import { baseName, byLeadingNumber, leadingNumber } from './file-order.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { Layout } from './layout.ts';
import { sqlBefore, unfinishedIn } from './marked-sections.ts';
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
  stopsAt,
  transaction: { around: 'step', optOut: '`-- +goose NO TRANSACTION`', marker: { line: '-- +goose NO TRANSACTION' } },
  sending: {
    cut: 'line-ends',
    bodyMarkers: { begin: '-- +goose StatementBegin', end: '-- +goose StatementEnd' },
  },
};

/** From internal/sqlparser/parser.go. */
function stopsAt(file: SourceFile): PassedOver | null {
  if (file.path.endsWith('.go')) return null;
  const before = sqlBefore(file.text, UP);
  const begin = 'Begin the file with a line `-- +goose Up`.';
  if (before !== null) {
    const because = UP.test(file.text) ? 'SQL stands before its `-- +goose Up`' : 'it has no `-- +goose Up`';
    return stopped(because, `failed to parse migration: unexpected state 0 on line "${before}"`, begin);
  }
  if (!UP.test(file.text))
    return stopped(
      'it has no `-- +goose Up`',
      "failed to parse migration: must start with '-- +goose Up' annotation",
      begin,
    );
  const unfinished = unfinishedIn(sectionsOf(file, UP, DOWN)?.up.text ?? '', BODY);
  if (unfinished?.kind === 'body')
    return stopped(
      'a `-- +goose StatementBegin` has no end',
      "failed to parse migration: missing '-- +goose StatementEnd' annotation",
      'Put `-- +goose StatementEnd` after the statement.',
    );
  return unfinished === null
    ? null
    : stopped(
        `no line of its last statement ends in a semicolon`,
        `unexpected unfinished SQL query: "${unfinished.line}": missing semicolon?`,
        'End the statement with a semicolon.',
      );
}

const UP = /^[ \t]*--[ \t]*\+goose[ \t]+up\b.*$/im;
const DOWN = /^[ \t]*--[ \t]*\+goose[ \t]+down\b.*$/im;
const BODY = {
  begin: /^\s*--.*\+goose\s+statementbegin/i,
  end: /^\s*--.*\+goose\s+statementend/i,
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
  const sections = sectionsOf(file, UP, DOWN);
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
