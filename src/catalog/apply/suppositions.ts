import type { Operation, QualifiedName } from '../../ddl/operation.ts';
import type { Engine } from '../../dialects/dialect.ts';
import type { Column, Database, Table } from '../catalog.ts';
import type { EngineError } from '../outcome.ts';
import { unknownColumn } from './columns.ts';
import { Draft } from './draft.ts';
import { openTable } from './lookup.ts';
import { findRelation, targetIfCreated } from './names.ts';
import { supposeType } from './postgres/types.ts';
import { touchUnread, unsureVersion } from './opaque.ts';

/** The part of a statement that the engine refused. */
export interface Refused {
  readonly statement: readonly Operation[];
  readonly operation: Operation;
  readonly error: EngineError;
}

/**
 * The database as it would be had the missing thing been there, marked as uncertain, so that a replay can go on after a
 * failure and still see independent faults: what rests on a supposition is unsure.
 */
export function suppose(database: Database, { statement, operation, error }: Refused, engine: Engine): Database {
  const draft = new Draft(database, engine);
  draft.session = { ...draft.session, aborted: false };
  if (statement.length === 1 && asksForWhatIsThere(operation, error)) return draft.database;
  if (error.class === 'missing-column' && error.object.table !== undefined)
    supposeColumn(draft, error.object.table, error);
  else if (operation.kind === 'run-code') touchUnread(draft, operation);
  else if (operation.kind === 'create-type') supposeType(draft, operation);
  else for (const name of tablesNamed(operation)) supposeTable(draft, operation, name);
  return draft.database;
}

/**
 * A statement that only asks for a part of a table that is there: without it, or with a guard, the table is what it is now.
 * One that asks for more (ALTER TABLE .. ADD a, ADD b) is mended in a way that nobody knows.
 */
function asksForWhatIsThere(operation: Operation, error: EngineError): boolean {
  switch (operation.kind) {
    case 'create-index':
      return error.class === 'duplicate-index';
    case 'add-column':
      return error.class === 'duplicate-column';
    case 'add-constraint':
      return error.class === 'duplicate-constraint';
    default:
      return false;
  }
}

function supposeColumn(draft: Draft, table: string, error: EngineError): void {
  const found = findRelation(draft, named(table, error.object.schema));
  if (found.presence === 'absent' || found.value?.kind !== 'table') return;
  const place = { start: error.at.start, end: error.at.end };
  const column: Column = {
    ...unknownColumn(draft, { text: error.object.name, quoted: true, ...place }),
    certain: false,
  };
  const relation: Table = {
    ...found.value,
    columns: [...found.value.columns.filter((other) => other.name !== column.name), column],
  };
  draft.putRelation(found.target.key, relation);
}

function named(table: string, schema: string | undefined): QualifiedName {
  const place = { start: 0, end: 0 };
  const name = { text: table, quoted: true, ...place };
  return schema === undefined
    ? { name, ...place }
    : { name, schema: { text: schema, quoted: true, ...place }, ...place };
}

/** The tables that an operation names: whatever it failed at, their shape is no longer sure. */
function tablesNamed(operation: Operation): readonly QualifiedName[] {
  if (operation.kind === 'create-view') return [operation.view];
  const { table } = operation as { readonly table?: QualifiedName };
  return table === undefined ? [] : [table];
}

function supposeTable(draft: Draft, operation: Operation, name: QualifiedName): void {
  const found = findRelation(draft, name);
  if (found.presence !== 'absent') {
    if (found.value !== undefined) draft.putRelation(found.target.key, unsureVersion(found.value));
    return;
  }
  const target = targetIfCreated(draft, name);
  draft.putRelation(target.key, openTable(operation, target, false));
}

/** The database with the table that `operation` misses, of which no column is known. `certain`: it is sure to be there. */
export function withUnknownTable(
  database: Database,
  { operation, error: { object }, certain }: Omit<Refused, 'statement'> & { readonly certain: boolean },
  engine: Engine,
): Database {
  const draft = new Draft(database, engine);
  const name = named(object.table ?? object.name, object.schema);
  if (findRelation(draft, name).presence !== 'absent') return database;
  const target = targetIfCreated(draft, name);
  draft.putRelation(target.key, openTable(operation, target, certain));
  return draft.database;
}
