import type { Catalog, Constraint, Index, Table } from '../../../src/catalog/catalog.ts';
import { sqlite } from '../../../src/dialects/sqlite.ts';
import type { SchemaLines } from './test-engine.ts';

/** A catalog in the form in which `introspect` gives the engine's. */
export function sqliteCatalogLines(catalog: Catalog): SchemaLines {
  const lines: string[] = [];
  for (const relation of catalog.relations.values()) {
    if (relation.schema !== 'main' || relation.kind === 'sequence') continue;
    if (relation.kind === 'table') lines.push(...catalogTable(relation, catalog));
    else lines.push(`view ${relation.name}`);
  }
  for (const trigger of catalog.triggers.values()) {
    if (trigger.schema === 'main')
      lines.push(
        `trigger ${(catalog.relations.get(trigger.table)?.name ?? trigger.table).toLowerCase()} ${trigger.name}`,
      );
  }
  return lines.sort();
}

function catalogTable(table: Table, catalog: Catalog): readonly string[] {
  if (table.open) return [];
  const words = ['strict', 'without rowid']
    .filter((option) => table.options.includes(option))
    .map((option) => ` ${option}`);
  const key = table.constraints.find((constraint) => constraint.kind === 'primary-key')?.columns ?? [];
  const columns = table.columns.map((column, at) => {
    const value = column.default === null ? '' : ` default ${column.default}`;
    const hidden = column.generated === null ? '' : column.generated.stored ? ' stored' : ' virtual';
    const place = key.indexOf(sqlite.key(column.name, true)) + 1;
    return columnLine(
      table.name,
      at + 1,
      column.name,
      column.type ?? '',
      column.notNull,
      value,
      hidden,
      place.toString(),
    );
  });
  const indexes = table.indexes.map((index) => catalogIndex(table, index));
  const foreignKeys = table.constraints
    .filter((constraint) => constraint.kind === 'foreign-key')
    .map((constraint) => catalogForeignKey(table, constraint, catalog));
  return [`table ${table.name}${words.join('')}`, ...columns, ...indexes, ...foreignKeys];
}

function catalogIndex(table: Table, index: Index): string {
  const keys = index.keys.map((key) => {
    const column = table.columns.find((candidate) => sqlite.key(candidate.name, true) === key.column);
    return `${column?.name ?? '<expression>'}${key.descending ? ' desc' : ''}`;
  });
  return indexLine(table.name, index.name, index.unique, keys, index.where !== null);
}

function catalogForeignKey(table: Table, { columns, target }: Constraint, catalog: Catalog): string {
  const name =
    target === null ? '' : (catalog.relations.get(target.table)?.name ?? target.table.replace(/^[^.]*\./, ''));
  return `foreign-key ${table.name} (${columns.join(', ')}) -> ${name.toLowerCase()} (${target?.columns.join(', ') ?? ''}) delete ${target?.onDelete ?? ''} update ${target?.onUpdate ?? ''}`;
}

/** A column as a line. */
export function columnLine(
  table: string,
  position: number,
  name: string,
  type: string,
  isNotNull: boolean,
  value: string,
  hidden: string,
  keyPosition: string,
): string {
  // The words of a type are the same in any case.
  return `column ${table} ${position} ${name} ${type.toLowerCase()}${isNotNull ? ' not null' : ''}${value}${hidden}${keyPosition === '0' ? '' : ` key ${keyPosition}`}`;
}

/** An index as a line. */
export function indexLine(
  table: string,
  name: string,
  unique: boolean,
  keys: readonly string[],
  isPartial: boolean,
): string {
  return `index ${table} ${name}${unique ? ' unique' : ''} (${keys.join(', ')})${isPartial ? ' where' : ''}`;
}
