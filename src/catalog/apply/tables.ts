import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  RenameTable,
  SetTableOption,
} from '../../ddl/operation.ts';
import type { Column, Relation, Table } from '../catalog.ts';
import { tableDifferences } from '../differences.ts';
import { unknownDatabase } from '../errors/sqlite.ts';
import type { RelationKind } from '../errors/words.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { columnOf } from './column-definition.ts';
import { unknownColumn } from './columns.ts';
import { constraintsOnColumn, withConstraint, type WrittenConstraint } from './constraint-definition.ts';
import { holdingOfCopy } from './copied-rows.ts';
import { originOf, type Draft } from './draft.ts';
import {
  errorAt,
  objectOf,
  missingTableError,
  requireRelation,
  requireTable,
  skippedByMissing,
  type TableAt,
} from './lookup.ts';
import { characterSetOfOptions } from './mysql/character-sets.ts';
import { withPartitioning } from './mysql/partitioning.ts';
import { withTableOption } from './mysql/table-options.ts';
import { findRelation, targetForCreation, whyItMayExist, type Target } from './names.ts';
import { checkDefinitions } from './postgres/column-definitions.ts';
import { checkNewPartition, checkParents, checkPartitioned } from './postgres/inheritance.ts';
import { withoutEqualKeys } from './postgres/equal-keys.ts';
import { requirePart } from './postgres/needed-parts.ts';
import { checkColumnNames } from './postgres/tables.ts';
import { readQuery, refuseRepeatedOutputs, type QueryReads } from './query/check.ts';
import { copiedColumnsOf } from './query/copied-columns.ts';
import { renameOther } from './renames.ts';
import { semanticsOf } from './semantics.ts';
import { mergedColumns, requireSources, startingWith, withIndexesOfParent } from './taken-over.ts';
import { dropOwnedSequences, makeOwnedSequences } from './sequences.ts';
import { alteringOther } from './wrong-kind.ts';
import { checkRename } from './sqlite/renames.ts';
import { moveTriggers, triggersOn } from './triggers.ts';

export function createTable(draft: Draft, operation: CreateTable): Outcome | undefined {
  // PostgreSQL looks the names of a query up before it looks for the table, which IF NOT EXISTS may find (run on 15).
  const readsFirst = draft.engine.dialect.name === 'postgres' && operation.asQuery !== undefined;
  const read = readsFirst ? readQuery(draft, operation.asQuery) : null;
  const target = targetForCreation(draft, operation.table, operation.temporary);
  semanticsOf(draft).checkNewName(draft, target);
  const made = { target, table: tableOf(draft, operation, target) };
  if (draft.engine.dialect.name === 'postgres' && operation.ifNotExists === undefined) {
    requireSources(draft, operation);
    checkDefinitions(draft, operation, made);
    checkColumnNames(draft, operation, made);
    checkParents(draft, operation);
  }
  refuseLikeItself(draft, operation, target);
  const existing = makeRoom(draft, operation, made);
  if (existing !== undefined) return existing;
  requireSources(draft, operation);
  const query = read ?? (operation.asQuery === undefined ? null : readQuery(draft, operation.asQuery));
  if (operation.asQuery !== undefined && query !== null)
    refuseRepeatedOutputs(draft, operation.asQuery, [], query.outputs);
  semanticsOf(draft).checkNewTable(draft, operation, made);
  const table = query === null ? made.table : withRowsOfQuery(draft, operation, withQueryColumns(draft, operation, made.table, query), query); // prettier-ignore
  draft.putRelation(target.key, draft.hasDoubt && operation.ifNotExists !== undefined ? asSuspected(table) : table);
  makeOwnedSequences(draft, operation, { target, table });
  draft.record({ kind: 'created', object: { kind: 'table', ...objectOf(target) }, silent: false });
  return undefined;
}

/** CREATE TABLE t AS SELECT ..: the columns are those of the query, each with the type of the column that it copies. */
function withQueryColumns(draft: Draft, operation: CreateTable, table: Table, { outputs, tree }: QueryReads): Table {
  if (outputs === null || table.columns.length > 0 || outputs.includes('?column?')) return table;
  const place = { start: operation.table.start, end: operation.table.end };
  const sources = tree === null ? null : copiedColumnsOf(draft, tree, operation.asQuery?.text ?? '');
  const columns = outputs.map((text, at) =>
    queryColumn(draft, unknownColumn(draft, { text, quoted: true, ...place }), sources?.[at] ?? null),
  );
  return { ...table, columns, open: false };
}

/** PostgreSQL and SQLite copy neither NOT NULL nor a default, and SQLite makes a type of its own of the affinity. */
function queryColumn(draft: Draft, column: Column, source: Column | null): Column {
  const { name } = draft.engine.dialect;
  if (name !== 'postgres' && name !== 'sqlite') return column;
  const isKnown = name === 'postgres' && source?.type != null && !source.unknown.includes('type');
  return isKnown ? { ...column, type: source.type, unknown: [] } : { ...column, unknown: ['type', 'collation'] };
}

/** CREATE TABLE t AS SELECT .. FROM s holds what s holds. */
function withRowsOfQuery(draft: Draft, { asQuery }: CreateTable, table: Table, { tree }: QueryReads): Table {
  const holding = tree === null ? null : holdingOfCopy(draft, tree, asQuery?.text ?? '');
  if (holding === null) return table;
  if (holding === 'nothing') return { ...table, written: false };
  return { ...table, ...holding };
}

/** MySQL, MariaDB: CREATE TABLE t LIKE t, whether t is there or not. */
function refuseLikeItself(draft: Draft, operation: CreateTable, target: Target): void {
  const like = operation.likes[0]?.table;
  const { name } = draft.engine.dialect;
  if (
    like === undefined ||
    (name !== 'mysql' && name !== 'mariadb') ||
    !isSamePlace(findRelation(draft, like).target, target)
  )
    return;
  draft.refuse(
    errorAt('other', `Not unique table/alias: '${target.name}'`, like, { kind: 'table', ...objectOf(target) }),
  );
}

/** The names are compared before a temporary table of the name comes in between. */
function isSamePlace(left: Target, right: Target): boolean {
  return left.key === right.key || (left.written === right.written && left.name === left.written);
}

/** What a table is that was made under IF NOT EXISTS where another may have stood: it is there, its parts may not be. */
function asSuspected(table: Table): Table {
  const columns = table.columns.map((column) => ({ ...column, certain: false }));
  const indexes = table.indexes.map((index) => ({ ...index, certain: false }));
  const constraints = table.constraints.map((constraint) => ({ ...constraint, certain: false }));
  return { ...table, columns, indexes, constraints, open: true };
}

/** What already has the name: skips under a guard, refuses, or removes it under OR REPLACE. */
function makeRoom(draft: Draft, operation: CreateTable, { target, table }: TableAt): Outcome | undefined {
  const existing = draft.catalog.relations.get(target.key);
  const taken = existing === undefined ? indexNamed(draft, target) : existing.kind;
  if (taken === null) {
    const why = whyItMayExist(draft, target, operation.table);
    if (why !== null) draft.doubt(why, doubtfulCreation(draft, target));
    return undefined;
  }
  if (operation.orReplace !== undefined) {
    draft.removeRelation(target.key);
    return undefined;
  }
  const error = duplicateError(draft, taken, target, existing);
  if (existing?.certain === false) {
    draft.doubt(`${target.name} may already exist`, error);
    return undefined;
  }
  // SQLite: IF NOT EXISTS looks at tables and views only, an index of that name is an error (build.c, sqlite3StartTable).
  const isForgiven = taken !== 'index' || draft.engine.dialect.name === 'postgres';
  if (!isForgiven || operation.ifNotExists === undefined) draft.refuse(error);
  const { start, end } = operation.ifNotExists;
  const differs =
    existing?.kind === 'table' ? differencesAsked(draft, existing, table) : [`${target.name} is a ${taken}`];
  const object = { kind: 'table', ...objectOf(target) };
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing?.origin ?? null, object, differs },
  };
}

/** What the engine would say if the table is there already or its schema is not. */
function doubtfulCreation(draft: Draft, target: Target): EngineError {
  const isAttached = draft.engine.dialect.name === 'sqlite' && target.schema !== 'main' && target.schema !== 'temp';
  if (!isAttached) return duplicateError(draft, 'table', target, undefined);
  return errorAt('missing-object', unknownDatabase(target.schema), target.at, {
    kind: 'database',
    name: target.schema,
  });
}

/** How an existing table differs from the one asked for; null where the query or parent that shapes it is not read. */
function differencesAsked(draft: Draft, existing: Table, asked: Table): readonly string[] | null {
  if (asked.open || existing.open) return null;
  return tableDifferences(existing, asked, draft.engine).map(({ kind, object, left, right }) => {
    if (left === null) return `${kind} ${object} is missing`;
    if (right === null) return `${kind} ${object} was not asked for`;
    return `${kind} ${object} is ${left}, not ${right}`;
  });
}

function indexNamed(draft: Draft, target: Target): RelationKind | null {
  if (!draft.engine.dialect.ddl.indexesShareTableNames) return null;
  return draft.catalog.indexOwners.has(draft.indexKey(target.schema, target.name)) ? 'index' : null;
}

export function duplicateError(
  draft: Draft,
  existing: RelationKind,
  target: Target,
  relation: Relation | undefined,
): EngineError {
  const text = draft.words.duplicateRelation(existing, 'table', target);
  const error = errorAt('duplicate-table', text, target.at, { kind: 'table', ...objectOf(target) });
  return relation === undefined ? error : { ...error, existing: relation.origin };
}

/** The table as its statement describes it. Checks nothing, so that a skipped statement can be described too. */
function tableOf(draft: Draft, operation: CreateTable, target: Target): Table {
  const empty: Table = {
    kind: 'table',
    schema: target.schema,
    name: target.name,
    columns: [],
    indexes: [],
    constraints: [],
    temporary: operation.temporary,
    options: optionsOf(operation),
    ...characterSetPart(draft, operation),
    parents: [],
    open: operation.asQuery !== undefined || operation.virtualModule !== undefined || operation.opaque.length > 0,
    absent: [],
    absentIndexes: [],
    madeInDeploy: draft.base.deploy,
    written: operation.asQuery !== undefined,
    emptySince: operation.statement,
    origin: originOf(operation, operation.table),
    certain: true,
  };
  return withParts(draft, operation, startingWith(draft, operation, empty));
}

/** MySQL and MariaDB: the default character set that the options name. */
function characterSetPart(draft: Draft, { options }: CreateTable): { readonly characterSet?: string } {
  const { name } = draft.engine.dialect;
  const characterSet = name === 'mysql' || name === 'mariadb' ? characterSetOfOptions(options) : null;
  return characterSet === null ? {} : { characterSet };
}

function withParts(draft: Draft, operation: CreateTable, start: Table): Table {
  const own = operation.columns.map((definition) => columnOf(draft, operation, definition));
  const written: readonly WrittenConstraint[] = [
    ...operation.columns.flatMap((definition) => constraintsOnColumn(definition, draft)),
    ...operation.constraints.map((constraint) => ({ constraint, onColumn: null })),
  ];
  const inherits = operation.inherits.length > 0 || operation.partitionOf !== undefined;
  const columns = inherits ? mergedColumns(start.columns, own) : inOrderOfList([...start.columns, ...own]);
  let table: Table = { ...start, columns };
  const keys = draft.engine.dialect.name === 'postgres' ? withoutEqualKeys(written, draft) : written;
  for (const constraint of foreignKeysLast(keys)) table = withConstraint(draft, operation, table, constraint);
  return table;
}

/** Columns of LIKE stand where LIKE stands in the list. */
function inOrderOfList(columns: readonly Column[]): readonly Column[] {
  return columns.toSorted((left, right) => (left.origin?.at.start ?? 0) - (right.origin?.at.start ?? 0));
}

/** Whether a foreign key needs an index of its own shows when all keys are there. */
function foreignKeysLast(written: readonly WrittenConstraint[]): readonly WrittenConstraint[] {
  const isForeignKey = ({ constraint }: WrittenConstraint): boolean => constraint.kind === 'foreign-key';
  return [...written.filter((one) => !isForeignKey(one)), ...written.filter(isForeignKey)];
}

function optionsOf(operation: CreateTable): readonly string[] {
  const options: string[] = [];
  if (operation.strict === true) options.push('strict');
  if (operation.withoutRowid === true) options.push('without rowid');
  if (operation.virtualModule !== undefined) options.push(`virtual ${operation.virtualModule.toLowerCase()}`);
  if (operation.partitionBy !== undefined) options.push('partitioned');
  if (operation.unlogged === true) options.push('unlogged');
  if (operation.foreign === true) options.push('foreign');
  if (operation.options.engine !== undefined && operation.options.engine.toLowerCase() !== 'innodb')
    options.push(`engine ${operation.options.engine.toLowerCase()}`);
  if (operation.partitionOf !== undefined) options.push('partition');
  if (operation.temporary && operation.options['on commit'] === 'drop') options.push('on commit drop');
  return options;
}

export function dropTable(draft: Draft, operation: DropTable): Outcome | undefined {
  if (isMariadbSequence(draft, operation)) return undefined;
  const untouched = missingTemporary(draft, operation) ?? passedOverView(draft, operation);
  if (untouched !== undefined) return untouched;
  const found = requireTable(
    draft,
    operation,
    operation.table,
    'drop',
    (relation, target) => droppedKind(draft, relation, target),
    operation.ifExists,
  );
  if ('outcome' in found) return found.outcome;
  semanticsOf(draft).dropTable(draft, operation, found);
  removeTable(draft, found);
  draft.record({
    kind: 'dropped',
    object: { kind: 'table', ...objectOf(found.target) },
    silent: false,
    origin: found.table.origin,
  });
  return undefined;
}

/** MySQL, MariaDB: DROP TEMPORARY TABLE leaves a lasting table of that name alone. */
function missingTemporary(draft: Draft, operation: DropTable): Outcome | undefined {
  if (operation.temporary !== true) return undefined;
  const found = findRelation(draft, operation.table);
  if (found.presence !== 'present' || found.value.kind !== 'table' || found.value.temporary) return undefined;
  if (operation.ifExists !== undefined) return skippedTable(found.target, operation.ifExists);
  return draft.refuse(missingTableError(draft, found.target, 'drop'));
}

/** MariaDB: DROP TABLE IF EXISTS of a view is a note, and the view stays (run on 10.11). */
function passedOverView(draft: Draft, operation: DropTable): Outcome | undefined {
  if (operation.ifExists === undefined || draft.engine.dialect.name !== 'mariadb') return undefined;
  const found = findRelation(draft, operation.table);
  const isView = found.presence === 'present' && found.value.kind === 'view';
  return isView ? skippedTable(found.target, operation.ifExists) : undefined;
}

/** MariaDB: a sequence is a table of a kind, which DROP TABLE takes. */
function isMariadbSequence(draft: Draft, operation: DropTable): boolean {
  if (draft.engine.dialect.name !== 'mariadb') return false;
  const found = findRelation(draft, operation.table);
  if (found.presence !== 'present' || found.value.kind !== 'sequence') return false;
  draft.removeRelation(found.target.key);
  draft.record({
    kind: 'dropped',
    object: { kind: 'sequence', ...objectOf(found.target) },
    silent: false,
    origin: found.value.origin,
  });
  return true;
}

/** Removes a table with its indexes, triggers and owned sequences, and records those. */
export function removeTable(draft: Draft, { target, table }: TableAt): void {
  for (const [key, trigger] of triggersOn(draft, target.key)) {
    draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.delete(key) };
    const object = { kind: 'trigger', schema: target.schema, table: target.name, name: trigger.name };
    draft.record({ kind: 'dropped', object, silent: true, origin: trigger.origin });
  }
  for (const index of table.indexes) {
    if (index.ofConstraint) continue;
    const object = { kind: 'index', schema: target.schema, table: target.name, name: index.name };
    draft.record({ kind: 'dropped', object, silent: true, origin: index.origin });
  }
  dropOwnedSequences(draft, target);
  draft.removeRelation(target.key);
}

/** What DROP TABLE says to a view. */
function droppedKind(draft: Draft, relation: Relation, target: Target): EngineError {
  const error = wrongKind(draft, relation, target, 'table');
  if (draft.engine.dialect.name === 'mariadb') return { ...error, text: `'${target.schema}.${target.name}' is a view` };
  return draft.engine.dialect.name === 'mysql' ? { ...error, text: draft.words.missingTable(target, 'drop') } : error;
}

export function wrongKind(draft: Draft, relation: Relation, target: Target, wanted: RelationKind): EngineError {
  const text = draft.words.wrongKind(relation.kind, wanted, target);
  return errorAt('wrong-object', text, target.at, { kind: relation.kind, ...objectOf(target) });
}

export function renameTable(draft: Draft, operation: RenameTable): Outcome | undefined {
  if (draft.engine.dialect.name === 'postgres' || operation.written !== 'table' || isRenamedView(draft, operation))
    return renameOther(draft, operation);
  const found = requireTable(
    draft,
    operation,
    operation.table,
    'rename',
    (relation, target) => alteringOther(draft, operation, relation, target),
    operation.ifTableExists,
  );
  if ('outcome' in found) return found.outcome;
  moveTable(draft, operation, found, newPlace(draft, operation, found.target));
  return undefined;
}

/** MySQL, MariaDB: RENAME TABLE takes views too. */
function isRenamedView(draft: Draft, operation: RenameTable): boolean {
  if (draft.engine.dialect.name === 'sqlite') return false;
  const found = findRelation(draft, operation.table);
  return found.presence === 'present' && found.value.kind !== 'table';
}

/** Where a renamed table goes: PostgreSQL and SQLite keep its schema. */
function newPlace(draft: Draft, operation: RenameTable, from: Target): Target {
  const wanted = targetForCreation(draft, operation.to);
  if (operation.to.schema !== undefined) return wanted;
  return targetForCreation(draft, { ...operation.to, schema: { text: from.schema, quoted: true, start: 0, end: 0 } });
}

/** Puts a table under another name; whatever belongs to it follows. */
export function moveTable(draft: Draft, operation: RenameTable, from: TableAt, target: Target): void {
  if (draft.engine.dialect.name === 'sqlite') checkRename(draft, operation, from, target);
  else if (!keepsName(draft, operation, from, target)) refuseTakenName(draft, target);
  semanticsOf(draft).checkNewName(draft, target);
  const renamed: Table = { ...from.table, schema: target.schema, name: target.name, origin: from.table.origin };
  draft.removeRelation(from.target.key);
  draft.putRelation(target.key, renamed);
  moveTriggers(draft, from.target.key, target.key);
  semanticsOf(draft).afterRenameTable(draft, operation, from, { target, table: renamed });
  draft.record({
    kind: 'renamed',
    object: { kind: 'table', ...objectOf(from.target) },
    silent: false,
    detail: target.name,
    origin: from.table.origin,
  });
}

/** MySQL, MariaDB: ALTER TABLE t RENAME TO t does nothing; RENAME TABLE t TO t fails. */
function keepsName(draft: Draft, { statement }: RenameTable, from: TableAt, target: Target): boolean {
  return (
    draft.engine.dialect.name !== 'postgres' &&
    from.target.key === target.key &&
    /^alter/i.test(statement.sql.text.slice(statement.start, statement.start + 5))
  );
}

function refuseTakenName(draft: Draft, target: Target): void {
  const existing = draft.catalog.relations.get(target.key);
  if (existing === undefined) {
    if (indexNamed(draft, target) !== null) draft.refuse(duplicateError(draft, 'index', target, undefined));
    return;
  }
  const error = duplicateError(draft, existing.kind, target, existing);
  if (existing.certain) draft.refuse(error);
  draft.doubt(`${target.name} may already exist`, error);
}

export function setTableOption(draft: Draft, operation: SetTableOption): Outcome | undefined {
  const found = requireRelation(draft, operation, operation.table, 'alter', operation.ifTableExists);
  if ('outcome' in found) return found.outcome;
  const { name } = draft.engine.dialect;
  if (operation.needs !== undefined) requirePart(draft, operation.needs, found);
  if (found.relation.kind === 'table' && (name === 'mysql' || name === 'mariadb')) {
    const { target, relation } = found;
    const partitioned = withPartitioning(draft, operation, { target, table: relation });
    const table = withTableOption(draft, operation, { target, table: partitioned });
    if (table !== found.relation) draft.putRelation(found.target.key, table);
  }
  draft.record({
    kind: 'altered',
    object: { kind: 'table', ...objectOf(found.target) },
    silent: false,
    detail: operation.words,
  });
  return undefined;
}

export function changePartition(draft: Draft, operation: AttachPartition | DetachPartition): Outcome | undefined {
  const parent = requireRelation(draft, operation, operation.table, 'alter', operation.ifTableExists);
  if ('outcome' in parent) return parent.outcome;
  const isPostgres = draft.engine.dialect.name === 'postgres';
  if (isPostgres) checkPartitioned(draft, operation, parent);
  const child = requireRelation(draft, operation, operation.partition, 'partition');
  if ('outcome' in child || child.relation.kind !== 'table') return undefined;
  if (isPostgres && operation.kind === 'attach-partition')
    checkNewPartition(draft, operation, parent, { target: child.target, table: child.relation });
  const others = child.relation.parents.filter((key) => key !== parent.target.key);
  const isAttached = operation.kind === 'attach-partition';
  if (!isAttached && others.length === child.relation.parents.length && !child.relation.open) {
    const text = `relation "${child.target.name}" is not a partition of relation "${parent.target.name}"`;
    draft.refuse(errorAt('other', text, operation.partition, { kind: 'table', ...objectOf(child.target) }));
  }
  const options = child.relation.options.filter((option) => option !== 'partition');
  const parents = isAttached ? [...others, parent.target.key] : others;
  const isKnown = operation.kind === 'attach-partition' && parent.relation.kind === 'table' && !parent.relation.open;
  draft.putRelation(child.target.key, {
    ...(isKnown ? withIndexesOfParent(draft, operation, child.relation, parent.relation) : child.relation),
    parents,
    options: isAttached ? [...options, 'partition'] : options,
  });
  draft.record({
    kind: 'altered',
    object: { kind: 'table', ...objectOf(child.target) },
    silent: false,
    detail: operation.kind,
  });
  return undefined;
}

/** IF EXISTS over a table that is not there. */
export function skippedTable(target: Target, guard: { readonly start: number; readonly end: number }): Outcome {
  return { kind: 'skipped', by: skippedByMissing(guard, { kind: 'table', ...objectOf(target) }) };
}
