import type { Name } from '../../../../ddl/operation.ts';
import type { BodyStatement } from '../../../../ddl/plpgsql/tree.ts';
import type { Dialect } from '../../../../dialects/dialect.ts';
import type { Value } from './value.ts';

export type Variables = ReadonlyMap<string, Value>;

export function declaredName({ text, quoted }: Name, dialect: Dialect): string {
  return dialect.key(text, quoted);
}

const assignedIn = new WeakMap<readonly BodyStatement[], readonly Name[]>();

/** The variables that statements may set. */
export function assignedBy(statements: readonly BodyStatement[]): readonly Name[] {
  let names = assignedIn.get(statements);
  if (names === undefined) {
    names = statements.flatMap(assignedByOne);
    assignedIn.set(statements, names);
  }
  return names;
}

function assignedByOne(statement: BodyStatement): readonly Name[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.variable];
    case 'sql':
    case 'execute':
      return statement.into;
    case 'other':
      return statement.sets;
    case 'block':
      return [...assignedBy(statement.statements), ...statement.handlers.flatMap((handler) => assignedBy(handler.statements))];
    case 'if':
      return [...statement.branches.flatMap((branch) => assignedBy(branch.statements)), ...assignedBy(statement.otherwise)];
    case 'case':
      return [...statement.branches.flatMap((branch) => assignedBy(branch.statements)), ...assignedBy(statement.otherwise ?? [])];
    case 'loop':
      return assignedBy(statement.statements);
    default:
      return [];
  }
} // prettier-ignore
