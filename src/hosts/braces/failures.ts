import type { ErrorClass } from '../../catalog/outcome.ts';
import { errorClassesOf } from '../error-words.ts';
import type { HostOnError } from '../host.ts';
import { bodiesOf, childrenOf, unwrapped, type Expression, type Statement } from './syntax.ts';

export const STOP: HostOnError = { kind: 'stop' };
export const SWALLOW: HostOnError = { kind: 'swallow' };

/** What the words of a condition on an error need to know of the file. */
export interface FailureWords {
  readonly text: string;
  /** The classes of error that one of the file's functions looks for: `isDuplicateColumn(err)`. */
  readonly classesOfFunction: (name: string) => readonly ErrorClass[];
  /** Whether the expression ends the program or hands an error on. */
  readonly givesUp: (expression: Expression) => boolean;
}

/** What happens to an error that lands in these statements, and whether they leave the code around them. */
export interface Handling {
  readonly onError: HostOnError;
  readonly leaves: boolean;
}

/** Whether the statements always end by raising an error, handing it on, or leaving the program. */
export function givesUp(body: readonly Statement[], words: FailureWords): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case 'throw':
        return true;
      case 'expression':
        return words.givesUp(unwrapped(statement.value));
      case 'return':
        return statement.values.some((value) => words.givesUp(unwrapped(value)));
      case 'block':
        return givesUp(statement.body, words);
      case 'if':
        return statement.otherwise.length > 0 && givesUp(statement.then, words) && givesUp(statement.otherwise, words);
      default:
        return false;
    }
  });
}

/** Whether the last statement leaves: what follows is not reached. */
export function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  if (last?.kind === 'block') return leaves(last.body);
  return last !== undefined && /^(?:return|continue|break)$/.test(last.kind);
}

/** What code does with an error that is known to be there: the body of `catch`, of `if err != nil`. */
export function handlingOf(body: readonly Statement[], words: FailureWords): Handling {
  const tolerated = new Set<ErrorClass>();
  let isUnclear = false;
  for (const statement of body) {
    if (statement.kind === 'if') {
      const told = toldBy(statement, words);
      if (told === 'all but these') isUnclear = true;
      else if (told.only) return { onError: tolerate([...tolerated, ...told.classes]), leaves: false };
      for (const one of told === 'all but these' ? [] : told.classes) tolerated.add(one);
    }
    if (givesUp([statement], words)) {
      // It lets some errors pass that cannot be told from here: taken as no error, a false alarm would be worse.
      return { onError: isUnclear ? SWALLOW : tolerate([...tolerated]), leaves: false };
    }
  }
  return { onError: SWALLOW, leaves: leaves(body) };
}

/**
 * The classes of error that an `if` inside a handler lets pass. `only`: and no others. `all but these`: it lets errors
 * pass, or stops some, in a way that cannot be told.
 */
function toldBy(
  statement: Extract<Statement, { kind: 'if' }>,
  words: FailureWords,
): 'all but these' | { readonly classes: readonly ErrorClass[]; readonly only: boolean } {
  const test = testIn(statement.condition, words);
  const fails = givesUp(statement.then, words);
  const goesOn = statement.otherwise.length > 0 ? !givesUp(statement.otherwise, words) : false;
  if (test.classes.length === 0) {
    if (test.isNoError || (!fails && !leaves(statement.then))) return { classes: [], only: false };
    return 'all but these';
  }
  if (test.negative) return fails ? { classes: test.classes, only: true } : 'all but these';
  if (fails) return 'all but these';
  if (statement.otherwise.length > 0 && !goesOn) return { classes: test.classes, only: true };
  return { classes: test.classes, only: false };
}

function tolerate(classes: readonly ErrorClass[]): HostOnError {
  return classes.length === 0 ? STOP : { kind: 'tolerate', classes: [...new Set(classes)] };
}

export interface ErrorTest {
  readonly classes: readonly ErrorClass[];
  /** It holds for all errors but these. */
  readonly negative: boolean;
  /** It asks for something that no statement fails with: `sql.ErrNoRows`. */
  readonly isNoError: boolean;
}

/** What a condition on an error asks. */
export function testIn(condition: Expression, words: FailureWords): ErrorTest {
  const found = new Set<ErrorClass>();
  const tests = testsIn(condition, words, false);
  for (const { classes } of tests) for (const one of classes) found.add(one);
  return {
    classes: [...found],
    negative: tests.some(({ classes, negative }) => negative && classes.length > 0),
    isNoError: found.size === 0 && tests.some(({ isNoError }) => isNoError),
  };
}

/** The tests of a condition, each with whether it is turned round. */
function testsIn(expression: Expression, words: FailureWords, negative: boolean): readonly ErrorTest[] {
  const inner = unwrapped(expression);
  if (inner.kind === 'not') return testsIn(inner.of, words, !negative);
  const isNoError = /ErrNoRows|io\.EOF|ErrTxDone/.test(words.text.slice(inner.start, inner.end));
  const own: ErrorTest = { classes: classesAt(inner, words), negative, isNoError };
  const inside = isTurnedRound(inner, words) ? !negative : negative;
  return [own, ...childrenOf(inner).flatMap((child) => testsIn(child, words, inside))];
}

/** `code !== '42701'`, `message.indexOf('duplicate') < 0`, `includes('duplicate') === false`. */
function isTurnedRound(expression: Expression, words: FailureWords): boolean {
  if (expression.kind !== 'binary') return false;
  const { operator, right } = expression;
  if (operator.startsWith('!=')) return true;
  if (operator === '<') return right.kind === 'number';
  return /^===?$/.test(operator) && /^(?:-1|false)$/.test(words.text.slice(right.start, right.end));
}

/** Classes of error named by a text, a pattern, a number or a name. */
function classesAt(expression: Expression, words: FailureWords): readonly ErrorClass[] {
  switch (expression.kind) {
    case 'string':
      return errorClassesOf(words.text.slice(expression.literal.from, expression.literal.to)) ?? [];
    case 'pattern':
      return errorClassesOf(expression.words.replace(/\\s[+*]?/g, ' ')) ?? [];
    case 'number':
      return errorClassesOf(String(expression.value)) ?? [];
    case 'name':
      return classesOfName(expression.name, words);
    case 'member':
      return classesOfName(expression.name, words);
    default:
      return [];
  }
}

/** `isDuplicateColumn`, `ER_DUP_FIELDNAME` and `DuplicateColumn` mean the same. */
function classesOfName(name: string, words: FailureWords): readonly ErrorClass[] {
  const parted = name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
  const own = words.classesOfFunction(name);
  if (own.length > 0) return own;
  return errorClassesOf(name) ?? errorClassesOf(parted) ?? errorClassesOf(name.replaceAll('_', '')) ?? [];
}

/** Every class of error that the texts of these statements name. */
export function classesNamedIn(body: readonly Statement[], words: FailureWords): readonly ErrorClass[] {
  const found = new Set<ErrorClass>();
  const plain: FailureWords = { ...words, classesOfFunction: () => [] };
  const expression = (one: Expression): void => {
    if (one.kind === 'string' || one.kind === 'pattern' || one.kind === 'number')
      for (const each of classesAt(one, plain)) found.add(each);
    for (const child of childrenOf(one)) expression(child);
  };
  const statement = (one: Statement): void => {
    if (one.kind === 'return') one.values.forEach(expression);
    else if (one.kind === 'expression') expression(one.value);
    else if (one.kind === 'if') expression(one.condition);
    else if (one.kind === 'switch') for (const each of one.cases) each.values.forEach(expression);
    for (const inner of bodiesOf(one)) inner.forEach(statement);
  };
  body.forEach(statement);
  return [...found];
}

/** Whether a name stands anywhere in the expression. */
export function mentions(expression: Expression, name: string): boolean {
  const waiting: Expression[] = [expression];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'name' && next.name === name) return true;
    waiting.push(...childrenOf(next));
  }
  return false;
}
