import type { IndexKey, TableConstraint } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { storedName } from '../names.ts';

/** The names that MySQL and MariaDB make up for constraints. */
export function mysqlConstraintName(draft: Draft, table: Table, constraint: TableConstraint): string {
  switch (constraint.kind) {
    case 'primary-key':
      return 'PRIMARY';
    case 'foreign-key':
      if (constraint.indexName !== undefined && draft.engine.dialect.name === 'mariadb')
        return storedName(constraint.indexName, draft.engine.dialect);
      return `${table.name}_ibfk_${lastNumber(table) + 1}`;
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
  const stem = first === undefined ? 'functional_index' : storedName(first, draft.engine.dialect);
  const isTaken = (name: string): boolean =>
    table.indexes.some((index) => index.name.toLowerCase() === name.toLowerCase());
  return isTaken(stem) ? freeName(table, `${stem}_`, 2) : stem;
}

function freeName(table: Table, stem: string, first: number): string {
  for (let number = first; ; number++) {
    const name = `${stem}${number}`;
    const isSame = (other: { readonly name: string | null }): boolean =>
      other.name?.toLowerCase() === name.toLowerCase();
    if (!table.constraints.some(isSame) && !table.indexes.some(isSame)) return name;
  }
}
