import { IGNORED, refusesSecondKey, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sliceSql, sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, byLeadingNumber } from './file-order.ts';
import type { Layout } from './layout.ts';
import { migrationName, sectionedLayout, type Migration } from './migration-folder.ts';

/** From MyBatis Migrations' source (FileMigrationLoader, MigrationReader, operations/UpOperation). */
const tool: MigrationTool = {
  name: 'MyBatis Migrations',
  order: 'numeric',
  identity: 'the number before the first _',
  table: 'CHANGELOG',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  // `migrate up` runs what is above the newest recorded number.
  late: IGNORED,
  duplicate: { fresh: refusesSecondKey('CHANGELOG', 'ID'), existing: IGNORED },
  passesOver: (fileName) =>
    /^\d+(?:\.\d+)?(?:_.*)?\.sql$/.test(fileName) || /^(?:bootstrap|onabort)\.sql$/.test(fileName)
      ? null
      : {
          because: 'its name does not begin with a number before _',
          reaction: refuses('Error parsing change from file.'),
        },
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'statements' },
};

const UNDO = /^[ \t]*--[ \t]*\/\/.*@UNDO.*$/m;

/**
 * MyBatis Migrations: `scripts/<number>_description.sql`, whose down half follows `-- //@UNDO`; by number. `bootstrap.sql` beside them
 * is what another command makes a database with before the first one: what it creates stems from elsewhere.
 */
const mybatis: Layout = sectionedLayout({
  name: 'MyBatis Migrations',
  tool,
  markers: '-- //@UNDO',
  read: readMigration,
  order: (left, right) => byLeadingNumber(left.identity, right.identity),
  plan: () => ({
    summary: 'MyBatis Migrations runs each migration above the recorded number, by number',
    program: (steps) => steps,
  }),
});
export default mybatis;

function readMigration(file: SourceFile): Migration | null {
  const number = /^(\d+(?:\.\d+)?)_/.exec(baseName(file.path))?.[1];
  const undo = UNDO.exec(file.text);
  if (number === undefined || undo === null) return null;
  const sql = sqlTextOfFile(file);
  return {
    file,
    name: migrationName(file),
    identity: number.replace(/^0+(?=\d)/, ''),
    transaction: true,
    up: sliceSql(sql, 0, undo.index),
    down: sliceSql(sql, undo.index + undo[0].length, file.text.length),
  };
}
