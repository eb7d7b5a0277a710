import type { QueryText } from '../../ddl/operation.ts';
import type { Relation, ViewRead } from '../catalog.ts';
import type { EngineError } from '../outcome.ts';
import { queryShape, type QueryShape, type QuerySource } from '../query-shape.ts';
import type { Draft } from './draft.ts';
import { errorAt } from './lookup.ts';
import { findRelation, partKey, type Found } from './names.ts';

/** What a view's query reads, and the names of its output columns; null where its words do not tell. */
export interface QueryReads {
  readonly reads: readonly ViewRead[] | null;
  readonly outputs: readonly string[] | null;
}

interface ReadSource {
  readonly source: QuerySource;
  readonly found: Found<Relation>;
}

/** Reads a query. Refuses tables and columns that are surely missing, as PostgreSQL, MySQL and MariaDB do when a view is made. */
export function checkQuery(draft: Draft, query: QueryText): QueryReads {
  const shape = queryShape(query.text, draft.engine.dialect);
  if (shape === null) return { reads: null, outputs: null };
  const sources = shape.sources.map((source) => ({ source, found: find(draft, source) }));
  for (const { found } of sources) refuseMissingSource(draft, found, query);
  refuseMissingColumns(draft, shape, sources, query);
  return { reads: readsOf(draft, shape, sources), outputs: outputsOf(draft, shape, sources) };
}

function find(draft: Draft, { path }: QuerySource): Found<Relation> {
  const named = path.map((text) => ({ text, quoted: true, start: 0, end: 0 }));
  const [first, second] = named;
  const name = second ?? first ?? { text: '', quoted: true, start: 0, end: 0 };
  return findRelation(draft, {
    name,
    start: 0,
    end: 0,
    ...(second === undefined || first === undefined ? {} : { schema: first }),
  });
}

function refuseMissingSource(draft: Draft, found: Found<Relation>, query: QueryText): void {
  if (found.presence === 'present') return;
  const { target } = found;
  const object = { kind: 'table', schema: target.schema, name: target.name };
  const error = errorAt('missing-table', draft.words.missingTable(target, 'rows'), query, object);
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(found.why, error);
}

/** Only what certainly is a column is judged: a plain item of the select list, or a name qualified with a source. */
function refuseMissingColumns(draft: Draft, shape: QueryShape, sources: readonly ReadSource[], query: QueryText): void {
  if (!shape.single) return;
  for (const path of shape.plainItems) {
    const [first, second] = path;
    const column = second ?? first ?? '';
    const candidates = second === undefined ? sources : sources.filter(({ source }) => source.alias === first);
    if (candidates.length === 0 || !candidates.every(({ found }) => surelyLacks(draft, found, column))) continue;
    draft.refuse(missingColumn(draft, path, query));
  }
}

function missingColumn(draft: Draft, path: readonly string[], query: QueryText): EngineError {
  const written = path.join('.');
  const object = { kind: 'column', name: path.at(-1) ?? '' };
  const text =
    draft.engine.dialect.name === 'postgres'
      ? `column ${path.length > 1 ? written : `"${written}"`} does not exist`
      : unknownColumn(draft, written);
  return errorAt('missing-column', text, query, object);
}

function unknownColumn(draft: Draft, written: string): string {
  return `Unknown column '${written}' in '${draft.engine.dialect.name === 'mariadb' ? 'SELECT' : 'field list'}'`;
}

function surelyLacks(draft: Draft, found: Found<Relation>, column: string): boolean {
  const columns = columnsOf(draft, found);
  return columns !== null && !columns.includes(column);
}

/** Keys of a source's columns, when all of them are known. */
function columnsOf(draft: Draft, found: Found<Relation>): readonly string[] | null {
  if (found.presence !== 'present') return null;
  const { value } = found;
  if (value.kind === 'sequence')
    return draft.engine.dialect.name === 'postgres' ? ['last_value', 'log_cnt', 'is_called'] : null;
  if (value.kind !== 'table') return value.columns;
  return value.open || value.columns.some((column) => !column.certain)
    ? null
    : value.columns.map((column) => partKey(column.name, draft.engine.dialect));
}

/** For each relation its columns among the names. Sure where one SELECT reads one relation, or where the name is qualified. */
function readsOf(draft: Draft, shape: QueryShape, sources: readonly ReadSource[]): readonly ViewRead[] | null {
  const reads: ViewRead[] = [];
  for (const { source, found } of sources) {
    const columns = columnsOf(draft, found);
    if (columns === null) return null;
    const only = sources.length === 1;
    const named = columns.filter((column) => shape.names.some((path) => names(path, source, column)));
    const sure =
      shape.single && (only || !sources.some((other) => other.source !== source && sharesNames(draft, other, named)));
    const known = reads.find((read) => read.relation === found.target.key);
    const all = [...new Set([...(known?.columns ?? []), ...(shape.star ? columns : named)])];
    if (known !== undefined) reads.splice(reads.indexOf(known), 1);
    reads.push({ relation: found.target.key, columns: all, sure: shape.star ? shape.single && only : sure });
  }
  return reads;
}

function names(path: readonly string[], source: QuerySource, column: string): boolean {
  return path.length > 1 ? path[0] === source.alias && path[1] === column : path[0] === column;
}

function sharesNames(draft: Draft, { found }: ReadSource, columns: readonly string[]): boolean {
  const others = columnsOf(draft, found);
  return others === null || columns.some((column) => others.includes(column));
}

function outputsOf(draft: Draft, shape: QueryShape, sources: readonly ReadSource[]): readonly string[] | null {
  const [only, ...others] = sources;
  if (shape.outputs !== null) return shape.outputs;
  // `SELECT * FROM t` has the columns of t.
  return shape.single && shape.onlyStar && only !== undefined && others.length === 0
    ? columnsOf(draft, only.found)
    : null;
}
