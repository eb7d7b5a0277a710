import type { WriteRows } from '../../ddl/operation.ts';
import type { Column, Table } from '../catalog.ts';
import type { Outcome } from '../outcome.ts';
import { queryShape } from '../query-shape.ts';
import type { Draft } from './draft.ts';
import { objectOf, requireColumn, requireRelation, type TableAt } from './lookup.ts';
import { findRelation } from './names.ts';
import { refuseViewWrite } from './sqlite/written-view.ts';

/** INSERT, UPDATE, DELETE, COPY ..: needs its table and the columns that it names; from then on the table may hold rows. */
export function writeRows(draft: Draft, operation: WriteRows): Outcome | undefined {
  if (operation.table === undefined) return undefined;
  const found = requireRelation(draft, operation, operation.table, 'rows');
  if ('outcome' in found) return found.outcome;
  if (found.relation.kind === 'view' && draft.engine.dialect.name === 'sqlite')
    refuseViewWrite(draft, operation, found.target);
  if (found.relation.kind !== 'table') return undefined;
  const written = operation.verb === 'delete' ? found.relation : withValues(found.relation);
  if (written !== found.relation) draft.putRelation(found.target.key, written);
  const at = { target: found.target, table: written };
  for (const column of operation.columns) requireColumn(draft, at, column, 'rows');
  if (operation.verb === 'delete' || operation.verb === 'truncate') deleteRows(draft, operation, at);
  else if (operation.verb !== 'update') putRows(draft, operation, at);
  return undefined;
}

/** The table after a write that may have given its columns values. */
export function withValues(table: Table): Table {
  if (table.columns.every(({ nullInDeploy }) => nullInDeploy === undefined)) return table;
  return { ...table, columns: table.columns.map(withoutKnownNulls) };
}

function withoutKnownNulls(column: Column): Column {
  const written = { ...column };
  delete written.nullInDeploy;
  return written;
}

function deleteRows(draft: Draft, operation: WriteRows, { target, table }: TableAt): void {
  if (leavesNoRow(operation)) {
    const emptied = { madeInDeploy: draft.base.deploy, written: false, emptySince: operation.statement };
    draft.putRelation(target.key, { ...table, ...emptied });
  }
  draft.record({ kind: 'rows-deleted', object: { kind: 'table', ...objectOf(target) }, silent: false });
}

/** TRUNCATE, and a DELETE that ends with the name of its table. */
function leavesNoRow({ statement, table, verb }: WriteRows): boolean {
  if (verb === 'truncate') return true;
  return table !== undefined && /^[\s;]*$/.test(statement.sql.text.slice(table.end, statement.end));
}

function putRows(draft: Draft, operation: WriteRows, { target, table }: TableAt): void {
  if (table.written) return;
  if (putsRowsForSure(operation)) {
    draft.putRelation(target.key, { ...table, written: true });
    return;
  }
  // A copy holds what its source holds, and has it for as long.
  const source = tablesRead(draft, operation).find((other) => other.emptySince !== table.emptySince);
  if (source !== undefined) draft.putRelation(target.key, { ...table, emptySince: source.emptySince });
}

/** The tables that an INSERT .. SELECT reads. */
function tablesRead(draft: Draft, { statement, table }: WriteRows): readonly Table[] {
  const from = table?.end ?? statement.start;
  const text = statement.sql.text.slice(from, Math.min(statement.end, from + LONGEST_HEAD));
  const start = text.search(/\b(?:SELECT|WITH)\b/i);
  const shape = start < 0 ? null : queryShape(text.slice(start), draft.engine.dialect);
  return (shape?.sources ?? []).flatMap(({ path }) => {
    const [name, schema] = path.map((part) => ({ text: part, quoted: true, start: 0, end: 0 })).toReversed();
    if (name === undefined) return [];
    const found = findRelation(draft, { name, start: 0, end: 0, ...(schema === undefined ? {} : { schema }) });
    return found.presence === 'present' && found.value.kind === 'table' ? [found.value] : [];
  });
}

/** INSERT .. SELECT may copy from an empty table; VALUES, COPY and LOAD bring rows whatever the database holds. */
function putsRowsForSure({ statement, table, verb }: WriteRows): boolean {
  if (verb === 'copy' || verb === 'load') return true;
  const from = table?.end ?? statement.start;
  const source = /\b(?:VALUES|VALUE|SELECT|WITH|TABLE|SET|DEFAULT)\b/i.exec(
    statement.sql.text.slice(from, Math.min(statement.end, from + LONGEST_HEAD)),
  );
  return source !== null && !/^(?:SELECT|WITH|TABLE)$/i.test(source[0]);
}

/** An INSERT of 5 MB is told by its head, at the price of its head. */
const LONGEST_HEAD = 10_000;
