import type { SourceFile, Span } from '../../text/source-file.ts';
import type { HostCondition, HostOperation, HostValue } from '../host.ts';
import { queryOf } from './drivers.ts';
import { ExpressionParser } from './expressions.ts';
import { dottedName } from './parser.ts';
import { stringValue } from './strings.ts';
import type { Argument, Expression } from './syntax.ts';
import { expressionTokens } from './tokens.ts';

/** Methods that take nothing away of what a value is: text of a file, all rows, the same text trimmed. */
const SAME_METHODS = new Set([
  'read_text',
  'read_bytes',
  'read',
  'decode',
  'encode',
  'strip',
  'rstrip',
  'lstrip',
  'lower',
  'fetchall',
  'fetchone',
  'fetchmany',
  'resolve',
  'absolute',
  'expanduser',
  'copy',
  'all',
  'first',
  'scalar',
  'scalars',
  'scalar_one',
  'scalar_one_or_none',
  'one',
  'one_or_none',
  'mappings',
  'cursor',
  'open',
  'expandtabs',
  'as_posix',
]);

/** Functions of one argument that do not change what it is. */
const SAME_FUNCTIONS = new Set([
  'text',
  'dedent',
  'cleandoc',
  'list',
  'tuple',
  'set',
  'frozenset',
  'dict',
  'iter',
  'str',
  'SQL',
  'Identifier',
  'DDL',
  'abspath',
  'realpath',
  'normpath',
  'expanduser',
  'fspath',
  'cast',
  'next',
  'Literal',
  'TextClause',
]);

const METHOD_OPERATIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['items', 'entries'],
  ['keys', 'keys'],
  ['values', 'values'],
  ['joinpath', 'path'],
  ['with_name', 'sibling'],
  ['glob', 'files'],
  ['rglob', 'files'],
  ['iterdir', 'files'],
  ['split', 'split'],
  ['get', 'element'],
  ['exists', 'exists'],
  ['is_file', 'exists'],
  ['is_dir', 'exists'],
  ['format', 'filled'],
  ['removesuffix', 'same'],
]);

const FUNCTION_OPERATIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['Path', 'path'],
  ['PurePath', 'path'],
  ['PosixPath', 'path'],
  ['open', 'path'],
  ['reversed', 'reversed'],
  ['enumerate', 'numbered'],
  ['range', 'range'],
  ['len', 'length'],
  ['int', 'number'],
]);

const OS_OPERATIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['os.path.join', 'path'],
  ['os.path.dirname', 'parent'],
  ['os.path.basename', 'file-name'],
  ['os.path.exists', 'exists'],
  ['os.path.isfile', 'exists'],
  ['os.path.isdir', 'exists'],
  ['os.listdir', 'files'],
  ['glob.glob', 'files'],
  ['glob', 'files'],
  ['path.join', 'path'],
  ['resources.read_text', 'path'],
  ['importlib.resources.read_text', 'path'],
  ['pkgutil.get_data', 'path'],
  ['resources.files', 'path'],
  ['importlib.resources.files', 'path'],
  ['files', 'path'],
  ['os.scandir', 'files'],
]);

/** SQLAlchemy's inspector, as the queries that it stands for. */
const INSPECTIONS: ReadonlyMap<string, string> = new Map([
  ['get_columns', 'SELECT column_name FROM information_schema.columns WHERE table_name = ?'],
  ['has_table', 'SELECT 1 FROM information_schema.tables WHERE table_name = ?'],
  ['get_table_names', 'SELECT table_name FROM information_schema.tables'],
  ['get_indexes', 'SELECT indexname FROM pg_indexes WHERE tablename = ?'],
]);

const ATTRIBUTE_OPERATIONS: ReadonlyMap<string, HostOperation> = new Map<string, HostOperation>([
  ['name', 'file-name'],
  ['stem', 'file-stem'],
  ['parent', 'parent'],
]);

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Turns the expressions of one file into values and conditions. */
export class ValueReader {
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  value(expression: Expression): HostValue {
    switch (expression.kind) {
      case 'name':
        return this.#name(expression.name, expression);
      case 'string':
        return stringValue(this.#file, expression.literals, (start, end) => this.#hole(start, end));
      case 'number':
        return { kind: 'number', value: expression.value };
      case 'attribute':
        return this.#attribute(expression);
      case 'call':
        return this.#call(expression);
      case 'subscript':
        return this.#subscript(expression);
      case 'list':
        return { kind: 'list', items: expression.items.map((item) => this.value(item)) };
      case 'tuple':
        return { kind: 'tuple', items: expression.items.map((item) => this.value(item)) };
      case 'dictionary':
        return {
          kind: 'dictionary',
          entries: expression.entries.map(([key, item]) => [this.value(key), this.value(item)] as const),
        };
      case 'binary':
        return this.#binary(expression);
      case 'not':
        return { kind: 'condition', condition: this.condition(expression) };
      case 'comprehension':
        return this.#comprehension(expression);
      case 'choice':
        return this.#choice(expression);
      default:
        return { kind: 'unknown' };
    }
  }

  condition(expression: Expression): HostCondition {
    switch (expression.kind) {
      case 'not':
        return { condition: 'not', of: this.condition(expression.of) };
      case 'binary':
        return this.#binaryCondition(expression);
      case 'call':
        return this.#callCondition(expression);
      case 'number':
        return { condition: 'constant', value: expression.value !== 0 };
      default:
        return this.#valueCondition(expression);
    }
  }

  /**
   * The values bound to a statement's parameters: `(table,)`, `[table]`, `{"name": table}` or the values
   * themselves.
   */
  bound(bound: readonly Argument[]): readonly HostValue[] {
    const values = this.arguments(bound.filter((argument) => argument.name === undefined));
    const [first] = values;
    if (first?.kind === 'tuple' || first?.kind === 'list') return first.items;
    if (first?.kind === 'dictionary') return first.entries.map(([key, value]) => namedBy(key, value));
    return values;
  }

  /** The arguments of a call, those given by name as `named`. */
  arguments(list: readonly Argument[]): readonly HostValue[] {
    return list.map(({ name, value, spread }) => {
      const read = spread ? ({ kind: 'unknown' } as const) : this.value(value);
      return name === undefined ? read : { kind: 'named', name, value: read };
    });
  }

  span(expression: { readonly start: number; readonly end: number }): Span {
    return { file: this.#file, start: expression.start, end: expression.end };
  }

  /** A path of names that a call goes to; a call on a fresh object names its class. */
  calleePath(callee: Expression): readonly string[] {
    if (callee.kind === 'attribute' && callee.of.kind === 'call') {
      const of = dottedName(callee.of.callee);
      return of.length === 0 ? [] : [...of, callee.name];
    }
    return dottedName(callee);
  }

  #hole(start: number, end: number): HostValue {
    return this.value(new ExpressionParser(expressionTokens(this.#file.text, start, end)).expression());
  }

  #name(name: string, at: Expression): HostValue {
    if (name === '__file__') return { kind: 'file', path: `/${this.#file.path}`, span: this.span(at) };
    if (name === 'True' || name === 'False') {
      return { kind: 'condition', condition: { condition: 'constant', value: name === 'True' } };
    }
    return name === 'None' ? { kind: 'unknown' } : { kind: 'name', path: [name], span: this.span(at) };
  }

  #attribute(expression: Expression & { kind: 'attribute' }): HostValue {
    const operation = ATTRIBUTE_OPERATIONS.get(expression.name);
    if (operation !== undefined) return this.#derived(operation, this.value(expression.of), [], expression);
    const path = dottedName(expression);
    if (path.length > 0) return { kind: 'name', path, span: this.span(expression) };
    return { kind: 'unknown' };
  }

  #subscript(expression: Expression & { kind: 'subscript' }): HostValue {
    const of = this.value(expression.of);
    const { index } = expression;
    if (index.kind === 'slice') {
      return this.#derived('from', of, index.from === null ? [] : [this.value(index.from)], expression);
    }
    if (expression.of.kind === 'attribute' && expression.of.name === 'parents' && index.kind === 'number') {
      return this.#ancestor(this.value(expression.of.of), index.value, expression);
    }
    return this.#derived('element', of, [this.value(index)], expression);
  }

  /** `path.parents[n]`. */
  #ancestor(of: HostValue, level: number, at: Expression): HostValue {
    let folder = of;
    for (let up = 0; up <= Math.min(level, 20); up++) folder = this.#derived('parent', folder, [], at);
    return folder;
  }

  #call(call: Expression & { kind: 'call' }): HostValue {
    const query = queryOf(call);
    if (query !== undefined) {
      return { kind: 'rows', sql: this.value(query.sql), arguments: this.bound(query.bound), span: this.span(call) };
    }
    const path = dottedName(call.callee);
    const values = this.arguments(call.arguments);
    return (
      this.#knownFunction(path, values, call) ?? this.#knownMethod(call, values) ?? this.#projectCall(call, values)
    );
  }

  #knownFunction(
    path: readonly string[],
    values: readonly HostValue[],
    call: Expression & { kind: 'call' },
  ): HostValue | undefined {
    const last = path.at(-1) ?? '';
    const [first = { kind: 'unknown' }, ...rest] = values;
    if (path.join('.') === 'sqlparse.split')
      return this.#derived('split', first, [writtenAt(';', this.span(call))], call);
    const osOperation = OS_OPERATIONS.get(path.join('.'));
    if (osOperation !== undefined) return this.#derived(osOperation, packageFolder(path, first), rest, call);
    const isPlain =
      path.length === 1 ||
      /^(?:pathlib|os|textwrap|inspect|sa|sqlalchemy|sql|path|builtins|psycopg|psycopg2)$/.test(path.at(-2) ?? '');
    if (!isPlain) return undefined;
    if ((last === 'map' || last === 'filter') && rest[0] !== undefined) return rest[0];
    if (last === 'sorted') return this.#derived(this.#sortOperation(call), first, [], call);
    if (SAME_FUNCTIONS.has(last) && values.length >= 1) return this.#derived('same', first, [], call);
    const operation = FUNCTION_OPERATIONS.get(last);
    if (operation === undefined) return undefined;
    return this.#derived(operation, first, operation === 'path' && last === 'open' ? [] : rest, call);
  }

  /** `key=lambda p: int(..)` sorts by number. */
  #sortOperation(call: Expression & { kind: 'call' }): HostOperation {
    const key = call.arguments.find((argument) => argument.name === 'key');
    if (call.arguments.some((argument) => argument.name === 'reverse')) return 'same';
    if (key === undefined) return 'sorted';
    return /\bint\b|num|version/i.test(this.#file.text.slice(key.value.start, key.value.end))
      ? 'sorted-by-number'
      : 'sorted';
  }

  #knownMethod(call: Expression & { kind: 'call' }, values: readonly HostValue[]): HostValue | undefined {
    const { callee } = call;
    if (callee.kind !== 'attribute') return undefined;
    const { name } = callee;
    const inspection = INSPECTIONS.get(name);
    if (inspection !== undefined)
      return { kind: 'rows', sql: writtenAt(inspection, this.span(call)), arguments: values, span: this.span(call) };
    const [resource] = values;
    if ((name === 'open_resource' || name === 'open_text') && resource !== undefined) {
      return this.#derived('path', resource, name === 'open_text' ? values.slice(1, 2) : [], call);
    }
    if (name === 'join') return this.#derived('joined', this.value(callee.of), values, call);
    const operation = SAME_METHODS.has(name) ? 'same' : METHOD_OPERATIONS.get(name);
    if (operation === undefined) return undefined;
    return this.#derived(operation, this.value(callee.of), operation === 'same' ? [] : values, call);
  }

  #projectCall(call: Expression & { kind: 'call' }, values: readonly HostValue[]): HostValue {
    const callee = this.calleePath(call.callee);
    if (callee.length === 0) return { kind: 'unknown' };
    return { kind: 'call', callee, arguments: values, span: this.span(call) };
  }

  #binary(expression: Expression & { kind: 'binary' }): HostValue {
    const { operator, left, right } = expression;
    if (operator === '+') return this.#derived('sum', this.value(left), [this.value(right)], expression);
    if (operator === '/') return this.#derived('path', this.value(left), [this.value(right)], expression);
    if (operator === '%') return this.#percent(expression);
    if (operator === 'or') return this.#either(left, right);
    if (COMPARISONS.has(operator) || /in|is|and/.test(operator)) {
      return { kind: 'condition', condition: this.condition(expression) };
    }
    return { kind: 'unknown' };
  }

  /**
   * `row[0] or 0` is what the query returned, or nothing of it, and a number that takes the place of nothing is no other value. Of
   * other values the text shows only what takes their place.
   */
  #either(left: Expression, right: Expression): HostValue {
    const value = this.value(left);
    const instead = this.value(right);
    return isQueried(value) || instead.kind === 'number' ? value : instead;
  }

  #percent(expression: Expression & { kind: 'binary' }): HostValue {
    const right = this.value(expression.right);
    const values =
      right.kind === 'tuple'
        ? right.items
        : right.kind === 'dictionary'
          ? right.entries.map(([key, value]) => namedBy(key, value))
          : [right];
    return this.#derived('filled', this.value(expression.left), values, expression);
  }

  /**
   * Rows stay rows whichever of their columns is taken; a filter that compares a part of each row looks for a
   * value.
   */
  #comprehension(expression: Expression & { kind: 'comprehension' }): HostValue {
    const [loop, ...others] = expression.loops;
    if (loop === undefined || others.length > 0) return { kind: 'unknown' };
    const over = this.value(loop.over);
    const [condition] = expression.conditions;
    if (!isPartOf(expression.element, loop.targets)) return { kind: 'unknown' };
    if (condition === undefined) return this.#derived('same', over, [], expression);
    const wanted = this.#wantedIn(condition, loop.targets);
    if (wanted !== undefined) {
      return {
        kind: 'condition',
        condition: { condition: 'contains', item: wanted, collection: over, span: this.span(expression) },
      };
    }
    const suffix = this.#suffixAsked(condition);
    return suffix === undefined ? { kind: 'unknown' } : this.#derived('files', over, [suffix], expression);
  }

  /** `f.endswith(".sql")`, as a pattern. */
  #suffixAsked(condition: Expression): HostValue | undefined {
    if (condition.kind !== 'call' || condition.callee.kind !== 'attribute' || condition.callee.name !== 'endswith')
      return undefined;
    const argument = condition.arguments[0]?.value;
    return argument?.kind === 'string' ? this.value(argument) : undefined;
  }

  /** The value that a part of the loop's variable is compared with: `column` in `row[1] == column`. */
  #wantedIn(condition: Expression, targets: readonly string[]): HostValue | undefined {
    if (condition.kind !== 'binary' || condition.operator !== '==') return undefined;
    if (isPartOf(condition.left, targets)) return this.value(condition.right);
    return isPartOf(condition.right, targets) ? this.value(condition.left) : undefined;
  }

  /** `row[0] if row else 0`: what was found tells more than the default. */
  #choice(expression: Expression & { kind: 'choice' }): HostValue {
    const yes = this.value(expression.yes);
    const no = this.value(expression.no);
    if (isDefault(no)) return yes;
    return isDefault(yes) ? no : { kind: 'unknown' };
  }

  #binaryCondition(expression: Expression & { kind: 'binary' }): HostCondition {
    const { operator, left, right } = expression;
    const span = this.span(expression);
    if (operator === 'and' || operator === 'or')
      return { condition: operator, of: [this.condition(left), this.condition(right)] };
    if (operator === 'in' || operator === 'not in') {
      const contains = { condition: 'contains', item: this.value(left), collection: this.value(right), span } as const;
      return operator === 'in' ? contains : { condition: 'not', of: contains };
    }
    if (isNone(right) && /^(?:is|is not|==|!=)$/.test(operator)) {
      const present = this.#presence(left);
      return operator === 'is' || operator === '==' ? { condition: 'not', of: present } : present;
    }
    if (left.kind === 'name' && left.name === '__name__') return { condition: 'constant', value: true };
    if (operator === 'is' || operator === 'is not') {
      return this.#comparison(operator === 'is' ? '==' : '!=', left, right, span);
    }
    return this.#comparison(operator, left, right, span);
  }

  #comparison(operator: string, left: Expression, right: Expression, span: Span): HostCondition {
    switch (operator) {
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return { condition: 'compare', left: this.value(left), operator, right: this.value(right), span };
      default:
        return { condition: 'unknown', words: this.#words(span), span };
    }
  }

  #presence(expression: Expression): HostCondition {
    return { condition: 'value', value: this.value(expression), span: this.span(expression) };
  }

  #callCondition(call: Expression & { kind: 'call' }): HostCondition {
    const name = dottedName(call.callee).join('.');
    const argument = call.arguments[0]?.value;
    if (name === 'any' && argument?.kind === 'comprehension') return this.#any(argument);
    if (name === 'bool' && argument !== undefined) return this.condition(argument);
    const value = this.value(call);
    if (value.kind !== 'call') return this.#valueCondition(call);
    return { condition: 'call', callee: value.callee, arguments: value.arguments, span: value.span };
  }

  #any(expression: Expression & { kind: 'comprehension' }): HostCondition {
    const [loop] = expression.loops;
    const span = this.span(expression);
    const condition = expression.conditions[0] ?? expression.element;
    const item =
      loop === undefined || expression.loops.length > 1 ? undefined : this.#wantedIn(condition, loop.targets);
    if (item === undefined || loop === undefined) return { condition: 'unknown', words: this.#words(span), span };
    return { condition: 'contains', item, collection: this.value(loop.over), span };
  }

  #valueCondition(expression: Expression): HostCondition {
    const value = this.value(expression);
    const span = this.span(expression);
    if (value.kind === 'condition') return value.condition;
    if (value.kind === 'unknown') return { condition: 'unknown', words: this.#words(span), span };
    return { condition: 'value', value, span };
  }

  #words(span: Span): string {
    return this.#file.text.slice(span.start, Math.min(span.end, span.start + 80)).replace(/\s+/g, ' ');
  }

  #derived(operation: HostOperation, of: HostValue, values: readonly HostValue[], at: Expression): HostValue {
    return { kind: 'derived', operation, of, arguments: values, span: this.span(at) };
  }
}

/** A query that the code does not write out. */
function writtenAt(sql: string, span: Span): HostValue {
  const segments = [{ start: 0, hostStart: span.start }];
  return { kind: 'text', sql: { file: span.file, text: sql, segments, assembled: true }, hasPlaceholder: false };
}

function isDefault(value: HostValue): boolean {
  return value.kind === 'number' || value.kind === 'unknown' || (value.kind === 'list' && value.items.length === 0);
}

function isNone(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name === 'None';
}

/** The loop's variable, or an element or attribute of it. */
function isPartOf(expression: Expression, targets: readonly string[]): boolean {
  let at = expression;
  while (at.kind === 'subscript' || at.kind === 'attribute' || (at.kind === 'call' && at.callee.kind === 'attribute')) {
    at = at.kind === 'call' ? at.callee : at.of;
  }
  if (at.kind === 'call' && at.arguments.length === 1)
    return at.arguments[0] !== undefined && isPartOf(at.arguments[0].value, targets);
  return at.kind === 'name' && targets.includes(at.name);
}

function namedBy(key: HostValue, value: HostValue): HostValue {
  return key.kind === 'text' ? { kind: 'named', name: key.sql.text, value } : value;
}

/** `files("app.db")` names a package: its folder is `app/db`. */
function packageFolder(path: readonly string[], first: HostValue): HostValue {
  if (!/files|read_text|get_data/.test(path.at(-1) ?? '') || first.kind !== 'text') return first;
  return { ...first, sql: { ...first.sql, text: first.sql.text.replace(/\./g, '/') } };
}

/** What a query returned, or a part of that. */
function isQueried(value: HostValue): boolean {
  return value.kind === 'rows' || (value.kind === 'derived' && isQueried(value.of));
}
