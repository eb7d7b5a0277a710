import { alterIndex } from './alter-index.ts';
import { alterTable } from './alter-table.ts';
import { createIndex } from './create-index.ts';
import { createTable } from './create-table.ts';
import { dropTables } from './drop-table.ts';
import type { Family } from './reader.ts';

/** All statement families, each in the file of its name. A new family is a new file and one line here. */
export const families: readonly Family[] = [createTable, alterTable, createIndex, alterIndex, dropTables];
