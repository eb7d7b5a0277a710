import { alterIndex } from './alter-index.ts';
import { alterTable } from './alter-table.ts';
import { comments } from './comments.ts';
import { createIndex } from './create-index.ts';
import { createTable } from './create-table.ts';
import { dropTables } from './drop-table.ts';
import { noSchemaEffect } from './no-schema-effect.ts';
import { objects } from './objects.ts';
import { queries } from './queries.ts';
import type { Family } from './reader.ts';
import { routines } from './routines.ts';
import { runCode } from './run-code.ts';
import { session } from './session.ts';
import { tableObjects } from './table-objects.ts';
import { transactions } from './transactions.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';
import { writeRows } from './write-rows.ts';

/** All statement families, each in the file of its name. A new family is a new file and one line here. */
export const families: readonly Family[] = [
  createTable,
  alterTable,
  createIndex,
  alterIndex,
  dropTables,
  views,
  triggers,
  routines,
  types,
  objects,
  tableObjects,
  comments,
  writeRows,
  queries,
  transactions,
  session,
  runCode,
  noSchemaEffect,
];
