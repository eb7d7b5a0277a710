import type { Cursor } from './cursor.ts';
import { readNameList, readTableName } from './names.ts';
import type { ForeignKeyTarget, ReferentialAction } from './operation.ts';

type Deferrable = NonNullable<ForeignKeyTarget['deferrable']>;

/** After REFERENCES: table, columns, MATCH, ON DELETE and ON UPDATE in any order, DEFERRABLE. */
export function readForeignKeyTarget(cursor: Cursor, start: number): ForeignKeyTarget {
  const table = readTableName(cursor);
  const columns = cursor.isSymbol('(') ? readNameList(cursor) : [];
  let onDelete: ReferentialAction | undefined;
  let onUpdate: ReferentialAction | undefined;
  let deferrable: Deferrable | undefined;
  for (;;) {
    if (cursor.acceptWords('on', 'delete')) onDelete = readReferentialAction(cursor);
    else if (cursor.acceptWords('on', 'update')) onUpdate = readReferentialAction(cursor);
    else if (cursor.accept('match')) cursor.advance();
    else {
      const deferring = acceptDeferring(cursor);
      if (deferring === undefined) break;
      deferrable = mergeDeferring(deferrable, deferring);
    }
  }
  return {
    ...cursor.rangeFrom(start),
    table,
    columns,
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    ...(deferrable === undefined ? {} : { deferrable }),
  };
}

function readReferentialAction(cursor: Cursor): ReferentialAction {
  if (cursor.accept('cascade')) return 'cascade';
  if (cursor.accept('restrict')) return 'restrict';
  if (cursor.acceptWords('no', 'action')) return 'no action';
  if (!cursor.accept('set')) return cursor.fail('expected a referential action');
  const action = cursor.accept('default') ? 'set default' : 'set null';
  if (action === 'set null') cursor.expect('null');
  // PostgreSQL 15: SET NULL (a, b).
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  return action;
}

/** `[NOT] DEFERRABLE`, `INITIALLY DEFERRED | IMMEDIATE`; undefined when neither stands here. */
export function acceptDeferring(cursor: Cursor): Deferrable | undefined {
  if (cursor.acceptWords('not', 'deferrable')) return 'not';
  if (cursor.accept('deferrable')) return 'immediate';
  if (cursor.acceptWords('initially', 'deferred')) return 'deferred';
  return cursor.acceptWords('initially', 'immediate') ? 'immediate' : undefined;
}

/** INITIALLY says more than DEFERRABLE, but does not make NOT DEFERRABLE deferrable (SQLite takes `NOT DEFERRABLE INITIALLY DEFERRED`). */
function mergeDeferring(before: Deferrable | undefined, next: Deferrable): Deferrable {
  return before === undefined || next === 'deferred' ? (before === 'not' ? 'not' : next) : before;
}
