import type { IndexKey, Name, TableConstraint } from '../../../ddl/operation.ts';
import type { Index, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { nameKey, partKey, storedName } from '../names.ts';

/** The names that MySQL and MariaDB make up for constraints. */
export function mysqlConstraintName(draft: Draft, table: Table, constraint: TableConstraint): string {
  switch (constraint.kind) {
    case 'primary-key':
      return 'PRIMARY';
    case 'foreign-key':
      if (constraint.indexName !== undefined && draft.engine.dialect.name === 'mariadb')
        return storedName(constraint.indexName, draft.engine.dialect);
      return nextForeignKeyName(table);
    case 'check':
      return freeName(table, draft.engine.dialect.name === 'mariadb' ? 'CONSTRAINT_' : `${table.name}_chk_`, 1);
    case 'unique':
    case 'index':
    case 'exclude':
      return mysqlIndexName(draft, table, constraint.keys);
    case 'not-null':
      return '';
  }
}

export function nextForeignKeyName(table: Table): string {
  return `${table.name}_ibfk_${lastNumber(table) + 1}`;
}

/** InnoDB counts on from the highest number that the table's foreign keys have. */
function lastNumber(table: Table): number {
  const stem = `${table.name}_ibfk_`;
  const numbers = table.constraints.map(({ name }) =>
    name?.startsWith(stem) === true ? Number(name.slice(stem.length)) : 0,
  );
  return Math.max(0, ...numbers.filter((number) => Number.isInteger(number)));
}

/** The first column's name, with `_2`, `_3` .. where that is taken (make_unique_key_name). */
export function mysqlIndexName(draft: Draft, table: Table, keys: readonly IndexKey[]): string {
  const first = keys[0]?.column;
  const stem = first === undefined ? 'functional_index' : columnName(draft, table, first);
  const isTaken = (name: string): boolean =>
    table.indexes.some((index) => index.name.toLowerCase() === name.toLowerCase() && !isServedBy(draft, index, keys));
  return isTaken(stem) || stem.toLowerCase() === 'primary' ? freeName(table, `${stem}_`, 2) : stem;
}

/** Whether an index that was made for a foreign key goes, because the new key serves it too. */
function isServedBy(draft: Draft, index: Index, keys: readonly IndexKey[]): boolean {
  return (
    index.implicit === true &&
    index.columns.every((column, at) => {
      const key = keys[at];
      return (
        key?.column !== undefined &&
        key.prefixLength === undefined &&
        nameKey(key.column, draft.engine.dialect) === column
      );
    })
  );
}

/** As the column is called, whatever the case of letters in the key. */
function columnName(draft: Draft, table: Table, name: Name): string {
  const key = nameKey(name, draft.engine.dialect);
  const column = table.columns.find((candidate) => partKey(candidate.name, draft.engine.dialect) === key);
  return column?.name ?? storedName(name, draft.engine.dialect);
}

function freeName(table: Table, stem: string, first: number): string {
  for (let number = first; ; number++) {
    const name = `${stem}${number}`;
    const isSame = (other: { readonly name: string | null }): boolean =>
      other.name?.toLowerCase() === name.toLowerCase();
    if (!table.constraints.some(isSame) && !table.indexes.some(isSame)) return name;
  }
}
