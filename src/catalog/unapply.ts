import { operationsInside } from '../ddl/plpgsql/operations.ts';
import type { Name, Operation, QualifiedName } from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import { ALL_PROPERTIES } from './apply/columns.ts';
import { Draft } from './apply/draft.ts';
import { nameKey, targetIfCreated } from './apply/names.ts';
import type { Database } from './catalog.ts';
import { targetOf } from './relation-keys.ts';
import {
  forgottenColumn,
  propertiesChangedBy,
  withColumn,
  withForgotten,
  withoutColumn,
  withRenamedColumn,
} from './unapply/columns.ts';
import { withoutConstraint } from './unapply/constraints.ts';
import { bringBackIndex, unapplyIndex } from './unapply/indexes.ts';
import {
  openWhatIsMentioned,
  routinesBefore,
  unapplyObjectChange,
  unapplyTypeChange,
  withoutNamed,
} from './unapply/objects.ts';
import { appliedInReverse } from './unapply/opposite.ts';
import { bringBackDependents, bringBackTable, changeTable, removeTable, renameBack } from './unapply/tables.ts';

/** What must be known to take a statement back. */
export interface UnapplyContext {
  /** Whether an earlier step creates or changes the table of this key: a later guarded CREATE TABLE did not make it then. */
  readonly usedEarlier: (key: string) => boolean;
  /** Keys of tables that the step drops and creates again: older databases surely have them, in another shape. */
  readonly rebuilt: ReadonlySet<string>;
}

/** A block of code is what it does, as far as it tells. */
function withInner(operation: Operation, { dialect }: Engine): readonly Operation[] {
  return (operation.kind === 'run-code' ? operationsInside(operation, dialect) : null) ?? [operation];
}

/**
 * Takes operations back, last first: what a database was before them, as far as they tell. What they cannot tell (the type
 * before a change, the columns of a dropped table) is left open, so that nothing certain rests on it. A table of which no
 * column is left did not exist.
 */
export function unapply(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
  context: UnapplyContext,
): Database {
  const all = operations.flatMap((operation) => withInner(operation, engine));
  const stepContext = { ...context, madeIndexes: indexKeysMadeBy(all, engine) };
  let before = database;
  for (const operation of backwards(all, engine)) {
    const reversed = appliedInReverse(before, operation, engine);
    if (reversed === null) {
      const draft = new Draft(before, engine);
      unapplyOne(draft, operation, stepContext);
      before = draft.database;
    } else before = reversed;
  }
  return before;
}

/**
 * The operations, last first. MySQL and MariaDB look for what an ALTER drops in the table as it was, so that a column which the
 * same statement adds anew is another one (manual 15.1.9): its DROP is taken back after its ADD.
 */
function backwards(operations: readonly Operation[], { dialect }: Engine): readonly Operation[] {
  const reversed = operations.toReversed();
  if (dialect.name !== 'mysql' && dialect.name !== 'mariadb') return reversed;
  const keyOf = (name: Name): string => nameKey(name, dialect);
  const added = new Map(
    operations.flatMap((operation) =>
      operation.kind === 'add-column' ? [[operation.statement, keyOf(operation.column.name)] as const] : [],
    ),
  );
  const isDrop = (operation: Operation): number =>
    operation.kind === 'drop-column' && added.get(operation.statement) === keyOf(operation.column) ? 1 : 0;
  const order = new Map(reversed.map(({ statement }, at) => [statement, at]));
  const placeOf = ({ statement }: Operation): number => order.get(statement) ?? 0;
  return reversed.toSorted((left, right) => placeOf(left) - placeOf(right) || isDrop(left) - isDrop(right));
}

/** The same, with what the operations of the step themselves tell. */
export interface StepContext extends UnapplyContext {
  /** Keys of the indexes that the operations make, so that they were not there before. */
  readonly madeIndexes: readonly string[];
}

function indexKeysMadeBy(operations: readonly Operation[], { dialect }: Engine): readonly string[] {
  return operations.flatMap((operation) =>
    operation.kind === 'create-index' && operation.index !== undefined ? [nameKey(operation.index.name, dialect)] : [],
  );
}

/** The database as it would be had a column never been added, with all that reads it. */
export function withoutColumnNamed(database: Database, table: QualifiedName, column: string, engine: Engine): Database {
  const draft = new Draft(database, engine);
  changeTable(draft, table, (found) => withoutColumn(found, engine.dialect.key(column, true), draft));
  return draft.database;
}

/** Takes back what has no opposite that the engine could run. */
function unapplyOne(draft: Draft, operation: Operation, context: StepContext): void {
  const { dialect } = draft.engine;
  switch (operation.kind) {
    case 'create-table': {
      const made = targetIfCreated(draft, operation.table, operation.temporary);
      const { key } = draft.catalog.relations.has(made.key) ? made : targetOf(draft, operation.table);
      if (operation.ifNotExists === undefined || !context.usedEarlier(key)) removeTable(draft, key);
      return;
    }
    case 'drop-table':
      bringBackDependents(draft, operation);
      bringBackTable(draft, operation, context);
      return;
    case 'rename-table':
      renameBack(draft, operation.to, operation.table);
      return;
    case 'add-column': {
      const key = nameKey(operation.column.name, dialect);
      changeTable(draft, operation.table, (table) => withoutColumn(table, key, draft));
      return;
    }
    case 'drop-column': {
      bringBackDependents(draft, operation);
      const column = forgottenColumn(draft, operation, operation.column, operation.ifExists === undefined);
      changeTable(draft, operation.table, (table) => withColumn(table, column, draft));
      return;
    }
    case 'rename-column': {
      const key = nameKey(operation.to, dialect);
      changeTable(draft, operation.table, (table) => withRenamedColumn(table, key, operation.column, draft));
      return;
    }
    case 'alter-column': {
      const properties = propertiesChangedBy(operation.change.kind);
      changeTable(draft, operation.table, (table) =>
        withForgotten(table, nameKey(operation.column, dialect), properties, draft),
      );
      return;
    }
    case 'modify-column': {
      const newKey = nameKey(operation.definition.name, dialect);
      changeTable(draft, operation.table, (table) =>
        withForgotten(
          withRenamedColumn(table, newKey, operation.column, draft),
          nameKey(operation.column, dialect),
          ALL_PROPERTIES,
          draft,
        ),
      );
      return;
    }
    case 'add-constraint':
      changeTable(draft, operation.table, (table) => withoutConstraint(table, operation, draft));
      return;
    case 'drop-constraint':
    case 'rename-constraint':
    case 'attach-partition':
    case 'detach-partition':
      // Which constraint stood there, over which columns, no statement tells.
      changeTable(draft, operation.table, (table) => ({ ...table, open: true }));
      return;
    case 'create-index':
      unapplyIndex(draft, operation);
      return;
    case 'drop-index':
    case 'rename-index':
      bringBackIndex(draft, operation);
      return;
    case 'create-view':
      draft.removeRelation(targetOf(draft, operation.view).key);
      return;
    case 'create-trigger':
      draft.catalog = { ...draft.catalog, triggers: withoutNamed(draft.catalog.triggers, operation.trigger, draft) };
      return;
    case 'create-type':
      draft.catalog = { ...draft.catalog, types: withoutNamed(draft.catalog.types, operation.type, draft) };
      return;
    case 'create-routine':
      draft.catalog = { ...draft.catalog, routines: routinesBefore(draft, operation) };
      return;
    case 'create-object':
      if (operation.object === 'sequence') draft.removeRelation(targetOf(draft, operation.name).key);
      draft.catalog = { ...draft.catalog, others: withoutNamed(draft.catalog.others, operation.name, draft) };
      return;
    case 'drop-view':
    case 'drop-trigger':
    case 'drop-object':
      // With IF EXISTS it need not have been there; without, it was, in a shape that nothing tells.
      if (operation.ifExists === undefined) draft.catalog = { ...draft.catalog, open: true };
      return;
    case 'write-rows':
      // Its rows were not there yet.
      if (operation.table !== undefined) changeTable(draft, operation.table, (table) => ({ ...table, inserted: [] }));
      return;
    case 'alter-type':
      unapplyTypeChange(draft, operation);
      return;
    case 'alter-object':
      unapplyObjectChange(draft, operation);
      return;
    case 'set-table-schema':
      draft.catalog = { ...draft.catalog, open: true };
      return;
    case 'opaque':
    case 'run-code':
      openWhatIsMentioned(draft, operation);
      return;
    default:
      return;
  }
}
