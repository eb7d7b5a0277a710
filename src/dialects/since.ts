import type { Version } from './dialect.ts';

/** The version that first accepts something, as the makers' release notes say; those that can be had were run. */
export const sqliteSince = {
  // sqlite.org/changes.html; run on 3.28, 3.33, 3.35, 3.36, 3.39, 3.40 and 3.53.
  renameColumn: [3, 25],
  generatedColumns: [3, 31],
  dropColumn: [3, 35],
  strictTables: [3, 37],
  /** ADD COLUMN holds old rows against a new CHECK. */
  checkOfOldRows: [3, 37],
  jsonArrows: [3, 38],
  /** ALTER COLUMN SET / DROP NOT NULL, ADD / DROP CONSTRAINT. */
  alteredConstraints: [3, 53],
} as const satisfies Readonly<Record<string, Version>>;

export const postgresSince = {
  // postgresql.org/docs/release; run on 15, 16, 17 and 18.
  replacedTriggers: [14, 0],
  nullsNotDistinct: [15, 0],
  changedExpressions: [17, 0],
  virtualColumns: [18, 0],
  namedNotNull: [18, 0],
  notEnforced: [18, 0],
  uuidVersion7: [18, 0],
  /** Refusals that speak of stored columns and of foreign keys and checks alone became wider. */
  widerRefusals: [18, 0],
  /** "cannot open relation" for rows into an index; a refused partition command and a nullable child are named in other words. */
  wordsOfRelations: [18, 0],
} as const satisfies Readonly<Record<string, Version>>;
