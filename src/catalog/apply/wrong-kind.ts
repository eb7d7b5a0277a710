import type { Operation } from '../../ddl/operation.ts';
import type { Sequence, View } from '../catalog.ts';
import * as sqlite from '../errors/sqlite.ts';
import type { EngineError } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { errorAt, objectOf } from './lookup.ts';
import type { Target } from './names.ts';

/** What the engine says to ALTER TABLE of a view or sequence. */
export function alteringOther(draft: Draft, operation: Operation, relation: View | Sequence, target: Target): EngineError {
  const text = draft.engine.dialect.name === 'sqlite' ? sqliteText(operation, target) : draft.words.wrongKind(relation.kind, 'table', target);
  return errorAt('wrong-object', text, target.at, { kind: relation.kind, ...objectOf(target) });
}

function sqliteText(operation: Operation, view: Target): string {
  switch (operation.kind) {
    case 'add-column':
      return sqlite.addColumnToView;
    case 'drop-column':
      return sqlite.dropColumnFrom('view', view.name);
    case 'rename-column':
      return sqlite.renameColumnsOf('view', view.name);
    default:
      return sqlite.viewMayNotBeAltered(view);
  }
}
