import { acceptCascade, acceptIfExists } from './clauses.ts';
import { skipOnlineOption } from './create-index.ts';
import type { Cursor } from './cursor.ts';
import { readQualifiedName, readQualifiedNames } from './names.ts';
import type { DropIndex, DropTable, Operation, QualifiedName, RenameTable } from './operation.ts';
import type { Family, Lead } from './reader.ts';

export const dropTables: Family = {
  'drop table': readDropTable,
  'drop tables': readDropTable,
  'drop index': readDropIndex,
  rename: readRenameTables,
};

/** `DROP TABLE [IF EXISTS] a, b CASCADE`: an operation each. */
function readDropTable(cursor: Cursor, lead: Lead): readonly Operation[] {
  const ifExists = acceptIfExists(cursor);
  const tables = readQualifiedNames(cursor);
  cursor.table = tables[0];
  const cascade = acceptCascade(cursor);
  skipWaiting(cursor);
  expectEnd(cursor);
  return tables.map((table): DropTable => ({
    kind: 'drop-table',
    statement: cursor.statement,
    table,
    ...(ifExists && { ifExists }),
    cascade,
    ...(lead.temporary && { temporary: true }),
  }));
}

/** MariaDB: `WAIT 5`, `NOWAIT`. */
function skipWaiting(cursor: Cursor): void {
  if (cursor.is('wait') || cursor.is('nowait')) skipOnlineOption(cursor);
}

function expectEnd(cursor: Cursor): void {
  if (!cursor.atEnd()) cursor.fail('unexpected text at the end');
}

/** `DROP INDEX [CONCURRENTLY] [IF EXISTS] a, b CASCADE`, MySQL's `DROP INDEX i ON t ALGORITHM = INPLACE`. */
function readDropIndex(cursor: Cursor): readonly Operation[] {
  const concurrently = cursor.acceptWords('concurrently');
  const ifExists = acceptIfExists(cursor);
  const indexes = readQualifiedNames(cursor);
  const table = cursor.isMysql && cursor.accept('on') ? readQualifiedName(cursor) : undefined;
  cursor.table = table;
  const cascade = acceptCascade(cursor);
  while (skipOnlineOption(cursor)) cursor.acceptSymbol(',');
  expectEnd(cursor);
  return indexes.map((index): DropIndex => ({
    kind: 'drop-index',
    statement: cursor.statement,
    index,
    ...(table && { table }),
    ...(ifExists && { ifExists }),
    ...(concurrently && { concurrently }),
    cascade,
  }));
}

/** MySQL and MariaDB: `RENAME TABLE [IF EXISTS] a TO b, c TO d`, done from left to right. */
function readRenameTables(cursor: Cursor): readonly Operation[] {
  if (cursor.accept('user')) {
    cursor.skipRest();
    return [{ kind: 'no-schema-effect', statement: cursor.statement, words: 'rename user' }];
  }
  if (!cursor.accept('tables')) cursor.expect('table');
  const ifTableExists = acceptIfExists(cursor);
  const renames: RenameTable[] = [];
  do {
    const table: QualifiedName = readQualifiedName(cursor);
    cursor.table ??= table;
    skipWaiting(cursor);
    cursor.expect('to');
    const to = readQualifiedName(cursor);
    renames.push({
      ...{ kind: 'rename-table', statement: cursor.statement, table, to, written: 'table' },
      ...(ifTableExists && { ifTableExists }),
    });
  } while (cursor.acceptSymbol(','));
  expectEnd(cursor);
  return renames;
}
