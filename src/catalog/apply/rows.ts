import { isOfMysql } from '../../dialects/dialect.ts';
import type { WriteRows } from '../../ddl/operation.ts';
import { readWriteTree } from '../../query/needs-grammar.ts';
import type { WriteTree } from '../../query/tree.ts';
import type { Column, Table } from '../catalog.ts';
import { withoutValues } from '../merge.ts';
import type { Outcome } from '../outcome.ts';
import { checkCopiedRows, holdingOfCopy } from './copied-rows.ts';
import { noteMisplacedRows } from './misplaced-rows.ts';
import type { Draft } from './draft.ts';
import { objectOf, requireColumn, requireRelation, type RelationAt, type TableAt } from './lookup.ts';
import { conclude, resolve } from './query/check.ts';
import { verdictOfTriggers } from './query/trigger-bodies.ts';
import { checkFiredFunctions } from './postgres/trigger-functions.ts';
import { catchUpColumn, noteWrittenValues } from './postgres/sequence-values.ts';
import { withoutFormerRules } from './rules-met.ts';
import { checkRepeatedRows, noteInserted, refuseUnlistedValues } from './repeated-rows.ts';
import { refuseMissingValues } from './required-values.ts';
import { checkWrittenKeys } from './sqlite/written-keys.ts';
import { refuseViewWrite } from './sqlite/written-view.ts';

/** INSERT, UPDATE, DELETE, COPY ..: needs its table and the columns that it names; from then on the table may hold rows. */
export function writeRows(draft: Draft, operation: WriteRows): Outcome | undefined {
  const tree = readWriteTree(operation, draft.engine.dialect);
  if (operation.table === undefined) {
    if (tree !== null) checkNames(draft, operation, tree);
    return undefined;
  }
  const found = requireRelation(draft, operation, operation.table, 'rows');
  if ('outcome' in found) return found.outcome;
  if (found.relation.kind === 'view' && draft.engine.dialect.name === 'sqlite')
    refuseViewWrite(draft, operation, found.target);
  if (tree !== null) checkNames(draft, operation, tree);
  if (found.relation.kind === 'table')
    checkValues(draft, operation, { target: found.target, table: found.relation }, tree);
  if (draft.engine.dialect.name === 'sqlite') checkTriggers(draft, operation, found, tree);
  if (found.relation.kind !== 'table') return undefined;
  const written = operation.verb === 'delete' ? found.relation : withValues(found.relation);
  if (written !== found.relation) draft.putRelation(found.target.key, written);
  const at = { target: found.target, table: written };
  if (tree === null) for (const column of operation.columns) requireColumn(draft, at, column, 'rows');
  if (tree !== null) checkRepeatedRows(draft, operation, at, tree);
  const isChange = operation.verb !== 'insert' && operation.verb !== 'copy' && operation.verb !== 'load';
  const kept = isChange
    ? { target: at.target, table: { ...at.table, inserted: [] } }
    : noteInserted(draft, operation, at, tree);
  if (draft.engine.dialect.name === 'postgres' && tree !== null) noteWrittenValues(draft, operation, at, tree);
  if (operation.verb === 'delete' || operation.verb === 'truncate') deleteRows(draft, operation, kept);
  else if (operation.verb !== 'update') putRows(draft, operation, kept, tree);
  else if (kept.table.inserted !== at.table.inserted) draft.putRelation(kept.target.key, kept.table);
  return undefined;
}

/** The table after a write that may have given its columns values. */
export function withValues(table: Table): Table {
  const plain = withoutFormerRules(table);
  if (!plain.columns.some(hasKnownValues)) return plain;
  return { ...plain, columns: plain.columns.map(withoutValues) };
}

function hasKnownValues({ nullInDeploy, distinctInDeploy, sameInDeploy }: Column): boolean {
  return nullInDeploy !== undefined || distinctInDeploy !== undefined || sameInDeploy !== undefined;
}

/** One statement may write several tables, each an operation of its own: the first of them looks the names up. */
function checkNames(draft: Draft, operation: WriteRows, tree: WriteTree): void {
  if (draft.operations.find(({ kind }) => kind === 'write-rows') !== operation) return;
  const { sql, start, end } = operation.statement;
  conclude(draft, resolve(draft, tree, { text: sql.text.slice(start, end), offset: start, schema: null }));
}

/** What the table says to the columns and rows that are written. */
function checkValues(draft: Draft, operation: WriteRows, at: TableAt, tree: WriteTree | null): void {
  if (draft.engine.dialect.name === 'sqlite') checkWrittenKeys(draft, operation, at, tree);
  if (draft.engine.dialect.name === 'postgres') checkFiredFunctions(draft, operation, at, tree);
  if (tree !== null) {
    if (!at.table.open && !isOfMysql(draft.engine.dialect)) refuseUnlistedValues(draft, at, tree);
    refuseMissingValues(draft, operation, at, tree);
    checkCopiedRows(draft, at, tree, textOf(operation));
    noteMisplacedRows(draft, at, tree, textOf(operation));
  }
}

function textOf({ statement: { sql, start, end } }: WriteRows): string {
  return sql.text.slice(start, end);
}

function checkTriggers(draft: Draft, { verb }: WriteRows, { target }: RelationAt, tree: WriteTree | null): void {
  conclude(draft, verdictOfTriggers(draft, { table: target.key, verb, tree }));
}

function deleteRows(draft: Draft, operation: WriteRows, { target, table }: TableAt): void {
  if (!leavesNoRow(operation)) draft.putRelation(target.key, table);
  else {
    const emptied = { ...table, madeInDeploy: draft.base.deploy, written: false, emptySince: operation.statement };
    delete emptied.filledInDeploy;
    draft.putRelation(target.key, emptied);
    if (draft.engine.dialect.name === 'postgres') catchUpColumn(draft, target.key);
  }
  draft.record({ kind: 'rows-deleted', object: { kind: 'table', ...objectOf(target) }, silent: false });
}

/** TRUNCATE, and a DELETE that ends with the name of its table. */
function leavesNoRow({ statement, table, verb }: WriteRows): boolean {
  if (verb === 'truncate') return true;
  return table !== undefined && /^[\s;]*$/.test(statement.sql.text.slice(table.end, statement.end));
}

function putRows(draft: Draft, operation: WriteRows, { target, table }: TableAt, tree: WriteTree | null): void {
  if (table.written) return;
  if (putsRowsForSure(operation, tree)) {
    draft.putRelation(target.key, { ...table, written: true });
    return;
  }
  if (tree?.rows == null) return;
  const holding = holdingOfCopy(draft, tree.rows, textOf(operation));
  if (holding === null || holding === 'nothing') return;
  draft.putRelation(target.key, { ...table, ...holding });
}

/** INSERT .. SELECT may copy from an empty table; VALUES, COPY and LOAD bring rows whatever the database holds. */
function putsRowsForSure({ verb, statement, table }: WriteRows, tree: WriteTree | null): boolean {
  if (verb === 'copy' || verb === 'load') return true;
  if (tree !== null) return tree.verb === 'insert' && (tree.rows === null || tree.rows.arms[0]?.kind === 'values');
  const head = statement.sql.text.slice(table?.end ?? statement.start, statement.end);
  const source = /\b(?:VALUES|VALUE|SELECT|WITH|TABLE|SET|DEFAULT)\b/i.exec(head);
  return source !== null && !/^(?:SELECT|WITH|TABLE)$/i.test(source[0]);
}
