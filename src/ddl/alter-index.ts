import { acceptIfExists, given, restAsWords } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName, readQualifiedName } from './names.ts';
import type { Operation } from './operation.ts';
import type { Family } from './reader.ts';

export const alterIndex: Family = { 'alter index': readAlterIndex };

/** PostgreSQL: `ALTER INDEX [IF EXISTS] i RENAME TO j`; what else it can say keeps the index as it is. */
function readAlterIndex(cursor: Cursor): readonly Operation[] {
  const { statement } = cursor;
  if (cursor.acceptWords('all', 'in', 'tablespace')) {
    return [{ kind: 'no-schema-effect', statement, words: `alter index all in tablespace ${restAsWords(cursor)}` }];
  }
  const ifExists = acceptIfExists(cursor);
  const index = readQualifiedName(cursor);
  if (cursor.acceptWords('rename', 'to')) {
    return [{ kind: 'rename-index', statement, index, to: readName(cursor), ...given({ ifExists }) }];
  }
  const change = { kind: 'other', words: restAsWords(cursor) } as const;
  return [{ kind: 'alter-object', object: 'index', statement, name: index, ...given({ ifExists }), change }];
}
