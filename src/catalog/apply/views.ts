import { isOfMysql } from '../../dialects/dialect.ts';
import type { CreateView, DropView } from '../../ddl/operation.ts';
import { canonicalExpression } from '../canonical.ts';
import type { Table, View } from '../catalog.ts';
import type { Outcome } from '../outcome.ts';
import { originOf, type Draft } from './draft.ts';
import { errorAt, objectOf, requireRelation, skippedByMissing } from './lookup.ts';
import {
  defaultSchema,
  findRelation,
  storedName,
  temporarySchema,
  targetForCreation,
  whyItMayExist,
  type Target,
} from './names.ts';
import { checkQuery, type QueryReads } from './query/check.ts';
import { refuseTaken } from './renames.ts';
import { semanticsOf } from './semantics.ts';
import { wrongKind } from './tables.ts';

export function createView(draft: Draft, operation: CreateView): Outcome | undefined {
  const target = targetForCreation(draft, operation.view, operation.temporary);
  semanticsOf(draft).checkNewName(draft, target);
  // SQLite resolves the names in a view when it is used, and not before.
  const { dialect } = draft.engine;
  const listed = operation.columns.map((column) => storedName(column, dialect));
  const query = dialect.ddl.viewsResolveAtCreate ? checkQuery(draft, operation.query, listed) : UNREAD;
  refuseTemporaryTables(draft, operation, query);
  const view = viewOf(draft, operation, target, query);
  const skipped = makeRoom(draft, operation, target, view);
  if (skipped !== undefined) return skipped;
  draft.putRelation(
    target.key,
    draft.hasDoubt && operation.ifNotExists !== undefined ? { ...view, certain: false } : view,
  );
  draft.record({ kind: 'created', object: { kind: view.kind, ...objectOf(target) }, silent: false });
  return undefined;
}

const UNREAD: QueryReads = { reads: null, outputs: null, tree: null };

/** MySQL, MariaDB: no view over a temporary table; PostgreSQL: no materialized one. */
function refuseTemporaryTables(draft: Draft, operation: CreateView, { reads }: QueryReads): void {
  const { name } = draft.engine.dialect;
  if (name === 'postgres' && !operation.materialized) return;
  const temporary = temporaryAmong(draft, reads);
  if (temporary === undefined) return;
  const text =
    name === 'postgres'
      ? 'materialized views must not use temporary tables or views'
      : `View's SELECT refers to a temporary table '${temporary.name}'`;
  const object = { kind: temporary.kind, schema: temporary.schema, name: temporary.name };
  const error = errorAt('wrong-object', text, operation.query, object);
  if (temporary.certain) draft.refuse({ ...error, existing: temporary.origin });
  draft.doubt(`${temporary.name} may be a temporary table`, error);
}

function temporaryAmong(draft: Draft, reads: QueryReads['reads']): Table | View | undefined {
  return (reads ?? [])
    .map(({ relation }) => draft.catalog.relations.get(relation))
    .find(
      (relation): relation is Table | View =>
        relation !== undefined && relation.kind !== 'sequence' && relation.temporary,
    );
}

function viewOf(draft: Draft, operation: CreateView, target: Target, query: QueryReads): View {
  const { dialect } = draft.engine;
  return {
    kind: operation.materialized ? 'materialized-view' : 'view',
    schema: target.schema,
    name: target.name,
    // PostgreSQL: a view over something temporary is temporary.
    temporary: operation.temporary || temporaryAmong(draft, query.reads) !== undefined,
    text: canonicalExpression(operation.query.text, dialect),
    body: operation.query.text,
    columns: columnsOf(draft, operation, query),
    ...(query.reads === null ? {} : { reads: query.reads }),
    indexes: [],
    origin: originOf(operation, operation.view),
    certain: true,
  };
}

/** PostgreSQL: a list names the first columns, and the others keep their names. */
function columnsOf({ engine: { dialect } }: Draft, { columns }: CreateView, { outputs }: QueryReads): View['columns'] {
  if (columns.length === 0) return outputs;
  const listed = columns.map((column) => storedName(column, dialect));
  return dialect.name === 'postgres' ? [...listed, ...(outputs ?? []).slice(listed.length)] : listed;
}

function makeRoom(draft: Draft, operation: CreateView, target: Target, wanted: View): Outcome | undefined {
  const existing = draft.catalog.relations.get(target.key);
  if (existing === undefined) {
    const why = whyItMayExist(draft, target, operation.view);
    if (why !== null && operation.orReplace === undefined) draft.doubt(why);
    refuseTaken(draft, target);
    return undefined;
  }
  if (operation.orReplace !== undefined) {
    replaceView(draft, operation, target, wanted);
    return undefined;
  }
  if (operation.ifNotExists === undefined || !existing.certain) {
    refuseTaken(draft, target);
    return undefined;
  }
  const { start, end } = operation.ifNotExists;
  const same = existing.kind === wanted.kind && existing.text === wanted.text;
  const differs = same ? [] : existing.kind === wanted.kind ? null : [`${target.name} is a ${existing.kind}`];
  const object = { kind: wanted.kind, ...objectOf(target) };
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs },
  };
}

/** OR REPLACE replaces a view only. Whether its new columns fit the old ones is the query's secret. */
function replaceView(draft: Draft, operation: CreateView, target: Target, wanted: View): undefined {
  const existing = draft.catalog.relations.get(target.key);
  if (existing === undefined || existing.kind === wanted.kind) {
    if (existing?.kind !== 'view' || draft.engine.dialect.name !== 'postgres') return undefined;
    const columns = wanted.kind === 'view' ? wanted.columns : null;
    // The same text may give other columns: PostgreSQL keeps what * meant when the view was made.
    const isSame = existing.text === wanted.text && (existing.columns === null || columns === null);
    if (!isSame) checkReplacedColumns(draft, operation, target, existing.columns, columns);
    return undefined;
  }
  const text = draft.words.wrongKind(existing.kind, wanted.kind, target);
  const error = errorAt('wrong-object', text, operation.view, { kind: existing.kind, ...objectOf(target) });
  if (existing.certain) draft.refuse({ ...error, existing: existing.origin });
  draft.doubt(`${target.name} may be a ${existing.kind}`, error);
  return undefined;
}

/** PostgreSQL: a replaced view keeps the columns that it had, in their order, and may get more (checkViewColumns). */
function checkReplacedColumns(
  draft: Draft,
  operation: CreateView,
  target: Target,
  before: View['columns'],
  after: View['columns'],
): void {
  if (before === null || after === null) {
    draft.doubt(`the columns of ${target.name} may not fit those that it had`);
    return;
  }
  const refuse = (text: string): never =>
    draft.refuse(errorAt('other', text, operation.view, { kind: 'view', ...objectOf(target) }));
  if (after.length < before.length) refuse('cannot drop columns from view');
  for (const [at, name] of before.entries()) {
    if (after[at] !== name) refuse(`cannot change name of view column "${name}" to "${after[at] ?? ''}"`);
  }
}

export function dropView(draft: Draft, operation: DropView): Outcome | undefined {
  const wanted = operation.materialized ? 'materialized-view' : 'view';
  if (findRelation(draft, operation.view).presence === 'absent') return missingView(draft, operation, wanted);
  const found = requireRelation(draft, operation, operation.view, 'drop', operation.ifExists);
  if ('outcome' in found) return found.outcome;
  const isPhantom =
    found.relation.kind === 'table' && found.relation.open && !draft.catalog.relations.has(found.target.key);
  if (found.relation.kind !== wanted && !isPhantom) {
    if (isOfMysql(draft.engine.dialect)) return missingView(draft, operation, wanted);
    draft.refuse(wrongKind(draft, found.relation, found.target, wanted));
  }
  semanticsOf(draft).dropView(draft, operation, found);
  draft.removeRelation(found.target.key);
  removeTriggers(draft, found.target.key);
  draft.record({
    kind: 'dropped',
    object: { kind: wanted, ...objectOf(found.target) },
    silent: false,
    origin: found.relation.origin,
  });
  return undefined;
}

function missingView(draft: Draft, operation: DropView, kind: 'view' | 'materialized-view'): Outcome {
  const { target } = findRelation(draft, operation.view);
  const object = { kind, ...objectOf(target) };
  if (operation.ifExists !== undefined) return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
  // A temporary table of the name is no view: the database is named.
  const { dialect } = draft.engine;
  const isHidden = dialect.name !== 'postgres' && target.schema === temporarySchema('mysql');
  const named = isHidden ? { ...target, schema: draft.session.searchPath?.[0] ?? defaultSchema(dialect.name) } : target;
  draft.refuse(errorAt('missing-table', draft.words.missingObject(kind.replace('-', ' '), named), target.at, object));
}

/** INSTEAD OF triggers go with their view. */
function removeTriggers(draft: Draft, viewKey: string): void {
  for (const [key, trigger] of draft.catalog.triggers.entries()) {
    if (trigger.table !== viewKey) continue;
    draft.catalog = { ...draft.catalog, triggers: draft.catalog.triggers.delete(key) };
  }
}
