import type { ColumnDefinition, Expression, Operation, Range, TableConstraint } from '../../../ddl/operation.ts';
import type { Version } from '../../../dialects/dialect.ts';
import { postgresSince } from '../../../dialects/since.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/** Something that only newer versions of PostgreSQL accept, and what the older ones say. */
interface Newer {
  readonly since: Version;
  readonly at: Range;
  readonly text: string;
}

/** Refuses what some or all of the versions that must be served do not know. */
export function refuseNewerSyntax(draft: Draft, operation: Operation): void {
  for (const { since, at, text } of newerParts(draft, operation)) {
    const errorClass = text.startsWith('syntax error') ? 'syntax' : 'unsupported';
    const error = errorAt(errorClass, text, at, { kind: 'statement', name: operation.kind });
    draft.refuseForVersions({ before: since }, error);
  }
}

function newerParts(draft: Draft, operation: Operation): readonly Newer[] {
  switch (operation.kind) {
    case 'create-table':
      return [
        ...operation.columns.flatMap((column) => inColumn(draft, operation, column)),
        ...operation.constraints.flatMap(inConstraint),
      ];
    case 'add-column':
      return inColumn(draft, operation, operation.column);
    case 'add-constraint':
      return inConstraint(operation.constraint);
    case 'create-index':
      return operation.nullsNotDistinct === true
        ? [{ since: postgresSince.nullsNotDistinct, at: operation.table, text: syntaxError('NULLS') }]
        : [];
    case 'create-trigger':
      return operation.orReplace === undefined
        ? []
        : [{ since: postgresSince.replacedTriggers, at: operation.orReplace, text: syntaxError('TRIGGER') }];
    case 'alter-column':
      if (operation.change.kind === 'set-expression')
        return [{ since: postgresSince.changedExpressions, at: operation.column, text: syntaxError('EXPRESSION') }];
      return operation.change.kind === 'set-default' ? inDefault(draft, operation.change.expression) : [];
    default:
      return [];
  }
}

function inColumn(draft: Draft, operation: Operation, column: ColumnDefinition): readonly Newer[] {
  const { generated } = column;
  const virtual =
    generated === undefined || generated.stored
      ? []
      : [{ since: postgresSince.virtualColumns, at: column.name, text: errorAfter(operation, generated.expression) }];
  return [...virtual, ...inDefault(draft, column.default)];
}

/** Functions that came with a version, unless the project has its own. */
function inDefault(draft: Draft, expression: Expression | undefined): readonly Newer[] {
  const names = (expression?.functions ?? []).filter(({ schema }) => schema === undefined).map(({ name }) => name);
  const own = new Set([...draft.catalog.routines.values()].map(({ name }) => name));
  return names
    .filter((name) => name.text.toLowerCase() === 'uuidv7' && !own.has('uuidv7'))
    .map((at) => ({ since: postgresSince.uuidVersion7, at, text: 'function uuidv7() does not exist' }));
}

function inConstraint(constraint: TableConstraint): readonly Newer[] {
  if (constraint.notEnforced === true)
    return [{ since: postgresSince.notEnforced, at: constraint, text: syntaxError('ENFORCED') }];
  if (constraint.kind === 'not-null')
    return [{ since: postgresSince.namedNotNull, at: constraint, text: syntaxError('NOT') }];
  return constraint.kind === 'unique' && constraint.nullsNotDistinct === true
    ? [{ since: postgresSince.nullsNotDistinct, at: constraint, text: syntaxError('NULLS') }]
    : [];
}

function syntaxError(near: string): string {
  return `syntax error at or near "${near}"`;
}

/** Before 18 STORED had to follow the expression. */
function errorAfter({ statement }: Operation, expression: Expression): string {
  const { text } = statement.sql;
  const isInside = /\(\s*$/.test(text.slice(statement.start, expression.start));
  const rest = text.slice(expression.end, statement.end).replace(isInside ? /^\s*\)\s*/ : /^\s*/, '');
  const token = /^(?:\w+|[^\s;])/.exec(rest)?.[0];
  return token === undefined ? 'syntax error at end of input' : syntaxError(token);
}
