import type { ColumnDefinition, Expression, Operation, TypeName } from '../../ddl/operation.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { canonicalExpression, canonicalType } from '../canonical.ts';
import type { Column } from '../catalog.ts';
import { originOf, type Draft } from './draft.ts';
import { characterSetOf } from './mysql/character-sets.ts';
import { nameKey, storedName } from './names.ts';
import { postgresTypeText } from './postgres/types.ts';

/** A column as its definition makes it, without what its PRIMARY KEY, UNIQUE, CHECK and REFERENCES add to the table. */
export function columnOf(draft: Draft, operation: Operation, definition: ColumnDefinition): Column {
  const { dialect } = draft.engine;
  const serial = isSerial(definition.type, dialect);
  return {
    name: storedName(definition.name, dialect),
    type: definition.type === undefined ? null : typeOf(draft, operation, definition.type),
    notNull: isNotNull(definition, dialect) || serial,
    default: defaultOf(definition, dialect),
    generated: generatedOf(definition, dialect),
    identity: identityOf(definition, dialect),
    collation: definition.collation ?? null,
    ...characterSetPart(definition, dialect),
    onUpdate: definition.onUpdate === undefined ? null : canonicalExpression(definition.onUpdate.text, dialect),
    comment: definition.comment ?? null,
    unknown: definition.opaque.length === 0 ? [] : ['not-null', 'default', 'generated', 'collation'],
    origin: originOf(operation, definition.name),
    certain: true,
  };
}

/** MySQL and MariaDB: the character set that the definition names. */
function characterSetPart(definition: ColumnDefinition, { name }: Dialect): { readonly characterSet?: string } {
  const characterSet = name === 'mysql' || name === 'mariadb' ? characterSetOf(definition) : null;
  return characterSet === null ? {} : { characterSet };
}

function typeOf(draft: Draft, operation: Operation, type: TypeName): string | null {
  return draft.engine.dialect.name === 'postgres'
    ? postgresTypeText(draft, type)
    : typeText(type, operation, draft.engine.dialect);
}

/** The type's canonical text; SQLite keeps what stands between the name and the constraints. */
export function typeText(type: TypeName, operation: Operation, dialect: Dialect): string | null {
  if (dialect.name !== 'sqlite') return canonicalType(type, dialect);
  const written = operation.statement.sql.text.slice(type.start, type.end).replace(/\s+/g, ' ').trim();
  const unquoted = /^(["'`])(.*)\1$/s.exec(written)?.[2] ?? /^\[(.*)\]$/s.exec(written)?.[1] ?? written;
  return unquoted === '' ? null : unquoted;
}

/** PostgreSQL: `serial` and its sisters, a type that brings a sequence; MySQL's SERIAL brings NOT NULL and AUTO_INCREMENT. */
export function isSerial(type: TypeName | undefined, dialect: Dialect): boolean {
  if (type === undefined || dialect.name === 'sqlite') return false;
  return dialect.name === 'postgres' ? /^(?:big|small)?serial[248]?$/.test(type.name) : type.name === 'serial';
}

/** Keys of the columns that an expression reads. */
export function columnsRead(expression: Expression | undefined, dialect: Dialect): readonly string[] {
  if (expression === undefined) return [];
  return [...new Set(expression.columns.map((reference) => nameKey(reference.column, dialect)))];
}

function isNotNull(definition: ColumnDefinition, dialect: Dialect): boolean {
  if (definition.notNull === true) return true;
  if (dialect.name === 'postgres') return definition.identity !== undefined || definition.primaryKey !== undefined;
  return dialect.name !== 'sqlite' && (definition.autoIncrement !== undefined || definition.primaryKey !== undefined);
}

function defaultOf(definition: ColumnDefinition, dialect: Dialect): string | null {
  if (definition.default === undefined)
    return isSerial(definition.type, dialect) && dialect.name === 'postgres' ? 'nextval()' : null;
  const text = canonicalExpression(definition.default.text, dialect);
  // DEFAULT NULL is no default; only SQLite shows it.
  return definition.default.form === 'null' && dialect.name !== 'sqlite' ? null : text;
}

function generatedOf(definition: ColumnDefinition, dialect: Dialect): Column['generated'] {
  if (definition.generated === undefined) return null;
  const { expression, stored } = definition.generated;
  return {
    expression: canonicalExpression(expression.text, dialect),
    stored,
    columns: columnsRead(expression, dialect),
  };
}

function identityOf(definition: ColumnDefinition, dialect: Dialect): Column['identity'] {
  if (definition.identity !== undefined) return definition.identity;
  const isAutoIncrement =
    definition.autoIncrement !== undefined || (isSerial(definition.type, dialect) && dialect.name !== 'postgres');
  return isAutoIncrement ? 'auto-increment' : null;
}
