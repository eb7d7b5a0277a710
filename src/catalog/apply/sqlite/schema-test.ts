import { bodyOf, type TableMention } from '../../bodies.ts';
import type { Relation, Table, Trigger, View } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import { entriesWith } from '../../reverse-index.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { partKey } from '../names.ts';

/**
 * RENAME and DROP COLUMN parse every view and trigger of the schema anew and stop at the first that does not resolve,
 * whatever it has to do with the table (alter.c, renameTestSchema). ADD COLUMN does not. PRAGMA legacy_alter_table leaves
 * bodies alone.
 */
export function testSchema(draft: Draft, { target }: TableAt): void {
  if (draft.session.legacyAlterTable) return;
  for (const [, relation] of entriesWith(draft.catalog.relations, kindOfRelation, 'view')) {
    if (relation.kind !== 'view' || !isTested(relation, target)) continue;
    testBody(draft, target.at, 'view', relation, relation.schema);
    testColumns(draft, target.at, relation);
  }
  for (const trigger of draft.catalog.triggers.values()) {
    if (isTested(trigger, target)) testBody(draft, target.at, 'trigger', trigger, trigger.schema);
  }
}

/** The schema of the altered table and the temporary one: a temporary table leaves the others alone. */
function isTested(object: View | Trigger, { schema }: TableAt['target']): boolean {
  return object.schema === schema || object.schema === 'temp';
}

const kindOfRelation = (relation: Relation): readonly string[] => [relation.kind];

function testBody(
  draft: Draft,
  at: TableAt['target']['at'],
  kind: 'view' | 'trigger',
  object: View | Trigger,
  schema: string,
): void {
  for (const mention of bodyOf(object, draft.engine.dialect).tables) {
    const presence = presenceOf(draft, mention, schema);
    if (presence === 'present') continue;
    const place =
      schema === 'temp' && mention.schema === null ? mention.name : `${mention.schema ?? schema}.${mention.name}`;
    const text = words.errorIn(kind, object.name, '', `no such table: ${place}`);
    const error: EngineError = {
      ...errorAt('dependent-objects', text, at, { kind, schema, name: object.name }),
      existing: object.origin,
    };
    if (presence === 'unsure' || !object.certain) draft.doubt(`the ${kind} ${object.name} may point to nothing`, error);
    else draft.refuse(error);
  }
}

/** A view of one SELECT over one table: its columns must be there. A view over itself resolves to nothing. */
function testColumns(draft: Draft, at: TableAt['target']['at'], view: View): void {
  const { dialect } = draft.engine;
  const body = bodyOf(view, dialect);
  const [mention] = body.tables;
  if (!body.isSimple || mention === undefined) return;
  const table = draft.catalog.relations.get(`${mention.schema ?? view.schema}.${partKey(mention.name, dialect)}`);
  const cause =
    table === view ? `view ${view.name} is circularly defined` : missingColumnIn(draft, body.sureColumns, table);
  if (cause === null) return;
  const text = words.errorIn('view', view.name, '', cause);
  const error: EngineError = {
    ...errorAt('dependent-objects', text, at, { kind: 'view', schema: view.schema, name: view.name }),
    existing: view.origin,
  };
  const isSure = view.certain && table?.certain === true && !hasDoubleQuotes(view);
  if (isSure) draft.refuse(error);
  draft.doubt(`the view ${view.name} may name a column that is not there`, error);
}

function missingColumnIn(draft: Draft, columns: ReadonlySet<string>, table: Relation | undefined): string | null {
  if (table?.kind !== 'table' || table.open) return null;
  const missing = firstMissing([...columns], table, draft);
  return missing === undefined ? null : `no such column: ${missing}`;
}

/** A "name" that is no column may be a string: quirks.html, section 8. */
function hasDoubleQuotes({ origin }: View): boolean {
  if (origin === null) return true;
  const { sql, start, end } = origin.statement;
  return sql.text.slice(start, end).includes('"');
}

function presenceOf(draft: Draft, mention: TableMention, schema: string): 'present' | 'absent' | 'unsure' {
  const { dialect } = draft.engine;
  const name = dialect.tableKey(mention.name, true);
  // Tables that the engine itself provides: sqlite_master, pragma functions, json_each and the like.
  if (
    /^(?:sqlite_|pragma_|json_|jsonb_|dbstat|generate_series|bytecode|tables_used)/.test(name) ||
    name === 'new' ||
    name === 'old'
  )
    return 'present';
  const schemas =
    mention.schema === null ? [...new Set([schema, 'main', 'temp'])] : [dialect.tableKey(mention.schema, true)];
  // A body in main sees main only; one in temp sees all.
  const visible = mention.schema === null && schema !== 'temp' ? [schema] : schemas;
  const found = visible
    .map((candidate) => draft.catalog.relations.get(`${candidate}.${name}`))
    .find((relation) => relation !== undefined);
  if (found !== undefined) return found.certain ? 'present' : 'unsure';
  return draft.catalog.open || visible.some((candidate) => candidate !== 'main' && candidate !== 'temp')
    ? 'unsure'
    : 'absent';
}

/**
 * What of the schema no longer resolves once a column is gone, in the order in which SQLite finds it: the table's own parts,
 * then views and triggers. Bodies that only may read the column are a doubt.
 */
export function testAfterDrop(draft: Draft, at: TableAt, columnKey: string, written: string): void {
  if (draft.session.legacyAlterTable) return;
  const when = ' after drop column';
  for (const [, relation] of entriesWith(draft.catalog.relations, kindOfRelation, 'view')) {
    if (relation.kind === 'view' && isTested(relation, at.target))
      testReader(
        draft,
        at,
        columnKey,
        relation,
        words.errorIn('view', relation.name, when, `no such column: ${written}`),
      );
  }
  for (const trigger of draft.catalog.triggers.values())
    if (isTested(trigger, at.target)) testTrigger(draft, at, columnKey, trigger);
}

/** A view over the table that names the column: surely broken when it has one SELECT over this table alone. */
function testReader(draft: Draft, { target, table }: TableAt, columnKey: string, view: View, text: string): void {
  const body = bodyOf(view, draft.engine.dialect);
  if (!body.names.has(columnKey)) return;
  const own = body.tables.some(
    (mention) => partKey(mention.name, draft.engine.dialect) === partKey(table.name, draft.engine.dialect),
  );
  const overViews = body.tables.some(
    (mention) =>
      draft.catalog.relations.get(`${view.schema}.${partKey(mention.name, draft.engine.dialect)}`)?.kind === 'view',
  );
  if (!own && !overViews) return;
  const error = {
    ...errorAt('dependent-objects', text, target.at, { kind: 'view', schema: view.schema, name: view.name }),
    existing: view.origin,
  };
  if (own && body.isSimple && body.sureColumns.has(columnKey) && view.certain) draft.refuse(error);
  draft.doubt(`the view ${view.name} may read ${table.name}.${columnKey}`, error);
}

function testTrigger(draft: Draft, { target, table }: TableAt, columnKey: string, trigger: Trigger): void {
  const body = bodyOf(trigger, draft.engine.dialect);
  const fires = trigger.table === target.key;
  const row = fires ? body.rowColumns.find(({ column }) => column === columnKey) : undefined;
  const object = { kind: 'trigger', schema: trigger.schema, table: table.name, name: trigger.name };
  const when = ' after drop column';
  if (row !== undefined) {
    const text = words.errorIn('trigger', trigger.name, when, `no such column: ${row.row}.${row.text}`);
    const error = { ...errorAt('dependent-objects', text, target.at, object), existing: trigger.origin };
    if (trigger.certain) draft.refuse(error);
    draft.doubt(`the trigger ${trigger.name} may not exist`, error);
    return;
  }
  const reads =
    body.names.has(columnKey) &&
    body.tables.some(
      (mention) => partKey(mention.name, draft.engine.dialect) === partKey(table.name, draft.engine.dialect),
    );
  // Writing the column (SET, a column list) passes here and fails when the trigger fires; reading it stops the ALTER.
  if (reads) draft.doubt(`the trigger ${trigger.name} may read ${table.name}.${columnKey}`);
}

/** The first of some columns that a table surely lacks. */
function firstMissing(columns: readonly string[], table: Table, draft: Draft): string | undefined {
  return columns.find(
    (key) => findColumn(table, key, draft).presence === 'absent' && !/^(?:rowid|oid|_rowid_)$/.test(key),
  );
}
