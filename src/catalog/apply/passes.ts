import type { Name, Operation } from '../../ddl/operation.ts';
import type { Engine } from '../../dialects/dialect.ts';

/**
 * The operations of a statement with their places, in the order in which the engine carries them out. PostgreSQL sorts the
 * actions of ALTER TABLE into passes (tablecmds.c, AlterTablePass); MySQL and MariaDB drop before they add
 * (sql_table.cc, mysql_prepare_alter_table). SQLite has one action only.
 */
export function orderedByPass(
  operations: readonly Operation[],
  engine: Engine,
): readonly (readonly [number, Operation])[] {
  const numbered = operations.map((operation, at) => [at, operation] as const);
  if (operations.length < 2 || engine.dialect.name === 'sqlite') return numbered;
  const pass = engine.dialect.name === 'postgres' ? postgresPass : mysqlPassAmong(operations, engine);
  return numbered.toSorted(([, left], [, right]) => pass(left) - pass(right));
}

function postgresPass(operation: Operation): number {
  switch (operation.kind) {
    case 'drop-column':
    case 'drop-constraint':
      return 0;
    case 'alter-column':
      return postgresColumnPass(operation.change.kind);
    case 'add-column':
      return 3;
    case 'add-constraint':
      return operation.constraint.kind === 'primary-key' || operation.constraint.kind === 'unique' ? 5 : 6;
    default:
      return 7;
  }
}

function postgresColumnPass(change: string): number {
  if (change === 'set-type') return 1;
  if (/^drop-(?:default|not-null|expression|identity)$/.test(change)) return 0;
  return 4;
}

/** MariaDB: MODIFY of a column that an earlier part adds takes the place of its definition (run on 10.11). */
function mysqlPassAmong(operations: readonly Operation[], engine: Engine): (operation: Operation) => number {
  const keyOf = ({ text, quoted }: Name): string => engine.dialect.key(text, quoted);
  const added = new Set<string>();
  const late = new Set<Operation>();
  for (const operation of operations) {
    if (operation.kind === 'add-column') added.add(keyOf(operation.column.name));
    if (operation.kind !== 'modify-column' || engine.dialect.name !== 'mariadb') continue;
    const key = keyOf(operation.column);
    if (added.has(key) && keyOf(operation.definition.name) === key) late.add(operation);
  }
  return (operation) => (late.has(operation) ? AFTER_ADDED_COLUMNS : mysqlPass(operation));
}

const AFTER_ADDED_COLUMNS = 2.5;

function mysqlPass(operation: Operation): number {
  switch (operation.kind) {
    case 'drop-constraint':
      return operation.variant === 'foreign-key' ? -2 : -1;
    case 'drop-index':
      return -1;
    case 'rename-index':
      return 0;
    case 'drop-column':
      return 0;
    case 'modify-column':
    case 'alter-column':
    case 'rename-column':
      return 1;
    case 'add-column':
      return 2;
    case 'create-index':
    case 'add-constraint':
      return 3;
    default:
      return 4;
  }
}
