import type {
  Catalog,
  Column,
  Constraint,
  Index,
  Origin,
  Sequence,
  Table,
  UserType,
  View,
} from '../catalog/catalog.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { printableLine } from '../text/printable.ts';

/**
 * A catalog as SQL that a person reads: canonical spelling, ordered by kind and name. What migralint does not know stands
 * in comments. It is not meant to be run: column types and bodies are as the engine would show them.
 */
export function schemaSql(catalog: Catalog, dialect: Dialect): string {
  const relations = byName(catalog.relations.values());
  const tables = relations.filter((relation) => relation.kind === 'table');
  const views = relations.filter((relation) => relation.kind !== 'table' && relation.kind !== 'sequence');
  const parts = [
    ...(catalog.open ? ['-- There may be objects that no file shows.'] : []),
    // A schema that no statement made, such as `public`, is there in every database.
    ...byName(catalog.others.values())
      .filter(({ kind, origin }) => kind !== 'schema' || origin !== null)
      .map((other) => asWritten(other.kind, other)),
    ...byName(catalog.types.values()).map((type) => typeSql(type, dialect)),
    ...relations.flatMap((relation) => (relation.kind === 'sequence' ? sequenceSql(relation, dialect) : [])),
    ...tables.map((table) => tableSql(table, dialect)),
    ...views.map((view) => viewSql(view, dialect)),
    ...byName(catalog.routines.values()).map((routine) => asWritten(routine.variant, routine)),
    ...byName(catalog.triggers.values()).map((trigger) => asWritten('trigger', trigger)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A catalog as plain values for JSON: no places, no maps. */
export function schemaDocument(catalog: Catalog): object {
  return {
    complete: !catalog.open,
    relations: byName(catalog.relations.values()).map(plain),
    types: byName(catalog.types.values()).map(plain),
    routines: byName(catalog.routines.values()).map(plain),
    triggers: byName(catalog.triggers.values()).map(plain),
    others: byName(catalog.others.values()).map(plain),
  };
}

/** Without what belongs to a replay rather than to the schema. */
function plain(value: object): unknown {
  const replayOnly = new Set([
    'origin',
    'madeInDeploy',
    'written',
    'filledInDeploy',
    'emptySince',
    'inserted',
    'formerRules',
    'behind',
    'body',
  ]);
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (replayOnly.has(key) ? undefined : inner)));
}

function byName<Named extends { readonly schema: string; readonly name: string }>(
  objects: Iterable<Named>,
): readonly Named[] {
  const keyOf = ({ schema, name }: Named) => `${schema}.${name}`;
  return [...objects].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : keyOf(left) > keyOf(right) ? 1 : 0));
}

function tableSql(table: Table, dialect: Dialect): string {
  const items = [
    ...table.columns.map((column) => columnSql(column, dialect)),
    ...table.constraints.map((constraint) => constraintSql(constraint, dialect)),
  ];
  const lines = items.map(({ sql, note }, index) => `  ${sql}${index < items.length - 1 ? ',' : ''}${note}`);
  const notes = [
    ...(table.open ? ['-- This table may have columns that no file shows.'] : []),
    ...(table.certain ? [] : ['-- This table may be missing.']),
  ];
  const temporary = table.temporary ? 'TEMPORARY ' : '';
  const options = table.options.length > 0 ? ` ${table.options.join(' ')}` : '';
  const create = `CREATE ${temporary}TABLE ${relationName(table, dialect)} (\n${lines.join('\n')}\n)${options};`;
  const indexes = table.indexes.filter(({ ofConstraint }) => !ofConstraint);
  return [...notes, create, ...indexes.map((index) => indexSql(index, table, dialect))].join('\n');
}

interface Item {
  readonly sql: string;
  /** A comment behind it, with a space before. */
  readonly note: string;
}

function columnSql(column: Column, dialect: Dialect): Item {
  const { generated, identity } = column;
  const words = [
    quoteName(column.name, dialect),
    column.type ?? '',
    column.collation === null ? '' : `COLLATE ${column.collation}`,
    generated === null
      ? ''
      : `GENERATED ALWAYS AS (${generated.expression}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`,
    identity === null
      ? ''
      : identity === 'auto-increment'
        ? 'AUTO_INCREMENT'
        : `GENERATED ${identity.toUpperCase()} AS IDENTITY`,
    column.notNull ? 'NOT NULL' : '',
    column.default === null ? '' : `DEFAULT ${column.default}`,
    column.onUpdate === null ? '' : `ON UPDATE ${column.onUpdate}`,
  ];
  const unknown = column.unknown.length > 0 ? `unknown: ${column.unknown.join(', ')}` : '';
  return { sql: joined(words), note: noteOf([column.certain ? '' : 'may be missing', unknown]) };
}

function constraintSql(constraint: Constraint, dialect: Dialect): Item {
  const columns = constraint.columns.map((column) => quoteName(column, dialect)).join(', ');
  const name = constraint.name === null ? '' : `CONSTRAINT ${quoteName(constraint.name, dialect)}`;
  const note = noteOf([constraint.certain ? '' : 'may be missing', constraint.validated ? '' : 'not validated']);
  return { sql: joined([name, constraintBody(constraint, columns, dialect)]), note };
}

function constraintBody({ kind, expression, target }: Constraint, columns: string, dialect: Dialect): string {
  if (kind === 'primary-key') return `PRIMARY KEY (${columns})`;
  if (kind === 'unique') return `UNIQUE (${columns})`;
  if (kind === 'check') return `CHECK (${expression ?? ''})`;
  if (kind === 'exclude') return `EXCLUDE ${expression ?? ''}`;
  if (target === null) return `FOREIGN KEY (${columns})`;
  const targetColumns = target.columns.map((column) => quoteName(column, dialect)).join(', ');
  return joined([
    `FOREIGN KEY (${columns}) REFERENCES ${target.table}${targetColumns === '' ? '' : ` (${targetColumns})`}`,
    actionWords('ON DELETE', target.onDelete),
    actionWords('ON UPDATE', target.onUpdate),
  ]);
}

function actionWords(words: string, action: string): string {
  return action === '' || action.toLowerCase() === 'no action' ? '' : `${words} ${action.toUpperCase()}`;
}

function indexSql(index: Index, owner: Table | View, dialect: Dialect): string {
  const keys = index.keys.map(({ text, descending }) => text + (descending ? ' DESC' : '')).join(', ');
  const words = [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteName(index.name, dialect)} ON ${relationName(owner, dialect)}`,
    index.method === null || index.method === 'btree' ? '' : `USING ${index.method}`,
    `(${keys})`,
    index.include.length === 0 ? '' : `INCLUDE (${index.include.join(', ')})`,
    index.where === null ? '' : `WHERE ${index.where}`,
  ];
  return `${joined(words)};${noteOf([index.certain ? '' : 'may be missing'])}`;
}

function viewSql(view: View, dialect: Dialect): string {
  const kind = view.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW';
  const columns = view.columns === null ? '' : ` (${view.columns.join(', ')})`;
  const create = `CREATE ${view.temporary ? 'TEMPORARY ' : ''}${kind} ${relationName(view, dialect)}${columns} AS ${view.text};`;
  return [create, ...view.indexes.map((index) => indexSql(index, view, dialect))].join('\n');
}

/** One that a column owns is made with its column. */
function sequenceSql(sequence: Sequence, dialect: Dialect): readonly string[] {
  return sequence.ownedBy === null ? [`CREATE SEQUENCE ${relationName(sequence, dialect)};`] : [];
}

function typeSql(type: UserType, dialect: Dialect): string {
  if (type.variant !== 'enum') return asWritten(`${type.variant} type`, type);
  const labels = type.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ');
  return `CREATE TYPE ${relationName(type, dialect)} AS ENUM (${labels});`;
}

/** What has no columns is shown by the statement that made it. */
function asWritten(kind: string, { name, origin }: { readonly name: string; readonly origin: Origin }): string {
  if (origin === null) return `-- ${kind} ${printableLine(name)}`;
  const { sql, start, end } = origin.statement;
  return `${sql.text.slice(start, end)};`;
}

/** The schema is shown only where it is not the one that everybody uses. */
function relationName({ schema, name }: { readonly schema: string; readonly name: string }, dialect: Dialect): string {
  const own = quoteName(name, dialect);
  return schema === '' ||
    schema === 'public' ||
    schema === 'main' ||
    dialect.name === 'mysql' ||
    dialect.name === 'mariadb'
    ? own
    : `${quoteName(schema, dialect)}.${own}`;
}

/** Quoted only where the engine would need it. */
function quoteName(name: string, dialect: Dialect): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name)) return name;
  const quote = dialect.lexical.doubleQuotedIdentifiers ? '"' : '`';
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}

function noteOf(words: readonly string[]): string {
  const said = words.filter((word) => word !== '');
  return said.length === 0 ? '' : ` -- ${said.join('; ')}`;
}
