import type { CreateTable, TableConstraint } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import { constraintsOnColumn } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import { refuseAutoIncrementUnderCheck, refuseCascadeUnderCheck } from './cascades-under-checks.ts';
import { checkColumnReferences, checkStoredDefault } from './column-definition.ts';
import { checkColumnType, checkLabels } from './column-types.ts';
import { checkForeignKey, checkForeignKeyShape, type WrittenForeignKey } from './foreign-keys.ts';
import { checkKeyParts, checkKeyRepeats, checkReferences, refuseReservedName, refuseTakenKeyName } from './keys.ts';
import { checkRowSize } from './row-size.ts';
import { checkTableOptions } from './table-options.ts';
import { checkAutoIncrement, refuseSecondAutoColumn } from './tables.ts';

/**
 * CREATE TABLE: faults in its columns and constraints, in the order in which the engine comes upon them
 * (sql_table.cc, mysql_prepare_create_table; run on MariaDB 10.11).
 */
export function checkNewTable(draft: Draft, operation: CreateTable, made: TableAt): void {
  const { columns } = operation;
  for (const definition of columns) checkColumnType(draft, made, definition);
  checkTableOptions(draft, operation, made);
  refuseDuplicateColumns(draft, operation, made);
  for (const definition of columns) checkLabels(draft, made, definition);
  refuseSecondAutoColumn(draft, made, operation.table);
  const foreignKeys = foreignKeysOf(operation);
  const constraints = constraintsInOrder(draft, operation);
  for (const constraint of constraints) checkKeyParts(draft, made, constraint);
  for (const foreignKey of foreignKeys) checkForeignKeyShape(draft, made, foreignKey);
  refuseTakenNames(draft, constraints, made);
  for (const constraint of constraints) checkKeyRepeats(draft, made, constraint);
  checkAutoIncrement(draft, made, operation.table);
  refuseTakenCheckNames(draft, operation, made);
  for (const definition of columns) checkStoredDefault(draft, made, definition);
  for (const definition of columns) checkColumnReferences(draft, made, definition);
  for (const constraint of operation.constraints)
    if (constraint.kind === 'check') checkReferences(draft, made, constraint.expression, 'CHECK');
  checkRowSize(draft, made, operation.table);
  refuseAutoIncrementUnderCheck(draft, made, operation.table);
  refuseCascadeUnderCheck(draft, made, operation.table);
  for (const foreignKey of foreignKeys) checkForeignKey(draft, made, foreignKey);
}

function foreignKeysOf(operation: CreateTable): readonly WrittenForeignKey[] {
  const onColumns = operation.columns.flatMap(({ name, references }) =>
    references === undefined ? [] : [{ columns: [name], target: references, name: references.name }],
  );
  return [...onColumns, ...operation.constraints.filter((constraint) => constraint.kind === 'foreign-key')];
}

/** Keys of columns and of the table as they were written; checks come later. */
function constraintsInOrder(draft: Draft, operation: CreateTable): readonly TableConstraint[] {
  const onColumns = operation.columns.flatMap((definition) =>
    constraintsOnColumn(definition, draft).map(({ constraint }) => constraint),
  );
  return [...onColumns, ...operation.constraints]
    .filter(({ kind }) => kind !== 'check')
    .toSorted((left, right) => left.start - right.start);
}

function refuseDuplicateColumns(draft: Draft, operation: CreateTable, { target }: TableAt): void {
  const keys = new Set<string>();
  for (const { name } of operation.columns) {
    const key = nameKey(name, draft.engine.dialect);
    const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
    if (keys.has(key))
      draft.refuse(errorAt('duplicate-column', draft.words.duplicateColumn(name.text, target), name, object));
    keys.add(key);
  }
}

/** One primary key, and key names once each. */
function refuseTakenNames(draft: Draft, constraints: readonly TableConstraint[], { target, table }: TableAt): void {
  const taken = new Set<string>();
  let hasPrimaryKey = false;
  for (const constraint of constraints) {
    if (constraint.kind === 'primary-key') {
      if (hasPrimaryKey) {
        const object = { kind: 'constraint', schema: target.schema, table: target.name, name: 'PRIMARY' };
        draft.refuse(errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), constraint, object));
      }
      hasPrimaryKey = true;
    } else if (
      constraint.name !== undefined &&
      (constraint.kind !== 'foreign-key' || bringsKey(draft, constraint, table))
    ) {
      const key = nameKey(constraint.name, draft.engine.dialect);
      if (taken.has(key)) refuseTakenKeyName(draft, { target, table }, constraint, constraint.name);
      if (constraint.kind !== 'foreign-key') refuseReservedName(draft, { target, table }, constraint.name);
      taken.add(key);
    }
  }
}

/** MariaDB: the key that a foreign key brings has its name, unless another key serves it. */
function bringsKey(draft: Draft, { name }: TableConstraint, { indexes }: Table): boolean {
  const key = name === undefined ? '' : nameKey(name, draft.engine.dialect);
  return (
    isMariadb(draft) &&
    indexes.some((index) => index.implicit === true && partKey(index.name, draft.engine.dialect) === key)
  );
}

function isMariadb(draft: Draft): boolean {
  return draft.engine.dialect.name === 'mariadb';
}

/** Check names are unique in a table; MariaDB names a column's check after it, and counts the names of UNIQUE keys too. */
function refuseTakenCheckNames(draft: Draft, operation: CreateTable, { target, table }: TableAt): void {
  const taken = new Set(isMariadb(draft) ? namesOfUniqueAndColumnChecks(draft, operation, { target, table }) : []);
  for (const constraint of operation.constraints) {
    if (constraint.kind !== 'check' || constraint.name === undefined) continue;
    const key = nameKey(constraint.name, draft.engine.dialect);
    if (taken.has(key)) refuseTakenKeyName(draft, { target, table }, constraint, constraint.name);
    taken.add(key);
  }
}

function namesOfUniqueAndColumnChecks(draft: Draft, operation: CreateTable, { table }: TableAt): readonly string[] {
  const { dialect } = draft.engine;
  const unique = table.indexes.filter((index) => index.unique && index.name !== 'PRIMARY');
  const checked = operation.columns.filter(({ checks }) => checks.length > 0);
  const foreign = operation.constraints.flatMap(({ kind, name }) =>
    kind === 'foreign-key' && name !== undefined ? [nameKey(name, dialect)] : [],
  );
  return [
    ...foreign,
    ...unique.map(({ name }) => partKey(name, dialect)),
    ...checked.map(({ name }) => nameKey(name, dialect)),
  ];
}
