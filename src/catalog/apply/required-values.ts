import type { WriteRows } from '../../ddl/operation.ts';
import type { Row, WriteTree } from '../../query/tree.ts';
import type { Column } from '../catalog.ts';
import { hasImplicitDefault, isRowid, leftOutError, notNullError } from './copied-rows.ts';
import type { Draft } from './draft.ts';
import type { TableAt } from './lookup.ts';
import { nameKey, partKey } from './names.ts';
import { triggersOn } from './triggers.ts';

/**
 * Rows that an INSERT writes out: a column that is NOT NULL and has no default needs a value in each of them. Nothing is
 * said where a trigger or a rule may see the row first, nor in MySQL outside of strict mode.
 */
export function refuseMissingValues(draft: Draft, operation: WriteRows, at: TableAt, tree: WriteTree): void {
  const { table } = at;
  const rows = rowsOf(tree);
  if (rows === null || table.open || !table.certain || operation.statement.hasPlaceholder) return;
  if (draft.session.strictMode !== undefined && draft.session.strictMode !== true) return;
  if (isSeenBefore(draft, at)) return;
  const { dialect } = draft.engine;
  const filled = tree.rows === null ? [] : tree.columns?.map((name) => nameKey(name, dialect));
  for (const [place, column] of table.columns.entries()) {
    if (!needsValue(draft, column) || isRowid(draft, table, column)) continue;
    const index = filled === undefined ? place : filled.indexOf(partKey(column.name, dialect));
    if (index < 0) refuseLeftOut(draft, at, column);
    else if (rows.some((row) => row.values[index]?.literal?.kind === 'null'))
      draft.refuse(notNullError(draft, at, column));
    else if (rows.some((row) => row.values[index]?.literal?.kind === 'default')) refuseLeftOut(draft, at, column);
  }
}

/** The rows that are written out; one without values for DEFAULT VALUES. */
function rowsOf({ verb, onDuplicate, rows }: WriteTree): readonly Row[] | null {
  if (verb !== 'insert' || onDuplicate !== 'fail') return null;
  if (rows === null) return [{ values: [], start: 0, end: 0 }];
  const [arm, ...others] = rows.arms;
  return arm?.kind === 'values' && others.length === 0 && arm.rows.length > 0 ? arm.rows : null;
}

function isSeenBefore(draft: Draft, { target }: TableAt): boolean {
  // A trigger or a rule that is not listed may be there all the same.
  if (draft.catalog.open) return true;
  const isTriggered = triggersOn(draft, target.key).some(
    ([, { events, timing }]) => events.includes('insert') && timing !== 'after',
  );
  if (isTriggered) return true;
  for (const { kind, table } of draft.catalog.others.values()) if (kind === 'rule' && table === target.key) return true;
  return false;
}

function needsValue(draft: Draft, column: Column): boolean {
  const { notNull, certain, unknown, generated, identity } = column;
  if (!notNull || !certain || unknown.length > 0 || generated !== null || identity !== null) return false;
  switch (draft.engine.dialect.name) {
    // NOT NULL ON CONFLICT IGNORE passes over the row.
    case 'sqlite':
      return !/\bon\s+conflict\b/i.test(column.origin?.statement.sql.text.slice(column.origin.statement.start, column.origin.statement.end) ?? ''); // prettier-ignore
    // A domain may have a default of its own.
    case 'postgres':
      return ![...draft.catalog.types.values()].some(
        ({ name, variant }) => variant === 'domain' && column.type?.includes(name) === true,
      );
    // NULL may mean the time of the statement (explicit_defaults_for_timestamp).
    default:
      return !/^timestamp\b/i.test(column.type ?? '');
  }
}

function refuseLeftOut(draft: Draft, at: TableAt, column: Column): void {
  if (column.default === null && !hasImplicitDefault(draft, column)) draft.refuse(leftOutError(draft, at, column));
}
