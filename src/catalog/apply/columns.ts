import type {
  AddColumn,
  AlterColumn,
  DropColumn,
  ModifyColumn,
  Name,
  Operation,
  QualifiedName,
  Range,
  RenameColumn,
} from '../../ddl/operation.ts';
import type { Column, ColumnProperty, Table } from '../catalog.ts';
import { refuseKeysOfMissing } from './mysql/columns.ts';
import { columnDifferences } from '../differences.ts';
import type { ColumnPlace } from '../errors/words.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { columnOf } from './column-definition.ts';
import type { Draft } from './draft.ts';
import { errorAt, findColumn, missingColumnError, requireColumn, requireTable, type TableAt } from './lookup.ts';
import { findRelation, nameKey, partKey, storedName, type Target } from './names.ts';
import { checkReferences } from './postgres/constraint-columns.ts';
import { getsDistinctValues, withoutRulesOver } from './rules-met.ts';
import { semanticsOf } from './semantics.ts';
import { hasOwnSequence, makeOwnedSequence } from './sequences.ts';
import { refuseVirtualTable } from './sqlite/special-tables.ts';
import { alteringOther } from './wrong-kind.ts';

/** A table whose shape is being altered, or the outcome when the statement ends there. */
function tableToAlter(
  draft: Draft,
  operation: Operation & { readonly table: QualifiedName; readonly ifTableExists?: Range },
): TableAt | { readonly outcome: Outcome } {
  const otherKind = (relation: Parameters<typeof alteringOther>[2], target: Target): EngineError =>
    alteringOther(draft, operation, relation, target);
  const found = requireTable(draft, operation, operation.table, 'alter', otherKind, operation.ifTableExists);
  if ('table' in found && draft.engine.dialect.name === 'sqlite')
    refuseVirtualTable(draft, operation, found.target, found.table);
  return found;
}

export function addColumn(draft: Draft, operation: AddColumn): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const column = withFirstValues(draft, columnOf(draft, operation, operation.column));
  const existing = findColumn(found.table, partKey(column.name, draft.engine.dialect), draft);
  if (existing.presence !== 'absent') {
    const shown = { ...column, name: nameOfSecond(draft, found.table, operation, column, existing.column) };
    const error = duplicateColumn(draft, found.target, operation.column.name, shown, existing.column);
    if (existing.presence === 'present') return addedTwice(draft, operation, found, column, existing.column, error);
    draft.doubt(`${found.table.name} may already have the column ${column.name}`, error);
  }
  const table = semanticsOf(draft).addColumn(
    draft,
    operation,
    { ...found, table: withoutColumn(found.table, column, draft) },
    asAdded(draft, operation, column),
  );
  draft.putRelation(found.target.key, placed(table, operation.position, draft));
  if (draft.engine.dialect.name === 'postgres' && hasOwnSequence(column))
    makeOwnedSequence(draft, operation, found.target, column);
  draft.record({ kind: 'created', object: columnObject(found.target, column), silent: false });
  return undefined;
}

/** In the rows that are there a column without a default is NULL; some defaults give each row another value. */
function withFirstValues(draft: Draft, column: Column): Column {
  const getsValues = column.notNull || column.default !== null || column.generated !== null || column.identity !== null;
  if (!getsValues) return { ...column, nullInDeploy: draft.base.deploy };
  if (getsDistinctValues(column)) return { ...column, distinctInDeploy: draft.base.deploy };
  return column.default === null ? column : { ...column, sameInDeploy: draft.base.deploy };
}

/** MySQL and MariaDB name the one of two columns that stands behind the other. */
function nameOfSecond(
  draft: Draft,
  { columns }: Table,
  { position }: AddColumn,
  added: Column,
  existing: Column | undefined,
): string {
  const { dialect } = draft.engine;
  if (position === undefined || existing === undefined) return added.name;
  const after = position.after === undefined ? null : nameKey(position.after, dialect);
  const at = after === null ? -1 : columns.findIndex((column) => partKey(column.name, dialect) === after);
  return at < columns.indexOf(existing) ? existing.name : added.name;
}

/** Under a guard on unsure ground the column is there afterwards, with these properties or others. */
function asAdded(draft: Draft, operation: AddColumn, column: Column): Column {
  if (!draft.hasDoubt || operation.ifNotExists === undefined) return column;
  return {
    ...column,
    unknown: ALL_PROPERTIES,
  };
}

function addedTwice(
  draft: Draft,
  operation: AddColumn,
  { target, table }: TableAt,
  wanted: Column,
  existing: Column,
  error: EngineError,
): Outcome {
  if (operation.ifNotExists === undefined) draft.refuse(error);
  const differs = [
    ...columnDifferences(existing, wanted, draft.engine).map(({ left, right }) => `${left} instead of ${right}`),
    ...missingReference(draft, operation, table, existing),
  ];
  semanticsOf(draft).addColumnTwice?.(draft, operation, { target, table });
  const { start, end } = operation.ifNotExists;
  const object = columnObject(target, wanted);
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs },
  };
}

/** The key that the skipped clause would have made, where the table surely has none of that column. */
function missingReference(draft: Draft, { column }: AddColumn, table: Table, existing: Column): readonly string[] {
  if (column.references === undefined || table.open) return [];
  const key = partKey(existing.name, draft.engine.dialect);
  const isOfColumn = table.constraints.some(
    ({ kind, columns }) => kind === 'foreign-key' && columns.length === 1 && columns[0] === key,
  );
  return isOfColumn ? [] : ['no foreign key'];
}

function duplicateColumn(
  draft: Draft,
  target: Target,
  name: Name,
  wanted: Column,
  existing: Column | undefined,
): EngineError {
  const error = errorAt(
    'duplicate-column',
    draft.words.duplicateColumn(wanted.name, target),
    name,
    columnObject(target, wanted),
  );
  return existing === undefined ? error : { ...error, existing: existing.origin };
}

export function columnObject(target: Target, column: { readonly name: string }): EngineError['object'] {
  return { kind: 'column', schema: target.schema, table: target.name, name: column.name };
}

/** The table without a column of this name, and without the note that it lacks it. */
function withoutColumn(table: Table, column: Column, draft: Draft): Table {
  const key = partKey(column.name, draft.engine.dialect);
  const columns = table.columns.filter((candidate) => partKey(candidate.name, draft.engine.dialect) !== key);
  return { ...table, columns, absent: table.absent.filter((candidate) => candidate !== key) };
}

/** MySQL: FIRST and AFTER move the last column to its place. */
function placed(table: Table, position: AddColumn['position'], draft: Draft): Table {
  const added = table.columns.at(-1);
  if (position === undefined || added === undefined) return table;
  const others = table.columns.slice(0, -1);
  if (position.first === true) return { ...table, columns: [added, ...others] };
  const after = position.after === undefined ? '' : nameKey(position.after, draft.engine.dialect);
  const at = others.findIndex((column) => partKey(column.name, draft.engine.dialect) === after);
  return at < 0 ? table : { ...table, columns: [...others.slice(0, at + 1), added, ...others.slice(at + 1)] };
}

export function dropColumn(draft: Draft, operation: DropColumn): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const column = columnToChange(draft, operation, found, 'drop');
  if ('outcome' in column) return column.outcome;
  const key = nameKey(operation.column, draft.engine.dialect);
  const table = withoutRulesOver(semanticsOf(draft).dropColumn(draft, operation, found, column), key);
  draft.putRelation(found.target.key, found.table.open ? { ...table, absent: [...table.absent, key] } : table);
  draft.record({ kind: 'dropped', object: columnObject(found.target, column), silent: false, origin: column.origin });
  return undefined;
}

export function renameColumn(draft: Draft, operation: RenameColumn): Outcome | undefined {
  const view = draft.engine.dialect.name === 'postgres' ? renameViewColumn(draft, operation) : 'no view';
  if (view !== 'no view') return view;
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const column = columnToChange(draft, operation, found, 'rename');
  if ('outcome' in column) return column.outcome;
  // SQLite finds the clash only when it parses the table anew.
  if (draft.engine.dialect.name !== 'sqlite') refuseTakenColumn(draft, operation.to, found, column);
  const table = semanticsOf(draft).renameColumn(draft, operation, found, column);
  const key = nameKey(operation.column, draft.engine.dialect);
  draft.putRelation(found.target.key, found.table.open ? { ...table, absent: [...table.absent, key] } : table);
  const detail = storedName(operation.to, draft.engine.dialect);
  draft.record({
    kind: 'renamed',
    object: columnObject(found.target, column),
    silent: false,
    detail,
    origin: column.origin,
  });
  return undefined;
}

/** PostgreSQL: views have columns to rename too. */
function renameViewColumn(draft: Draft, operation: RenameColumn): Outcome | undefined | 'no view' {
  const found = findRelation(draft, operation.table);
  if (found.presence !== 'present' || found.value.kind === 'table' || found.value.kind === 'sequence') return 'no view';
  const view = found.value;
  const from = nameKey(operation.column, draft.engine.dialect);
  const to = storedName(operation.to, draft.engine.dialect);
  const error = missingColumnError(draft, found.target, operation.column, 'rename');
  if (view.columns === null) draft.doubt(`the columns of ${view.name} are not known`, error);
  else if (!view.columns.includes(from)) draft.refuse(error);
  draft.putRelation(found.target.key, {
    ...view,
    columns: view.columns?.map((name) => (name === from ? to : name)) ?? null,
  });
  return undefined;
}

/** The new name of a column may not be another column's. */
export function refuseTakenColumn(draft: Draft, to: Name, { target, table }: TableAt, column: Column): void {
  const existing = findColumn(table, nameKey(to, draft.engine.dialect), draft);
  // To its own name: PostgreSQL finds it taken (tablecmds.c, check_for_column_name_collision).
  if (existing.presence === 'absent') return;
  const isItself = existing.column === column;
  if (isItself && draft.engine.dialect.name !== 'postgres') return;
  const stored = storedName(to, draft.engine.dialect);
  const isMysql = !draft.engine.dialect.ddl.transactionalDdl;
  const isFirst = isMysql && existing.column !== undefined && isBefore(table, column, existing.column);
  const shown = { ...column, name: isFirst ? existing.column.name : stored };
  const error = duplicateColumn(draft, target, to, shown, existing.column);
  if (existing.presence === 'present' && (isItself || !isMovedAway(draft, existing.column))) draft.refuse(error);
  draft.doubt(`${table.name} may already have the column ${stored}`, error);
}

/** MySQL and MariaDB: a statement may swap two names, which is not followed here. */
function isMovedAway(draft: Draft, column: Column): boolean {
  const key = partKey(column.name, draft.engine.dialect);
  return draft.operations.some(
    (other) => other.kind === 'rename-column' && nameKey(other.column, draft.engine.dialect) === key,
  );
}

function isBefore({ columns }: Table, left: Column, right: Column): boolean {
  return columns.indexOf(left) < columns.indexOf(right);
}

export function alterColumn(draft: Draft, operation: AlterColumn): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  // PostgreSQL reads USING before it looks at the column (transformAlterTableStmt).
  if (operation.change.kind === 'set-type') checkReferences(draft, found, operation.change.using);
  const column = columnToChange(draft, operation, found, 'alter');
  if ('outcome' in column) return column.outcome;
  const table = semanticsOf(draft).alterColumn(draft, operation, found, column);
  const isRewritten = operation.change.kind === 'set-type';
  const key = partKey(column.name, draft.engine.dialect);
  draft.putRelation(found.target.key, isRewritten ? withoutRulesOver(table, key) : table);
  draft.record({
    kind: 'altered',
    object: columnObject(found.target, column),
    silent: false,
    detail: operation.change.kind,
    origin: column.origin,
  });
  return undefined;
}

export function modifyColumn(draft: Draft, operation: ModifyColumn): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const column = columnToChange(draft, operation, found, 'modify');
  if ('outcome' in column) {
    refuseKeysOfMissing(draft, operation, found);
    return column.outcome;
  }
  refuseTakenColumn(draft, operation.definition.name, found, column);
  draft.putRelation(found.target.key, semanticsOf(draft).modifyColumn(draft, operation, found, column));
  draft.record({ kind: 'altered', object: columnObject(found.target, column), silent: false, origin: column.origin });
  return undefined;
}

/** The column that an operation changes; an open table gives one of which nothing is known. */
function columnToChange(
  draft: Draft,
  operation: Operation & { readonly column: Name; readonly ifExists?: Range },
  found: TableAt,
  place: ColumnPlace,
): Column | { readonly outcome: Outcome } {
  const key = nameKey(operation.column, draft.engine.dialect);
  if (operation.ifExists !== undefined && findColumn(found.table, key, draft).presence === 'absent') {
    const { object } = missingColumnError(draft, found.target, operation.column, place);
    const { start, end } = operation.ifExists;
    return {
      outcome: { kind: 'skipped', by: { guard: 'if-exists', at: { start, end }, existing: null, object, differs: [] } },
    };
  }
  return requireColumn(draft, found, operation.column, place) ?? unknownColumn(draft, operation.column);
}

/** What a statement can change of a column, its name aside. */
export const ALL_PROPERTIES: readonly ColumnProperty[] = [
  'type',
  'not-null',
  'default',
  'generated',
  'identity',
  'collation',
  'on-update',
  'comment',
];

/** A column of which only the name is known. */
export function unknownColumn(draft: Draft, name: Name): Column {
  return {
    name: storedName(name, draft.engine.dialect),
    type: null,
    notNull: false,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    onUpdate: null,
    comment: null,
    unknown: ['type', 'not-null', 'default', 'generated', 'identity', 'collation', 'on-update', 'comment'],
    origin: null,
    certain: true,
  };
}

/** The table with one column put in another's place, or added when it was not listed. */
export function withColumn(table: Table, before: Column, after: Column): Table {
  if (!table.columns.includes(before)) return { ...table, columns: [...table.columns, after] };
  return { ...table, columns: table.columns.map((column) => (column === before ? after : column)) };
}
