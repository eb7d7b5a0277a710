import { emptyDatabase, withUnknownTable } from '../catalog/apply.ts';
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
 * The database that a fresh install starts from, and the program run on it. It is empty, but for tables that the files use and
 * none of them creates: the migration tool's own, and the few that a neighbour makes. Where most stem from elsewhere, the files
 * start from a baseline that is not among them, and nothing is sure: the database is open.
 */
export function freshInstall(
  deployment: Deployment,
  program: readonly Action[],
  { fresh }: RunMemory,
): { database: Database; run: Run } {
  const empty = withLedger(connected(emptyDatabase(deployment.engine), deployment), deployment);
  const runOn = (database: Database): { database: Database; run: Run } => ({
    database,
    run: runFresh(database, program, deployment, fresh),
  });
  const onEmpty = runOn(empty);
  const missing = missingIn(onEmpty.run);
  if (missing.length === 0) return onEmpty;
  const created = relationsCreated(program, deployment, new Set(missing.map(({ error }) => nameOf(error))));
  const foreign = missing.filter(({ error }) => error.class === 'missing-table' && !created.has(nameOf(error)));
  if (created.size > 0 && foreign.length === 0) return onEmpty;
  if (foreign.length === missing.length && areFew(foreign, created, deployment)) {
    const amended = runOn(withTables(empty, foreign, deployment));
    if (missingIn(amended.run).length === 0) return amended;
  }
  return runOn({ ...empty, catalog: { ...empty.catalog, open: true } });
}

interface Missing {
  readonly operation: Operation;
  readonly error: EngineError;
}

function missingIn(run: Run): readonly Missing[] {
  return [...eventsOf(run.events)].flatMap(({ outcome, caught, operation }) =>
    outcome.kind === 'failed' && !caught && outcome.error.class.startsWith('missing-')
      ? [{ operation, error: outcome.error }]
      : [],
  );
}

function nameOf({ object }: EngineError): string {
  return (object.table ?? object.name).toLowerCase();
}

/** At most one table from elsewhere for four of the files' own; the migration tool's does not count. */
function areFew(foreign: readonly Missing[], created: ReadonlySet<string>, { tool }: Deployment): boolean {
  const names = new Set(foreign.filter(({ error }) => !isLedger(error, tool)).map(({ error }) => nameOf(error)));
  return names.size * 4 <= created.size;
}

/** The tool makes its table before it runs the first file. */
function isLedger({ object }: EngineError, tool: Deployment['tool']): boolean {
  return tool?.table?.split('.').at(-1)?.toLowerCase() === object.name.toLowerCase();
}

/** The database with the missing tables, of which no column is known; sure is the tool's alone. */
function withTables(database: Database, missing: readonly Missing[], { engine, tool }: Deployment): Database {
  return missing.reduce(
    (known, { operation, error }) =>
      withUnknownTable(known, { operation, error, certain: isLedger(error, tool) }, engine),
    database,
  );
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
