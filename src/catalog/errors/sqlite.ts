import type { EngineWords, Mention } from './words.ts';

/** SQLite's words, run on 3.40 and 3.53. */
export const sqliteWords: EngineWords = {
  missingTable: (table, place) =>
    place === 'index' || place === 'trigger'
      ? `no such table: ${table.schema}.${table.name}`
      : `no such table: ${table.written}`,
  missingObject: (kind, object) => `no such ${kind}: ${object.written}`,
  duplicateRelation: (existing, wanted, object) => {
    if (wanted === 'index')
      return existing === 'index'
        ? `index ${object.name} already exists`
        : `there is already a table named ${object.name}`;
    return existing === 'index'
      ? `there is already an index named ${object.name}`
      : `${existing} ${object.name} already exists`;
  },
  duplicateObject: (kind, object) => `${kind} ${object.name} already exists`,
  missingColumn: (column, table, place) => {
    if (place === 'rows') return `table ${table.name} has no column named ${column}`;
    if (place === 'foreign-key') return `unknown column "${column}" in foreign key definition`;
    if (place === 'drop' || place === 'rename') return `no such column: "${column}"`;
    return `no such column: ${column}`;
  },
  duplicateColumn: (column) => `duplicate column name: ${column}`,
  missingIndex: (index) => `no such index: ${index.written}`,
  duplicateIndex: (index) => `index ${index.name} already exists`,
  missingConstraint: (constraint) => `no such constraint: ${constraint}`,
  duplicateConstraint: (constraint) => `constraint ${constraint} already exists`,
  secondPrimaryKey: (table) => `table "${table.name}" has more than one primary key`,
  wrongKind: (existing, wanted, object) =>
    wanted === 'table' && existing === 'view'
      ? `use DROP VIEW to delete view ${object.name}`
      : `use DROP TABLE to delete table ${object.name}`,
  notNullWithoutDefault: () => 'Cannot add a NOT NULL column with default value NULL',
  uniqueViolation: (_index, table, columns) =>
    `UNIQUE constraint failed: ${columns.map((column) => `${table.name}.${column}`).join(', ')}`,
  checkViolation: () => 'CHECK constraint failed',
  foreignKeyViolation: () => 'FOREIGN KEY constraint failed',
};

export const reservedName = (object: Mention): string => `object name reserved for internal use: ${object.name}`;
export const mayNotBeAltered = (table: Mention): string => `table ${table.name} may not be altered`;
export const mayNotBeDropped = (table: Mention): string => `table ${table.written} may not be dropped`;
export const mayNotBeIndexed = (table: Mention): string => `table ${table.name} may not be indexed`;
export const viewMayNotBeAltered = (view: Mention): string => `view ${view.name} may not be altered`;
export const viewMayNotBeIndexed = 'views may not be indexed';
export const virtualMayNotBeIndexed = 'virtual tables may not be indexed';
export const virtualMayNotBeAltered = 'virtual tables may not be altered';
export const addColumnToView = 'Cannot add a column to a view';
export const dropColumnFrom = (kind: 'view' | 'virtual table', name: string): string =>
  `cannot drop column from ${kind} "${name}"`;
export const renameColumnsOf = (kind: 'view' | 'virtual table', name: string): string =>
  `cannot rename columns of ${kind} "${name}"`;
export const nameTaken = (name: string): string => `there is already another table or index with this name: ${name}`;
export const uniqueColumn = 'Cannot add a UNIQUE column';
export const primaryKeyColumn = 'Cannot add a PRIMARY KEY column';
export const expressionInKey = 'expressions prohibited in PRIMARY KEY and UNIQUE constraints';
export const generatedKey = 'generated columns cannot be part of the PRIMARY KEY';
export const checkOfOldRows = 'CHECK constraint failed';
export const storedColumn = 'cannot add a STORED column';
export const nonConstantDefault = 'Cannot add a column with non-constant default';
export const referencesWithDefault = 'Cannot add a REFERENCES column with non-NULL default value';
export const dropKeyColumn = (kind: 'PRIMARY KEY' | 'UNIQUE', column: string): string =>
  `cannot drop ${kind} column: "${column}"`;
export const dropLastColumn = (column: string): string => `cannot drop column "${column}": no other columns exist`;
/** A part of the schema no longer parses once the ALTER is made, or did not before it. */
export const errorIn = (
  kind: string,
  name: string,
  when: '' | ' after drop column' | ' after rename',
  error: string,
): string => `error in ${kind} ${name}${when}: ${error}`;
export const autoIncrementElsewhere = 'AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY';
export const autoIncrementWithoutRowid = 'AUTOINCREMENT not allowed on WITHOUT ROWID tables';
export const primaryKeyMissing = (table: string): string => `PRIMARY KEY missing on table ${table}`;
export const unknownStrictType = (table: string, column: string, type: string): string =>
  `unknown datatype for ${table}.${column}: "${type}"`;
export const missingStrictType = (table: string, column: string): string => `missing datatype for ${table}.${column}`;
export const foreignKeyColumnCount =
  'number of columns in foreign key does not match the number of columns in the referenced table';
export const columnForeignKeyCount = (column: string, table: string): string =>
  `foreign key on ${column} should reference only one column of table ${table}`;
export const indexOfConstraint = 'index associated with UNIQUE or PRIMARY KEY constraint cannot be dropped';
export const insteadOfOnTable = (table: string): string => `cannot create INSTEAD OF trigger on table: ${table}`;
export const timedTriggerOnView = (timing: string, view: string): string =>
  `cannot create ${timing} trigger on view: ${view}`;
export const triggerOnSystemTable = 'cannot create trigger on system table';
export const triggerOnVirtualTable = 'cannot create triggers on virtual tables';
export const transactionInTransaction = 'cannot start a transaction within a transaction';
export const nothingToCommit = 'cannot commit - no transaction is active';
export const nothingToRollBack = 'cannot rollback - no transaction is active';
export const missingSavepoint = (name: string): string => `no such savepoint: ${name}`;
export const syntaxErrorNear = (token: string): string => `near "${token}": syntax error`;
export const quotedLiteral = (column: string): string =>
  `no such column: "${column}" - should this be a string literal in single-quotes?`;
/** ALTER COLUMN SET NOT NULL and ADD CONSTRAINT over rows that break it. */
export const constraintFailed = 'constraint failed';
export const constraintMayNotBeDropped = (name: string): string => `constraint may not be dropped: ${name}`;
export const unknownDatabase = (name: string): string => `unknown database ${name}`;
export const temporaryIndex = (table: string): string => `cannot create a TEMP index on non-TEMP table "${table}"`;
export const viewMayNotBeWritten = (view: string): string => `cannot modify ${view} because it is a view`;
export const foreignKeyMismatch = (child: string, parent: string): string =>
  `foreign key mismatch - "${child}" referencing "${parent}"`;
export const generatedMayNotBeWritten = (verb: 'INSERT into' | 'UPDATE', column: string): string =>
  `cannot ${verb} generated column "${column}"`;
/** RENAME and DROP COLUMN under PRAGMA legacy_alter_table, where a body does not resolve. */
export const silentError = 'SQL logic error';
export const circularView = (view: string): string => `view ${view} is circularly defined`;
export const viewColumnCount = (view: string, listed: number, found: number): string =>
  `expected ${listed} columns for '${view}' but got ${found}`;
