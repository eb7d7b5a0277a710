import type { CreateIndex, DropIndex, RenameIndex } from '../../ddl/operation.ts';
import { isOfMysql } from '../../dialects/dialect.ts';
import { type Draft, originOf } from '../apply/draft.ts';
import { withForeignKeyIndex } from '../apply/mysql/foreign-keys.ts';
import { nameKey, partKey, targetIfCreated, targetsForLookup } from '../apply/names.ts';
import type { Index, Table } from '../catalog.ts';
import { changeTable } from './tables.ts';

/** CREATE INDEX: it was not there. */
export function unapplyIndex(draft: Draft, operation: CreateIndex): void {
  const { dialect } = draft.engine;
  const { index, table } = operation;
  const isMade = ({ name }: Index): boolean =>
    index !== undefined && partKey(name, dialect) === nameKey(index.name, dialect);
  const targets = [...targetsForLookup(draft, table), targetIfCreated(draft, table)];
  for (const { key } of targets) {
    const relation = draft.catalog.relations.get(key);
    if (relation === undefined || relation.kind === 'sequence') continue;
    // An index without a name got one that the engine made up; which one is not told, so the last one made is taken.
    const made = index === undefined ? relation.indexes.at(-1) : relation.indexes.find(isMade);
    if (made === undefined) continue;
    const rest = { ...relation, indexes: relation.indexes.filter((other) => other !== made) };
    draft.putRelation(key, rest.kind === 'table' ? withIndexesOfForeignKeys(draft, operation, rest) : rest);
    return;
  }
}

/** MySQL and MariaDB: a foreign key that the index served had one made for it before. */
function withIndexesOfForeignKeys(draft: Draft, operation: CreateIndex, table: Table): Table {
  if (!isOfMysql(draft.engine.dialect)) return table;
  let next = table;
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'foreign-key') continue;
    const isNamed = constraint.name?.startsWith(`${table.name}_ibfk_`) !== true;
    next = withForeignKeyIndex(draft, operation, next, constraint, isNamed);
  }
  return next;
}

/** The index was there, on its table where the statement names one, over columns that nothing tells. */
export function bringBackIndex(draft: Draft, operation: DropIndex | RenameIndex): void {
  const { dialect } = draft.engine;
  if (operation.kind === 'drop-index' && operation.ifExists !== undefined) return;
  if (operation.table === undefined) {
    draft.catalog = { ...draft.catalog, open: true };
    return;
  }
  const name = operation.index.name;
  // MySQL and MariaDB: the index of the primary key, whose columns nothing tells (manual 15.1.20.6).
  if (!dialect.ddl.indexNamesPerSchema && name.text.toUpperCase() === 'PRIMARY') {
    changeTable(draft, operation.table, (table) => ({ ...table, open: true }));
    return;
  }
  const index: Index = {
    name: name.text,
    unique: false,
    keys: [],
    include: [],
    where: null,
    columns: [],
    method: null,
    ofConstraint: false,
    origin: originOf(operation, name),
    certain: false,
  };
  changeTable(draft, operation.table, (table) =>
    table.indexes.some((other) => partKey(other.name, dialect) === nameKey(name, dialect))
      ? table
      : { ...table, indexes: [...table.indexes, index] },
  );
}
