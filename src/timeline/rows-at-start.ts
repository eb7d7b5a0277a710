import type { Database, Table } from '../catalog/catalog.ts';
import { findNamed } from '../catalog/lookup.ts';
import type { Deployment, Step } from '../deployment.ts';
import type { Statement } from '../sql/statement.ts';
import type { Event } from './history.ts';
import { nameOf, placedStatements, tableOf } from './program.ts';

/** Whether a table may hold rows on a path from this database. */
export type RowTest = (start: Database) => boolean;

/**
 * Tells for an event whether the table that it is about may hold rows on a path. Paths share what they run, and what is shared
 * was run on a database whose tables all may hold rows; on another path the same table may have been made or emptied by the
 * very deploy.
 */
export function rowsAtStart(deployment: Deployment): (event: Event) => RowTest {
  let steps: ReadonlyMap<Statement, Step> | null = null;
  return ({ before, operation, outcome }) => {
    const rowsOf = outcome.kind === 'failed' ? outcome.rowsOf : undefined;
    const name = rowsOf === undefined ? tableOf(operation) : nameOf(rowsOf);
    const table = rowsOf ?? (name === undefined ? undefined : findNamed(before, name, deployment.engine).relation);
    if (name === undefined || table?.kind !== 'table' || table.written || table.emptySince === null) return () => true;
    steps ??= stepsThatEmpty(deployment);
    const step = steps.get(table.emptySince);
    if (step !== undefined) return (start) => start.ledger.has(step.identity);
    return (start) => isKnown(start, table) || findNamed(start, name, deployment.engine).relation !== undefined;
  };
}

/** The statements of the ledger's steps that surely make or empty a table: a guarded CREATE may find it there. */
function stepsThatEmpty(deployment: Deployment): ReadonlyMap<Statement, Step> {
  const steps = new Map<Statement, Step>();
  for (const { parsed, step } of placedStatements(deployment.program, deployment)) {
    const isGuarded = parsed.operations.some(
      (operation) => operation.kind === 'create-table' && operation.ifNotExists !== undefined,
    );
    if (step !== null && !isGuarded) steps.set(parsed.statement, step);
  }
  return steps;
}

/** The start has this very table, by whatever name. */
function isKnown(start: Database, { emptySince }: Table): boolean {
  for (const relation of start.catalog.relations.values())
    if (relation.kind === 'table' && relation.emptySince === emptySince) return true;
  return false;
}
