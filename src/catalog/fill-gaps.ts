import type { Catalog, Column, Index, Relation, Table } from './catalog.ts';
import { entriesWith } from './reverse-index.ts';

/**
 * A catalog with what it leaves open as another one of the same moment knows it. `catalog` was taken back from a later schema,
 * `known` was led forward from an earlier one: a column that SET NOT NULL changed before, and DROP NOT NULL changed later, is
 * only known going forward.
 */
export function withGapsFilled(catalog: Catalog, known: Catalog): Catalog {
  let { relations } = catalog;
  for (const [key, relation] of entriesWith(relations, gapsOf, GAP)) {
    const other = known.relations.get(key);
    const filled = filledRelation(relation, other);
    if (filled !== relation) relations = relations.set(key, filled);
  }
  return relations === catalog.relations ? catalog : { ...catalog, relations };
}

const GAP = 'gap';
const WITH_GAP: readonly string[] = [GAP];
const WITHOUT_GAP: readonly string[] = [];

function gapsOf(relation: Relation): readonly string[] {
  if (relation.kind !== 'table') return WITHOUT_GAP;
  const { open, columns, indexes } = relation;
  return open || columns.some(isPartlyUnknown) || indexes.some(isUnknown) ? WITH_GAP : WITHOUT_GAP;
}

function isPartlyUnknown({ unknown }: Column): boolean {
  return unknown.length > 0;
}

/** Brought back by its name alone. */
function isUnknown({ certain, keys }: Index): boolean {
  return !certain && keys.length === 0;
}

/** A relation with what it leaves open as another catalog of the same moment knows it. */
export function filledRelation(relation: Relation, known: Relation | undefined): Relation {
  if (relation.kind !== 'table' || known?.kind !== 'table' || gapsOf(relation) === WITHOUT_GAP) return relation;
  return filledTable(relation, known);
}

/** The table from which a table was filled: led forward unchanged, it fills that one again. */
const sources = new WeakMap<Table, Table>();

function filledTable(table: Table, known: Table): Table {
  if (sources.get(known) === table) return known;
  const filled = filledFrom(table, known);
  if (filled !== table) sources.set(filled, table);
  return filled;
}

function filledFrom(table: Table, known: Table): Table {
  const byName = new Map(known.columns.map((column) => [column.name, column]));
  if (table.open && !known.open && table.columns.every(({ name }) => byName.has(name))) return known;
  const columns = table.columns.map((column) => {
    const other = isPartlyUnknown(column) ? byName.get(column.name) : undefined;
    return other !== undefined && other.unknown.length < column.unknown.length ? other : column;
  });
  const indexes = table.indexes.map(
    (index) => (isUnknown(index) ? known.indexes.find(({ name }) => name === index.name) : undefined) ?? index,
  );
  const isSame =
    columns.every((column, at) => column === table.columns[at]) &&
    indexes.every((index, at) => index === table.indexes[at]);
  return isSame ? table : { ...table, columns, indexes };
}
