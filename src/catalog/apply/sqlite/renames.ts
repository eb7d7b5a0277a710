import type { Operation, RenameColumn, RenameTable } from '../../../ddl/operation.ts';
import type { Column, Table, Trigger, View } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import { viewsOf } from '../../views.ts';
import { renameReferencedColumn, repointForeignKeys, withRenamedColumn } from '../column-changes.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, objectOf, type TableAt } from '../lookup.ts';
import { nameKey, partKey, storedName, type Target } from '../names.ts';
import { rewrittenBody, type Renamed } from '../query/rewritten-body.ts';
import { testSchema, testSchemaWith } from './schema-test.ts';

/** ALTER TABLE RENAME COLUMN: indexes, constraints, children, views and triggers follow (sqlite.org/lang_altertable.html, section 3). */
export function renameColumn(draft: Draft, operation: RenameColumn, at: TableAt, column: Column): Table {
  const { dialect } = draft.engine;
  const from = partKey(column.name, dialect);
  const to = nameKey(operation.to, dialect);
  testSchema(draft, at);
  refuseTakenName(draft, operation, at, column, to);
  renameReferencedColumn(draft, at.target, from, to);
  rewriteBodies(draft, { relation: at.target.key, column: from, to: storedName(operation.to, dialect) });
  const current = draft.catalog.relations.get(at.target.key);
  const renamed = withRenamedColumn(
    draft,
    operation,
    { ...at, table: current?.kind === 'table' ? current : at.table },
    column,
  );
  // A view's output column takes the new name; a view over that view still asks for the old one.
  testSchemaWith(draft, at, renamed, ' after rename');
  return renamed;
}

/** The clash shows itself when the table is parsed anew. */
function refuseTakenName(
  draft: Draft,
  operation: RenameColumn,
  { target, table }: TableAt,
  column: Column,
  to: string,
): void {
  const existing = findColumn(table, to, draft);
  if (existing.presence === 'absent' || existing.column === column) return;
  const text = words.errorIn(
    'table',
    table.name,
    ' after rename',
    words.sqliteWords.duplicateColumn(operation.to.text, target),
  );
  const object = { kind: 'column', schema: target.schema, table: target.name, name: operation.to.text };
  const error = errorAt('duplicate-column', text, operation.to, object);
  if (existing.presence === 'unsure')
    draft.doubt(`${table.name} may already have the column ${operation.to.text}`, error);
  else draft.refuse({ ...error, existing: existing.column.origin });
}

/** Before a table gets another name: every body must resolve, and the name must be free. */
export function checkRename(draft: Draft, operation: Operation, from: TableAt, to: Target): void {
  const isTaken =
    draft.catalog.relations.has(to.key) || draft.catalog.indexOwners.has(draft.indexKey(to.schema, to.name));
  if (isTaken) {
    const existing = draft.catalog.relations.get(to.key);
    const error = errorAt('duplicate-table', words.nameTaken(to.name), to.at, { kind: 'table', ...objectOf(to) });
    if (existing?.certain === false) draft.doubt(`${to.name} may already exist`, error);
    else draft.refuse({ ...error, existing: existing?.origin ?? null });
  }
  if (from.target.name.toLowerCase().startsWith('sqlite_')) {
    draft.refuse(
      errorAt('wrong-object', words.mayNotBeAltered(from.target), operation.statement, {
        kind: 'table',
        ...objectOf(from.target),
      }),
    );
  }
  if (!draft.session.legacyAlterTable) testSchema(draft, from);
}

/**
 * Foreign keys of children, with foreign_keys off too, triggers and views follow a renamed table (since 3.26). Under
 * legacy_alter_table bodies do not, and foreign keys only while foreign_keys is on (pragma.html), which it is where something
 * switches it on.
 */
export function afterRename(draft: Draft, _operation: RenameTable, from: TableAt, to: TableAt): void {
  const { legacyAlterTable, foreignKeys } = draft.session;
  if (!legacyAlterTable || foreignKeys === true) repointForeignKeys(draft, from.target.key, to.target.key);
  renameAutoIndexes(draft, from, to);
  if (draft.session.legacyAlterTable) return;
  // Its bodies still speak of the old name.
  const { catalog } = draft;
  draft.putRelation(from.target.key, from.table);
  const renamed = { relation: from.target.key, movedTo: to.target.key, column: null, to: to.table.name };
  const rewritten = rewrittenBodies(draft, renamed);
  draft.catalog = catalog;
  putBodies(draft, rewritten);
}

/** Indexes of constraints carry the table's name. */
function renameAutoIndexes(draft: Draft, from: TableAt, to: TableAt): void {
  const current = draft.catalog.relations.get(to.target.key);
  if (current?.kind !== 'table') return;
  const stem = `sqlite_autoindex_${from.table.name}_`;
  const indexes = current.indexes.map((index) =>
    index.name.startsWith(stem)
      ? { ...index, name: `sqlite_autoindex_${to.table.name}_${index.name.slice(stem.length)}` }
      : index,
  );
  draft.putRelation(to.target.key, { ...current, indexes });
}

interface Bodies {
  readonly views: readonly (readonly [string, View])[];
  readonly triggers: readonly (readonly [string, Trigger])[];
}

/** The views and triggers in which a rename changes something. */
function rewrittenBodies(draft: Draft, renamed: Renamed): Bodies {
  const views: (readonly [string, View])[] = [];
  for (const [key, view] of viewsOf(draft.catalog)) {
    const rewritten = rewrittenBody(draft, view, renamed);
    if (rewritten !== view) views.push([key, rewritten]);
  }
  const triggers: (readonly [string, Trigger])[] = [];
  for (const [key, trigger] of draft.catalog.triggers.entries()) {
    const rewritten = rewrittenBody(draft, trigger, renamed);
    if (rewritten !== trigger) triggers.push([key, rewritten]);
  }
  return { views, triggers };
}

function rewriteBodies(draft: Draft, renamed: Renamed): void {
  putBodies(draft, rewrittenBodies(draft, renamed));
}

function putBodies(draft: Draft, { views, triggers }: Bodies): void {
  for (const [key, view] of views) draft.putRelation(key, view);
  for (const [key, trigger] of triggers) {
    // A trigger on the renamed table has moved with it.
    const { table } = draft.catalog.triggers.get(key) ?? trigger;
    draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.set(key, { ...trigger, table }) };
  }
}
