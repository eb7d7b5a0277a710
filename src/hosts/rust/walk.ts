import type { Expression, Statement } from './syntax.ts';

/** The expressions that stand directly inside this one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return [expression.callee, ...expression.arguments];
    case 'method':
      return [expression.receiver, ...expression.arguments];
    case 'field':
      return [expression.receiver];
    case 'try':
    case 'same':
    case 'not':
      return [expression.of];
    case 'binary':
      return [expression.left, expression.right];
    case 'assign':
      return [expression.target, expression.value];
    case 'block':
      return [...expression.statements.flatMap(expressionsOf), ...present(expression.tail)];
    case 'if':
      return [expression.condition, expression.then, ...present(expression.otherwise)];
    case 'let':
      return [expression.value];
    case 'match':
      return [expression.of, ...expression.arms.flatMap((arm) => [...present(arm.guard), arm.body])];
    case 'for':
      return [expression.over, expression.body];
    case 'while':
      return [expression.condition, expression.body];
    case 'loop':
    case 'closure':
      return [expression.body];
    case 'tuple':
    case 'array':
      return expression.items;
    case 'struct':
      return expression.fields.map((field) => field.value);
    case 'return':
      return present(expression.value);
    default:
      return [];
  }
}

function expressionsOf(statement: Statement): readonly Expression[] {
  if (statement.kind === 'expression') return [statement.expression];
  if (statement.kind === 'constant') return [statement.value];
  return [...present(statement.value), ...present(statement.otherwise)];
}

function present(expression: Expression | null): readonly Expression[] {
  return expression === null ? [] : [expression];
}

/** Whether this expression or one inside it is such; walked without recursion, chains may be long. */
export function holds(expression: Expression, isSuch: (inner: Expression) => boolean): boolean {
  const waiting = [expression];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isSuch(next)) return true;
    waiting.push(...childrenOf(next));
  }
  return false;
}

/** Every expression that is such, this one included. */
export function findAll(expression: Expression, isSuch: (inner: Expression) => boolean): readonly Expression[] {
  const found: Expression[] = [];
  holds(expression, (inner) => {
    if (isSuch(inner)) found.push(inner);
    return false;
  });
  return found;
}

/** The last name of a path, or an empty text. */
export function lastName(expression: Expression): string {
  return expression.kind === 'path' ? (expression.names.at(-1) ?? '') : '';
}
