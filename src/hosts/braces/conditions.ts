import type { HostCondition, HostValue } from '../host.ts';
import { dottedName, unwrapped, type Expression, type ExpressionOf } from './syntax.ts';
import { isPartOf, type ValueReader } from './values.ts';

const COMPARISONS: Readonly<Record<string, '==' | '!=' | '<' | '<=' | '>' | '>='>> = {
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Methods and functions that look for a value in a list or a text. */
const CONTAINS = /^(?:includes|has|contains|Contains|HasSuffix|endsWith|hasOwn|in_array|containsKey)$/;

/** Reads what an `if` asks. */
export class ConditionReader {
  readonly #values: ValueReader;

  constructor(values: ValueReader) {
    this.#values = values;
  }

  read(expression: Expression): HostCondition {
    switch (expression.kind) {
      case 'same':
        return this.read(expression.of);
      case 'not':
        return { condition: 'not', of: this.read(expression.of) };
      case 'binary':
        return this.#binary(expression);
      case 'call':
        return this.#call(expression);
      case 'number':
        return { condition: 'constant', value: expression.value !== 0 };
      default:
        return this.#valueAsked(expression);
    }
  }

  /** The value that a part of a row is compared with: `column` in `row.name === column`. */
  wantedIn(expression: Expression, names: readonly string[]): HostValue | undefined {
    const inner = unwrapped(expression);
    if (inner.kind === 'call' && inner.callee.kind === 'member' && /^equals(?:IgnoreCase)?$/.test(inner.callee.name)) {
      const [argument] = inner.arguments;
      return argument === undefined ? undefined : this.#otherSide(inner.callee.of, argument, names);
    }
    if (inner.kind !== 'binary' || COMPARISONS[inner.operator] !== '==') return undefined;
    return this.#otherSide(inner.left, inner.right, names);
  }

  #otherSide(left: Expression, right: Expression, names: readonly string[]): HostValue | undefined {
    if (isPartOf(left, names)) return isPartOf(right, names) ? undefined : this.#values.value(right);
    return isPartOf(right, names) ? this.#values.value(left) : undefined;
  }

  #binary(expression: ExpressionOf<'binary'>): HostCondition {
    const { operator, left, right } = expression;
    if (operator === '&&' || operator === '||')
      return { condition: operator === '&&' ? 'and' : 'or', of: [this.read(left), this.read(right)] };
    if (operator === '??') return this.read(left);
    const span = this.#values.span(expression);
    if (operator === 'in')
      return { condition: 'contains', item: this.#values.value(left), collection: this.#values.value(right), span };
    const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
    if (comparison === undefined) return this.#unknown(expression);
    return (
      this.#typeCompared(left, comparison, right) ??
      this.#nothingCompared(left, comparison, right) ??
      this.#positionCompared(left, comparison, right) ??
      this.#truthCompared(left, comparison, right) ?? {
        condition: 'compare',
        left: this.#values.value(left),
        operator: comparison,
        right: this.#values.value(right),
        span,
      }
    );
  }

  /** `typeof x === 'string'`. */
  #typeCompared(left: Expression, operator: string, right: Expression): HostCondition | undefined {
    const inner = unwrapped(left);
    const of =
      inner.kind === 'call' && dottedName(inner.callee).join('.') === 'typeof' ? inner.arguments[0] : undefined;
    if (of === undefined || right.kind !== 'string') return undefined;
    const type = this.#values.file.text.slice(right.literal.from, right.literal.to);
    const what = type === 'string' ? 'text' : type === 'function' ? 'function' : undefined;
    if (what === undefined)
      return type === 'undefined' ? this.#whether(operator === '!=', this.#valueAsked(of)) : undefined;
    const is: HostCondition = { condition: 'is', value: this.#values.value(of), what, span: this.#values.span(inner) };
    return this.#whether(operator === '==', is);
  }

  /** `x === undefined`, `x != nil`, `err == sql.ErrNoRows`. */
  #nothingCompared(left: Expression, operator: string, right: Expression): HostCondition | undefined {
    if (operator !== '==' && operator !== '!=') return undefined;
    if (this.#isAbsence(right)) return this.#whether(operator === '!=', this.#valueAsked(left));
    if (!this.#isNothing(right))
      return this.#isNothing(left) ? this.#nothingCompared(right, operator, left) : undefined;
    const asked = this.#valueAsked(left);
    // An error that is nil is a query that went well.
    const isError = this.#values.around.language.returnsErrors && /err$/i.test(dottedName(left).at(-1) ?? '');
    return this.#whether((operator === '!=') !== isError, asked);
  }

  #whether(holds: boolean, condition: HostCondition): HostCondition {
    return holds ? condition : { condition: 'not', of: condition };
  }

  #isNothing(expression: Expression): boolean {
    const inner = unwrapped(expression);
    return inner.kind === 'name' && this.#values.around.language.nothing.has(inner.name);
  }

  /** `sql.ErrNoRows`, `fs.ErrNotExist` */
  #isAbsence(expression: Expression): boolean {
    return /^Err(?:NoRows|NotExist)$/.test(dottedName(expression).at(-1) ?? '');
  }

  /** `names.indexOf(x) === -1`, `findIndex(..) >= 0`. */
  #positionCompared(left: Expression, operator: string, right: Expression): HostCondition | undefined {
    const inner = unwrapped(left);
    if (inner.kind !== 'call' || inner.callee.kind !== 'member' || right.kind !== 'number') return undefined;
    const { name, of } = inner.callee;
    if (name !== 'indexOf' && name !== 'findIndex') return undefined;
    const isAbsent = (operator === '==' && right.value === -1) || (operator === '<' && right.value === 0);
    const isPresent =
      (operator === '!=' && right.value === -1) ||
      (operator === '>' && right.value === -1) ||
      (operator === '>=' && right.value === 0);
    const [argument] = inner.arguments;
    if ((!isAbsent && !isPresent) || argument === undefined) return undefined;
    const found: HostCondition =
      name === 'findIndex'
        ? this.#valueAsked(inner)
        : {
            condition: 'contains',
            item: this.#values.value(argument),
            collection: this.#values.value(of),
            span: this.#values.span(inner),
          };
    return this.#whether(isPresent, found);
  }

  /** `exists === true`, `found == false`. */
  #truthCompared(left: Expression, operator: string, right: Expression): HostCondition | undefined {
    const inner = unwrapped(right);
    const isTruth = inner.kind === 'name' && (inner.name === 'true' || inner.name === 'false');
    if (!isTruth || (operator !== '==' && operator !== '!=')) return undefined;
    return this.#whether((operator === '==') === (inner.name === 'true'), this.read(left));
  }

  #call(call: ExpressionOf<'call'>): HostCondition {
    const path = dottedName(call.callee);
    const [first, second] = call.arguments;
    const name = call.callee.kind === 'member' ? call.callee.name : (path.at(-1) ?? '');
    if (first !== undefined && CONTAINS.test(name) && call.callee.kind === 'member') {
      const isFunction = second !== undefined && /^(?:slices|strings|lo|Object)$/.test(path[0] ?? '');
      const item = this.#values.value(isFunction ? second : first);
      const collection = this.#values.value(isFunction ? first : call.callee.of);
      return { condition: 'contains', item, collection, span: this.#values.span(call) };
    }
    if (name === 'EqualFold' && first !== undefined && second !== undefined) {
      const values = { left: this.#values.value(first), right: this.#values.value(second) };
      return { condition: 'compare', ...values, operator: '==', span: this.#values.span(call) };
    }
    if (path.join('.') === 'Array.isArray' && first !== undefined)
      return { condition: 'is', value: this.#values.value(first), what: 'list', span: this.#values.span(call) };
    // Only files are looked at, never folders.
    if (/^(?:IsDir|isDirectory)$/.test(name)) return { condition: 'constant', value: false };
    if (name === 'isFile') return { condition: 'constant', value: true };
    if (name === 'Is' && path[0] === 'errors' && second !== undefined && first !== undefined)
      return this.#isAbsence(second) ? this.#whether(false, this.#valueAsked(first)) : this.#unknown(call);
    if (path.length === 1 && (name === 'Boolean' || name === 'Number') && first !== undefined) return this.read(first);
    const value = this.#values.value(call);
    if (value.kind !== 'call') return this.#asked(value, call);
    return { condition: 'call', callee: value.callee, arguments: value.arguments, span: value.span };
  }

  #valueAsked(expression: Expression): HostCondition {
    return this.#asked(this.#values.value(expression), expression);
  }

  #asked(value: HostValue, at: Expression): HostCondition {
    if (value.kind === 'condition') return value.condition;
    if (value.kind === 'unknown') return this.#unknown(at);
    return { condition: 'value', value, span: this.#values.span(at) };
  }

  #unknown(at: Expression): HostCondition {
    return { condition: 'unknown', words: this.#values.words(at), span: this.#values.span(at) };
  }
}
