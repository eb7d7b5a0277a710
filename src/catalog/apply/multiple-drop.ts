import type { DropTable } from '../../ddl/operation.ts';
import type { Engine } from '../../dialects/dialect.ts';
import type { Database } from '../catalog.ts';
import type { EngineError, Outcome, StatementResult } from '../outcome.ts';
import { Draft } from './draft.ts';
import { errorAt } from './lookup.ts';
import { findRelation } from './names.ts';

/** What a statement did, before it is known on what that rests. */
export type Applied = Pick<StatementResult, 'database' | 'outcomes'>;

type ApplyOne = (database: Database, operation: DropTable) => { readonly outcome: Outcome; readonly after: Database };

/**
 * DROP TABLE of several. PostgreSQL drops a table that is named twice once; MySQL and MariaDB refuse the list and name all
 * that are missing. MariaDB drops the others all the same (run on 10.11), MySQL 8 none. Null: one by one.
 */
export function dropTables(
  database: Database,
  operations: readonly DropTable[],
  engine: Engine,
  apply: ApplyOne,
): Applied | null {
  const keys = operations.map((operation) => findRelation(new Draft(database, engine), operation.table).target.key);
  const again = operations.find((_, at) => keys.indexOf(keys[at] ?? '') < at);
  if (engine.dialect.name === 'postgres')
    return again === undefined ? null : dropOnce(database, operations, keys, apply);
  if (engine.dialect.name === 'sqlite') return null;
  if (again !== undefined) {
    const text = `Not unique table/alias: '${again.table.name.text}'`;
    return failed(
      database,
      operations,
      errorAt('other', text, again.table, { kind: 'table', name: again.table.name.text }),
    );
  }
  return dropWhatIsThere(database, operations, engine, apply);
}

function failed(database: Database, operations: readonly DropTable[], error: EngineError): Applied {
  const before: Outcome[] = operations
    .slice(1)
    .map(() => ({ kind: 'ignored', why: 'another table of the list failed' }));
  return { database, outcomes: [...before, { kind: 'failed', condition: 'always', error }] };
}

function dropOnce(
  database: Database,
  operations: readonly DropTable[],
  keys: readonly string[],
  apply: ApplyOne,
): Applied {
  const outcomes: Outcome[] = [];
  let current = database;
  for (const [at, operation] of operations.entries()) {
    if (keys.indexOf(keys[at] ?? '') < at) {
      outcomes.push({ kind: 'ignored', why: 'the table is named before' });
      continue;
    }
    const { outcome, after } = apply(current, operation);
    outcomes.push(outcome);
    if (outcome.kind === 'failed' && outcome.condition === 'always') return { database, outcomes };
    current = after;
  }
  return { database: current, outcomes };
}

function dropWhatIsThere(
  database: Database,
  operations: readonly DropTable[],
  engine: Engine,
  apply: ApplyOne,
): Applied {
  const outcomes: Outcome[] = [];
  const errors: EngineError[] = [];
  let current = database;
  for (const operation of operations) {
    const { outcome, after } = apply(current, operation);
    outcomes.push(outcome);
    if (outcome.kind === 'failed') errors.push(outcome.error);
    else current = after;
  }
  const [first] = errors;
  if (first === undefined) return { database: current, outcomes };
  const missing = errors
    .filter((error) => error.class === 'missing-table')
    .map(({ object }) => `${object.schema ?? ''}.${object.name}`);
  const other = errors.find((error) => error.class !== 'missing-table');
  const error = other ?? { ...first, text: `Unknown table '${missing.join(',')}'` };
  const after = engine.dialect.name === 'mariadb' ? current : database;
  return {
    database: after,
    outcomes: outcomes.map((outcome) => (outcome.kind === 'failed' ? { ...outcome, error } : outcome)),
  };
}
