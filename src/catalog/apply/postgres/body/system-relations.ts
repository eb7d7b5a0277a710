import type { Column, Relation, Table } from '../../../catalog.ts';
import type { Draft } from '../../draft.ts';
import {
  isTable,
  isView,
  knownOr,
  namespaceOid,
  partRow,
  relationOid,
  relationsOf,
  rowOf,
  schemaValue,
  textOrNull,
  unlistedParts,
  type SystemRow,
  type SystemView,
  type Wanted,
} from './system-row.ts';
import { DATABASE, UNKNOWN, type Value } from './value.ts';

/** Tables, views, sequences, indexes and columns. */
export const relationViews: Readonly<Record<string, SystemView>> = {
  tables: {
    object: 'table',
    name: 'table_name',
    schema: 'table_schema',
    columns: ['table_catalog', 'table_schema', 'table_name', 'table_type'],
    rows: (draft, wanted) =>
      relationsOf(draft, wanted, 'table_name')
        .filter(({ kind }) => kind === 'table' || kind === 'view')
        .map((relation) => rowOf(relation, 'table', { ...placeOf('table', relation), table_type: tableType(relation) })),
  },
  views: namedRelations('view', 'table', ({ kind }) => kind === 'view'),
  sequences: namedRelations('sequence', 'sequence', ({ kind }) => kind === 'sequence'),
  columns: {
    object: 'column',
    name: 'column_name',
    table: 'table_name',
    schema: 'table_schema',
    columns: [
      'table_catalog', 'table_schema', 'table_name', 'column_name', 'data_type', 'udt_name', 'is_nullable', 'column_default',
      'character_maximum_length', 'is_identity', 'is_generated', 'ordinal_position',
    ], // prettier-ignore
    rows: (draft, wanted) => relationsOf(draft, wanted, 'table_name').flatMap((relation) => columnRows(draft, relation)),
  },
  pg_tables: shortView('table', 'tablename', isTable),
  pg_views: shortView('view', 'viewname', ({ kind }) => kind === 'view'),
  pg_matviews: shortView('view', 'matviewname', ({ kind }) => kind === 'materialized-view'),
  pg_sequences: shortView('sequence', 'sequencename', ({ kind }) => kind === 'sequence'),
  pg_indexes: {
    object: 'index',
    name: 'indexname',
    table: 'tablename',
    schema: 'schemaname',
    columns: ['schemaname', 'tablename', 'indexname', 'tablespace', 'indexdef'],
    rows: (draft, wanted) => relationsOf(draft, wanted, 'tablename').flatMap(indexRows),
  },
  pg_class: {
    object: 'relation',
    name: 'relname',
    columns: ['oid', 'relname', 'relnamespace', 'relkind', 'relpersistence', 'relispartition', 'relrowsecurity', 'reltuples'],
    rows: classRows,
  },
  pg_index: {
    object: 'index',
    name: 'indexrelid',
    columns: ['indexrelid', 'indrelid', 'indisunique', 'indisprimary', 'indisvalid', 'indkey'],
    rows: (draft) => relationsOf(draft, new Map(), '').flatMap((relation) => indexDefinitions(draft, relation)),
  },
  pg_attribute: {
    object: 'column',
    name: 'attname',
    table: 'attrelid',
    columns: ['attrelid', 'attname', 'attnum', 'attnotnull', 'attisdropped', 'atthasdef', 'atttypid', 'attidentity', 'attgenerated'],
    rows: (draft) => relationsOf(draft, new Map(), '').flatMap((relation) => attributeRows(draft, relation)),
  },
  pg_inherits: {
    object: 'table',
    name: 'inhrelid',
    columns: ['inhrelid', 'inhparent'],
    rows: (draft) =>
      relationsOf(draft, new Map(), '').flatMap((relation) =>
        (isTable(relation) ? relation.parents : []).map((parent) => {
          const above = draft.catalog.relations.get(parent);
          const inhparent = above === undefined ? UNKNOWN : relationOid(draft, above);
          return rowOf(relation, 'table', { inhrelid: relationOid(draft, relation), inhparent });
        }),
      ),
  },
}; // prettier-ignore

function placeOf(word: string, { schema, name }: Relation): Record<string, Value> {
  return { [`${word}_catalog`]: DATABASE, [`${word}_schema`]: schemaValue(schema), [`${word}_name`]: name };
}

function tableType(relation: Relation): Value {
  if (relation.kind !== 'table') return 'VIEW';
  if (relation.temporary) return 'LOCAL TEMPORARY';
  return relation.options.includes('foreign') ? 'FOREIGN' : 'BASE TABLE';
}

function namedRelations(kind: string, word: string, isOne: (relation: Relation) => boolean): SystemView {
  return {
    object: kind,
    name: `${word}_name`,
    schema: `${word}_schema`,
    columns: [`${word}_catalog`, `${word}_schema`, `${word}_name`],
    rows: (draft, wanted) =>
      relationsOf(draft, wanted, `${word}_name`)
        .filter(isOne)
        .map((relation) => rowOf(relation, kind, placeOf(word, relation))),
  };
}

function shortView(kind: string, name: string, isOne: (relation: Relation) => boolean): SystemView {
  return {
    object: kind,
    name,
    schema: 'schemaname',
    columns: ['schemaname', name],
    rows: (draft, wanted) =>
      relationsOf(draft, wanted, name)
        .filter(isOne)
        .map((relation) => rowOf(relation, kind, { schemaname: schemaValue(relation.schema), [name]: relation.name })),
  };
}

function columnRows(draft: Draft, relation: Relation): readonly SystemRow[] {
  if (relation.kind === 'sequence') return [];
  const place = placeOf('table', relation);
  if (relation.kind !== 'table')
    return relation.kind === 'view'
      ? [{ ...rowOf(relation, 'column', { ...place, column_name: UNKNOWN }), certain: false, isMany: true }]
      : [];
  const rows = relation.columns.map((column, at) =>
    partRow(relation, column, 'column', {
      ...place,
      column_name: column.name,
      ...typeValues(column),
      is_nullable: knownOr(!column.unknown.includes('not-null'), column.notNull ? 'NO' : 'YES'),
      column_default: knownOr(!column.unknown.includes('default'), textOrNull(column.default)),
      is_identity: knownOr(!column.unknown.includes('identity'), column.identity === null ? 'NO' : 'YES'),
      is_generated: knownOr(!column.unknown.includes('generated'), column.generated === null ? 'NEVER' : 'ALWAYS'),
      ordinal_position: relation.columns.length > 1 && at > 0 ? UNKNOWN : 1,
    }),
  );
  return [...rows, ...unlistedParts(relation, 'column', { ...place, column_name: otherColumn(draft, relation) })];
}

/** A column that is not listed is none of those that surely are not there. */
function otherColumn(draft: Draft, table: Table): Value {
  const { dialect } = draft.engine;
  const listed = new Set([...table.columns.map(({ name }) => dialect.key(name, true)), ...table.absent]);
  return { kind: 'other', than: (name) => listed.has(dialect.key(name, true)) };
}

/** udt_name by the name of the type as format_type prints it. */
const INTERNAL_NAMES: Readonly<Record<string, string>> = {
  smallint: 'int2', integer: 'int4', bigint: 'int8', real: 'float4', 'double precision': 'float8', boolean: 'bool',
  'character varying': 'varchar', character: 'bpchar', 'timestamp with time zone': 'timestamptz', numeric: 'numeric',
  'timestamp without time zone': 'timestamp', 'time with time zone': 'timetz', 'time without time zone': 'time', text: 'text',
  uuid: 'uuid', json: 'json', jsonb: 'jsonb', date: 'date', bytea: 'bytea', inet: 'inet', interval: 'interval', oid: 'oid',
  tsvector: 'tsvector', xml: 'xml', money: 'money', bit: 'bit', 'bit varying': 'varbit', point: 'point', cidr: 'cidr',
}; // prettier-ignore

function typeValues({ type, unknown }: Column): Record<string, Value> {
  if (type === null || unknown.includes('type')) return { data_type: UNKNOWN, udt_name: UNKNOWN };
  const length = /^character(?: varying)?\((\d+)\)/.exec(type)?.[1];
  const plain = type.replace(/\([^)]*\)/, '');
  const known = Object.hasOwn(INTERNAL_NAMES, plain) ? INTERNAL_NAMES[plain] : undefined;
  const isArray = plain.endsWith('[]');
  return {
    // A domain shows the type beneath it.
    data_type: isArray ? 'ARRAY' : known === undefined ? UNKNOWN : plain,
    udt_name: known ?? UNKNOWN,
    character_maximum_length: length === undefined ? (known === undefined ? UNKNOWN : null) : Number(length),
  };
}

function indexRows(relation: Relation): readonly SystemRow[] {
  if (relation.kind === 'sequence') return [];
  const place = { schemaname: schemaValue(relation.schema), tablename: relation.name };
  const rows = relation.indexes.map((index) => partRow(relation, index, 'index', { ...place, indexname: index.name }));
  if (!isTable(relation)) return rows;
  const { absentIndexes } = relation;
  const indexname: Value = { kind: 'other', than: (name) => absentIndexes.includes(name) };
  return [...rows, ...unlistedParts(relation, 'index', { ...place, indexname })];
}

const CLASS_KINDS: Readonly<Record<Relation['kind'], string>> = {
  table: 'r',
  view: 'v',
  'materialized-view': 'm',
  sequence: 'S',
};

function* classRows(draft: Draft, wanted: Wanted): Iterable<SystemRow> {
  const name = wanted.get('relname');
  for (const relation of draft.catalog.relations.values()) {
    if (name === undefined || relation.name === name)
      yield rowOf(relation, 'relation', {
        oid: relationOid(draft, relation),
        relname: relation.name,
        relnamespace: namespaceOid(relation.schema),
        relkind: kindOf(relation),
        relispartition: isTable(relation) && relation.options.includes('partition'),
      });
    if (relation.kind === 'sequence') continue;
    for (const index of relation.indexes) {
      if (name !== undefined && index.name !== name) continue;
      yield partRow(relation, index, 'index', {
        oid: relationOid(draft, { schema: relation.schema, name: index.name }),
        relname: index.name,
        relnamespace: namespaceOid(relation.schema),
        relkind: isPartitioned(relation) ? 'I' : 'i',
      });
    }
    if (isTable(relation) && relation.open)
      yield* unlistedParts(relation, 'index', { relnamespace: namespaceOid(relation.schema), relkind: 'i' });
  }
}

function isPartitioned(relation: Relation): boolean {
  return isTable(relation) && relation.options.includes('partitioned');
}

function kindOf(relation: Relation): Value {
  if (isPartitioned(relation)) return 'p';
  return isTable(relation) && relation.options.includes('foreign') ? 'f' : CLASS_KINDS[relation.kind];
}

function indexDefinitions(draft: Draft, relation: Relation): readonly SystemRow[] {
  if (relation.kind === 'sequence') return [];
  const indrelid = relationOid(draft, relation);
  const primary = isTable(relation) ? relation.constraints.find(({ kind }) => kind === 'primary-key') : undefined;
  const rows = relation.indexes.map((index) =>
    partRow(relation, index, 'index', {
      indexrelid: relationOid(draft, { schema: relation.schema, name: index.name }),
      indrelid,
      indisunique: index.unique,
      indisprimary: index.ofConstraint && index.name === primary?.name,
    }),
  );
  return [...rows, ...(isTable(relation) ? unlistedParts(relation, 'index', { indrelid }) : [])];
}

function attributeRows(draft: Draft, relation: Relation): readonly SystemRow[] {
  if (relation.kind === 'sequence') return [];
  const attrelid = relationOid(draft, relation);
  if (!isTable(relation))
    return isView(relation) ? [{ ...rowOf(relation, 'column', { attrelid }), certain: false, isMany: true }] : [];
  const rows = relation.columns.map((column) =>
    partRow(relation, column, 'column', {
      attrelid,
      attname: column.name,
      attnotnull: knownOr(!column.unknown.includes('not-null'), column.notNull),
      atthasdef: knownOr(!column.unknown.includes('default'), column.default !== null || column.generated !== null),
      attisdropped: false,
    }),
  );
  const attname = otherColumn(draft, relation);
  return [...rows, ...unlistedParts(relation, 'column', { attrelid, attname, attisdropped: false })];
}
