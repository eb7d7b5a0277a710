import type { Operation } from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import type { Database } from './catalog.ts';
import type { EngineError, StatementResult } from './outcome.ts';

/**
 * What the engine does with one statement on one database: an executable model of its DDL, tested against the engine.
 * The operations of a statement take effect together or not at all, as far as the engine keeps that promise. Outcomes
 * stand in the order of the operations; those after a failed one are missing.
 */
export function applyStatement(_database: Database, _operations: readonly Operation[], _engine: Engine): StatementResult {
  throw new Error('not built yet');
}

/**
 * The database as it would be had the missing thing been there, marked as uncertain, so that a replay can go on after a
 * failure and still see independent faults: what rests on a supposition is unsure.
 */
export function suppose(_database: Database, _operation: Operation, _error: EngineError, _engine: Engine): Database {
  throw new Error('not built yet');
}

/** An empty database as the engine creates it (PostgreSQL: with the schema `public`). */
export function emptyDatabase(_engine: Engine): Database {
  throw new Error('not built yet');
}
