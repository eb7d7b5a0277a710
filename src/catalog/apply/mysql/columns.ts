import type {
  AddColumn,
  AlterColumn,
  ColumnDefinition,
  DropColumn,
  Expression,
  ModifyColumn,
  Name,
  Range,
  RenameColumn,
} from '../../../ddl/operation.ts';
import type { Column, Constraint, Index, Table } from '../../catalog.ts';
import { alteredColumn, renameReferencedColumn, tablesReferencing, withRenamedColumn } from '../column-changes.ts';
import { columnOf } from '../column-definition.ts';
import { withColumn } from '../columns.ts';
import { constraintsOnColumn, withConstraint, type WrittenConstraint } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import { fitsStoredType } from './column-defaults.ts';
import { checkColumnDefinition } from './column-definition.ts';
import { checkAddedConstraint, checkIndexesOf, refuseNeededIndex } from './keys.ts';
import { withStoredPrefixes } from './key-lengths.ts';
import { refuseNarrowedWhenFilled } from './narrowed-column.ts';
import { checkRowSize } from './row-size.ts';

export function addColumn(draft: Draft, operation: AddColumn, at: TableAt, column: Column): Table {
  requirePosition(draft, at, operation.position?.after);
  let table: Table = { ...at.table, columns: [...at.table.columns, column] };
  checkColumnDefinition(draft, { ...at, table }, operation.column);
  for (const written of keysOf(draft, operation.column, operation.ifNotExists, table)) {
    checkAddedConstraint(draft, { ...at, table }, written.constraint, sparesRows(draft, written, column));
    table = withConstraint(draft, operation, table, written);
  }
  checkRowSize(draft, { ...at, table }, operation.column);
  refuseEmptyJson(draft, operation, at, column);
  return table;
}

/** MariaDB holds the CHECK of a new column against no row that is there (run on 10.11); NULL is neither true nor false in MySQL's. */
function sparesRows(draft: Draft, { constraint }: WrittenConstraint, { default: value, notNull }: Column): boolean {
  return constraint.kind === 'check' && (draft.engine.dialect.name === 'mariadb' || (value === null && !notNull));
}

/** MariaDB: rows that are there get '' in a NOT NULL column without a default, which is no JSON. */
function refuseEmptyJson(draft: Draft, operation: AddColumn, { target, table }: TableAt, column: Column): void {
  const isJson = draft.engine.dialect.name === 'mariadb' && operation.column.type?.name === 'json';
  if (!isJson || !column.notNull || column.default !== null) return;
  const text = `CONSTRAINT \`${target.name}.${column.name}\` failed for \`${target.schema}\`.\`${target.name}\``;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: column.name };
  draft.refuseWhenFilled(table, 'rows', errorAt('check-violation', text, operation.column.name, object));
}

/** MariaDB skips the column, and makes the keys that stand on it all the same; its checks it skips (run on 10.11). */
export function addColumnTwice(draft: Draft, operation: AddColumn, at: TableAt): void {
  let table = at.table;
  for (const written of keysOf(draft, operation.column, operation.ifNotExists, table)) {
    if (written.constraint.kind === 'check') continue;
    checkAddedConstraint(draft, { ...at, table }, written.constraint);
    table = withConstraint(draft, operation, table, written);
  }
  if (table !== at.table) draft.putRelation(at.target.key, table);
}

/** What stands on a column; under a guard MariaDB skips a primary key or a key of the column's name where there is one. */
function keysOf(
  draft: Draft,
  definition: ColumnDefinition,
  guard: Range | undefined,
  table: Table,
): readonly WrittenConstraint[] {
  const written = constraintsOnColumn(definition, draft);
  if (guard === undefined) return written;
  const key = nameKey(definition.name, draft.engine.dialect);
  const hasPrimaryKey = table.constraints.some(({ kind }) => kind === 'primary-key');
  const hasKey = table.indexes.some(({ name }) => partKey(name, draft.engine.dialect) === key);
  return written.filter(
    ({ constraint: { kind } }) => !(kind === 'primary-key' && hasPrimaryKey) && !(kind === 'unique' && hasKey),
  );
}

function requirePosition(draft: Draft, { target, table }: TableAt, after: Name | undefined): void {
  if (after === undefined) return;
  const found = findColumn(table, nameKey(after, draft.engine.dialect), draft);
  if (found.presence === 'present') return;
  const error = missingColumnError(draft, target, after, 'position');
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(`${table.name} may lack the column ${after.text}`, error);
}

export function dropColumn(draft: Draft, operation: DropColumn, at: TableAt, column: Column): Table {
  const { target, table } = at;
  const key = partKey(column.name, draft.engine.dialect);
  // Keys are bound by name: those of a column that the same statement makes anew stay (mysql_prepare_alter_table).
  if (isMadeAnew(draft, key)) return { ...table, columns: table.columns.filter((other) => other !== column) };
  refuseReferenced(draft, operation.column, at, key);
  refuseSharedKey(draft, operation, at, key);
  refuseReadColumn(draft, operation.column, at, key);
  const lost = table.indexes.filter(
    (index) => index.keys.some((candidate) => candidate.column === key) && isLostWith(index, key),
  );
  refuseNeededIndex(draft, target.key, table, lost, operation.column);
  return withoutColumn(draft, at, column, key);
}

function isMadeAnew(draft: Draft, key: string): boolean {
  return draft.operations.some(
    (other) => other.kind === 'add-column' && nameKey(other.column.name, draft.engine.dialect) === key,
  );
}

/** Foreign keys of other tables point to it. */
function refuseReferenced(draft: Draft, name: Name, { target, table }: TableAt, key: string): void {
  if (draft.session.foreignKeys === false) return;
  for (const child of childrenByName(draft, target.key)) {
    const constraint = child.constraints.find(
      (one) => one.target?.table === target.key && one.target.columns.includes(key),
    );
    if (constraint === undefined || child === table) continue;
    const text = `Cannot drop column '${name.text}': needed in a foreign key constraint '${constraint.name ?? ''}' of table ${childText(draft, child)}`;
    const error = errorAt('dependent-objects', text, name, {
      kind: 'column',
      schema: target.schema,
      table: target.name,
      name: name.text,
    });
    if (constraint.certain && draft.session.foreignKeys === true) draft.refuse(error);
    draft.doubt('it is not known whether a foreign key holds the column', error);
  }
}

/** The error names the first foreign key in the order of their names. */
function childrenByName(draft: Draft, key: string): readonly Table[] {
  const nameOf = (child: Table): string => child.constraints.find((one) => one.target?.table === key)?.name ?? '';
  return tablesReferencing(draft, key)
    .map(([, child]) => child)
    .toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

function childText(draft: Draft, child: Table): string {
  return draft.engine.dialect.name === 'mariadb' ? `\`${child.schema}\`.\`${child.name}\`` : `'${child.name}'`;
}

/** Generated columns and checks of more columns than this one read it. */
function refuseReadColumn(draft: Draft, name: Name, { target, table }: TableAt, key: string): void {
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
  const refuse = (text: string): never => draft.refuse(errorAt('dependent-objects', text, name, object));
  const reader = table.columns.find((other) => other.generated?.columns.includes(key) === true);
  if (reader !== undefined)
    refuse(
      isMariadb
        ? `Unknown column '${name.text}' in 'GENERATED ALWAYS AS'`
        : `Column '${name.text}' has a generated column dependency.`,
    );
  const check = table.constraints.find(
    (one) => one.kind === 'check' && one.columns.includes(key) && !goesWithColumn(one, key),
  );
  if (check === undefined) return;
  refuse(
    isMariadb
      ? `Unknown column '${name.text}' in 'CHECK'`
      : `Check constraint '${check.name ?? ''}' uses column '${name.text}', hence column cannot be dropped or renamed.`,
  );
}

/** A check of this column alone goes with it. */
function goesWithColumn(check: Constraint, key: string): boolean {
  return check.onColumn === key || check.columns.every((column) => column === key);
}

/** MariaDB refuses to shorten a unique key, which could collide; MySQL shortens it. */
function refuseSharedKey(draft: Draft, operation: DropColumn, { target, table }: TableAt, key: string): void {
  if (draft.engine.dialect.name !== 'mariadb') return;
  const dropped = new Set(
    draft.operations.flatMap((other) =>
      other.kind === 'drop-column' ? [nameKey(other.column, draft.engine.dialect)] : [],
    ),
  );
  const shared = table.indexes.find(
    (index) => index.unique && index.columns.includes(key) && index.columns.some((column) => !dropped.has(column)),
  );
  const last = shared?.keys.findLast(({ column }) => column !== null && dropped.has(column))?.column;
  if (last == null) return;
  const named = draft.operations.find(
    (other) => other.kind === 'drop-column' && nameKey(other.column, draft.engine.dialect) === last,
  );
  const name = named?.kind === 'drop-column' ? named.column : operation.column;
  draft.refuse(missingColumnError(draft, target, name, 'key'));
}

/** A plain key of several columns is shortened; one that read only this column goes. */
function isLostWith(index: Index, key: string): boolean {
  return index.keys.every((candidate) => candidate.column === key) || index.keys[0]?.column === key;
}

/** Manual 15.1.9: "If columns are dropped from a table, the columns are also removed from any index of which they are a part". */
function withoutColumn(draft: Draft, { target, table }: TableAt, column: Column, key: string): Table {
  const indexes: Index[] = [];
  for (const index of table.indexes) {
    const keys = index.keys.filter((candidate) => candidate.column !== key);
    if (keys.length === index.keys.length) indexes.push(index);
    else if (keys.length > 0)
      indexes.push({ ...index, keys, columns: index.columns.filter((candidate) => candidate !== key) });
    const change = { kind: keys.length === 0 ? 'dropped' : 'altered', silent: true, origin: index.origin } as const;
    if (keys.length < index.keys.length)
      draft.record({
        ...change,
        object: { kind: 'index', schema: target.schema, table: target.name, name: index.name },
      });
  }
  const constraints = table.constraints
    .filter((constraint) => !(constraint.kind === 'check' && constraint.columns.includes(key)))
    .map((constraint) =>
      isKey(constraint)
        ? { ...constraint, columns: constraint.columns.filter((candidate) => candidate !== key) }
        : constraint,
    )
    .filter((constraint) => !isKey(constraint) || constraint.columns.length > 0);
  return { ...table, columns: table.columns.filter((candidate) => candidate !== column), indexes, constraints };
}

function isKey(constraint: Constraint): boolean {
  return constraint.kind === 'primary-key' || constraint.kind === 'unique';
}

export function renameColumn(draft: Draft, operation: RenameColumn, at: TableAt, column: Column): Table {
  const { dialect } = draft.engine;
  renameReferencedColumn(draft, at.target, partKey(column.name, dialect), nameKey(operation.to, dialect));
  return withRenamedColumn(draft, operation, currentTable(draft, at), column);
}

/** The table as it is now: its own foreign keys may have followed. */
function currentTable(draft: Draft, at: TableAt): TableAt {
  const table = draft.catalog.relations.get(at.target.key);
  return table?.kind === 'table' ? { ...at, table } : at;
}

export function alterColumn(draft: Draft, operation: AlterColumn, { target, table }: TableAt, column: Column): Table {
  refuseChangedTwice(draft, operation, { target, table });
  if (operation.change.kind === 'set-default') {
    // AUTO_INCREMENT gives the values: a default is taken and forgotten.
    if (column.identity !== null) return table;
    checkNewDefault(draft, operation.change.expression, { target, table }, column);
  }
  const after = alteredColumn(draft, operation, column);
  // MariaDB forgets ON UPDATE where a default is set (run on 10.11).
  const isForgotten = operation.change.kind === 'set-default' && draft.engine.dialect.name === 'mariadb';
  return withColumn(table, column, isForgotten ? { ...after, onUpdate: null } : after);
}

/** Strict mode, which is the default: the value must be one of the column's type. */
function checkNewDefault(draft: Draft, value: Expression, { target, table }: TableAt, column: Column): void {
  const refuse = (): never =>
    draft.refuse(
      errorAt('other', `Invalid default value for '${column.name}'`, value, {
        kind: 'column',
        schema: target.schema,
        table: table.name,
        name: column.name,
      }),
    );
  if (value.form === 'null') {
    if (column.notNull && !column.unknown.includes('not-null')) refuse();
  } else if (!fitsStoredType(draft, column, value)) refuse();
}

/** Each column may be changed once in a statement: the second change looks for it in vain. */
function refuseChangedTwice(draft: Draft, operation: ModifyColumn | AlterColumn, { target }: TableAt): void {
  const { dialect } = draft.engine;
  const key = nameKey(operation.column, dialect);
  for (const other of draft.operations) {
    if (other === operation) return;
    const isChange = other.kind === 'modify-column' || other.kind === 'alter-column';
    if (isChange && nameKey(other.column, dialect) === key)
      draft.refuse(missingColumnError(draft, target, operation.column, 'modify'));
  }
}

/** MariaDB skips the column that is missing, and makes its keys all the same, which stand on nothing (run on 10.11). */
export function refuseKeysOfMissing(draft: Draft, { definition }: ModifyColumn, { target }: TableAt): void {
  if (constraintsOnColumn(definition, draft).every(({ constraint: { kind } }) => kind === 'check')) return;
  draft.refuse(missingColumnError(draft, target, definition.name, 'key'));
}

/** MODIFY and CHANGE replace the whole definition: what it does not say again is lost. */
export function modifyColumn(draft: Draft, operation: ModifyColumn, at: TableAt, column: Column): Table {
  const { definition } = operation;
  refuseChangedTwice(draft, operation, at);
  requirePosition(draft, { ...at, table: withoutItself(at.table, column) }, operation.position?.after);
  const to = definition.name;
  const key = nameKey(to, draft.engine.dialect);
  renameReferencedColumn(draft, at.target, partKey(column.name, draft.engine.dialect), key);
  const renamed = withRenamedColumn(
    draft,
    { ...operation, kind: 'rename-column', to },
    currentTable(draft, at),
    column,
  );
  const next = renamed.columns.find((candidate) => partKey(candidate.name, draft.engine.dialect) === key);
  const inPrimaryKey = renamed.constraints.some((one) => one.kind === 'primary-key' && one.columns.includes(key));
  checkColumnDefinition(draft, { ...at, table: renamed }, definition);
  const made = columnOf(draft, operation, definition);
  const after = inPrimaryKey ? { ...made, notNull: true } : made;
  refuseGenerated(draft, operation, at, column, after);
  refuseForeignKeyType(draft, operation, at, column, after);
  refuseNarrowedWhenFilled(draft, operation, at, column, after);
  refuseNullsWhenFilled(draft, operation, at, column, after);
  recordLosses(draft, operation, at, column, after);
  let table = placed(
    withColumn(withoutColumnCheck(renamed, key), next ?? column, after),
    after,
    operation.position,
    draft,
  );
  for (const written of keysOf(draft, definition, operation.ifExists, table)) {
    checkAddedConstraint(draft, { ...at, table }, written.constraint);
    table = withConstraint(draft, operation, table, written);
  }
  checkIndexesOf(draft, { ...at, table }, definition.name);
  checkRowSize(draft, { ...at, table }, definition);
  return withStoredPrefixes(draft, table);
}

/** `MODIFY a .. AFTER a` finds no a. */
function withoutItself(table: Table, column: Column): Table {
  return { ...table, columns: table.columns.filter((other) => other !== column) };
}

/** MariaDB keeps a column's CHECK with its definition. */
function withoutColumnCheck(table: Table, key: string): Table {
  return { ...table, constraints: table.constraints.filter((one) => !(one.kind === 'check' && one.onColumn === key)) };
}

/** A virtual column has no stored values that a plain one could take over, nor the other way round. */
function refuseGenerated(
  draft: Draft,
  operation: ModifyColumn,
  { target }: TableAt,
  before: Column,
  after: Column,
): void {
  if (before.unknown.includes('generated')) return;
  const isVirtual = (column: Column): boolean => column.generated !== null && !column.generated.stored;
  if (isVirtual(before) === isVirtual(after)) return;
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  const text = isMariadb
    ? 'This is not yet supported for generated columns'
    : `'Changing the STORED status' is not supported for generated columns.`;
  draft.refuse(
    errorAt('unsupported', text, operation.column, {
      kind: 'column',
      schema: target.schema,
      table: target.name,
      name: before.name,
    }),
  );
}

function refuseForeignKeyType(
  draft: Draft,
  operation: ModifyColumn,
  { target, table }: TableAt,
  before: Column,
  after: Column,
): void {
  const key = partKey(before.name, draft.engine.dialect);
  // A new name and a new type need a copy of the table, which MariaDB refuses whether keys are checked or not (run on 10.11).
  const newKey = partKey(after.name, draft.engine.dialect);
  const isRenamed = draft.engine.dialect.name === 'mariadb' && newKey !== key;
  if (draft.session.foreignKeys === false && !isRenamed) return;
  if (before.type === after.type || before.unknown.includes('type')) return;
  const own = table.constraints.find((one) => one.kind === 'foreign-key' && one.columns.includes(key));
  const object = { kind: 'column', schema: target.schema, table: target.name, name: before.name };
  const refuse = (words: string): void => {
    const error = errorAt('foreign-key', isRenamed ? RENAMED_IN_COPY : words, operation.column, object);
    // A string may grow: what may change and what not depends on its character set (run on MariaDB 10.11).
    const mayGrow = (before.type ?? '').includes('char') && (after.type ?? '').includes('char');
    if (draft.session.foreignKeys === null || mayGrow) draft.doubt('whether a foreign key forbids the new type', error);
    else draft.refuse(error);
  };
  if (own !== undefined) {
    refuse(`Cannot change column '${before.name}': used in a foreign key constraint '${own.name ?? ''}'`);
    return;
  }
  for (const child of childrenByName(draft, target.key)) {
    const constraint = child.constraints.find(
      // They have followed the new name already.
      (one) => one.target?.table === target.key && one.target.columns.includes(newKey),
    );
    if (constraint === undefined) continue;
    refuse(
      `Cannot change column '${before.name}': used in a foreign key constraint '${constraint.name ?? ''}' of table '${child.schema}.${child.name}'`,
    );
    return;
  }
}

const RENAMED_IN_COPY =
  'ALGORITHM=COPY is not supported. Reason: Columns participating in a foreign key are renamed. Try ALGORITHM=INPLACE';

/** Strict mode: a NULL does not go into a NOT NULL column. */
function refuseNullsWhenFilled(
  draft: Draft,
  operation: ModifyColumn,
  { target, table }: TableAt,
  before: Column,
  after: Column,
): void {
  if (before.notNull || !after.notNull || before.unknown.includes('not-null')) return;
  const text =
    draft.engine.dialect.name === 'mariadb'
      ? `Data truncated for column '${after.name}' at row 1`
      : 'Invalid use of NULL value';
  const object = { kind: 'column', schema: target.schema, table: target.name, name: after.name };
  draft.refuseWhenFilled(
    table,
    'values',
    errorAt('not-null-without-default', text, operation.definition.notNullRange ?? operation.column, object),
  );
}

function recordLosses(
  draft: Draft,
  _operation: ModifyColumn,
  { target }: TableAt,
  before: Column,
  after: Column,
): void {
  const lost: string[] = [];
  if (before.notNull && !after.notNull) lost.push('NOT NULL');
  if (before.default !== null && after.default === null) lost.push(`DEFAULT ${before.default}`);
  if (before.identity !== null && after.identity === null) lost.push('AUTO_INCREMENT');
  if (before.onUpdate !== null && after.onUpdate === null) lost.push(`ON UPDATE ${before.onUpdate}`);
  if (before.comment !== null && after.comment === null) lost.push('COMMENT');
  if (lost.length === 0) return;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: before.name };
  draft.record({ kind: 'attributes-lost', object, silent: true, detail: lost.join(', '), origin: before.origin });
}

function placed(table: Table, column: Column, position: ModifyColumn['position'], draft: Draft): Table {
  if (position === undefined) return table;
  const others = table.columns.filter((candidate) => candidate !== column);
  if (position.first === true) return { ...table, columns: [column, ...others] };
  const after = position.after === undefined ? '' : nameKey(position.after, draft.engine.dialect);
  const at = others.findIndex((candidate) => partKey(candidate.name, draft.engine.dialect) === after);
  return at < 0 ? table : { ...table, columns: [...others.slice(0, at + 1), column, ...others.slice(at + 1)] };
}
