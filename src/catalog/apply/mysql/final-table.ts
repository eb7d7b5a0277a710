import type { Operation, QualifiedName } from '../../../ddl/operation.ts';
import type { Engine } from '../../../dialects/dialect.ts';
import type { Database } from '../../catalog.ts';
import { allColumnsDropped } from '../../errors/mysql.ts';
import type { EngineError } from '../../outcome.ts';
import { Draft, Refusal } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { findRelation } from '../names.ts';
import { refuseAutoIncrementUnderCheck } from './cascades-under-checks.ts';
import { checkAutoIncrement } from './tables.ts';

/** ALTER TABLE is judged by the table that all of its parts make: it must have a key for its AUTO_INCREMENT. */
export function errorOfFinalTable(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
): EngineError | null {
  const name = operations.map(alteredTable).findLast((candidate) => candidate !== undefined);
  if (name === undefined) return null;
  const draft = new Draft(database, engine, operations);
  const found = findRelation(draft, name);
  if (found.presence !== 'present' || found.value.kind !== 'table' || found.value.open) return null;
  const { target, value } = found;
  try {
    checkAutoIncrement(draft, { target, table: value }, name);
    refuseAutoIncrementUnderCheck(draft, { target, table: value }, name);
    return null;
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.error;
    throw refusal;
  }
}

/** ALTER TABLE that leaves no column: the engine sees it before it looks for what else is to be dropped. */
export function errorOfEmptiedTable(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
): EngineError | null {
  const drops = operations.filter((operation) => operation.kind === 'drop-column');
  const [first] = drops;
  if (first === undefined) return null;
  const found = findRelation(new Draft(database, engine, operations), first.table);
  if (found.presence !== 'present' || found.value.kind !== 'table' || found.value.open) return null;
  const dropped = new Set(drops.map(({ column }) => engine.dialect.key(column.text, column.quoted)));
  const isLeft = found.value.columns.some(({ name }) => !dropped.has(engine.dialect.key(name, true)));
  if (isLeft || operations.some(({ kind }) => kind === 'add-column' || kind === 'modify-column')) return null;
  return errorAt('other', allColumnsDropped, first.table, {
    kind: 'table',
    schema: found.target.schema,
    name: found.target.name,
  });
}

/** The table whose columns or keys an operation changes. */
function alteredTable(operation: Operation): QualifiedName | undefined {
  switch (operation.kind) {
    case 'add-column':
    case 'drop-column':
    case 'modify-column':
    case 'drop-index':
    case 'drop-constraint':
    case 'create-index':
    case 'add-constraint':
      return operation.table;
    default:
      return undefined;
  }
}
