import type { RenameIndex, RenameTable } from '../../ddl/operation.ts';
import type { Outcome } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { renameIndex, renameIndexNamed } from './indexes.ts';
import { errorAt, objectOf, requireRelation } from './lookup.ts';
import { findRelation, targetForCreation, type Target } from './names.ts';
import { semanticsOf } from './semantics.ts';
import { followRename } from './postgres/tables.ts';
import { moveTable } from './tables.ts';

/** ALTER TABLE, VIEW, INDEX, SEQUENCE .. RENAME TO: PostgreSQL lets TABLE stand for any relation, indexes too. */
export function renameOther(draft: Draft, operation: RenameTable): Outcome | undefined {
  const isIndex =
    operation.written === 'index' ||
    (operation.written === 'table' && findRelation(draft, operation.table).presence === 'absent');
  if (isIndex) {
    const renamed = renameIndexNamed(draft, operation, operation.table, operation.to.name, operation.ifTableExists);
    if (renamed !== 'missing') return renamed;
  }
  const found = requireRelation(draft, operation, operation.table, 'rename', operation.ifTableExists);
  if ('outcome' in found) return found.outcome;
  const schema = { text: found.target.schema, quoted: true, start: 0, end: 0 };
  const target = targetForCreation(
    draft,
    operation.to.schema === undefined ? { ...operation.to, schema } : operation.to,
  );
  if (found.relation.kind === 'table') {
    moveTable(draft, operation, { target: found.target, table: found.relation }, target);
    return undefined;
  }
  refuseTaken(draft, target);
  draft.removeRelation(found.target.key);
  draft.putRelation(target.key, { ...found.relation, schema: target.schema, name: target.name });
  if (draft.engine.dialect.name === 'postgres') followRename(draft, found.target, target);
  draft.record({
    kind: 'renamed',
    object: { kind: found.relation.kind, ...objectOf(found.target) },
    silent: false,
    detail: target.name,
  });
  return undefined;
}

/** RENAME INDEX; PostgreSQL's ALTER INDEX takes a table or view too (tablecmds.c, RangeVarCallbackForAlterRelation). */
export function renameNamedIndex(draft: Draft, operation: RenameIndex): Outcome | undefined {
  const { statement, index, to, table } = operation;
  const isOther =
    draft.engine.dialect.name === 'postgres' &&
    table === undefined &&
    findRelation(draft, index).presence === 'present';
  if (!isOther) return renameIndex(draft, operation);
  const name = { name: to, start: to.start, end: to.end };
  return renameOther(draft, { kind: 'rename-table', statement, table: index, to: name, written: 'view' });
}

/** Refuses where a relation or index of the name exists in the schema. */
export function refuseTaken(draft: Draft, target: Target): void {
  semanticsOf(draft).checkNewName(draft, target);
  const existing = draft.catalog.relations.get(target.key);
  const isIndex = draft.catalog.indexOwners.has(draft.indexKey(target.schema, target.name));
  if (existing === undefined && !isIndex) return;
  const text = draft.words.duplicateRelation(existing?.kind ?? 'index', 'table', target);
  const error = errorAt('duplicate-table', text, target.at, { kind: existing?.kind ?? 'index', ...objectOf(target) });
  if (existing?.certain === false) draft.doubt(`${target.name} may already exist`, error);
  else draft.refuse(existing === undefined ? error : { ...error, existing: existing.origin });
}
