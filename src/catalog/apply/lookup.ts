import type { Name, Operation, QualifiedName, Range } from '../../ddl/operation.ts';
import type { Column, Constraint, Index, Relation, Sequence, Table, View } from '../catalog.ts';
import type { ColumnPlace, TablePlace } from '../errors/words.ts';
import { postgresSince } from '../../dialects/since.ts';
import type { EngineError, ErrorClass, Outcome, SkippedBy } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { originOf } from './draft.ts';
import { refuseSystemTable } from './sqlite/special-tables.ts';
import { findRelation, isSystemName, nameKey, partKey, storedName, type Target } from './names.ts';
import { hasSchema, missingSchema } from './postgres/schemas.ts';

/** A table that an operation works on. */
export interface TableAt {
  readonly target: Target;
  readonly table: Table;
}

export interface RelationAt {
  readonly target: Target;
  readonly relation: Relation;
}

/**
 * The relation that an operation names, or the outcome when the statement ends there (a guard). Refuses a missing one; for
 * one that may exist unseen it gives an open table, so that what passes is known afterwards. At a table of the engine's own it ends.
 */
export function requireRelation(
  draft: Draft,
  operation: Operation,
  name: QualifiedName,
  place: TablePlace,
  guard?: Range,
): RelationAt | { readonly outcome: Outcome } {
  const found = findRelation(draft, name);
  if (draft.engine.dialect.name === 'sqlite') refuseSystemTable(draft, found.target, place);
  if (found.presence === 'present') return { target: found.target, relation: found.value };
  const error = missingTableError(draft, found.target, place);
  if (found.presence === 'absent') {
    if (place === 'drop' || place === 'rows') refuseIndex(draft, found.target, place);
    if (guard === undefined) draft.refuse(error);
    return { outcome: { kind: 'skipped', by: skippedByMissing(guard, { kind: 'table', ...objectOf(found.target) }) } };
  }
  // UPDATE pg_index, UPDATE sqlite_sequence: nothing that a schema has comes of it.
  if (isSystemName(draft, found.target)) return { outcome: { kind: 'unsure', why: found.why } };
  draft.doubt(found.why, error);
  return { target: found.target, relation: found.value ?? openTable(operation, found.target, guard === undefined) };
}

/** PostgreSQL: DROP TABLE of an index, guard or not, and rows that are written into one. */
function refuseIndex(draft: Draft, target: Target, place: 'drop' | 'rows'): void {
  if (
    draft.engine.dialect.name !== 'postgres' ||
    !draft.catalog.indexOwners.has(draft.indexKey(target.schema, target.name))
  )
    return;
  const rows = draft.servesAlsoBefore(postgresSince.wordsOfRelations)
    ? `"${target.name}" is an index`
    : `cannot open relation "${target.name}"`;
  const text = place === 'rows' ? rows : draft.words.wrongKind('index', 'table', target);
  draft.refuse(errorAt('wrong-object', text, target.at, { kind: 'index', ...objectOf(target) }));
}

/** The same where only a table will do; `otherKind` words what the engine says to a view or sequence. */
export function requireTable(
  draft: Draft,
  operation: Operation,
  name: QualifiedName,
  place: TablePlace,
  otherKind: (relation: View | Sequence, target: Target) => EngineError,
  guard?: Range,
): TableAt | { readonly outcome: Outcome } {
  const found = requireRelation(draft, operation, name, place, guard);
  if ('outcome' in found) return found;
  if (found.relation.kind !== 'table') draft.refuse(otherKind(found.relation, found.target));
  return { target: found.target, table: found.relation };
}

export function missingTableError(draft: Draft, target: Target, place: TablePlace): EngineError {
  const isPostgres = draft.engine.dialect.name === 'postgres';
  if (isPostgres && target.written.includes('.') && !hasSchema(draft, target.schema))
    return missingSchema(target.schema, target.at);
  return {
    class: 'missing-table',
    text: draft.words.missingTable(target, place),
    at: target.at,
    object: { kind: 'table', ...objectOf(target) },
  };
}

/** The column, where it is surely there; otherwise refuses, or doubts and gives what may be there. */
export function requireColumn(
  draft: Draft,
  { target, table }: TableAt,
  name: Name,
  place: ColumnPlace,
): Column | undefined {
  const found = findColumn(table, nameKey(name, draft.engine.dialect), draft);
  if (found.presence === 'present') return found.column;
  const error = missingColumnError(draft, target, name, place);
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(`${table.name} may lack the column ${name.text}`, error);
  return found.column;
}

export function missingColumnError(draft: Draft, target: Target, name: Name, place: ColumnPlace): EngineError {
  const stored = storedName(name, draft.engine.dialect);
  return {
    class: 'missing-column',
    text: draft.words.missingColumn(stored, target, place),
    at: { start: name.start, end: name.end },
    object: { kind: 'column', schema: target.schema, table: target.name, name: stored },
  };
}

export type FoundColumn =
  | { readonly presence: 'present'; readonly column: Column }
  | { readonly presence: 'unsure'; readonly column: Column | undefined }
  | { readonly presence: 'absent' };

/** Looks a column up by its key. */
export function findColumn(table: Table, key: string, draft: Draft): FoundColumn {
  const column = table.columns.find((candidate) => partKey(candidate.name, draft.engine.dialect) === key);
  if (column !== undefined) return column.certain ? { presence: 'present', column } : { presence: 'unsure', column };
  if (table.open && !table.absent.includes(key)) return { presence: 'unsure', column: undefined };
  return { presence: 'absent' };
}

/** Looks an index of a table up by its key. */
export function findIndex(relation: Table | View, key: string, draft: Draft): Index | undefined {
  return relation.indexes.find((candidate) => partKey(candidate.name, draft.engine.dialect) === key);
}

/** Looks a constraint up by its key. */
export function findConstraint(table: Table, key: string, draft: Draft): Constraint | undefined {
  return table.constraints.find(
    (candidate) => candidate.name !== null && partKey(candidate.name, draft.engine.dialect) === key,
  );
}

/** A table of which no column is known; certain once a statement without a guard went through with it. */
export function openTable(operation: Pick<Operation, 'statement'>, target: Target, certain: boolean): Table {
  return {
    kind: 'table',
    schema: target.schema,
    name: target.name,
    columns: [],
    indexes: [],
    constraints: [],
    temporary: false,
    options: [],
    parents: [],
    open: true,
    absent: [],
    absentIndexes: [],
    madeInDeploy: -1,
    written: false,
    emptySince: null,
    origin: originOf(operation, target.at),
    certain,
  };
}

export function objectOf(target: Target): { readonly schema: string; readonly name: string } {
  return { schema: target.schema, name: target.name };
}

export function errorAt(errorClass: ErrorClass, text: string, at: Range, object: EngineError['object']): EngineError {
  return { class: errorClass, text, at: { start: at.start, end: at.end }, object };
}

/** IF EXISTS found nothing. */
export function skippedByMissing(guard: Range, object: EngineError['object']): SkippedBy {
  return { guard: 'if-exists', at: { start: guard.start, end: guard.end }, existing: null, object, differs: [] };
}
