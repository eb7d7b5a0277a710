import { alterIndex } from './alter-index.ts';
import { alterTable } from './alter-table.ts';
import { comments } from './comments.ts';
import { createIndex } from './create-index.ts';
import { createTable } from './create-table.ts';
import { dropTables } from './drop-table.ts';
import { noSchemaEffect } from './no-schema-effect.ts';
import { objects } from './objects.ts';
import { queries } from './queries.ts';
import type { Family, Reader } from './reader.ts';
import { routines } from './routines.ts';
import { runCode } from './run-code.ts';
import { session } from './session.ts';
import { tableObjects } from './table-objects.ts';
import { transactions } from './transactions.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';
import { writeRows } from './write-rows.ts';

/**
 * All statement families, each in the file of its name. A new family is a new file and one line here. They are functions so that a
 * run without views or routines need not load what reads these; what most projects have comes first.
 */
const families: readonly (() => Family)[] = [
  () => createTable,
  () => createIndex,
  () => alterTable,
  () => dropTables,
  () => transactions,
  () => comments,
  () => writeRows,
  () => views,
  () => triggers,
  () => routines,
  () => types,
  () => objects,
  () => tableObjects,
  () => queries,
  () => session,
  () => runCode,
  () => alterIndex,
  () => noSchemaEffect,
];

const readers = new Map<string, Reader | undefined>();

/** The reader of the statements that begin with these words; undefined where no family knows them. */
export function readerOf(words: string): Reader | undefined {
  if (!readers.has(words)) readers.set(words, findReader(words));
  return readers.get(words);
}

function findReader(words: string): Reader | undefined {
  for (const family of families) {
    const known = family();
    if (Object.hasOwn(known, words)) return known[words];
  }
  return undefined;
}
