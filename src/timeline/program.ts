import type { Table } from '../catalog/catalog.ts';
import type { Name, Operation, QualifiedName } from '../ddl/operation.ts';
import { parseSql, type ParsedStatement } from '../ddl/parse.ts';
import type { Action, Call, Deployment, Step } from '../deployment.ts';
import type { PlacedStatement } from './history.ts';

/** The statements that a call hands to the engine. */
export function statementsOf(call: Call, deployment: Deployment): readonly ParsedStatement[] {
  const all = parseSql(call.sql, deployment.engine.dialect);
  const chosen =
    call.statements === undefined ? all : all.filter((parsed) => call.statements?.includes(parsed.statement));
  const sent = chosen.filter((parsed) => parsed.statement.kind === 'sql');
  return call.many ? sent : sent.slice(0, 1);
}

/** Every statement of a program in the order of its text, each call once, whatever its guards. */
export function* placedStatements(
  actions: readonly Action[],
  deployment: Deployment,
  step: Step | null = null,
  seen = new Set<Call>(),
): IterableIterator<PlacedStatement> {
  for (const action of actions) {
    switch (action.kind) {
      case 'call':
        if (seen.has(action.call)) break;
        seen.add(action.call);
        for (const parsed of statementsOf(action.call, deployment)) yield { parsed, step, call: action.call };
        break;
      case 'step':
        yield* placedStatements(action.step.actions, deployment, action.step, seen);
        break;
      case 'if':
        yield* placedStatements(action.then, deployment, step, seen);
        yield* placedStatements(action.otherwise, deployment, step, seen);
        break;
      case 'block':
        yield* placedStatements(action.actions, deployment, step, seen);
        break;
      case 'code':
      case 'stamp':
        break;
    }
  }
}

/** The statements of one step's up half. */
export function statementsOfStep(step: Step, deployment: Deployment): readonly ParsedStatement[] {
  return [...placedStatements(step.actions, deployment, step)].map((placed) => placed.parsed);
}

/** All operations of statements, in order. */
export function operationsOf(statements: readonly ParsedStatement[]): readonly Operation[] {
  return statements.flatMap((parsed) => parsed.operations);
}

/** The table that an operation creates, changes or removes, where it is about one. */
export function tableOf(operation: Operation): Extract<Operation, { kind: 'drop-table' }>['table'] | undefined {
  return 'table' in operation ? operation.table : undefined;
}

/** A table's name, as a statement that means just this table would write it. */
export function nameOf({ schema, name }: Table): QualifiedName {
  const range = { start: 0, end: 0 };
  const quoted = (text: string): Name => ({ ...range, text, quoted: true });
  return { ...range, name: quoted(name), ...(schema === '' ? {} : { schema: quoted(schema) }) };
}

/** A name that stands nowhere in the files: its place is itself. */
export function plainName(text: string): QualifiedName {
  const range = { start: 0, end: text.length };
  return { ...range, name: { ...range, text, quoted: false } };
}
