import type { ErrorClass } from '../catalog/outcome.ts';

const DUPLICATES: readonly ErrorClass[] = [
  'duplicate-table',
  'duplicate-column',
  'duplicate-index',
  'duplicate-constraint',
  'duplicate-type',
  'duplicate-object',
];
const MISSING: readonly ErrorClass[] = [
  'missing-table',
  'missing-column',
  'missing-index',
  'missing-constraint',
  'missing-type',
  'missing-object',
];

/** Engine messages, SQLSTATEs and MySQL error numbers that code looks for -> the classes of error that are meant. */
const MEANINGS: readonly (readonly [RegExp, readonly ErrorClass[]])[] = [
  [/duplicate column|\b1060\b|42701|duplicatecolumn|dup_fieldname/i, ['duplicate-column']],
  [/duplicate key name|\b1061\b|dup_keyname/i, ['duplicate-index']],
  [/\b1050\b|table_exists_error/i, ['duplicate-table']],
  // PostgreSQL reports a second index with SQLSTATE 42P07 too: an index is a relation.
  [/42p07|duplicatetable/i, ['duplicate-table', 'duplicate-index']],
  [/42710|duplicateobject/i, ['duplicate-constraint', 'duplicate-type', 'duplicate-object']],
  [/table .*already exists/i, ['duplicate-table']],
  [/index .*already exists/i, ['duplicate-index']],
  [/column .*already exists/i, ['duplicate-column']],
  [/already exists|^duplicate$|^exists$/i, DUPLICATES],
  [/no such column|unknown column|\b1054\b|42703|undefinedcolumn/i, ['missing-column']],
  [/no such table|unknown table|\b1051\b|\b1146\b|42p01|undefinedtable/i, ['missing-table']],
  [/no such index/i, ['missing-index']],
  [
    /\b1091\b|can't drop|undefinedobject|42704/i,
    ['missing-column', 'missing-index', 'missing-constraint', 'missing-object', 'missing-type'],
  ],
  [/does not exist|doesn't exist|^no such/i, MISSING],
  [/unique constraint|uniqueviolation|duplicate entry|\b1062\b|23505/i, ['unique-violation']],
  [/integrityerror/i, ['unique-violation', 'check-violation', 'foreign-key']],
  [/foreign key|foreignkeyviolation/i, ['foreign-key']],
  [/check constraint|checkviolation/i, ['check-violation']],
];

/** The classes of error that a text, code or class name in host code means; undefined where it means none known. */
export function errorClassesOf(words: string): readonly ErrorClass[] | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(words))?.[1];
}
