import type { Name, Operation } from '../../ddl/operation.ts';
import { unknownColumn } from '../apply/columns.ts';
import { type Draft, originOf } from '../apply/draft.ts';
import { nameKey, partKey } from '../apply/names.ts';
import type { Column, ColumnProperty, Constraint, Index, Table } from '../catalog.ts';

/** A column that was not there yet takes along what reads it; a key left without columns is nothing left. */
export function withoutColumn(table: Table, key: string, draft: Draft): Table {
  const { dialect } = draft.engine;
  return {
    ...table,
    columns: table.columns.filter((column) => partKey(column.name, dialect) !== key),
    indexes: table.indexes.filter((index) => !index.columns.includes(key)),
    constraints: table.constraints.filter((constraint) => !constraint.columns.includes(key)),
    absent: table.open && !table.absent.includes(key) ? [...table.absent, key] : table.absent,
  };
}

/** The column that a statement dropped, of which only the name is known. */
export function forgottenColumn(draft: Draft, operation: Operation, name: Name, certain: boolean): Column {
  return { ...unknownColumn(draft, name), name: name.text, origin: originOf(operation, name), certain };
}

/** A table with a column more, unless it has one of that name. */
export function withColumn(table: Table, column: Column, draft: Draft): Table {
  const key = partKey(column.name, draft.engine.dialect);
  if (table.columns.some((other) => partKey(other.name, draft.engine.dialect) === key)) return table;
  return { ...table, columns: [...table.columns, column], absent: table.absent.filter((other) => other !== key) };
}

/** A table whose column of this key has another name, in its keys and constraints too. */
export function withRenamedColumn(table: Table, from: string, to: Name, draft: Draft): Table {
  const { dialect } = draft.engine;
  const toKey = nameKey(to, dialect);
  if (from === toKey || !table.columns.some((column) => partKey(column.name, dialect) === from)) return table;
  const renamed = (keys: readonly string[]): readonly string[] => keys.map((key) => (key === from ? toKey : key));
  return {
    ...table,
    columns: table.columns.map((column) =>
      partKey(column.name, dialect) === from ? { ...column, name: to.text } : column,
    ),
    indexes: table.indexes.map((index) =>
      index.columns.includes(from) ? renamedIndex(index, from, to.text, toKey) : index,
    ),
    constraints: table.constraints.map((constraint): Constraint => ({
      ...constraint,
      columns: renamed(constraint.columns),
    })),
  };
}

function renamedIndex(index: Index, from: string, to: string, toKey: string): Index {
  return {
    ...index,
    keys: index.keys.map((key) => (key.column === from ? { ...key, column: toKey, text: to } : key)),
    columns: index.columns.map((column) => (column === from ? toKey : column)),
  };
}

/** What ALTER COLUMN leaves untold of the column as it was. */
export function propertiesChangedBy(change: string): readonly ColumnProperty[] {
  switch (change) {
    case 'set-type':
      return ['type', 'collation', 'default'];
    case 'set-default':
    case 'drop-default':
      return ['default'];
    case 'set-not-null':
    case 'drop-not-null':
      return ['not-null'];
    case 'add-identity':
    case 'set-identity':
    case 'drop-identity':
      return ['identity', 'default', 'not-null'];
    case 'set-expression':
    case 'drop-expression':
      return ['generated', 'default'];
    default:
      return [];
  }
}

/** A table in whose column these properties are not known. */
export function withForgotten(table: Table, key: string, properties: readonly ColumnProperty[], draft: Draft): Table {
  const columns = table.columns.map((column) =>
    partKey(column.name, draft.engine.dialect) === key
      ? { ...column, unknown: [...new Set([...column.unknown, ...properties])] }
      : column,
  );
  return { ...table, columns };
}
