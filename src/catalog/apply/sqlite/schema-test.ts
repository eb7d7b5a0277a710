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
    if (relation.kind !== 'table' && relation.kind !== 'sequence') testBody(draft, target.at, 'view', relation, relation.schema);
  }
  for (const trigger of draft.catalog.triggers.values()) testBody(draft, target.at, 'trigger', trigger, trigger.schema);
}

const kindOfRelation = (relation: Relation): readonly string[] => [relation.kind];

function testBody(draft: Draft, at: TableAt['target']['at'], kind: 'view' | 'trigger', object: View | Trigger, schema: string): void {
  for (const mention of bodyOf(object, draft.engine.dialect).tables) {
    const presence = presenceOf(draft, mention, schema);
    if (presence === 'present') continue;
    const place = schema === 'temp' && mention.schema === null ? mention.name : `${mention.schema ?? schema}.${mention.name}`;
    const text = words.errorIn(kind, object.name, '', `no such table: ${place}`);
    const error: EngineError = {
      ...errorAt('dependent-objects', text, at, { kind, schema, name: object.name }),
      existing: object.origin,
    };
    if (presence === 'unsure' || !object.certain) draft.doubt(`the ${kind} ${object.name} may point to nothing`, error);
    else draft.refuse(error);
  }
}

function presenceOf(draft: Draft, mention: TableMention, schema: string): 'present' | 'absent' | 'unsure' {
  const { dialect } = draft.engine;
  const name = dialect.tableKey(mention.name, true);
  // Tables that the engine itself provides: sqlite_master, pragma functions, json_each and the like.
  if (/^(?:sqlite_|pragma_|json_|jsonb_|dbstat|generate_series|bytecode|tables_used)/.test(name) || name === 'new' || name === 'old') return 'present';
  const schemas = mention.schema === null ? [...new Set([schema, 'main', 'temp'])] : [dialect.tableKey(mention.schema, true)];
  // A body in main sees main only; one in temp sees all.
  const visible = mention.schema === null && schema !== 'temp' ? [schema] : schemas;
  const found = visible.map((candidate) => draft.catalog.relations.get(`${candidate}.${name}`)).find((relation) => relation !== undefined);
  if (found !== undefined) return found.certain ? 'present' : 'unsure';
  return draft.catalog.open || visible.some((candidate) => candidate !== 'main' && candidate !== 'temp') ? 'unsure' : 'absent';
}

/**
 * What of the schema no longer resolves once a column is gone, in the order in which SQLite finds it: the table's own parts,
 * then views and triggers. Bodies that only may read the column are a doubt.
 */
export function testAfterDrop(draft: Draft, at: TableAt, columnKey: string, written: string): void {
  if (draft.session.legacyAlterTable) return;
  const when = ' after drop column';
  for (const [, relation] of entriesWith(draft.catalog.relations, kindOfRelation, 'view')) {
    if (relation.kind === 'view') testReader(draft, at, columnKey, relation, words.errorIn('view', relation.name, when, `no such column: ${written}`));
  }
  for (const trigger of draft.catalog.triggers.values()) testTrigger(draft, at, columnKey, trigger);
}

/** A view over the table that names the column: surely broken when it has one SELECT over this table alone. */
function testReader(draft: Draft, { target, table }: TableAt, columnKey: string, view: View, text: string): void {
  const body = bodyOf(view, draft.engine.dialect);
  if (!body.names.has(columnKey)) return;
  const own = body.tables.some((mention) => partKey(mention.name, draft.engine.dialect) === partKey(table.name, draft.engine.dialect));
  const overViews = body.tables.some((mention) => draft.catalog.relations.get(`${view.schema}.${partKey(mention.name, draft.engine.dialect)}`)?.kind === 'view');
  if (!own && !overViews) return;
  const error = { ...errorAt('dependent-objects', text, target.at, { kind: 'view', schema: view.schema, name: view.name }), existing: view.origin };
  if (own && body.isSimple && view.certain) draft.refuse(error);
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
  const reads = body.names.has(columnKey) && body.tables.some((mention) => partKey(mention.name, draft.engine.dialect) === partKey(table.name, draft.engine.dialect));
  // Writing the column (SET, a column list) passes here and fails when the trigger fires; reading it stops the ALTER.
  if (reads) draft.doubt(`the trigger ${trigger.name} may read ${table.name}.${columnKey}`);
}

/** Whether an expression of the table's own parts names a column that it lacks. */
export function firstMissing(columns: readonly string[], table: Table, draft: Draft): string | undefined {
  return columns.find((key) => findColumn(table, key, draft).presence === 'absent' && !/^(?:rowid|oid|_rowid_)$/.test(key));
}
