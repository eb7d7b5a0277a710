import type { ColumnDefinition, Operation, QualifiedName } from '../../../ddl/operation.ts';

/** The column definitions of an operation, with the table that gets them. */
export function writtenColumns(
  operation: Operation,
): { readonly table: QualifiedName; readonly columns: readonly ColumnDefinition[] } | null {
  switch (operation.kind) {
    case 'create-table':
      return { table: operation.table, columns: operation.columns };
    case 'add-column':
      return { table: operation.table, columns: [operation.column] };
    case 'modify-column':
      return { table: operation.table, columns: [operation.definition] };
    default:
      return null;
  }
}
