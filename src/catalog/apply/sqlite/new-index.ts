import type { CreateIndex, DropIndex } from '../../../ddl/operation.ts';
import type { Index, Table } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import type { Draft } from '../draft.ts';
import { indexObject, type IndexAt } from '../indexes.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { meetUnique } from '../rules-met.ts';

/** CREATE INDEX, once its table, name and columns are right. */
export function checkNewIndex(draft: Draft, operation: CreateIndex, at: TableAt, index: Index): void {
  if (operation.index?.schema?.text.toLowerCase() === 'temp' && at.target.schema !== 'temp') {
    refuse(draft, at, index, operation.index, words.temporaryIndex(at.table.name));
  }
  const expressions = operation.keys.flatMap((key) => (key.expression === undefined ? [] : [key.expression]));
  const subquery = expressions.find((expression) => expression.hasSubquery) ?? null;
  if (subquery !== null) refuse(draft, at, index, subquery, 'subqueries prohibited in index expressions');
  if (operation.where?.hasSubquery === true)
    refuse(draft, at, index, operation.where, 'subqueries prohibited in partial index WHERE clauses');
  if (!index.unique || meetUnique(draft, at.table, index)) return;
  const text = index.keys.every((key) => key.column !== null)
    ? draft.words.uniqueViolation(
        index.name,
        at.target,
        index.keys.map((key) => nameOf(at.table, key.column)),
      )
    : `UNIQUE constraint failed: index '${index.name}'`;
  draft.refuseWhenCollided(
    at.table,
    index.keys.map(({ column }) => column),
    errorAt('unique-violation', text, operation.index ?? operation.table, indexObject(at.target, index.name)),
  );
}

function nameOf(table: Table, key: string | null): string {
  return table.columns.find((column) => column.name.toLowerCase() === key?.toLowerCase())?.name ?? key ?? '';
}

function refuse(
  draft: Draft,
  at: TableAt,
  index: Index,
  place: { readonly start: number; readonly end: number },
  text: string,
): never {
  draft.refuse(errorAt('unsupported', text, place, indexObject(at.target, index.name)));
}

/** An index that a constraint made goes only with the constraint. */
export function checkDroppedIndex(draft: Draft, operation: DropIndex, { relation, index }: IndexAt): void {
  if (!index.ofConstraint) return;
  draft.refuse(
    errorAt('dependent-objects', words.indexOfConstraint, operation.index, indexObject(relation, index.name)),
  );
}
