import type { AlterType, Operation, SetTableSchema } from '../../ddl/operation.ts';
import type { Engine } from '../../dialects/dialect.ts';
import { applyStatement } from '../apply.ts';
import type { Database } from '../catalog.ts';

/** The database after the opposite operation, which takes along whatever the engine does; null where there is none or it fails. */
export function appliedInReverse(database: Database, operation: Operation, engine: Engine): Database | null {
  const opposite = oppositeOf(operation, database);
  if (opposite === null) return null;
  const { database: before, outcomes } = applyStatement(database, [opposite], engine);
  return outcomes.every((outcome) => outcome.kind === 'done') ? before : null;
}

function oppositeOf(operation: Operation, database: Database): Operation | null {
  switch (operation.kind) {
    case 'rename-table':
      return { ...operation, table: operation.to, to: operation.table };
    case 'rename-column':
      return { ...operation, column: operation.to, to: operation.column };
    case 'rename-constraint':
      return { ...operation, constraint: operation.to, to: operation.constraint };
    case 'rename-index':
      return { ...operation, index: { ...operation.index, name: operation.to }, to: operation.index.name };
    case 'attach-partition':
      return { ...operation, kind: 'detach-partition' };
    case 'detach-partition':
      return { ...operation, kind: 'attach-partition' };
    case 'set-table-option':
      return operation.words.startsWith('remove partitioning') ? { ...operation, words: 'partition by' } : null;
    case 'set-parent':
      return { ...operation, inherits: !operation.inherits };
    case 'set-table-schema':
      return oppositeOfMove(operation, database);
    case 'alter-type':
      return oppositeOfTypeChange(operation);
    case 'alter-object': {
      const { object, name, change } = operation;
      if (object !== 'routine' || change.kind !== 'rename') return null;
      return { ...operation, name: { ...name, name: change.to }, change: { kind: 'rename', to: name.name } };
    }
    default:
      return null;
  }
}

/** Without a schema in its name the table came from the first of the search path. */
function oppositeOfMove(operation: SetTableSchema, { session }: Database): SetTableSchema | null {
  const { table, schema } = operation;
  const first = session.searchPath?.[0];
  const from = table.schema ?? (first === undefined ? undefined : { ...schema, text: first, quoted: true });
  return from === undefined ? null : { ...operation, table: { ...table, schema }, schema: from };
}

function oppositeOfTypeChange(operation: AlterType): AlterType | null {
  const { type, change } = operation;
  if (change.kind === 'rename')
    return { ...operation, type: { ...type, name: change.to }, change: { kind: 'rename', to: type.name } };
  if (change.kind === 'rename-value')
    return { ...operation, change: { kind: 'rename-value', label: change.to, to: change.label } };
  return null;
}
