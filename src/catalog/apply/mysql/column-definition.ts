import type { ColumnDefinition, Name, Range } from '../../../ddl/operation.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import type { Target } from '../names.ts';
import { fitsMoment, fitsOnUpdate, fitsType, needsParentheses } from './column-defaults.ts';
import { checkColumnType, checkLabels } from './column-types.ts';
import { checkReferences } from './keys.ts';

/** What can be told of a column's definition alone, where it stands outside of CREATE TABLE. */
export function checkColumnDefinition(draft: Draft, at: TableAt, definition: ColumnDefinition): void {
  checkColumnType(draft, at, definition);
  checkLabels(draft, at, definition);
  checkStoredDefault(draft, at, definition);
  checkReferences(draft, at, definition.generated?.expression, 'GENERATED ALWAYS AS');
  checkReferences(draft, at, definition.default, 'DEFAULT');
}

type Refuse = (text: string, at: Range) => never;
type Place = Pick<Target, 'schema' | 'name'>;

function refuserOf(draft: Draft, target: Place, { name }: ColumnDefinition): Refuse {
  const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
  return (text, at) => draft.refuse(errorAt('other', text, at, object));
}

/** Manual 11.2.1: 64 characters, no blank at the end. */
export function checkColumnName(draft: Draft, target: Place, name: Name): void {
  const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
  const refuse = (text: string): never => draft.refuse(errorAt('other', text, name, object));
  if (Array.from(name.text).length > 64) refuse(`Identifier name '${name.text}' is too long`);
  if (name.text === '' || name.text.endsWith(' ')) refuse(`Incorrect column name '${name.text}'`);
}

/** What the engine sees while it reads the statement: names, and clauses that exclude each other. */
export function checkWrittenColumn(draft: Draft, target: Place, definition: ColumnDefinition): void {
  const { name, default: value, type, onUpdate } = definition;
  const refuse = refuserOf(draft, target, definition);
  checkColumnName(draft, target, name);
  const isAutomatic = definition.autoIncrement !== undefined;
  const isNullDefault = value?.form === 'null';
  const forbidsNull = definition.notNull === true || definition.primaryKey !== undefined;
  if (value !== undefined && (isNullDefault ? forbidsNull && !isAutomatic : isAutomatic))
    refuse(`Invalid default value for '${name.text}'`, value);
  if (onUpdate !== undefined && !fitsOnUpdate(draft, type, onUpdate))
    refuse(`Invalid ON UPDATE clause for '${name.text}' column`, onUpdate);
  if (isAutomatic && type !== undefined && !NUMBER.test(type.name))
    refuse(`Incorrect column specifier for column '${name.text}'`, name);
}

const NUMBER =
  /^(?:(?:tiny|small|medium|big|middle)?int(?:eger)?\d?|float\d?|double.*|real|serial|bool.*|decimal|numeric|dec|fixed)$/;

/** What it sees when it makes the column: whether the default is a value of the type. */
export function checkStoredDefault(draft: Draft, at: TableAt, definition: ColumnDefinition): void {
  const { name, default: value, type } = definition;
  if (value === undefined || type === undefined) return;
  const refuse = refuserOf(draft, at.target, definition);
  if (needsParentheses(draft, type, value))
    refuse(`BLOB, TEXT, GEOMETRY or JSON column '${name.text}' can't have a default value`, value);
  const isFit = fitsType(draft, type, value) && fitsMoment(draft, type, value);
  if (!isFit) refuseUnlessLax(draft, invalidDefault(at, name.text, value));
}

/** Without strict mode a value is cut to what fits. */
function refuseUnlessLax(draft: Draft, error: EngineError): void {
  const strict = draft.session.strictMode;
  if (strict === false || strict === null) draft.doubt('it depends on sql_mode', error);
  else draft.refuse(error);
}

function invalidDefault({ target }: TableAt, name: string, at: Range): EngineError {
  const object = { kind: 'column', schema: target.schema, table: target.name, name };
  return errorAt('other', `Invalid default value for '${name}'`, at, object);
}

/** Other columns that a column reads: in its generation, its default and its checks. */
export function checkColumnReferences(draft: Draft, at: TableAt, definition: ColumnDefinition): void {
  checkReferences(draft, at, definition.generated?.expression, 'GENERATED ALWAYS AS');
  checkReferences(draft, at, definition.default, 'DEFAULT');
  for (const { expression } of definition.checks) checkReferences(draft, at, expression, 'CHECK');
}
