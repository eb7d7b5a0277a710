import type { AlterColumn, AlterObject, SetSequence, WriteRows } from '../../../ddl/operation.ts';
import type { WriteTree } from '../../../query/tree.ts';
import type { Sequence, Table } from '../../catalog.ts';
import { entriesWith } from '../../reverse-index.ts';
import type { Draft } from '../draft.ts';
import { missingTableError, type TableAt } from '../lookup.ts';
import { findRelation, isSystemName, nameKey, partKey } from '../names.ts';
import { owningTable } from '../sequences.ts';

/** A value above this is as good as never reached. */
const REACHED = 1_000;

/** Rows that bring their own values for a column leave its sequence behind (manual, 9.17 and 8.1.4). */
export function noteWrittenValues(draft: Draft, { statement, table: name }: WriteRows, { target, table }: TableAt, tree: WriteTree): void {
  if (tree.verb !== 'insert' || name === undefined) return;
  for (const [key, sequence] of sequencesOf(draft, target.key)) {
    const { ownedBy } = sequence;
    if (ownedBy === null || sequence.behind !== undefined || !isKey(table, ownedBy.column)) continue;
    const value = smallestValue(tree, placeOf(draft, table, tree, ownedBy.column));
    if (value === null) continue;
    const at = { start: name.start, end: name.end };
    draft.putRelation(key, { ...sequence, behind: { statement, at, value } });
  }
} // prettier-ignore

function sequencesOf(draft: Draft, table: string): readonly (readonly [string, Sequence])[] {
  return entriesWith(draft.catalog.relations, owningTable, table).flatMap(([key, relation]) =>
    relation.kind === 'sequence' ? [[key, relation] as const] : [],
  );
}

/** Whether two rows cannot have the same value in the column alone. */
function isKey({ constraints }: Table, column: string): boolean {
  return constraints.some(
    ({ kind, columns }) =>
      (kind === 'primary-key' || kind === 'unique') && columns.length === 1 && columns[0] === column,
  );
}

function placeOf({ engine }: Draft, table: Table, { columns }: WriteTree, column: string): number {
  const key = partKey(column, engine.dialect);
  if (columns !== null) return columns.findIndex((name) => nameKey(name, engine.dialect) === key);
  return table.open ? -1 : table.columns.findIndex(({ name }) => partKey(name, engine.dialect) === key);
}

function smallestValue({ rows }: WriteTree, place: number): number | null {
  if (place < 0) return null;
  const values = (rows?.arms ?? [])
    .flatMap((arm) => (arm.kind === 'values' ? arm.rows : []))
    .map((row) => row.values[place]?.literal)
    .map((literal) => (literal?.kind === 'number' ? Number(literal.text) : NaN))
    .filter((value) => Number.isInteger(value) && value >= 1 && value <= REACHED);
  return values.length === 0 ? null : Math.min(...values);
}

/** SELECT setval(..): the sequence must be there, and is no longer behind. */
export function setSequence(draft: Draft, { sequence, ownedBy }: SetSequence): void {
  if (ownedBy !== undefined) {
    catchUpColumn(draft, findRelation(draft, ownedBy.table).target.key, ownedBy.column.text);
    return;
  }
  if (sequence === undefined) {
    for (const [key, relation] of [...draft.catalog.relations.entries()])
      if (relation.kind === 'sequence') catchUp(draft, key, relation);
    return;
  }
  const found = findRelation(draft, sequence);
  const error = missingTableError(draft, found.target, 'rows');
  if (found.presence === 'absent') {
    if (!isSystemName(draft, found.target)) draft.refuse(error);
    return;
  }
  if (found.presence === 'unsure') draft.doubt(found.why, error);
  if (found.value?.kind === 'sequence') catchUp(draft, found.target.key, found.value);
}

function catchUp(draft: Draft, key: string, sequence: Sequence): void {
  const { behind, ...kept } = sequence;
  if (behind !== undefined) draft.putRelation(key, kept);
}

/** The sequences of a table, or of one of its columns: RESTART, or its rows are gone. */
export function catchUpColumn(draft: Draft, table: string, column?: string): void {
  for (const [key, sequence] of sequencesOf(draft, table))
    if (column === undefined || sequence.ownedBy?.column === column) catchUp(draft, key, sequence);
}

/** ALTER SEQUENCE .. RESTART WITH n. */
export function restartSequence(draft: Draft, { name, change }: AlterObject): void {
  if (change.kind !== 'other' || !/\brestart\b|\bstart\b/.test(change.words)) return;
  const found = findRelation(draft, name);
  if (found.presence === 'present' && found.value.kind === 'sequence') catchUp(draft, found.target.key, found.value);
}

/** ALTER COLUMN .. RESTART WITH n, SET START WITH n. */
export function restartIdentity(draft: Draft, { statement, column }: AlterColumn, at: TableAt): void {
  const rest = statement.sql.text.slice(column.end, statement.end);
  if (/\b(?:restart|start)\b/i.test(rest)) catchUpColumn(draft, at.target.key, nameKey(column, draft.engine.dialect));
}
