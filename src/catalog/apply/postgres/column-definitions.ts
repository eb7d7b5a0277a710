import type { ColumnDefinition, CreateTable, TableConstraint } from '../../../ddl/operation.ts';
import { isSerial } from '../column-definition.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { storedName, type Target } from '../names.ts';
import { checkConstraintColumns } from './constraint-columns.ts';
import { checkType, postgresTypeText } from './types.ts';

/**
 * What is wrong with the columns and keys of CREATE TABLE in themselves (parse_utilcmd.c, transformCreateStmt). It comes
 * before PostgreSQL sees that the name is taken.
 */
export function checkDefinitions(draft: Draft, operation: CreateTable, made: TableAt): void {
  for (const definition of operation.columns) checkDefinition(draft, made.target, definition);
  const keys: TableConstraint[] = [];
  for (const constraint of operation.constraints)
    if (constraint.kind === 'primary-key' || constraint.kind === 'unique') keys.push(constraint);
  const primary = [
    ...operation.columns.flatMap(({ primaryKey }) => (primaryKey === undefined ? [] : [primaryKey])),
    ...keys.filter(({ kind }) => kind === 'primary-key'),
  ];
  for (const key of keys) {
    if (key === primary[1]) refuseSecondPrimaryKey(draft, made.target, key);
    checkConstraintColumns(draft, made, key);
  }
  if (primary[1] !== undefined) refuseSecondPrimaryKey(draft, made.target, primary[1]);
}

function refuseSecondPrimaryKey(
  draft: Draft,
  target: Target,
  at: { readonly start: number; readonly end: number },
): never {
  const object = { kind: 'constraint', table: target.name, name: 'primary key' };
  return draft.refuse(errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), at, object));
}

/** A column's type must be there, and only one thing may give its value (transformColumnDefinition). */
export function checkDefinition(draft: Draft, target: Target, definition: ColumnDefinition): void {
  checkType(draft, definition.type);
  const name = storedName(definition.name, draft.engine.dialect);
  const refuse = (text: string): never =>
    draft.refuse(
      errorAt('other', text, definition.name, { kind: 'column', schema: target.schema, table: target.name, name }),
    );
  const of = `column "${name}" of table "${target.name}"`;
  const isWritten = definition.default !== undefined;
  const serial = isSerial(definition.type, draft.engine.dialect);
  if (isWritten && serial) refuse(`multiple default values specified for ${of}`);
  const hasDefault = isWritten || serial;
  if (hasDefault && definition.identity !== undefined) refuse(`both default and identity specified for ${of}`);
  if (hasDefault && definition.generated !== undefined)
    refuse(`both default and generation expression specified for ${of}`);
  if (definition.identity !== undefined && definition.generated !== undefined)
    refuse(`both identity and generation expression specified for ${of}`);
  if (definition.identity !== undefined && definition.type !== undefined && !serial)
    refuseIdentityType(postgresTypeText(draft, definition.type), refuse);
}

/** The sequence of an identity column gives whole numbers (sequence.c, init_params). */
export function refuseIdentityType(type: string | null, refuse: (text: string) => never): void {
  if (type === null || /^(?:smallint|integer|bigint)$/.test(type)) return;
  refuse('identity column type must be smallint, integer, or bigint');
}
