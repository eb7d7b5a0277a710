import type { Constraint, Table } from '../../../catalog.ts';
import type { Draft } from '../../draft.ts';
import {
  isTable,
  knownOr,
  namespaceOid,
  partRow,
  relationOid,
  relationsOf,
  schemaValue,
  unlistedParts,
  type SystemRow,
  type SystemView,
} from './system-row.ts';
import { DATABASE, oid, UNKNOWN, type Value } from './value.ts';

const TYPES: Readonly<Record<Constraint['kind'], readonly [short: string, word: string]>> = {
  'primary-key': ['p', 'PRIMARY KEY'],
  unique: ['u', 'UNIQUE'],
  check: ['c', 'CHECK'],
  'foreign-key': ['f', 'FOREIGN KEY'],
  exclude: ['x', 'EXCLUDE'],
};

/** Constraints, and the columns that they stand on. */
export const constraintViews: Readonly<Record<string, SystemView>> = {
  table_constraints: {
    object: 'constraint',
    name: 'constraint_name',
    table: 'table_name',
    schema: 'table_schema',
    columns: [
      'constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name',
      'constraint_type', 'is_deferrable',
    ],
    rows: (draft, wanted) => tablesOf(draft, wanted, 'table_name').flatMap(tableConstraints),
  },
  key_column_usage: {
    object: 'constraint',
    name: 'constraint_name',
    table: 'table_name',
    schema: 'table_schema',
    columns: ['constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name', 'column_name', 'ordinal_position'],
    rows: (draft, wanted) =>
      tablesOf(draft, wanted, 'table_name').flatMap((table) =>
        constraintRows(
          table,
          ({ kind }) => kind !== 'check' && kind !== 'exclude',
          (constraint) => constraint.columns.map((column) => ({ ...placeOf(table), ...nameOf(table, constraint), column_name: nameOfColumn(draft, table, column) })),
          placeOf(table),
        ),
      ),
  },
  constraint_column_usage: {
    object: 'constraint',
    name: 'constraint_name',
    table: 'table_name',
    schema: 'table_schema',
    columns: ['constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name', 'column_name'],
    rows: (draft) => tablesOf(draft, new Map(), '').flatMap((table) => usageRows(draft, table)),
  },
  referential_constraints: {
    object: 'constraint',
    name: 'constraint_name',
    schema: 'constraint_schema',
    columns: ['constraint_catalog', 'constraint_schema', 'constraint_name', 'delete_rule', 'update_rule'],
    rows: (draft) =>
      tablesOf(draft, new Map(), '').flatMap((table) =>
        constraintRows(table, ({ kind }) => kind === 'foreign-key', (constraint) => [{ ...nameOf(table, constraint), delete_rule: constraint.target?.onDelete.toUpperCase() ?? UNKNOWN, update_rule: constraint.target?.onUpdate.toUpperCase() ?? UNKNOWN }], {}),
      ),
  },
  check_constraints: {
    object: 'constraint',
    name: 'constraint_name',
    schema: 'constraint_schema',
    columns: ['constraint_catalog', 'constraint_schema', 'constraint_name', 'check_clause'],
    rows: (draft) =>
      tablesOf(draft, new Map(), '').flatMap((table) => [
        ...constraintRows(table, ({ kind }) => kind === 'check', (constraint) => [nameOf(table, constraint)], {}),
        ...notNullRows(table, {}),
      ]),
  },
  pg_constraint: {
    object: 'constraint',
    name: 'conname',
    table: 'conrelid',
    columns: ['oid', 'conname', 'connamespace', 'contype', 'conrelid', 'confrelid', 'convalidated', 'conkey', 'confdeltype'],
    rows: (draft) => tablesOf(draft, new Map(), '').flatMap((table) => catalogRows(draft, table)),
  },
}; // prettier-ignore

function tablesOf(draft: Draft, wanted: ReadonlyMap<string, string>, column: string): readonly Table[] {
  return relationsOf(draft, wanted, column).filter(isTable);
}

function placeOf({ schema, name }: Table): Record<string, Value> {
  return { table_catalog: DATABASE, table_schema: schemaValue(schema), table_name: name };
}

function nameOf({ schema }: Table, { name }: Constraint): Record<string, Value> {
  return { constraint_catalog: DATABASE, constraint_schema: schemaValue(schema), constraint_name: name ?? UNKNOWN };
}

function nameOfColumn(draft: Draft, table: Table, key: string): Value {
  return table.columns.find(({ name }) => draft.engine.dialect.key(name, true) === key)?.name ?? key;
}

function constraintRows(
  table: Table,
  isOne: (constraint: Constraint) => boolean,
  valuesOf: (constraint: Constraint) => readonly Readonly<Record<string, Value>>[],
  unlisted: Readonly<Record<string, Value>>,
): readonly SystemRow[] {
  const rows = table.constraints
    .filter(isOne)
    .flatMap((constraint) => valuesOf(constraint).map((values) => partRow(table, constraint, 'constraint', values)));
  return [...rows, ...unlistedParts(table, 'constraint', unlisted)];
}

function tableConstraints(table: Table): readonly SystemRow[] {
  const place = placeOf(table);
  return [
    ...constraintRows(
      table,
      () => true,
      (constraint) => [{ ...place, ...nameOf(table, constraint), constraint_type: TYPES[constraint.kind][1] }],
      place,
    ),
    ...notNullRows(table, place),
  ];
}

/** Up to PostgreSQL 17 each NOT NULL shows as a check `2200_16385_1_not_null` (information_schema.sql). */
function notNullRows(table: Table, place: Readonly<Record<string, Value>>): readonly SystemRow[] {
  const constraint_name: Value = { kind: 'other', than: (name) => !name.endsWith('_not_null') };
  return table.columns
    .filter(({ notNull, unknown }) => notNull || unknown.includes('not-null'))
    .map((column) => ({
      ...partRow(table, column, 'constraint', { ...place, constraint_name, constraint_type: 'CHECK' }),
      certain: false,
    }));
}

/** The columns that a constraint reads: for a foreign key, those of the table that it points to. */
function usageRows(draft: Draft, table: Table): readonly SystemRow[] {
  return constraintRows(
    table,
    ({ kind }) => kind !== 'exclude',
    (constraint) => {
      const target = constraint.target === null ? table : draft.catalog.relations.get(constraint.target.table);
      const columns = constraint.target === null ? constraint.columns : constraint.target.columns;
      if (target?.kind !== 'table')
        return [{ ...nameOf(table, constraint), table_name: UNKNOWN, column_name: UNKNOWN }];
      return columns.map((column) => ({
        ...placeOf(target),
        ...nameOf(table, constraint),
        column_name: nameOfColumn(draft, target, column),
      }));
    },
    {},
  );
}

function catalogRows(draft: Draft, table: Table): readonly SystemRow[] {
  const conrelid = relationOid(draft, table);
  return constraintRows(
    table,
    () => true,
    (constraint) => {
      const target = constraint.target === null ? undefined : draft.catalog.relations.get(constraint.target.table);
      return [
        {
          oid: oid('constraint', `${table.schema}.${table.name}.${constraint.name ?? ''}`),
          conname: constraint.name ?? UNKNOWN,
          connamespace: namespaceOid(table.schema),
          contype: TYPES[constraint.kind][0],
          conrelid,
          confrelid: target === undefined ? UNKNOWN : relationOid(draft, target),
          convalidated: knownOr(constraint.certain, constraint.validated),
        },
      ];
    },
    { conrelid, connamespace: namespaceOid(table.schema) },
  );
}
