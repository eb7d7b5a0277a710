import { emptyDatabase } from '../catalog/apply.ts';
import type { Database } from '../catalog/catalog.ts';
import type { EngineError } from '../catalog/outcome.ts';
import type { Operation, QualifiedName } from '../ddl/operation.ts';
import type { Action, Deployment } from '../deployment.ts';
import { connected } from './connected.ts';
import { eventsOf } from './events.ts';
import { placedStatements } from './program.ts';
import type { RunMemory } from './run-memory.ts';
import { runFresh, type Run } from './run.ts';
import { withLedger } from './with-ledger.ts';

/**
 * The empty database, and the program run on it. The database is open where the files first touch tables that nothing in them
 * creates: they start from a baseline that is not among them.
 */
export function freshInstall(
  deployment: Deployment,
  program: readonly Action[],
  { fresh }: RunMemory,
): { database: Database; run: Run } {
  const empty = withLedger(connected(emptyDatabase(deployment.engine), deployment), deployment);
  const run = runFresh(empty, program, deployment, fresh);
  const isOpen = startsFromElsewhere(run, program, deployment);
  const database = isOpen ? { ...empty, catalog: { ...empty.catalog, open: true } } : empty;
  return { database, run: isOpen ? runFresh(database, program, deployment, fresh) : run };
}

function startsFromElsewhere(run: Run, program: readonly Action[], deployment: Deployment): boolean {
  const missing = [...eventsOf(run.events)].flatMap(({ outcome, caught }) =>
    outcome.kind === 'failed' && !caught && outcome.error.class.startsWith('missing-') ? [outcome.error] : [],
  );
  if (missing.length === 0) return false;
  const nameOf = ({ object }: EngineError): string => (object.table ?? object.name).toLowerCase();
  const created = relationsCreated(program, deployment, new Set(missing.map(nameOf)));
  const isNowhere = (error: EngineError): boolean => !created.has(nameOf(error));
  return created.size === 0 || missing.some((error) => error.class === 'missing-table' && isNowhere(error));
}

/**
 * The tables and views that the files make out of nothing, in small letters. What is made where one of that name was removed
 * or renamed before is the same table in a new shape: it does not tell where the first came from. A guarded DROP shows no table,
 * unless the files use one of that name that was `missing` on the empty database.
 */
function relationsCreated(
  program: readonly Action[],
  deployment: Deployment,
  missing: ReadonlySet<string>,
): ReadonlySet<string> {
  const created = new Set<string>();
  const removed = new Set<string>();
  const made = new Set<string>();
  const add = ({ name }: QualifiedName): void => {
    const key = name.text.toLowerCase();
    made.add(key);
    if (!removed.has(key)) created.add(key);
  };
  for (const { parsed } of placedStatements(program, deployment)) {
    for (const operation of parsed.operations) {
      const gone = relationRemoved(operation)?.name.text.toLowerCase();
      if (gone !== undefined && (!isGuardedDrop(operation) || (missing.has(gone) && !created.has(gone))))
        removed.add(gone);
      if (operation.kind === 'create-table') add(operation.table);
      if (operation.kind === 'create-view') add(operation.view);
      // What was made under another name is known by its new one, too.
      if (operation.kind === 'rename-table' && made.has(operation.table.name.text.toLowerCase())) add(operation.to);
    }
  }
  return created;
}

/** The name that is free after an operation. */
function relationRemoved(operation: Operation): QualifiedName | undefined {
  if (operation.kind === 'rename-table' || operation.kind === 'drop-table') return operation.table;
  return operation.kind === 'drop-view' ? operation.view : undefined;
}

function isGuardedDrop(operation: Operation): boolean {
  return (operation.kind === 'drop-table' || operation.kind === 'drop-view') && operation.ifExists !== undefined;
}
