import type {
  AddConstraint,
  AlterType,
  CreateIndex,
  CreateRoutine,
  DropColumn,
  DropIndex,
  DropTable,
  Name,
  Operation,
  QualifiedName,
  RenameIndex,
  SetTableSchema,
} from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import { applyStatement } from './apply.ts';
import { Draft, originOf } from './apply/draft.ts';
import { openTable } from './apply/lookup.ts';
import { relationsAbout } from './apply/postgres/dependents.ts';
import { nameKey, partKey, targetIfCreated, targetsForLookup, type Target } from './apply/names.ts';
import { tokensOf } from './tokens.ts';
import type { PersistentMap } from './persistent-map.ts';
import type { Column, ColumnProperty, Constraint, Database, Index, Routine, Table, Trigger } from './catalog.ts';
import { entriesWith } from './reverse-index.ts';

/** What must be known to take a statement back. */
export interface UnapplyContext {
  /** Whether an earlier step creates or changes the table of this key: a later guarded CREATE TABLE did not make it then. */
  readonly usedEarlier: (key: string) => boolean;
  /** Keys of tables that the step drops and creates again: older databases surely have them, in another shape. */
  readonly rebuilt: ReadonlySet<string>;
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
  const stepContext = { ...context, madeIndexes: indexKeysMadeBy(operations, engine) };
  let before = database;
  for (const operation of backwards(operations, engine)) {
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

/** The database after the opposite operation, which takes along whatever the engine does; null where there is none or it fails. */
function appliedInReverse(database: Database, operation: Operation, engine: Engine): Database | null {
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

interface StepContext extends UnapplyContext {
  /** Keys of the indexes that the operations make, so that they were not there before. */
  readonly madeIndexes: readonly string[];
}

function indexKeysMadeBy(operations: readonly Operation[], { dialect }: Engine): readonly string[] {
  return operations.flatMap((operation) =>
    operation.kind === 'create-index' && operation.index !== undefined ? [nameKey(operation.index.name, dialect)] : [],
  );
}

/** The key of the table that a name stands for in the catalog, or would stand for if it were there. */
export function tableKeyOf(database: Database, name: QualifiedName, engine: Engine): string {
  return targetOf(new Draft(database, engine), name).key;
}

/** The key under which an object of this name would be made. */
export function creationKeyOf(database: Database, name: QualifiedName, engine: Engine): string {
  return targetIfCreated(new Draft(database, engine), name).key;
}

/** The database as it would be had a column never been added, with all that reads it. */
export function withoutColumnNamed(database: Database, table: QualifiedName, column: string, engine: Engine): Database {
  const draft = new Draft(database, engine);
  changeTable(draft, table, (found) => withoutColumn(found, engine.dialect.key(column, false), draft));
  return draft.database;
}

const ALL_PROPERTIES: readonly ColumnProperty[] = [
  'type',
  'not-null',
  'default',
  'generated',
  'identity',
  'collation',
  'on-update',
  'comment',
];

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
      const column = forgottenColumn(operation, operation.column, operation.ifExists === undefined);
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

/** A label that was not there yet goes; other changes leave a type of which only the name is known. */
function unapplyTypeChange(draft: Draft, operation: AlterType): void {
  const key = nameKey(operation.type.name, draft.engine.dialect);
  const { change } = operation;
  for (const [typeKey, type] of draft.catalog.types.entries()) {
    if (partKey(type.name, draft.engine.dialect) !== key) continue;
    const before =
      change.kind === 'add-value'
        ? { ...type, labels: type.labels.filter((label) => label !== change.label) }
        : { ...type, certain: false };
    draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(typeKey, before) };
  }
}

/** Code that is not read may have changed every table whose name it holds. */
function openWhatIsMentioned(draft: Draft, operation: Operation): void {
  const { sql, start, end } = operation.statement;
  const { dialect } = draft.engine;
  const words = new Set(
    tokensOf(sql.text.slice(start, end), dialect).map((token) => dialect.tableKey(token.value, true)),
  );
  for (const [key, relation] of draft.catalog.relations.entries()) {
    if (relation.kind !== 'table' || !words.has(dialect.tableKey(relation.name, true))) continue;
    draft.putRelation(key, {
      ...relation,
      open: true,
      columns: relation.columns.map((column) => ({ ...column, certain: false })),
    });
  }
}

/** Where a name leads: the relation that is listed under it, else the place where it would be made. */
function targetOf(draft: Draft, name: QualifiedName): Target {
  const listed = targetsForLookup(draft, name).find((target) => draft.catalog.relations.has(target.key));
  return listed ?? targetIfCreated(draft, name);
}

function changeTable(draft: Draft, name: QualifiedName, change: (table: Table) => Table): void {
  const { key } = targetOf(draft, name);
  const table = draft.catalog.relations.get(key);
  if (table?.kind !== 'table') return;
  const changed = change(table);
  if (changed.columns.length === 0 && !changed.open) {
    removeTable(draft, key);
    return;
  }
  draft.putRelation(key, changed);
  if (changed.columns.length < table.columns.length) {
    const left = new Set(changed.columns.map(({ name }) => name));
    removeOwnedSequences(draft, key, (column) => !left.has(column));
  }
}

function removeTable(draft: Draft, key: string): void {
  draft.removeRelation(key);
  removeOwnedSequences(draft, key, () => true);
  let { triggers } = draft.catalog;
  for (const [triggerKey] of entriesWith(triggers, tableOfTrigger, key)) triggers = triggers.delete(triggerKey);
  draft.catalog = { ...draft.catalog, triggers };
}

/** PostgreSQL: the sequence of a serial or identity column came with it. */
function removeOwnedSequences(draft: Draft, key: string, isGone: (column: string) => boolean): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  for (const [sequenceKey, sequence] of relationsAbout(draft, key)) {
    const owner = sequence.kind === 'sequence' ? sequence.ownedBy : null;
    if (owner?.table === key && isGone(owner.column)) draft.removeRelation(sequenceKey);
  }
}

function tableOfTrigger({ table }: Trigger): readonly string[] {
  return [table];
}

/** What a CASCADE took along is not told. */
function bringBackDependents(draft: Draft, { cascade, ifExists }: DropTable | DropColumn): void {
  if (cascade && ifExists === undefined && draft.engine.dialect.name === 'postgres')
    draft.catalog = { ...draft.catalog, open: true };
}

function bringBackTable(draft: Draft, operation: DropTable, context: StepContext): void {
  const target = targetOf(draft, operation.table);
  if (draft.catalog.relations.has(target.key)) {
    // There were two of that name, one of them temporary or in another schema: which one went is not told.
    if (operation.ifExists === undefined) draft.catalog = { ...draft.catalog, open: true };
    return;
  }
  const certain = operation.ifExists === undefined || context.rebuilt.has(target.key);
  draft.putRelation(target.key, {
    ...openTable(operation, target, certain),
    absentIndexes: context.madeIndexes,
    madeInDeploy: 0,
  });
}

function renameBack(draft: Draft, now: QualifiedName, before: QualifiedName): void {
  const { key } = targetOf(draft, now);
  const relation = draft.catalog.relations.get(key);
  if (relation === undefined) return;
  const target = targetIfCreated(draft, before);
  draft.removeRelation(key);
  draft.putRelation(target.key, { ...relation, name: target.name });
  for (const [childKey, child] of draft.catalog.relations.entries()) {
    if (child.kind !== 'table' || !child.constraints.some((constraint) => constraint.target?.table === key)) continue;
    const constraints = child.constraints.map((constraint) =>
      constraint.target?.table === key
        ? { ...constraint, target: { ...constraint.target, table: target.key } }
        : constraint,
    );
    draft.putRelation(childKey, { ...child, constraints });
  }
}

/** A column that was not there yet takes along what reads it; a key left without columns is nothing left. */
function withoutColumn(table: Table, key: string, draft: Draft): Table {
  const { dialect } = draft.engine;
  return {
    ...table,
    columns: table.columns.filter((column) => partKey(column.name, dialect) !== key),
    indexes: table.indexes.filter((index) => !index.columns.includes(key)),
    constraints: table.constraints.filter((constraint) => !constraint.columns.includes(key)),
    absent: table.open && !table.absent.includes(key) ? [...table.absent, key] : table.absent,
  };
}

/** A column of which only the name is known. */
function forgottenColumn(operation: Operation, name: Name, certain: boolean): Column {
  return {
    name: name.text,
    type: null,
    notNull: false,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    onUpdate: null,
    comment: null,
    unknown: ALL_PROPERTIES,
    origin: originOf(operation, name),
    certain,
  };
}

function withColumn(table: Table, column: Column, draft: Draft): Table {
  const key = partKey(column.name, draft.engine.dialect);
  if (table.columns.some((other) => partKey(other.name, draft.engine.dialect) === key)) return table;
  return { ...table, columns: [...table.columns, column], absent: table.absent.filter((other) => other !== key) };
}

function withRenamedColumn(table: Table, from: string, to: Name, draft: Draft): Table {
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

function propertiesChangedBy(change: string): readonly ColumnProperty[] {
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

function withForgotten(table: Table, key: string, properties: readonly ColumnProperty[], draft: Draft): Table {
  const columns = table.columns.map((column) =>
    partKey(column.name, draft.engine.dialect) === key
      ? { ...column, unknown: [...new Set([...column.unknown, ...properties])] }
      : column,
  );
  return { ...table, columns };
}

/** The constraint that a statement added: the one of its name, or, without a name, the one of its kind over its columns. */
function withoutConstraint(table: Table, { constraint }: AddConstraint, draft: Draft): Table {
  const { dialect } = draft.engine;
  const given = constraint.name ?? (constraint.kind === 'foreign-key' ? constraint.indexName : undefined);
  const name = given === undefined ? null : nameKey(given, dialect);
  const columns = columnKeysOf(constraint, draft);
  const isAdded = (candidate: Constraint): boolean => {
    if (constraint.kind === 'primary-key') return candidate.kind === 'primary-key';
    if (name !== null && candidate.name !== null) return partKey(candidate.name, dialect) === name;
    return candidate.kind === constraint.kind && sameKeys(candidate.columns, columns);
  };
  const added = table.constraints.findLast(isAdded);
  const index = table.indexes.find((candidate) =>
    added?.name != null
      ? candidate.name === added.name
      : candidate.ofConstraint && sameKeys(candidate.columns, columns),
  );
  const isPrimaryKey = added?.kind === 'primary-key';
  return {
    ...table,
    constraints: table.constraints.filter((candidate) => candidate !== added),
    indexes:
      added?.kind === 'primary-key' || added?.kind === 'unique'
        ? table.indexes.filter((other) => other !== index)
        : table.indexes,
    // Adding a primary key makes its columns NOT NULL; whether they were before is not told.
    columns: isPrimaryKey ? withForgottenNotNull(table.columns, columns, draft) : table.columns,
    // An index that became the constraint's own stood there before, over columns that this statement does not tell.
    ...('usingIndex' in constraint ? { open: true } : {}),
  };
}

function withForgottenNotNull(columns: readonly Column[], keys: readonly string[], draft: Draft): readonly Column[] {
  return columns.map((column) =>
    keys.includes(partKey(column.name, draft.engine.dialect))
      ? { ...column, unknown: [...column.unknown, 'not-null'] }
      : column,
  );
}

function columnKeysOf(constraint: AddConstraint['constraint'], draft: Draft): readonly string[] {
  const { dialect } = draft.engine;
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'index':
    case 'exclude':
      return constraint.keys.flatMap((key) => (key.column === undefined ? [] : [nameKey(key.column, dialect)]));
    case 'foreign-key':
      return constraint.columns.map((column) => nameKey(column, dialect));
    case 'check':
      return constraint.expression.columns.map((reference) => nameKey(reference.column, dialect));
    case 'not-null':
      return [nameKey(constraint.column, dialect)];
  }
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((key) => right.includes(key));
}

function unapplyIndex(draft: Draft, operation: CreateIndex): void {
  const { dialect } = draft.engine;
  const { index, table } = operation;
  const isMade = ({ name }: Index): boolean =>
    index !== undefined && partKey(name, dialect) === nameKey(index.name, dialect);
  const targets = [...targetsForLookup(draft, table), targetIfCreated(draft, table)];
  for (const { key } of targets) {
    const relation = draft.catalog.relations.get(key);
    if (relation === undefined || relation.kind === 'sequence') continue;
    // An index without a name got one that the engine made up; which one is not told, so the last one made is taken.
    const made = index === undefined ? relation.indexes.at(-1) : relation.indexes.find(isMade);
    if (made === undefined) continue;
    draft.putRelation(key, { ...relation, indexes: relation.indexes.filter((other) => other !== made) });
    return;
  }
}

/** The index was there, on its table where the statement names one, over columns that nothing tells. */
function bringBackIndex(draft: Draft, operation: DropIndex | RenameIndex): void {
  const { dialect } = draft.engine;
  if (operation.kind === 'drop-index' && operation.ifExists !== undefined) return;
  if (operation.table === undefined) {
    draft.catalog = { ...draft.catalog, open: true };
    return;
  }
  const name = operation.index.name;
  // MySQL and MariaDB: the index of the primary key, whose columns nothing tells (manual 15.1.20.6).
  if (!dialect.ddl.indexNamesPerSchema && name.text.toUpperCase() === 'PRIMARY') {
    changeTable(draft, operation.table, (table) => ({ ...table, open: true }));
    return;
  }
  const index: Index = {
    name: name.text,
    unique: false,
    keys: [],
    include: [],
    where: null,
    columns: [],
    method: null,
    ofConstraint: false,
    origin: originOf(operation, name),
    certain: false,
  };
  changeTable(draft, operation.table, (table) =>
    table.indexes.some((other) => partKey(other.name, dialect) === nameKey(name, dialect))
      ? table
      : { ...table, indexes: [...table.indexes, index] },
  );
}

/** Where OR REPLACE may have met an earlier one, nothing tells whether it did, or what that did. */
function routinesBefore(draft: Draft, { routine, orReplace }: CreateRoutine): PersistentMap<Routine> {
  const { routines } = draft.catalog;
  if (orReplace === undefined) return withoutNamed(routines, routine, draft);
  const key = nameKey(routine.name, draft.engine.dialect);
  let result = routines;
  for (const [entryKey, known] of routines.entries()) {
    if (partKey(known.name, draft.engine.dialect) === key) result = result.set(entryKey, { ...known, certain: false });
  }
  return result;
}

function withoutNamed<Value extends { readonly name: string }>(
  map: PersistentMap<Value>,
  name: QualifiedName,
  draft: Draft,
): PersistentMap<Value> {
  const key = nameKey(name.name, draft.engine.dialect);
  let result = map;
  for (const [entryKey, value] of map.entries()) {
    if (partKey(value.name, draft.engine.dialect) === key) result = result.delete(entryKey);
  }
  return result;
}
