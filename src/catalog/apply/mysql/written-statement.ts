import type { Operation } from '../../../ddl/operation.ts';
import type { Engine } from '../../../dialects/dialect.ts';
import type { Database } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { Draft, Refusal } from '../draft.ts';
import { findRelation } from '../names.ts';
import { checkColumnName, checkWrittenColumn } from './column-definition.ts';
import { refuseForkSyntax, refuseMisplacedClause, refuseMissingLength, refuseUnknownType } from './fork-syntax.ts';
import { writtenColumns } from './written-columns.ts';

/** What is wrong with a statement whatever tables there are; MySQL and MariaDB see it before they look any up. */
export function errorOfWrittenStatement(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
): { readonly at: number; readonly error: EngineError } | null {
  const draft = new Draft(database, engine, operations);
  for (const [at, operation] of operations.entries()) {
    try {
      checkWritten(draft, operation);
    } catch (refusal) {
      if (refusal instanceof Refusal) return { at, error: refusal.error };
      throw refusal;
    }
  }
  return null;
}

function checkWritten(draft: Draft, operation: Operation): void {
  refuseForkSyntax(draft, operation);
  if (operation.kind === 'rename-column')
    checkColumnName(draft, findRelation(draft, operation.table).target, operation.to);
  const written = writtenColumns(operation);
  if (written === null) return;
  const { target } = findRelation(draft, written.table);
  for (const definition of written.columns) {
    refuseUnknownType(draft, operation, definition);
    refuseMissingLength(draft, operation, definition);
    checkWrittenColumn(draft, target, definition);
    refuseMisplacedClause(draft, operation, definition);
  }
}
