import type { Catalog, Column, Constraint, Database, Index, Relation, Sequence, Table } from './catalog.ts';
import type { PersistentMap } from './persistent-map.ts';
import { isSameColumn } from './same-column.ts';

/**
 * The database after a branch that may have run or not: what both sides agree on stays, the rest is uncertain. Both must
 * stem from one database, so only what the branches changed is looked at.
 */
export function mergeUnsure(left: Database, right: Database): Database {
  if (left === right) return left;
  return {
    catalog: mergeCatalogs(left.catalog, right.catalog),
    session: {
      foreignKeys: same(left.session.foreignKeys, right.session.foreignKeys, null),
      inTransaction: left.session.inTransaction && right.session.inTransaction,
      aborted: left.session.aborted && right.session.aborted,
      searchPath: left.session.searchPath?.join() === right.session.searchPath?.join() ? left.session.searchPath : null,
      strictMode: same(left.session.strictMode ?? true, right.session.strictMode ?? true, null),
      saved: same(left.session.saved ?? {}, right.session.saved ?? {}, {}),
      checkFunctionBodies: (left.session.checkFunctionBodies ?? true) && (right.session.checkFunctionBodies ?? true),
      legacyAlterTable: left.session.legacyAlterTable && right.session.legacyAlterTable,
    },
    // A step that only one branch records counts as recorded: running it twice would invent a failure.
    ledger: left.ledger.size >= right.ledger.size ? left.ledger : right.ledger,
    deploy: left.deploy,
    atBegin: same(left.atBegin, right.atBegin, null),
    savepoints: left.savepoints === right.savepoints ? left.savepoints : [],
  };
}

function same<Value>(left: Value, right: Value, otherwise: Value): Value {
  return left === right ? left : otherwise;
}

function mergeCatalogs(left: Catalog, right: Catalog): Catalog {
  return {
    relations: mergeMaps(left.relations, right.relations, mergeRelations, doubtful),
    indexOwners: mergeMaps(
      left.indexOwners,
      right.indexOwners,
      (owner) => owner,
      (owner) => owner,
    ),
    triggers: mergeMaps(left.triggers, right.triggers, doubtful, doubtful),
    routines: mergeMaps(left.routines, right.routines, doubtful, doubtful),
    types: mergeMaps(left.types, right.types, doubtful, doubtful),
    others: mergeMaps(left.others, right.others, doubtful, doubtful),
    open: left.open || right.open,
  };
}

function mergeMaps<Value>(
  left: PersistentMap<Value>,
  right: PersistentMap<Value>,
  both: (left: Value, right: Value) => Value,
  one: (value: Value) => Value,
): PersistentMap<Value> {
  let merged = left;
  for (const key of left.changedKeys(right)) {
    const onLeft = left.get(key);
    const onRight = right.get(key);
    if (onLeft !== undefined && onRight !== undefined) merged = merged.set(key, both(onLeft, onRight));
    else if (onLeft !== undefined) merged = merged.set(key, one(onLeft));
    else if (onRight !== undefined) merged = merged.set(key, one(onRight));
  }
  return merged;
}

/** A thing of which only its possible existence is known. */
export function doubtful<Value extends { readonly certain: boolean }>(value: Value): Value {
  return value.certain ? { ...value, certain: false } : value;
}

function mergeRelations(left: Relation, right: Relation): Relation {
  if (left.kind === 'sequence' && right.kind === 'sequence') return mergeSequences(left, right);
  if (left.kind !== 'table' || right.kind !== 'table') return doubtful(left);
  return mergeTables(left, right);
}

/** A sequence is behind only where both sides say so. */
function mergeSequences(left: Sequence, right: Sequence): Sequence {
  const { behind, ...kept } = left;
  const certain = left.certain && right.certain && left.ownedBy?.table === right.ownedBy?.table;
  return { ...kept, certain, ...(behind === undefined || right.behind === undefined ? {} : { behind }) };
}

function mergeTables(left: Table, right: Table): Table {
  const { formerRules, filledInDeploy, ...kept } = left;
  return {
    ...kept,
    ...(formerRules !== undefined && formerRules === right.formerRules ? { formerRules } : {}),
    ...(filledInDeploy !== undefined && filledInDeploy === right.filledInDeploy ? { filledInDeploy } : {}),
    columns: mergeColumns(left.columns, right.columns),
    indexes: mergeParts<Index>(left.indexes, right.indexes),
    constraints: mergeParts<Constraint>(left.constraints, right.constraints),
    certain: left.certain && right.certain,
    open: left.open || right.open,
    absent: left.absent.filter((key) => right.absent.includes(key)),
    absentIndexes: left.absentIndexes.filter((key) => right.absentIndexes.includes(key)),
    madeInDeploy: Math.min(left.madeInDeploy, right.madeInDeploy),
    written: left.written || right.written,
    emptySince: left.emptySince === right.emptySince ? left.emptySince : null,
    inserted: [],
  };
}

/** Columns of which only what is known of their values differs stay certain; of the values nothing is known then. */
function mergeColumns(left: readonly Column[], right: readonly Column[]): readonly Column[] {
  if (left === right) return left;
  const onRight = new Map(right.map((column) => [column.name, column]));
  const written = left.map((column) => {
    const other = onRight.get(column.name);
    return other === undefined || other === column || !isSameColumn(column, other) ? column : withoutValues(column);
  });
  const onLeft = new Map(written.map((column) => [column.name, column]));
  const others = right.map((column) => {
    const one = onLeft.get(column.name);
    return one !== undefined && isSameColumn(one, column) ? one : column;
  });
  return mergeParts(written, others);
}

function mergeParts<Part extends { readonly name: string | null; readonly certain: boolean }>(
  left: readonly Part[],
  right: readonly Part[],
): readonly Part[] {
  if (left === right) return left;
  const merged = left.map((part) => (right.includes(part) ? part : doubtful(part)));
  for (const part of right) {
    if (!left.includes(part) && !left.some((other) => other.name === part.name)) merged.push(doubtful(part));
  }
  return merged;
}

/** A column of whose values nothing is known. */
export function withoutValues(column: Column): Column {
  const written = { ...column };
  delete written.nullInDeploy;
  delete written.distinctInDeploy;
  delete written.sameInDeploy;
  return written;
}
