import type { ErrorClass } from '../../catalog/outcome.ts';
import { errorClassesOf } from '../error-words.ts';
import type { HostOnError } from '../host.ts';
import { dottedName } from './parser.ts';
import type { Expression, Handler, Statement } from './syntax.ts';

/** Classes of Python's own that no database error belongs to. */
const NOT_FROM_DATABASES =
  /^(?:(?:File(?:NotFound|Exists)|Permission|OS|IO|Import|ModuleNotFound|Key|Index|Lookup|Value|Type|Attribute|Name|Unicode\w*|JSONDecode|Assertion|ZeroDivision|Timeout|Connection|Syntax|NotImplemented)Error|KeyboardInterrupt|SystemExit|StopIteration|CancelledError|GeneratorExit)$/;

/** What a `try` does with an error of the database, told by its handlers. */
export function policyOf(handlers: readonly Handler[]): HostOnError {
  const tolerated = new Set<ErrorClass>();
  for (const handler of handlers) {
    const policy = handlerPolicy(handler);
    if (policy.kind === 'swallow') return policy;
    if (policy.kind === 'tolerate') for (const errorClass of policy.classes) tolerated.add(errorClass);
  }
  return tolerated.size === 0 ? { kind: 'stop' } : { kind: 'tolerate', classes: [...tolerated] };
}

/** What `contextlib.suppress(..)` does. */
export function suppressionOf(classes: readonly Expression[]): HostOnError {
  return caught(classes.map((expression) => dottedName(expression).join('.')));
}

function handlerPolicy(handler: Handler): HostOnError {
  const catches = caught(handler.classes);
  if (catches.kind === 'stop') return catches;
  const told = toldByText(handler.body);
  if (told === undefined) return endsProgram(handler.body) ? { kind: 'stop' } : catches;
  return told.length === 0 ? { kind: 'stop' } : { kind: 'tolerate', classes: told };
}

function caught(classes: readonly string[]): HostOnError {
  if (classes.length === 0) return { kind: 'swallow' };
  const tolerated = new Set<ErrorClass>();
  for (const dotted of classes) {
    const name = dotted.split('.').at(-1) ?? '';
    if (NOT_FROM_DATABASES.test(name)) continue;
    const meant = errorClassesOf(name);
    if (meant === undefined) return { kind: 'swallow' };
    for (const errorClass of meant) tolerated.add(errorClass);
  }
  return tolerated.size === 0 ? { kind: 'stop' } : { kind: 'tolerate', classes: [...tolerated] };
}

/** Whether the statements always end by raising an error or leaving the program. */
export function endsProgram(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === 'raise') return true;
    if (statement.kind === 'expression') return isExit(statement.value);
    if (statement.kind === 'with') return endsProgram(statement.body);
    return statement.kind === 'if' && endsProgram(statement.then) && endsProgram(statement.otherwise);
  });
}

/** `sys.exit(..)` and its like. */
export function isExit(expression: Expression): boolean {
  return (
    expression.kind === 'call' &&
    /^(?:(?:sys\.)?exit|quit|os\._exit|os\.abort)$/.test(dottedName(expression.callee).join('.'))
  );
}

/**
 * The classes that a handler lets pass where it looks at the error's text or code and raises the rest; empty where it
 * raises all that it might know; undefined where it never raises.
 */
function toldByText(body: readonly Statement[]): readonly ErrorClass[] | undefined {
  const asked = new Set<ErrorClass>();
  let raises = false;
  for (const statement of body) {
    if (statement.kind !== 'if') continue;
    const leavesBeforeRaise = endsProgram(body) && leaves(statement.then);
    if (!endsProgram(statement.then) && !someEndsProgram(statement.otherwise) && !leavesBeforeRaise) continue;
    raises = true;
    for (const errorClass of classesIn(statement)) asked.add(errorClass);
  }
  return raises ? [...asked] : undefined;
}

/** Whether the statements leave the handler without raising. */
function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  return last !== undefined && (last.kind === 'return' || last.kind === 'continue' || last.kind === 'break');
}

function someEndsProgram(body: readonly Statement[]): boolean {
  return body.some((statement) =>
    statement.kind === 'if'
      ? endsProgram(statement.then) || someEndsProgram(statement.otherwise)
      : endsProgram([statement]),
  );
}

function classesIn(statement: Statement & { kind: 'if' }): readonly ErrorClass[] {
  const found = wordsIn(statement.condition).flatMap((words) => errorClassesOf(words) ?? []);
  const chained = statement.otherwise.flatMap((other) => (other.kind === 'if' ? classesIn(other) : []));
  return [...found, ...chained];
}

/** Strings, numbers and class names that a condition mentions. */
function wordsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'string':
      return [expression.literals.map((literal) => literal.content?.words ?? '').join('')];
    case 'number':
      return [String(expression.value)];
    case 'attribute':
      return [expression.name];
    case 'binary':
      return [...wordsIn(expression.left), ...wordsIn(expression.right)];
    case 'not':
      return wordsIn(expression.of);
    case 'list':
    case 'tuple':
      return expression.items.flatMap(wordsIn);
    case 'call':
      return expression.arguments.flatMap((argument) => wordsIn(argument.value));
    case 'comprehension':
      return [...wordsIn(expression.element), ...expression.loops.flatMap((loop) => wordsIn(loop.over))];
    default:
      return [];
  }
}
