import type { Catalog, Column, Constraint, Index, Relation, Table } from '../../../src/catalog/catalog.ts';
import type { DialectName } from '../../../src/dialects/dialect.ts';
import { sqliteCatalogLines } from './sqlite-lines.ts';
import type { SchemaLines } from './test-engine.ts';

/** A catalog in the form in which `introspect` of the same dialect gives the engine's. Temporary objects are left out. */
export function catalogLines(catalog: Catalog, dialect: DialectName): SchemaLines {
  if (dialect === 'sqlite') return sqliteCatalogLines(catalog);
  const lines = dialect === 'postgres' ? postgresLines(catalog) : mysqlLines(catalog);
  return [...lines].sort();
}

/** Tells lines about things of which the catalog does not claim to know everything: they are not compared. */
export function isOfUncertain(catalog: Catalog): (line: string) => boolean {
  const names = [...uncertainNames(catalog)].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (names.length === 0) return () => false;
  const pattern = new RegExp(`(?:^|[ .])(?:${names.join('|')})(?:[ .(]|$)`);
  return (line) => pattern.test(line);
}

function uncertainNames(catalog: Catalog): ReadonlySet<string> {
  const names = new Set<string>();
  for (const relation of catalog.relations.values()) {
    if (!relation.certain || (relation.kind === 'table' && isUncertain(relation))) names.add(relation.name);
  }
  for (const other of [
    ...catalog.types.values(),
    ...catalog.triggers.values(),
    ...catalog.routines.values(),
    ...catalog.others.values(),
  ]) {
    if (!other.certain) names.add(other.name);
  }
  return names;
}

function isUncertain(table: Table): boolean {
  const parts = [...table.columns, ...table.indexes, ...table.constraints];
  return table.open || parts.some((part) => !part.certain) || table.columns.some((column) => column.unknown.length > 0);
}

function* postgresLines(catalog: Catalog): Iterable<string> {
  for (const relation of catalog.relations.values())
    if (!isTemporary(relation)) yield* postgresRelation(relation, catalog);
  for (const type of catalog.types.values()) {
    const labels = type.labels.length === 0 ? '' : ` (${type.labels.join(', ')})`;
    if (type.variant !== 'shell') yield `type ${type.schema}.${type.name} ${type.variant}${labels}`;
  }
  for (const trigger of catalog.triggers.values()) yield `trigger ${trigger.table} ${trigger.name}`;
  for (const routine of catalog.routines.values())
    yield `routine ${routine.schema}.${routine.name}(${argumentsOf(routine)})`;
  for (const other of catalog.others.values()) {
    if (other.kind === 'schema') yield `schema ${other.name}`;
    if (other.kind === 'policy' || other.kind === 'rule') yield `${other.kind} ${other.table ?? ''} ${other.name}`;
    if (other.kind === 'extension' && other.name !== 'plpgsql') yield `extension ${other.name}`;
  }
}

function argumentsOf(routine: {
  readonly argumentTypes: readonly string[];
  readonly argumentNames: readonly string[];
}): string {
  return routine.argumentTypes
    .map((type, at) => [routine.argumentNames[at] ?? '', type].filter((word) => word !== '').join(' '))
    .join(', ');
}

function isTemporary(relation: Relation): boolean {
  return relation.kind === 'sequence' ? relation.schema === 'pg_temp' : relation.temporary;
}

function* postgresRelation(relation: Relation, catalog: Catalog): Iterable<string> {
  const name = `${relation.schema}.${relation.name}`;
  yield `${relation.kind} ${name}`;
  if (relation.kind === 'sequence') {
    const owner = relation.ownedBy === null ? undefined : catalog.relations.get(relation.ownedBy.table);
    if (owner !== undefined) yield `owned ${name} by ${owner.schema}.${owner.name}.${relation.ownedBy?.column ?? ''}`;
    return;
  }
  for (const index of relation.indexes) yield postgresIndex(name, index);
  if (relation.kind !== 'table') return;
  for (const [at, column] of relation.columns.entries()) yield postgresColumn(name, at + 1, column);
  for (const constraint of relation.constraints) yield postgresConstraint(name, constraint);
}

function postgresColumn(table: string, position: number, column: Column): string {
  const value = column.generated !== null ? ' generated' : column.default !== null ? ' default' : '';
  const identity = column.identity === null ? '' : ` identity ${column.identity}`;
  return `column ${table} ${position} ${column.name} ${column.type ?? ''}${column.notNull ? ' not null' : ''}${value}${identity}`;
}

const ACTION_LETTERS: Readonly<Record<string, string>> = {
  'no action': 'a', restrict: 'r', cascade: 'c', 'set null': 'n', 'set default': 'd',
}; // prettier-ignore

function postgresConstraint(table: string, constraint: Constraint): string {
  const columns =
    constraint.kind === 'check' || constraint.kind === 'exclude' ? '' : ` (${constraint.columns.join(', ')})`;
  const { target } = constraint;
  const pointsTo =
    target === null
      ? ''
      : ` -> ${target.table} (${target.columns.join(', ')}) delete ${ACTION_LETTERS[target.onDelete] ?? '?'} update ${ACTION_LETTERS[target.onUpdate] ?? '?'}`;
  return `constraint ${table} ${constraint.name ?? ''} ${constraint.kind}${columns}${pointsTo}${constraint.validated ? '' : ' not valid'}`;
}

function postgresIndex(table: string, index: Index): string {
  const keys = index.keys.map((key) => key.column ?? '<expression>').join(', ');
  const include = index.include.length === 0 ? '' : ` include (${index.include.join(', ')})`;
  const where = index.where === null ? '' : ' where';
  return `index ${table} ${index.name}${index.unique ? ' unique' : ''} (${keys})${include}${where}${index.ofConstraint ? ' of constraint' : ''}`;
}

function* mysqlLines(catalog: Catalog): Iterable<string> {
  for (const relation of catalog.relations.values())
    if (!isTemporary(relation)) yield* mysqlRelation(relation, catalog);
  for (const trigger of catalog.triggers.values())
    yield `trigger ${catalog.relations.get(trigger.table)?.name ?? trigger.table} ${trigger.name}`;
  for (const routine of catalog.routines.values()) yield `routine ${routine.name} ${routine.variant}`;
  for (const other of catalog.others.values()) if (other.kind === 'event') yield `event ${other.name}`;
}

function* mysqlRelation(relation: Relation, catalog: Catalog): Iterable<string> {
  yield `${relation.kind} ${relation.name}`;
  if (relation.kind !== 'table') return;
  for (const [at, column] of relation.columns.entries()) yield mysqlColumn(relation.name, at + 1, column);
  for (const index of relation.indexes) yield mysqlIndex(relation, index);
  for (const constraint of relation.constraints) {
    if (constraint.kind === 'check') yield `check ${relation.name} ${constraint.name ?? ''}`;
    if (constraint.kind === 'foreign-key') yield mysqlForeignKey(relation, constraint, catalog);
  }
}

function mysqlColumn(table: string, position: number, column: Column): string {
  const value = column.generated !== null ? ' generated' : column.default !== null ? ' default' : '';
  const automatic = column.identity === 'auto-increment' ? ' auto_increment' : '';
  const further = `${column.onUpdate === null ? '' : ' on update'}${(column.comment ?? '') === '' ? '' : ' comment'}`;
  return `column ${table} ${position} ${column.name} ${column.type ?? ''}${column.notNull ? ' not null' : ''}${value}${automatic}${further}`;
}

function mysqlIndex(table: Table, index: Index): string {
  const keys = index.keys.map((key) =>
    key.column === null ? '<expression>' : `${columnName(table, key.column)}${/\(\d+\)/.exec(key.text)?.[0] ?? ''}`,
  );
  const variant = index.method === 'fulltext' || index.method === 'spatial' ? ` ${index.method}` : '';
  return `index ${table.name} ${index.name}${index.unique ? ' unique' : ''} (${keys.join(', ')})${variant}`;
}

function columnName(table: Table | undefined, key: string): string {
  return table?.columns.find((column) => column.name.toLowerCase() === key)?.name ?? key;
}

function mysqlForeignKey(table: Table, constraint: Constraint, catalog: Catalog): string {
  const parent = constraint.target === null ? undefined : catalog.relations.get(constraint.target.table);
  const columns = constraint.columns.map((key) => columnName(table, key)).join(', ');
  // The letters are those of the key's statement or of the parent, whichever came first.
  const targets = constraint.target?.columns.join(', ') ?? '';
  const actions = `delete ${actionOf(constraint.target?.onDelete)} update ${actionOf(constraint.target?.onUpdate)}`;
  return `foreign-key ${table.name} ${constraint.name ?? ''} (${columns}) -> ${parent?.name ?? constraint.target?.table.replace(/^[^.]*\./, '') ?? ''} (${targets}) ${actions}`;
}

/** MariaDB shows RESTRICT where nothing is said; InnoDB treats NO ACTION alike. */
function actionOf(action: string | undefined): string {
  return action ?? 'restrict';
}
