import { createTableFamily } from './create-table.ts';
import type { Family } from './reader.ts';

/** All statement families, each in the file of its name. A new family is a new file and one line here. */
export const families: readonly Family[] = [createTableFamily];
