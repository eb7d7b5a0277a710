import type { ErrorClass } from '../catalog/outcome.ts';

const ALREADY_THERE: readonly ErrorClass[] = [
  'duplicate-table',
  'duplicate-column',
  'duplicate-index',
  'duplicate-constraint',
  'duplicate-type',
  'duplicate-object',
];
const NOT_THERE: readonly ErrorClass[] = [
  'missing-table',
  'missing-column',
  'missing-index',
  'missing-constraint',
  'missing-type',
  'missing-object',
];

/**
 * What code compares an error with -> the errors it means. Texts are SQLite's, PostgreSQL's and MySQL's own; codes are
 * PostgreSQL's SQLSTATEs (manual, appendix A) and MySQL's numbers (error message reference).
 */
const CLASSES_BY_TEXT: readonly (readonly [RegExp, readonly ErrorClass[]])[] = [
  [/duplicate[ _]?column|\b42701\b|\b1060\b/i, ['duplicate-column']],
  [/duplicate[ _]?(?:key[ _]?name|index)|\b1061\b/i, ['duplicate-index']],
  [/duplicate[ _]?table|\b42P07\b|\b1050\b|table[ _]?exists/i, ['duplicate-table', 'duplicate-index']],
  [
    /duplicate[ _]?(?:object|schema|function)|\b42710\b|\b1826\b/i,
    ['duplicate-constraint', 'duplicate-type', 'duplicate-object'],
  ],
  [/\balready\b|\bexists\b/i, ALREADY_THERE],
  [/no such column|undefined[ _]?column|unknown column|bad[ _]?field|\b42703\b|\b1054\b/i, ['missing-column']],
  [/no such table|undefined[ _]?table|\b42P01\b|\b1146\b/i, ['missing-table']],
  [/no such index/i, ['missing-index']],
  [/undefined[ _]?object|\b42704\b/i, ['missing-index', 'missing-constraint', 'missing-type', 'missing-object']],
  [/can'?t drop|\b1091\b/i, ['missing-index', 'missing-column', 'missing-constraint']],
  [/does ?n[o']t exist|not found|\bno such\b/i, NOT_THERE],
  [/unique|duplicate (?:key value|entry)|\b23505\b|\b1062\b/i, ['unique-violation']],
  [/foreign key|\b23503\b|\b1452\b/i, ['foreign-key']],
  [/syntax|\b42601\b|\b1064\b/i, ['syntax']],
];

/** The errors that a comparison with this text or code picks out; none when it names no error we know. */
export function errorClassesOf(text: string): readonly ErrorClass[] {
  return CLASSES_BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? [];
}
