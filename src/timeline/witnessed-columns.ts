import type { Database } from '../catalog/catalog.ts';
import { findNamed } from '../catalog/lookup.ts';
import { withoutColumnNamed } from '../catalog/unapply.ts';
import type { Name, QualifiedName } from '../ddl/operation.ts';
import type { Action, Deployment } from '../deployment.ts';
import type { Span } from '../text/source-file.ts';
import { spanOf } from '../text/sql-text.ts';
import { asksForEmpty } from './guards.ts';
import type { StartState } from './history.ts';
import { operationsOf, placedStatements, plainName, statementsOfStep } from './program.ts';
import type { Run } from './run.ts';

/** A column that some databases lack, because code outside the ledger adds it or looks whether it is there. */
interface WitnessedColumn {
  readonly table: QualifiedName;
  /** As the catalog holds it. */
  readonly column: string;
  readonly at: Span;
}

/** The witnessed columns that a complete deploy leaves, in the order in which the program adds them. */
export function witnessedColumns(
  deployment: Deployment,
  program: readonly Action[],
  complete: Run,
): readonly WitnessedColumn[] {
  const found = new Map<string, WitnessedColumn>();
  const { dialect } = deployment.engine;
  const add = (table: QualifiedName, column: Name, at: Span): void => {
    const { relation } = findNamed(complete.end, table, deployment.engine);
    if (relation?.kind !== 'table') return;
    const key = dialect.key(column.text, column.quoted);
    const present = relation.columns.find((other) => dialect.key(other.name, true) === key);
    const name = `${relation.schema}.${relation.name}.${key}`;
    if (present !== undefined && !found.has(name)) found.set(name, { table, column: present.name, at });
  };
  for (const { parsed, step } of placedStatements(meetingTables(program), deployment)) {
    if (step !== null) continue;
    for (const operation of parsed.operations) {
      if (operation.kind !== 'add-column') continue;
      add(
        operation.table,
        operation.column.name,
        spanOf(parsed.statement.sql, operation.column.start, operation.column.end),
      );
    }
  }
  const addedBySteps = columnsAddedBySteps(deployment);
  for (const witness of deployment.witnesses) {
    if (witness.kind !== 'column-checked' || addedBySteps(witness.table, witness.name)) continue;
    // Code asks for a name as the catalog keeps it, or as a statement would write it.
    for (const quoted of [true, false])
      add(nameOf(witness.table, quoted), nameOf(witness.name, quoted).name, witness.at);
  }
  return [...found.values()];
}

function nameOf(text: string, quoted: boolean): QualifiedName {
  const plain = plainName(text);
  return { ...plain, name: { ...plain.name, quoted } };
}

/** What of a program databases with tables meet: a script that only builds fresh ones proves nothing about older ones. */
function meetingTables(actions: readonly Action[]): readonly Action[] {
  return actions.map((action) => {
    if (action.kind === 'block') return { ...action, actions: meetingTables(action.actions) };
    if (action.kind !== 'if') return action;
    const then = asksForEmpty(action.guard) ? [] : meetingTables(action.then);
    return { ...action, then, otherwise: meetingTables(action.otherwise) };
  });
}

/** Whether a step of the ledger makes this column, so that the ledger's own states tell who lacks it. */
function columnsAddedBySteps(deployment: Deployment): (table: string, column: string) => boolean {
  const { dialect } = deployment.engine;
  const made = new Set<string>();
  const note = (table: QualifiedName, column: Name): void => {
    made.add(`${dialect.tableKey(table.name.text, true)}.${dialect.key(column.text, column.quoted)}`);
  };
  for (const step of deployment.ledger) {
    for (const operation of operationsOf(statementsOfStep(step, deployment))) {
      if (operation.kind === 'add-column') note(operation.table, operation.column.name);
      if (operation.kind === 'create-table') for (const column of operation.columns) note(operation.table, column.name);
      if (operation.kind === 'rename-column') note(operation.table, operation.to);
    }
  }
  return (table, column) => made.has(`${dialect.tableKey(table, true)}.${dialect.key(column, false)}`);
}

/**
 * Databases from before each witnessed column, latest first. Columns are taken to have come in the order in which the code
 * adds them, so an older database lacks the later ones as well.
 */
export function olderStates(
  deployment: Deployment,
  complete: Database,
  witnesses: readonly WitnessedColumn[],
): readonly StartState[] {
  return witnesses.map((_, index) => lacking(deployment, complete, witnesses.slice(index))).reverse();
}

/** A database that lacks these columns, named after the first. */
export function lacking(deployment: Deployment, complete: Database, witnesses: readonly WitnessedColumn[]): StartState {
  let database = complete;
  for (const { table, column } of witnesses) database = withoutColumnNamed(database, table, column, deployment.engine);
  const [first] = witnesses;
  const name = first === undefined ? 'older install' : `before ${first.table.name.text}.${first.column} was added`;
  return { name, kind: 'witnessed', database, witnesses: witnesses.map((witness) => witness.at) };
}
