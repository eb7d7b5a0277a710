import type { Catalog, Relation } from '../../../catalog.ts';
import { isSameColumn } from '../../../same-column.ts';

/** Whether two catalogs that stem from one differ in more than what is known of rows. */
export function differInShape(left: Catalog, right: Catalog): boolean {
  if (left === right) return false;
  if (left.open !== right.open) return true;
  for (const part of ['triggers', 'routines', 'types', 'others'] as const)
    if (left[part] !== right[part] && left[part].changedKeys(right[part] as never).length > 0) return true;
  return left.relations
    .changedKeys(right.relations)
    .some((key) => !haveSameShape(left.relations.get(key), right.relations.get(key)));
}

function haveSameShape(left: Relation | undefined, right: Relation | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === 'sequence' && right.kind === 'sequence')
    return left.certain === right.certain && left.ownedBy?.table === right.ownedBy?.table;
  if (left.kind !== 'table' || right.kind !== 'table') return left === right;
  return (
    left.certain === right.certain &&
    left.open === right.open &&
    left.name === right.name &&
    areSame(left.indexes, right.indexes) &&
    areSame(left.constraints, right.constraints) &&
    areSame(left.options, right.options) &&
    areSame(left.parents, right.parents) &&
    left.columns.length === right.columns.length &&
    left.columns.every((column, at) => isSameColumn(column, right.columns[at] ?? column))
  );
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left === right || (left.length === right.length && left.every((one, at) => one === right[at]));
}
