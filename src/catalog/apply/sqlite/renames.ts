import type { Operation, RenameColumn, RenameTable } from '../../../ddl/operation.ts';
import { bodyOf, withTableRenamed } from '../../bodies.ts';
import { renamedInExpression } from '../../canonical.ts';
import type { Column, Relation, Table, Trigger, View } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import { entriesWith } from '../../reverse-index.ts';
import { renameReferencedColumn, repointForeignKeys, withRenamedColumn } from '../column-changes.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, objectOf, type TableAt } from '../lookup.ts';
import { nameKey, partKey, storedName, type Target } from '../names.ts';
import { testSchema } from './schema-test.ts';

/** ALTER TABLE RENAME COLUMN: indexes, constraints, children, views and triggers follow (sqlite.org/lang_altertable.html, section 3). */
export function renameColumn(draft: Draft, operation: RenameColumn, at: TableAt, column: Column): Table {
  const { dialect } = draft.engine;
  const from = partKey(column.name, dialect);
  const to = nameKey(operation.to, dialect);
  testSchema(draft, at);
  refuseTakenName(draft, operation, at, column, to);
  doubtViewsOverViews(draft, at, from);
  renameReferencedColumn(draft, at.target, from, to);
  const rename = <Body extends View | Trigger>(body: Body): Body => ({
    ...body,
    text: renamedInExpression(body.text, from, storedName(operation.to, dialect), dialect),
  });
  rewriteBodies(draft, at.target, rename);
  const renamed = draft.catalog.relations.get(at.target.key);
  return withRenamedColumn(draft, operation, { ...at, table: renamed?.kind === 'table' ? renamed : at.table }, column);
}

/** A view's output column takes the new name; a view over that view still asks for the old one. */
function doubtViewsOverViews(draft: Draft, { target, table }: TableAt, from: string): void {
  const { dialect } = draft.engine;
  const isView = (schema: string, name: string): boolean =>
    draft.catalog.relations.get(`${schema}.${partKey(name, dialect)}`)?.kind === 'view';
  for (const [, view] of entriesWith(draft.catalog.relations, kindOfRelation, 'view')) {
    if (view.kind !== 'view') continue;
    const body = bodyOf(view, dialect);
    if (!body.names.has(from) || !body.tables.some((mention) => isView(view.schema, mention.name))) continue;
    const text = words.errorIn('view', view.name, ' after rename', `no such column: ${from}`);
    const object = { kind: 'view', schema: view.schema, name: view.name };
    draft.doubt(
      `the view ${view.name} may read ${table.name}.${from} through another view`,
      errorAt('dependent-objects', text, target.at, object),
    );
  }
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
  testSchema(draft, from);
}

/** Foreign keys of children, with foreign_keys off too, triggers and views follow a renamed table (since 3.26). */
export function afterRename(draft: Draft, _operation: RenameTable, from: TableAt, to: TableAt): void {
  repointForeignKeys(draft, from.target.key, to.target.key);
  renameAutoIndexes(draft, from, to);
  if (draft.session.legacyAlterTable) return;
  const old = partKey(from.table.name, draft.engine.dialect);
  rewriteBodies(draft, from.target, (body) => ({
    ...body,
    text: withTableRenamed(body.text, old, to.table.name, draft.engine.dialect),
  }));
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

/** Rewrites the bodies that name a table, and the triggers that stand on it. */
function rewriteBodies(draft: Draft, target: Target, rewrite: <Body extends View | Trigger>(body: Body) => Body): void {
  const { dialect } = draft.engine;
  const old = partKey(target.name, dialect);
  const mentions = (body: View | Trigger): boolean =>
    bodyOf(body, dialect).tables.some((mention) => partKey(mention.name, dialect) === old);
  for (const [key, view] of entriesWith(draft.catalog.relations, kindOfRelation, 'view')) {
    if (view.kind === 'view' && mentions(view)) draft.putRelation(key, rewrite(view));
  }
  for (const [key, trigger] of draft.catalog.triggers.entries()) {
    const isOn = trigger.table === target.key;
    if (isOn || mentions(trigger))
      draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.set(key, rewrite(trigger)) };
  }
}

const kindOfRelation = (relation: Relation): readonly string[] => [relation.kind];
