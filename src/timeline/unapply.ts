import type { Catalog, Column, ColumnProperty, Index, Table, View } from '../catalog/catalog.ts';
import { relationKeyOf } from '../catalog/lookup.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Operation, QualifiedName } from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import type { Database } from '../catalog/catalog.ts';

/**
 * Takes statements back, last first: what a database was before them, as far as the statements tell. What they cannot tell
 * (the type before a change, the columns of a dropped table) is left open, so that nothing certain rests on it.
 */
export function unapply(database: Database, statements: readonly ParsedStatement[], engine: Engine, context: UnapplyContext): Database {
  let current = database;
  for (const parsed of statements.toReversed()) {
    for (const operation of parsed.operations.toReversed()) {
      current = { ...current, catalog: unapplyOperation(current, operation, engine, context) };
    }
  }
  return current;
}

export interface UnapplyContext {
  /** Keys of tables that earlier statements use or create: a guarded CREATE TABLE of theirs is no first one. */
  readonly usedEarlier: ReadonlySet<string>;
  /** Keys of tables that the statements drop and create again: older databases surely have them, in another shape. */
  readonly rebuilt: ReadonlySet<string>;
}

function unapplyOperation(database: Database, operation: Operation, engine: Engine, context: UnapplyContext): Catalog {
  const { catalog } = database;
  const keyOf = (name: QualifiedName): string => relationKeyOf(database, name, engine);
  const onTable = (name: QualifiedName, change: (table: Table) => Table | null): Catalog =>
    changeTable(catalog, keyOf(name), change);
  const columnKey = (name: { text: string; quoted: boolean }): string => engine.dialect.key(name.text, name.quoted);
  switch (operation.kind) {
    case 'create-table':
      return context.usedEarlier.has(keyOf(operation.table)) && operation.ifNotExists !== undefined
        ? catalog
        : withoutRelation(catalog, keyOf(operation.table));
    case 'drop-table':
      return withDroppedTable(catalog, operation.table, keyOf(operation.table), operation.ifExists === undefined, context);
    case 'rename-table':
      return renameRelation(catalog, keyOf(operation.to), keyOf(operation.table), operation.table.name.text);
    case 'add-column':
      return onTable(operation.table, (table) => withoutColumn(table, columnKey(operation.column.name), engine));
    case 'drop-column':
      return onTable(operation.table, (table) =>
        withForgottenColumn(table, operation.column.text, operation.ifExists === undefined, engine),
      );
    case 'rename-column':
      return onTable(operation.table, (table) => renameColumn(table, columnKey(operation.to), operation.column.text, engine));
    case 'alter-column':
      return onTable(operation.table, (table) => forget(table, columnKey(operation.column), propertiesOf(operation.change.kind), engine));
    case 'modify-column':
      return onTable(operation.table, (table) =>
        forget(
          renameColumn(table, columnKey(operation.definition.name), operation.column.text, engine),
          columnKey(operation.column),
          ALL_PROPERTIES,
          engine,
        ),
      );
    case 'add-constraint':
      return onTable(operation.table, (table) => withoutAddedConstraint(table, operation, engine));
    case 'drop-constraint':
    case 'rename-constraint':
    case 'attach-partition':
    case 'detach-partition':
      return onTable(operation.table, opened);
    case 'create-index':
      return onTable(operation.table, (table) => withoutIndex(table, operation.index?.name.text ?? null, operation.keys.length, engine));
    case 'drop-index':
    case 'rename-index':
      return withUnknownIndexOwner(catalog, operation, engine, keyOf);
    case 'create-view':
      return withoutRelation(catalog, keyOf(operation.view));
    case 'drop-view':
      return withForgottenView(catalog, operation.view, keyOf(operation.view), operation.materialized);
    case 'create-trigger':
    case 'create-routine':
    case 'create-type':
    case 'create-object':
    case 'drop-trigger':
    case 'drop-object':
    case 'alter-type':
    case 'alter-object':
      return unapplyNamedObject(catalog, operation, engine);
    case 'opaque':
    case 'run-code':
      return { ...catalog, open: true };
    default:
      return catalog;
  }
}
