import type { WriteRows } from '../../ddl/operation.ts';
import type { Outcome } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { refuseViewWrite } from './sqlite/written-view.ts';
import { objectOf, requireColumn, requireRelation } from './lookup.ts';

/** INSERT, UPDATE, DELETE, COPY ..: needs its table and the columns that it names; from then on the table may hold rows. */
export function writeRows(draft: Draft, operation: WriteRows): Outcome | undefined {
  if (operation.table === undefined) return undefined;
  const found = requireRelation(draft, operation, operation.table, 'rows');
  if ('outcome' in found) return found.outcome;
  if (found.relation.kind === 'view' && draft.engine.dialect.name === 'sqlite')
    refuseViewWrite(draft, operation, found.target);
  if (found.relation.kind !== 'table') return undefined;
  const at = { target: found.target, table: found.relation };
  for (const column of operation.columns) requireColumn(draft, at, column, 'rows');
  const puts = operation.verb !== 'delete' && operation.verb !== 'truncate' && operation.verb !== 'update';
  if (puts && !found.relation.written && putsRowsForSure(operation))
    draft.putRelation(found.target.key, { ...found.relation, written: true });
  if (!puts && operation.verb !== 'update') {
    draft.record({ kind: 'rows-deleted', object: { kind: 'table', ...objectOf(found.target) }, silent: false });
  }
  return undefined;
}

/** INSERT .. SELECT may copy from an empty table; VALUES, COPY and LOAD bring rows whatever the database holds. */
function putsRowsForSure({ statement, table, verb }: WriteRows): boolean {
  if (verb === 'copy' || verb === 'load') return true;
  const from = table?.end ?? statement.start;
  const source = /\b(?:VALUES|VALUE|SELECT|WITH|TABLE|SET|DEFAULT)\b/i.exec(
    statement.sql.text.slice(from, Math.min(statement.end, from + LONGEST_COLUMN_LIST)),
  );
  return source !== null && !/^(?:SELECT|WITH|TABLE)$/i.test(source[0]);
}

/** What precedes VALUES or SELECT; the bound keeps an INSERT of 5 MB as cheap as its head. */
const LONGEST_COLUMN_LIST = 10_000;
