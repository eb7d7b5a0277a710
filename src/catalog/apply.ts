import type { Operation, Range } from '../ddl/operation.ts';
import { isOfMysql, type Engine } from '../dialects/dialect.ts';
import { addColumn, alterColumn, dropColumn, modifyColumn, renameColumn } from './apply/columns.ts';
import { addConstraint, dropConstraint, renameConstraint, validateConstraint } from './apply/constraints.ts';
import { Draft, Refusal, type IsVariable } from './apply/draft.ts';
import { createIndex, dropIndex } from './apply/indexes.ts';
import { leaveOpen } from './apply/left-open.ts';
import { renameNamedIndex } from './apply/renames.ts';
import { alterObject, commentOn, createObject, dropObject } from './apply/objects.ts';
import { touchUnread } from './apply/opaque.ts';
import { orderedByPass } from './apply/passes.ts';
import { dropTables, type Applied } from './apply/multiple-drop.ts';
import { errorOfEmptiedTable, errorOfFinalTable } from './apply/mysql/final-table.ts';
import { refuseByVersion } from './apply/mysql/version-facts.ts';
import { errorOfWrittenStatement } from './apply/mysql/written-statement.ts';
import { runDoBlock } from './apply/postgres/body/do-block.ts';
import type { ApplyInside } from './apply/postgres/body/run.ts';
import { checkCalledAlone } from './apply/postgres/called-functions.ts';
import { touchByCalls } from './apply/postgres/called-routines.ts';
import { setSequence } from './apply/postgres/sequence-values.ts';
import { setTableSchema } from './apply/postgres/moved-tables.ts';
import { refuseNewerSyntax } from './apply/postgres/newer-syntax.ts';
import { setParent } from './apply/postgres/inheritance.ts';
import { refuseMaintenance, requireNamed } from './apply/postgres/own-transactions.ts';
import { refuseUnknownGuard } from './apply/postgres/unknown-guards.ts';
import { checkAskedColumns } from './apply/query/asked-columns.ts';
import { noteBrokenBodies } from './apply/query/newly-broken.ts';
import { refuseNewLabels } from './apply/postgres/enum-labels.ts';
import { createRoutine } from './apply/routines.ts';
import { writeRows } from './apply/rows.ts';
import { controlTransaction, setSession } from './apply/session.ts';
import { requireMaintained } from './apply/sqlite/maintenance.ts';
import { checkSyntax } from './apply/sqlite/syntax.ts';
import { changePartition, createTable, dropTable, renameTable, setTableOption } from './apply/tables.ts';
import { createTrigger, dropTrigger } from './apply/triggers.ts';
import { alterType, createType } from './apply/postgres/types.ts';
import { createView, dropView } from './apply/views.ts';
import { defaultSchema } from './apply/names.ts';
import type { Database } from './catalog.ts';
import { abortedTransaction } from './errors/postgres.ts';
import { Ledger } from './ledger.ts';
import type { EngineError, Outcome, StatementResult } from './outcome.ts';
import { PersistentMap } from './persistent-map.ts';

export { suppose, withUnknownTable } from './apply/suppositions.ts';

/**
 * What the engine does with one statement on one database: an executable model of its DDL, tested against the engine.
 * The operations of a statement take effect together or not at all, as far as the engine keeps that promise. Outcomes
 * stand in the order of the operations; those after a failed one are missing.
 */
export function applyStatement(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
  isVariable?: IsVariable,
): StatementResult {
  let restsOnEmptiness = false;
  const result = applyOperations(database, operations, engine, (current, operation) => {
    const applied = applyOperation(current, operation, new Draft(current, engine, operations, isVariable));
    restsOnEmptiness ||= applied.restsOnEmptiness;
    return applied;
  });
  return { ...result, restsOnEmptiness };
}

function applyOperations(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
  apply: ApplyOne,
): Applied {
  const outcomes: Outcome[] = [];
  const drops = multipleDrop(database, operations, engine, apply);
  if (drops !== null) return drops;
  const isMysql = isOfMysql(engine.dialect);
  const written = isMysql ? errorOfWrittenStatement(database, operations, engine) : null;
  if (written !== null) {
    outcomes[written.at] = { kind: 'failed', condition: 'always', error: written.error };
    return { database, outcomes: upTo(outcomes, written.at) };
  }
  const emptied = isMysql ? errorOfEmptiedTable(database, operations, engine) : null;
  if (emptied !== null) return { database, outcomes: [{ kind: 'failed', condition: 'always', error: emptied }] };
  let current = database;
  for (const [at, operation] of orderedByPass(operations, engine)) {
    const { outcome, after } = apply(current, operation);
    outcomes[at] = outcome;
    if (outcome.kind === 'failed' && outcome.condition === 'always') {
      return { database: afterFailure(database, engine), outcomes: upTo(outcomes, at) };
    }
    current = after;
  }
  const error = isMysql ? errorOfFinalTable(current, operations, engine) : null;
  if (error === null) return { database: current, outcomes };
  return { database, outcomes: [...outcomes.slice(0, -1), { kind: 'failed', condition: 'always', error }] };
}

interface AppliedOne {
  readonly outcome: Outcome;
  readonly after: Database;
  readonly restsOnEmptiness: boolean;
}

type ApplyOne = (database: Database, operation: Operation) => AppliedOne;

/** DROP TABLE a, b where the engine looks at the list as a whole; null where it goes one by one. */
function multipleDrop(
  database: Database,
  operations: readonly Operation[],
  engine: Engine,
  apply: ApplyOne,
): Applied | null {
  if (operations.length < 2) return null;
  const drops = operations.filter((operation) => operation.kind === 'drop-table');
  if (drops.length < 2 || drops.length < operations.length) return null;
  return dropTables(database, drops, engine, apply);
}

/** Outcomes up to the failed operation; what the engine does in a later pass was not reached. */
function upTo(outcomes: readonly (Outcome | undefined)[], failed: number): readonly Outcome[] {
  return Array.from({ length: failed + 1 }, (_, at) => outcomes[at] ?? NOT_REACHED);
}

const NOT_REACHED: Outcome = { kind: 'ignored', why: 'another part of the statement failed first' };

/** PostgreSQL: an error inside a transaction aborts it. */
function afterFailure(database: Database, engine: Engine): Database {
  if (engine.dialect.name !== 'postgres' || !database.session.inTransaction || database.session.aborted)
    return database;
  return { ...database, session: { ...database.session, aborted: true } };
}

/** One operation of a statement. */
function applyOperation(database: Database, operation: Operation, draft: Draft): AppliedOne {
  try {
    if (database.session.aborted && !endsTransaction(operation)) draft.refuse(abortedError(operation));
    refuseByDialect(draft, operation, draft.operations);
    const early = handle(draft, operation);
    if (early === undefined && draft.engine.dialect.name !== 'postgres') noteBrokenBodies(draft, operation);
    return settled(draft, early ?? draft.conclude());
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const outcome = draft.concludeRefused(refusal.error, isGuarded(operation));
    if (outcome.kind === 'unsure') leaveOpen(draft, operation);
    return settled(draft, outcome);
  }
}

/** What a dialect refuses whatever there is in the catalog. */
function refuseByDialect(draft: Draft, operation: Operation, operations: readonly Operation[]): void {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      checkSyntax(draft, operation, operations);
      break;
    case 'postgres':
      refuseUnknownGuard(draft, operation);
      refuseNewerSyntax(draft, operation);
      refuseNewLabels(draft, operation);
      break;
    case 'mysql':
    case 'mariadb':
      refuseByVersion(draft, operation);
  }
}

/** Statements inside the one that is being applied. */
function applyInside(draft: Draft): ApplyInside {
  return (database, operations, isVariable) => {
    const result = applyStatement(database, operations, draft.engine, isVariable);
    draft.restsOnEmptiness ||= result.restsOnEmptiness;
    return result;
  };
}

/** A guard that was reached on unsure ground skips only perhaps. */
function settled(draft: Draft, outcome: Outcome): AppliedOne {
  const isSure = outcome.kind !== 'skipped' || !draft.hasDoubt;
  const { database: after, restsOnEmptiness } = draft;
  return { outcome: isSure ? outcome : draft.conclude(), after, restsOnEmptiness };
}

/** IF NOT EXISTS: a thing that is already there is no failure. */
function isGuarded(operation: Operation): boolean {
  return (operation as { readonly ifNotExists?: Range }).ifNotExists !== undefined;
}

function endsTransaction(operation: Operation): boolean {
  return operation.kind === 'transaction' && /^(?:rollback|rollback-to|commit)$/.test(operation.action);
}

function abortedError({ statement: { start, end } }: Operation): EngineError {
  return {
    class: 'transaction',
    text: abortedTransaction,
    at: { start, end },
    object: { kind: 'transaction', name: '' },
  };
}

/** Hands an operation to its family. */
function handle(draft: Draft, operation: Operation): Outcome | undefined {
  switch (operation.kind) {
    case 'create-table':
      return createTable(draft, operation);
    case 'drop-table':
      return dropTable(draft, operation);
    case 'rename-table':
      return renameTable(draft, operation);
    case 'set-table-schema':
      return setTableSchema(draft, operation);
    case 'set-table-option':
      return setTableOption(draft, operation);
    case 'set-parent':
      return setParent(draft, operation);
    case 'attach-partition':
    case 'detach-partition':
      return changePartition(draft, operation);
    case 'add-column':
      return addColumn(draft, operation);
    case 'drop-column':
      return dropColumn(draft, operation);
    case 'rename-column':
      return renameColumn(draft, operation);
    case 'alter-column':
      return alterColumn(draft, operation);
    case 'modify-column':
      return modifyColumn(draft, operation);
    case 'add-constraint':
      return addConstraint(draft, operation);
    case 'drop-constraint':
      return dropConstraint(draft, operation);
    case 'rename-constraint':
      return renameConstraint(draft, operation);
    case 'validate-constraint':
      return validateConstraint(draft, operation);
    case 'create-index':
      return createIndex(draft, operation);
    case 'drop-index':
      return dropIndex(draft, operation);
    case 'rename-index':
      return renameNamedIndex(draft, operation);
    case 'create-view':
      return createView(draft, operation);
    case 'drop-view':
      return dropView(draft, operation);
    case 'create-trigger':
      return createTrigger(draft, operation);
    case 'drop-trigger':
      return dropTrigger(draft, operation);
    case 'create-routine':
      return createRoutine(draft, operation);
    case 'create-type':
      return createType(draft, operation);
    case 'alter-type':
      return alterType(draft, operation);
    case 'create-object':
      return createObject(draft, operation);
    case 'alter-object':
      return alterObject(draft, operation);
    case 'drop-object':
      return dropObject(draft, operation);
    case 'comment-on':
      return commentOn(draft, operation);
    case 'write-rows':
      return writeRows(draft, operation);
    case 'transaction':
      return controlTransaction(draft, operation);
    case 'set-session':
      return setSession(draft, operation);
    case 'set-sequence':
      setSequence(draft, operation);
      checkAskedColumns(draft, operation);
      return undefined;
    case 'run-code':
      return runDoBlock(draft, operation, applyInside(draft)) ?? touchUnread(draft, operation);
    case 'opaque':
      return touchUnread(draft, operation);
    case 'query':
      checkCalledAlone(draft, operation);
      checkAskedColumns(draft, operation);
      return touchByCalls(draft, operation);
    case 'no-schema-effect':
      refuseMaintenance(draft, operation);
      if (draft.engine.dialect.name === 'sqlite') requireMaintained(draft, operation);
      else requireNamed(draft, operation);
      return undefined;
  }
}

/** An empty database as the engine creates it (PostgreSQL: with the schema `public`). */
export function emptyDatabase(engine: Engine): Database {
  const { name } = engine.dialect;
  const schema = defaultSchema(name);
  const empty = <Value>(): PersistentMap<Value> => PersistentMap.empty();
  const publicSchema = {
    kind: 'schema',
    schema: '',
    name: schema,
    table: null,
    text: '',
    origin: null,
    certain: true,
  } as const;
  return {
    catalog: {
      relations: empty(),
      indexOwners: empty(),
      triggers: empty(),
      routines: empty(),
      types: empty(),
      others:
        name === 'postgres' ? PersistentMap.empty<typeof publicSchema>().set('schema:public', publicSchema) : empty(),
      open: false,
    },
    session: {
      // SQLite: off unless the program or its build switches it on; the others check always.
      foreignKeys: name === 'sqlite' ? null : true,
      inTransaction: false,
      aborted: false,
      searchPath: [schema],
      legacyAlterTable: false,
    },
    ledger: Ledger.empty(),
    deploy: 0,
    atBegin: null,
    savepoints: [],
  };
}
