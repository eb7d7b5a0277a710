import type { Origin, Relation, Table, View } from '../../../catalog.ts';
import type { EngineError } from '../../../outcome.ts';
import type { Draft } from '../../draft.ts';
import { oid, SOME_TEXT, UNKNOWN, type Value } from './value.ts';

/** A row of a system catalog. Columns that it lacks are not modelled: of them nothing is known. */
export interface SystemRow {
  /** False: it may not be there. */
  readonly certain: boolean;
  /** It stands for any number of rows. */
  readonly isMany?: boolean;
  readonly values: Readonly<Record<string, Value>>;
  /** What it tells of, and where that comes from. */
  readonly object: EngineError['object'];
  readonly origin: Origin;
}

/** Values that a query asks for by `column = 'literal'`: rows with others need not be made. */
export type Wanted = ReadonlyMap<string, string>;

export interface SystemView {
  /** What its rows tell of, and the columns in which the name and the table stand. */
  readonly object: string;
  readonly name: string;
  readonly table?: string;
  readonly schema?: string;
  readonly columns: readonly string[];
  /** Others than the project's own stand in it too: what it does not list may be there. */
  readonly isShared?: (draft: Draft, name: string | undefined) => boolean;
  /** What is known of the rows that it does not list. */
  unlisted?(draft: Draft): Readonly<Record<string, Value>>;
  rows(draft: Draft, wanted: Wanted): Iterable<SystemRow>;
}

/** How the schema of an object shows: that of temporary ones has a number. */
export function schemaValue(schema: string): Value {
  return schema === 'pg_temp' ? { kind: 'text', parts: ['pg_temp_', null] } : schema;
}

export function namespaceOid(schema: string): Value {
  return oid('namespace', schema);
}

export function relationOid(draft: Draft, { schema, name }: { readonly schema: string; readonly name: string }): Value {
  return oid('relation', `${schema}.${name}`, shownName(draft, schema, name));
}

export function typeOid(draft: Draft, { schema, name }: { readonly schema: string; readonly name: string }): Value {
  return oid('type', `${schema}.${name}`, shownName(draft, schema, name));
}

/** As regclass and regtype print it: with its schema where the search path does not lead there. */
function shownName({ session }: Draft, schema: string, name: string): string {
  const quoted = (part: string): string =>
    /^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
  return session.searchPath?.includes(schema) === true ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

/** Relations, those of the wanted name alone where one is wanted. */
export function relationsOf(draft: Draft, wanted: Wanted, column: string): readonly Relation[] {
  const name = wanted.get(column);
  const all = [...draft.catalog.relations.values()];
  return name === undefined ? all : all.filter((relation) => relation.name === name);
}

export function isTable(relation: Relation): relation is Table {
  return relation.kind === 'table';
}

export function isView(relation: Relation): relation is View {
  return relation.kind === 'view' || relation.kind === 'materialized-view';
}

/** A row of a relation. */
export function rowOf(relation: Relation, kind: string, values: Readonly<Record<string, Value>>): SystemRow {
  const object = { kind, schema: relation.schema, name: relation.name };
  return { certain: relation.certain, values, object, origin: relation.origin };
}

/** A row of a part of a relation. */
export function partRow(
  relation: Table | View,
  part: { readonly name: string | null; readonly certain: boolean; readonly origin: Origin },
  kind: string,
  values: Readonly<Record<string, Value>>,
): SystemRow {
  return {
    certain: relation.certain && part.certain,
    values,
    object: { kind, table: relation.name, name: part.name ?? '' },
    origin: part.origin,
  };
}

/** Parts that a table may have besides those that are listed. */
export function unlistedParts(
  relation: Table,
  kind: string,
  values: Readonly<Record<string, Value>>,
): readonly SystemRow[] {
  if (!relation.open) return [];
  return [{ certain: false, isMany: true, values, object: { kind, table: relation.name, name: '' }, origin: null }];
}

/** What is there or not, as the catalog knows it; null where that is not known. */
export function knownOr(isKnown: boolean, value: Value): Value {
  return isKnown ? value : UNKNOWN;
}

export function textOrNull(text: string | null): Value {
  return text === null ? null : SOME_TEXT;
}
