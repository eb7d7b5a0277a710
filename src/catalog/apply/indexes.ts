import type {
  CreateIndex,
  DropIndex,
  Expression,
  Name,
  Operation,
  QualifiedName,
  Range,
  RenameIndex,
} from '../../ddl/operation.ts';
import type { Index, Relation, Table, View } from '../catalog.ts';
import { missingRenamedIndex } from '../errors/mysql.ts';
import type { Mention } from '../errors/words.ts';
import { indexDifferences } from '../differences.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { unknownColumn } from './columns.ts';
import { originOf, type Draft } from './draft.ts';
import { generatedIndexName } from './generated-names.ts';
import { indexOf } from './index-definition.ts';
import {
  errorAt,
  findColumn,
  findIndex,
  missingColumnError,
  openTable,
  requireRelation,
  skippedByMissing,
  type RelationAt,
  type TableAt,
} from './lookup.ts';
import { defaultSchema, findRelation, nameKey, objectKey, partKey, storedName, type Target } from './names.ts';
import { checkCalls } from './postgres/called-functions.ts';
import { requireImmutable } from './postgres/immutability.ts';
import { withoutIdleCasts } from './postgres/indexes.ts';
import { keepingRule } from './rules-met.ts';
import { copyToPartitions } from './taken-over.ts';
import { refuseInTransaction } from './postgres/own-transactions.ts';
import { semanticsOf } from './semantics.ts';
import { doubtQuotedName, isDoubleQuoted } from './sqlite/quoted-names.ts';
import { refuseVirtualTable } from './sqlite/special-tables.ts';
import { withStoredKeys } from './stored-keys.ts';
import { indexingOther } from './sqlite/index-refusals.ts';

type Indexed = Table | View;

export function createIndex(draft: Draft, operation: CreateIndex): Outcome | undefined {
  if (operation.concurrently !== undefined)
    refuseInTransaction(draft, operation.concurrently, 'CREATE INDEX CONCURRENTLY');
  const found = requireRelation(draft, operation, tableOfIndex(draft, operation), 'index', operation.ifTableExists);
  if ('outcome' in found) return found.outcome;
  const indexed = indexable(draft, found);
  const at = { target: found.target, table: indexed };
  if (draft.engine.dialect.name === 'sqlite' && indexed.kind === 'table')
    refuseVirtualTable(draft, operation, found.target, indexed);
  // PostgreSQL reads the keys before it sees that IF NOT EXISTS has nothing to do (run on 15).
  if (draft.engine.dialect.name === 'postgres') checkReadKeys(draft, operation, at);
  const index = indexMade(draft, operation, at);
  const skipped = makeRoom(draft, operation, at, index);
  if (skipped !== undefined) return skipped;
  const now = draft.catalog.relations.get(found.target.key);
  const base = now === undefined || now.kind === 'sequence' ? indexed : now;
  if (draft.engine.dialect.name !== 'postgres') requireColumns(draft, operation, at);
  if (base.kind === 'table')
    semanticsOf(draft).checkNewIndex(draft, operation, { target: found.target, table: base }, index);
  const kept = draft.hasDoubt && operation.ifNotExists !== undefined ? { ...index, certain: false } : index;
  const after = { ...base, indexes: [...base.indexes.filter((other) => other.name !== index.name), kept] };
  draft.putRelation(found.target.key, after.kind === 'table' ? withStoredKeys(draft, after) : after);
  if (after.kind === 'table' && after.options.includes('partitioned'))
    copyToPartitions(draft, operation, found.target.key, index);
  draft.record({ kind: 'created', object: indexObject(found.target, index.name), silent: false });
  return undefined;
}

/** SQLite: `CREATE INDEX main.i ON t` names the database of both. */
function tableOfIndex(draft: Draft, { table, index }: CreateIndex): QualifiedName {
  if (draft.engine.dialect.name !== 'sqlite' || index?.schema === undefined || /^temp$/i.test(index.schema.text))
    return table;
  return { ...table, schema: index.schema };
}

/** Tables, and PostgreSQL's materialized views; others are refused. */
function indexable(draft: Draft, { target, relation }: RelationAt): Indexed {
  if (relation.kind === 'table') return relation;
  if (relation.kind === 'materialized-view') return relation;
  if (draft.engine.dialect.name === 'sqlite') draft.refuse(indexingOther(target));
  const isPostgres = draft.engine.dialect.name === 'postgres';
  const text = isPostgres
    ? `cannot create index on relation "${target.name}"`
    : draft.words.wrongKind(relation.kind, 'table', target);
  draft.refuse(
    errorAt('wrong-object', text, target.at, { kind: relation.kind, schema: target.schema, name: target.name }),
  );
}

function indexMade(draft: Draft, operation: CreateIndex, { table }: { readonly table: Indexed }): Index {
  const { dialect } = draft.engine;
  const named = operation.index === undefined ? null : storedName(operation.index.name, dialect);
  const isOfPostgres = dialect.name === 'postgres' && table.kind === 'table';
  return indexOf(
    {
      name: named ?? (table.kind === 'table' ? generatedIndexName(draft, table, operation) : `${table.name}_idx`),
      unique: operation.unique,
      keys: isOfPostgres ? withoutIdleCasts(draft, table, operation.keys) : operation.keys,
      include: operation.include,
      where: operation.where,
      method: operation.variant ?? operation.method?.toLowerCase() ?? null,
      ofConstraint: false,
      origin: originOf(operation, operation.index ?? operation.table),
    },
    dialect,
  );
}

/** What already has the name: skips under a guard, refuses, or removes it under OR REPLACE. */
function makeRoom(
  draft: Draft,
  operation: CreateIndex,
  at: { readonly target: Target; readonly table: Indexed },
  index: Index,
): Outcome | undefined {
  if (operation.index === undefined) return undefined;
  const place = { ...at.target, name: index.name, written: index.name, at: operation.index };
  semanticsOf(draft).checkNewName(draft, place, 'index');
  const existing = indexAtName(draft, at, index.name);
  const relation = draft.engine.dialect.ddl.indexesShareTableNames
    ? relationAtName(draft, at.target, index.name)
    : undefined;
  if (existing === undefined && relation === undefined) {
    if (mayHaveUnlisted(at.table, index, draft))
      draft.doubt(`${at.table.name} may already have the index ${index.name}`, taken(draft, place, undefined));
    return undefined;
  }
  const error = existing === undefined ? takenByRelation(draft, place, relation) : taken(draft, place, existing.index);
  // SQLite: IF NOT EXISTS does not forgive a table of that name (build.c, sqlite3CreateIndex).
  const isForgiven = existing !== undefined || draft.engine.dialect.name === 'postgres';
  if (existing?.index.certain === false || relation?.certain === false) {
    draft.doubt(`${index.name} may already exist`, error);
    return undefined;
  }
  if (operation.orReplace !== undefined && existing !== undefined) {
    removeIndex(draft, existing);
    return undefined;
  }
  if (!isForgiven || operation.ifNotExists === undefined) draft.refuse(error);
  return skippedByExisting(draft, operation.ifNotExists, at, index, existing, relation);
}

/** An open table may have an index of this name, unless its start state knows better. */
function mayHaveUnlisted(table: Indexed, index: Index, draft: Draft): boolean {
  return (
    table.kind === 'table' && table.open && !table.absentIndexes.includes(partKey(index.name, draft.engine.dialect))
  );
}

function skippedByExisting(
  draft: Draft,
  { start, end }: Range,
  { target }: { readonly target: Target },
  wanted: Index,
  existing: IndexAt | undefined,
  relation: Relation | undefined,
): Outcome {
  const differs = differencesOf(draft, target, wanted, existing);
  const origin = existing?.index.origin ?? relation?.origin ?? null;
  const by = {
    guard: 'if-not-exists' as const,
    at: { start, end },
    existing: origin,
    object: indexObject(target, wanted.name),
    differs,
  };
  return { kind: 'skipped', by };
}

function differencesOf(draft: Draft, target: Target, wanted: Index, existing: IndexAt | undefined): readonly string[] {
  if (existing === undefined) return [`${wanted.name} is no index`];
  if (existing.key !== target.key) return [`${wanted.name} is an index of ${existing.relation.name}`];
  return indexDifferences(existing.index, wanted, draft.engine).map(
    ({ property, left, right }) => `${property} is ${left}, not ${right}`,
  );
}

function taken(draft: Draft, place: Target, existing: Index | undefined): EngineError {
  const error = errorAt('duplicate-index', draft.words.duplicateIndex(place), place.at, {
    kind: 'index',
    schema: place.schema,
    name: place.name,
  });
  return existing === undefined ? error : { ...error, existing: existing.origin };
}

function takenByRelation(draft: Draft, place: Target, relation: Relation | undefined): EngineError {
  const text = draft.words.duplicateRelation(relation?.kind ?? 'table', 'index', place);
  const error = errorAt('duplicate-index', text, place.at, { kind: 'index', schema: place.schema, name: place.name });
  return relation === undefined ? error : { ...error, existing: relation.origin };
}

/** An index with the relation that it stands on. */
export interface IndexAt {
  readonly key: string;
  readonly relation: Indexed;
  readonly index: Index;
}

function indexAtName(
  draft: Draft,
  { target, table }: { readonly target: Target; readonly table: Indexed },
  name: string,
): IndexAt | undefined {
  if (draft.engine.dialect.ddl.indexNamesPerSchema) return indexInSchema(draft, target.schema, name);
  const index = findIndex(table, partKey(name, draft.engine.dialect), draft);
  return index === undefined ? undefined : { key: target.key, relation: table, index };
}

/** The index of a schema that has this name. */
export function indexInSchema(draft: Draft, schema: string, storedIndexName: string): IndexAt | undefined {
  const key = draft.catalog.indexOwners.get(draft.indexKey(schema, storedIndexName));
  const relation = key === undefined ? undefined : draft.catalog.relations.get(key);
  if (key === undefined || relation === undefined || relation.kind === 'sequence') return undefined;
  const index = findIndex(relation, partKey(storedIndexName, draft.engine.dialect), draft);
  return index === undefined ? undefined : { key, relation, index };
}

function relationAtName(draft: Draft, target: Target, name: string): Relation | undefined {
  return draft.catalog.relations.get(
    `${target.key.slice(0, target.key.indexOf('.'))}.${draft.engine.dialect.tableKey(name, true)}`,
  );
}

/** Every column that the index reads must be there. */
function requireColumns(
  draft: Draft,
  operation: CreateIndex,
  { target, table: indexed }: { readonly target: Target; readonly table: Indexed },
): void {
  const table = indexed.kind === 'table' ? indexed : asTable(draft, operation, target, indexed);
  if (table === null) return;
  for (const key of operation.keys) {
    if (key.column !== undefined) requireIndexColumn(draft, { target, table }, key.column, 'index-key');
    else requireReferences(draft, { target, table }, key.expression);
  }
  for (const name of operation.include) requireIndexColumn(draft, { target, table }, name, 'include');
  requireReferences(draft, { target, table }, operation.where);
}

/** A materialized view as a table of its columns, when they are known. */
function asTable(draft: Draft, operation: CreateIndex, target: Target, view: View): Table | null {
  if (view.columns === null) return null;
  const columns = view.columns.map((text) => unknownColumn(draft, { text, quoted: true, start: 0, end: 0 }));
  return { ...openTable(operation, target, true), columns, open: false };
}

/** PostgreSQL: expressions are parsed first, then the predicate and the keys are looked at (indexcmds.c, DefineIndex). */
function checkReadKeys(
  draft: Draft,
  operation: CreateIndex,
  { target, table: indexed }: { readonly target: Target; readonly table: Indexed },
): void {
  const table = indexed.kind === 'table' ? indexed : asTable(draft, operation, target, indexed);
  if (table === null) return;
  const at = { target, table };
  requireReferences(draft, at, operation.where);
  for (const { expression } of operation.keys) requireReferences(draft, at, expression);
  if (operation.where !== undefined) requireImmutable(draft, at, operation.where, 'predicate');
  for (const { column, expression } of operation.keys) {
    if (column !== undefined) requireIndexColumn(draft, at, column, 'index-key');
    if (expression !== undefined) requireImmutable(draft, at, expression, 'expression');
  }
  for (const name of operation.include) requireIndexColumn(draft, at, name, 'include');
}

function requireReferences(draft: Draft, at: TableAt, expression: Expression | undefined): void {
  for (const { column } of expression?.columns ?? []) requireIndexColumn(draft, at, column, 'index-expression');
  checkCalls(draft, expression);
}

function requireIndexColumn(
  draft: Draft,
  { target, table }: TableAt,
  name: Name,
  place: 'index-key' | 'include' | 'index-expression',
): void {
  const found = findColumn(table, nameKey(name, draft.engine.dialect), draft);
  if (found.presence === 'present' || isImplicitColumn(draft, table, name, place)) return;
  const error = missingColumnError(draft, target, name, place);
  if (found.presence === 'unsure') {
    draft.doubt(`${table.name} may lack the column ${name.text}`, error);
    return;
  }
  if (draft.engine.dialect.name === 'sqlite' && isDoubleQuoted(draft, name)) doubtQuotedName(draft, error);
  else draft.refuse(error);
}

/** SQLite's rowid under its three names; PostgreSQL's system columns. */
function isImplicitColumn(draft: Draft, table: Table, name: Name, place: string): boolean {
  if (draft.engine.dialect.name === 'postgres')
    return ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'].includes(name.text);
  // A rowid may stand in an expression, not as a key.
  if (draft.engine.dialect.name !== 'sqlite' || place === 'index-key' || table.options.includes('without rowid'))
    return false;
  return /^(?:rowid|oid|_rowid_)$/i.test(name.text);
}

export function indexObject(
  target: { readonly schema: string; readonly name: string },
  name: string,
): EngineError['object'] {
  return { kind: 'index', schema: target.schema, table: target.name, name };
}

export function dropIndex(draft: Draft, operation: DropIndex): Outcome | undefined {
  if (operation.concurrently !== undefined)
    refuseInTransaction(draft, operation.concurrently, 'DROP INDEX CONCURRENTLY');
  const found = indexToChange(draft, operation, operation.index, operation.table, operation.ifExists);
  if (found === undefined) return undefined;
  if ('outcome' in found) return found.outcome;
  semanticsOf(draft).dropIndex(draft, operation, found);
  removeIndex(draft, found);
  draft.record({
    kind: 'dropped',
    object: indexObject(found.relation, found.index.name),
    silent: false,
    origin: found.index.origin,
  });
  return undefined;
}

function removeIndex(draft: Draft, { key, relation, index }: IndexAt): void {
  const indexes = relation.indexes.filter((candidate) => candidate !== index);
  if (relation.kind !== 'table') {
    draft.putRelation(key, { ...relation, indexes });
    return;
  }
  const table = keepingRule(draft, { ...relation, indexes }, index);
  if (!index.ofConstraint) draft.putRelation(key, table);
  else
    draft.putRelation(key, {
      ...table,
      constraints: relation.constraints.filter(({ name, kind }) => name !== index.name || !isKeyKind(kind)),
    });
}

export function renameIndex(draft: Draft, operation: RenameIndex): Outcome | undefined {
  const found = indexToChange(draft, operation, operation.index, operation.table, operation.ifExists);
  if (found === undefined) return undefined;
  if ('outcome' in found) return found.outcome;
  return moveIndex(draft, found, operation.to);
}

/** MariaDB: the check of a JSON column has the column's name, as an index may have. */
function isKeyKind(kind: Table['constraints'][number]['kind']): boolean {
  return kind !== 'check' && kind !== 'foreign-key';
}

/** PostgreSQL's ALTER INDEX, and ALTER TABLE of an index: `missing` when no index has the name. */
export function renameIndexNamed(
  draft: Draft,
  operation: Operation,
  name: QualifiedName,
  to: Name,
  guard?: Range,
): Outcome | undefined | 'missing' {
  const found = namedIndex(draft, name, undefined);
  if (found === undefined && operation.kind === 'rename-table' && operation.written === 'table') return 'missing';
  const required = found ?? indexToChange(draft, operation, name, undefined, guard);
  if (required === undefined) return undefined;
  if ('outcome' in required) return required.outcome;
  return moveIndex(draft, required, to);
}

function moveIndex(draft: Draft, { key, relation, index }: IndexAt, to: Name): Outcome | undefined {
  const { dialect } = draft.engine;
  const name = storedName(to, dialect);
  const place: Target = { schema: relation.schema, name, written: name, key, at: { start: to.start, end: to.end } };
  semanticsOf(draft).checkNewName(draft, { ...place, name: index.name === 'PRIMARY' ? index.name : name }, 'index');
  const taker = dialect.ddl.indexNamesPerSchema
    ? indexInSchema(draft, relation.schema, name)?.index
    : findIndex(relation, partKey(name, dialect), draft);
  const isItself = taker === index && dialect.name !== 'postgres';
  if (taker !== undefined && !isItself) draft.refuse(taken(draft, place, taker));
  refuseRelationsName(draft, place);
  // MySQL, MariaDB: an index that was made for a foreign key stays once it has a name of its own.
  const renamed = { ...index, name };
  delete renamed.implicit;
  const indexes = relation.indexes.map((candidate) => (candidate === index ? renamed : candidate));
  const constraints =
    relation.kind === 'table' && index.ofConstraint
      ? {
          constraints: relation.constraints.map((constraint) =>
            constraint.name === index.name && isKeyKind(constraint.kind) ? { ...constraint, name } : constraint,
          ),
        }
      : {};
  draft.putRelation(key, { ...relation, indexes, ...constraints });
  draft.record({
    kind: 'renamed',
    object: indexObject(relation, index.name),
    silent: false,
    detail: name,
    origin: index.origin,
  });
  return undefined;
}

/** Where indexes share one name space with tables. */
function refuseRelationsName(draft: Draft, place: Target): void {
  const { dialect } = draft.engine;
  if (!dialect.ddl.indexesShareTableNames) return;
  const existing = draft.catalog.relations.get(objectKey(place.schema, place.name, dialect));
  if (existing === undefined) return;
  const text = draft.words.duplicateRelation(existing.kind, 'index', place);
  const object = { kind: 'index', schema: place.schema, name: place.name };
  draft.refuse({ ...errorAt('duplicate-table', text, place.at, object), existing: existing.origin });
}

/** The index that an operation names; nothing when it may stand where migralint does not see. */
function indexToChange(
  draft: Draft,
  operation: Operation,
  name: QualifiedName,
  table: QualifiedName | undefined,
  guard: Range | undefined,
): IndexAt | { readonly outcome: Outcome } | undefined {
  const on = table === undefined ? undefined : requireRelation(draft, operation, table, 'drop-index', undefined);
  if (on !== undefined && 'outcome' in on) return on;
  const found = namedIndex(draft, name, on);
  if (found?.index.certain === true) return found;
  if (found === undefined && on === undefined) refuseOtherKind(draft, name);
  const { error, mayExist } = missingIndex(draft, operation, name, on, found);
  if (!mayExist) {
    if (guard === undefined) draft.refuse(error);
    return { outcome: { kind: 'skipped', by: skippedByMissing(guard, error.object) } };
  }
  draft.doubt(`the index ${name.name.text} may not exist`, error);
  return found;
}

/** Refuses where the index that is named is not there. */
export function requireIndex(draft: Draft, operation: Operation, name: QualifiedName): void {
  indexToChange(draft, operation, name, undefined, undefined);
}

/** PostgreSQL: a table or view of that name is no index, guard or not. */
function refuseOtherKind(draft: Draft, name: QualifiedName): void {
  if (!draft.engine.dialect.ddl.indexesShareTableNames || draft.engine.dialect.name !== 'postgres') return;
  const other = findRelation(draft, name);
  if (other.presence !== 'present') return;
  const { schema, name: stored } = other.target;
  draft.refuse(
    errorAt('wrong-object', draft.words.wrongKind(other.value.kind, 'index', other.target), name, {
      kind: other.value.kind,
      schema,
      name: stored,
    }),
  );
}

function missingIndexText(draft: Draft, operation: Operation, index: Mention, table: Mention | null): string {
  const looksForAny = /^(?:rename-index|rename-table|comment-on)$/.test(operation.kind);
  if (!looksForAny || draft.engine.dialect.name === 'sqlite') return draft.words.missingIndex(index, table);
  // PostgreSQL looks for any relation when it renames or comments.
  if (draft.engine.dialect.name === 'postgres') return draft.words.missingTable(index, 'rename');
  return missingRenamedIndex(index.name, table?.name ?? '');
}

function missingIndex(
  draft: Draft,
  operation: Operation,
  name: QualifiedName,
  on: RelationAt | undefined,
  found: IndexAt | undefined,
): { readonly error: EngineError; readonly mayExist: boolean } {
  const stored = storedName(name.name, draft.engine.dialect);
  const schema =
    name.schema === undefined
      ? (on?.target.schema ?? defaultSchema(draft.engine.dialect.name))
      : storedName(name.schema, draft.engine.dialect);
  const written = name.schema === undefined ? stored : `${schema}.${stored}`;
  const text = missingIndexText(draft, operation, { schema, name: stored, written }, on?.target ?? null);
  const object = { kind: 'index', schema, ...(on === undefined ? {} : { table: on.target.name }), name: stored };
  const isOpen =
    on === undefined ? draft.catalog.open || hasOpenTables(draft) : on.relation.kind === 'table' && on.relation.open;
  return { error: errorAt('missing-index', text, name, object), mayExist: found !== undefined || isOpen };
}

/** Whether some table may have indexes that are not listed. */
function hasOpenTables(draft: Draft): boolean {
  for (const relation of draft.catalog.relations.values())
    if (relation.kind === 'table' && relation.open && !relation.options.some((option) => option.startsWith('virtual')))
      return true;
  return false;
}

function namedIndex(draft: Draft, name: QualifiedName, on: RelationAt | undefined): IndexAt | undefined {
  const { dialect } = draft.engine;
  const stored = storedName(name.name, dialect);
  if (on !== undefined) {
    if (on.relation.kind === 'sequence') return undefined;
    const index = findIndex(on.relation, partKey(stored, dialect), draft);
    return index === undefined ? undefined : { key: on.target.key, relation: on.relation, index };
  }
  for (const schema of schemasFor(draft, name)) {
    const found = indexInSchema(draft, schema, stored);
    if (found !== undefined) return found;
  }
  return undefined;
}

function schemasFor(draft: Draft, name: QualifiedName): readonly string[] {
  const { dialect } = draft.engine;
  if (name.schema !== undefined) return [dialect.tableKey(storedName(name.schema, dialect), true)];
  const temporary = dialect.name === 'sqlite' ? 'temp' : 'pg_temp';
  return [temporary, ...(draft.session.searchPath ?? [defaultSchema(dialect.name)])];
}
