import type { Operation } from '../../ddl/operation.ts';
import type { Sequence, View } from '../catalog.ts';
import * as sqlite from '../errors/sqlite.ts';
import type { EngineError } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { errorAt, objectOf } from './lookup.ts';
import { objectKey, type Target } from './names.ts';

/** What the engine says to ALTER TABLE of a view or sequence. */
export function alteringOther(
  draft: Draft,
  operation: Operation,
  relation: View | Sequence,
  target: Target,
): EngineError {
  const text = textFor(draft, operation, relation, target);
  return errorAt('wrong-object', text, target.at, { kind: relation.kind, ...objectOf(target) });
}

function textFor(draft: Draft, operation: Operation, relation: View | Sequence, target: Target): string {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return sqliteText(draft, operation, target);
    case 'postgres':
      return `ALTER action ${postgresAction(operation)} cannot be performed on relation "${target.name}"`;
    default:
      return draft.words.wrongKind(relation.kind, 'table', target);
  }
}

/** The action as alter_table_type_to_string names it. */
function postgresAction(operation: Operation): string {
  if (operation.kind !== 'alter-column') return operation.kind.replace('-', ' ').toUpperCase();
  switch (operation.change.kind) {
    case 'set-not-null':
      return 'ALTER COLUMN ... SET NOT NULL';
    case 'drop-not-null':
      return 'ALTER COLUMN ... DROP NOT NULL';
    case 'set-default':
    case 'drop-default':
      return 'ALTER COLUMN ... SET DEFAULT';
    case 'set-type':
      return 'ALTER COLUMN ... SET DATA TYPE';
    default:
      return 'ALTER COLUMN';
  }
}

function sqliteText(draft: Draft, operation: Operation, view: Target): string {
  switch (operation.kind) {
    case 'add-column':
      return sqlite.addColumnToView;
    case 'drop-column':
      return sqlite.dropColumnFrom('view', view.name);
    case 'rename-column':
      return sqlite.renameColumnsOf('view', view.name);
    case 'rename-table': {
      // The new name is looked at first (alter.c, sqlite3AlterRenameTable).
      const name = operation.to.name.text;
      const isTaken = draft.catalog.relations.has(objectKey(view.schema, name, draft.engine.dialect));
      return isTaken || draft.catalog.indexOwners.has(draft.indexKey(view.schema, name))
        ? sqlite.nameTaken(name)
        : sqlite.viewMayNotBeAltered(view);
    }
    default:
      return sqlite.viewMayNotBeAltered(view);
  }
}
