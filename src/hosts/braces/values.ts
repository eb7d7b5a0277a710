import { literalPattern } from '../../text/literal-pattern.ts';
import type { SourceFile, Span } from '../../text/source-file.ts';
import type { HostCondition, HostOperation, HostValue } from '../host.ts';
import { ConditionReader } from './conditions.ts';
import type { DriverCall, Language } from './language.ts';
import { namesOf } from './language.ts';
import { dottedName, unwrapped, type Expression, type ExpressionOf, type Positioned } from './syntax.ts';

/** Makes a function of a lambda and hands back its name. `transaction`: the name of what runs it in one. */
export type Hoist = (lambda: ExpressionOf<'lambda'>, transaction?: string) => readonly string[];

/** What is known of a function while its expressions are read. */
export interface Surroundings {
  readonly file: SourceFile;
  readonly language: Language;
  readonly hoist: Hoist;
  /** Variables that hold a prepared statement. */
  readonly prepared: ReadonlySet<string>;
}

/** Turns the expressions of one file into values and conditions. */
export class ValueReader {
  readonly file: SourceFile;
  readonly around: Surroundings;
  /** The name under which the function knows the object it is a method of. */
  readonly receiver: string | null;
  readonly #conditions: ConditionReader;

  constructor(around: Surroundings, receiver: string | null = null) {
    this.around = around;
    this.file = around.file;
    this.receiver = receiver;
    this.#conditions = new ConditionReader(this);
  }

  value(expression: Expression): HostValue {
    const { language } = this.around;
    switch (expression.kind) {
      case 'string':
        return language.string(expression.literal, this.file, this);
      case 'number':
        return { kind: 'number', value: expression.value };
      case 'name':
      case 'member':
        return this.#named(expression);
      case 'call':
        return this.#call(expression);
      case 'index':
        return this.derived('element', this.value(expression.of), [this.value(expression.index)], expression);
      case 'slice':
        return expression.from === null
          ? this.value(expression.of)
          : this.derived('from', this.value(expression.of), [this.value(expression.from)], expression);
      case 'list':
        return this.#list(expression);
      case 'record':
        return this.#record(expression);
      case 'lambda':
        return { kind: 'name', path: this.around.hoist(expression), span: this.span(expression) };
      case 'same':
        return this.value(expression.of);
      case 'choice':
        return this.#choice(expression);
      case 'assign':
        return expression.values[0] === undefined ? { kind: 'unknown' } : this.value(expression.values[0]);
      case 'binary':
        return this.#binary(expression);
      case 'not':
        return { kind: 'condition', condition: this.condition(expression) };
      default:
        return { kind: 'unknown' };
    }
  }

  /** What a name is given. */
  given(target: Expression, value: Expression): HostValue {
    const lambda = this.kept(target, value);
    if (lambda === undefined) return this.value(value);
    const name = dottedName(target).at(-1);
    return { kind: 'name', path: this.around.hoist(lambda, name), span: this.span(value) };
  }

  /** better-sqlite3: `const insert = db.transaction((rows) => { .. })` is a function, and `insert(rows)` runs it. */
  kept(target: Expression, value: Expression): ExpressionOf<'lambda'> | undefined {
    const name = dottedName(target).at(-1);
    const call = value.kind === 'call' ? value : undefined;
    const runs = call === undefined ? undefined : this.around.language.runs(call);
    if (name === undefined || runs?.how !== 'once' || runs.mayKeep !== true) return undefined;
    const lambda = unwrapped(runs.lambda);
    const isCalled = new RegExp(`(?<![\\w$])${literalPattern(name)}\\s*\\(`).test(this.file.text);
    return lambda.kind === 'lambda' && isCalled ? lambda : undefined;
  }

  condition(expression: Expression): HostCondition {
    return this.#conditions.read(expression);
  }

  span(expression: Positioned): Span {
    return { file: this.file, start: expression.start, end: expression.end };
  }

  words(expression: Positioned): string {
    return this.file.text.slice(expression.start, Math.min(expression.end, expression.start + 80)).replace(/\s+/g, ' ');
  }

  derived(operation: HostOperation, of: HostValue, values: readonly HostValue[], at: Positioned): HostValue {
    return { kind: 'derived', operation, of, arguments: values, span: this.span(at) };
  }

  /** The SQL that a driver is handed. */
  sqlOf(call: DriverCall): HostValue {
    const sql = this.value(call.sql);
    if (call.before === undefined) return sql;
    return { kind: 'joined', parts: [writtenAt(call.before, this.span(call.sql)), sql], span: this.span(call.sql) };
  }

  /** What a query returns. */
  rowsOf(call: DriverCall, at: Positioned): HostValue {
    return { kind: 'rows', sql: this.sqlOf(call), arguments: this.boundOf(call), span: this.span(at) };
  }

  /** The values bound to a statement's parameters: `[table]`, `{ name: table }`, or the values themselves. */
  boundOf(call: DriverCall): readonly HostValue[] {
    const [first] = call.bound;
    const inner = first === undefined ? undefined : unwrapped(first);
    if (inner?.kind === 'list') return inner.items.map((item) => this.value(item));
    const values = call.bound.filter(({ kind }) => kind !== 'lambda').map((value) => this.value(value));
    const [only] = values;
    return only?.kind === 'dictionary' ? only.entries.map(([key, value]) => namedBy(key, value)) : values;
  }

  /** The path of names that a call goes to; a call on what a call returns has none but the name behind. */
  calleePath(callee: Expression): readonly string[] {
    return this.#ownPath(dottedName(callee));
  }

  arguments(list: readonly Expression[]): readonly HostValue[] {
    return list.map((argument) => this.value(argument));
  }

  /** `s.migrate` in a method of `s` is `self.migrate`. */
  #ownPath(path: readonly string[]): readonly string[] {
    return this.receiver !== null && path.length > 1 && path[0] === this.receiver ? ['self', ...path.slice(1)] : path;
  }

  #named(expression: ExpressionOf<'name' | 'member'>): HostValue {
    const path = dottedName(expression);
    if (path.length === 0) return expression.kind === 'member' ? this.#memberOf(expression) : { kind: 'unknown' };
    const known = this.around.language.knownName(path, expression, this);
    if (known !== undefined) return known;
    if (path.length > 1 && path.at(-1) === 'length' && expression.kind === 'member')
      return this.derived('length', this.value(expression.of), [], expression);
    return { kind: 'name', path: this.#ownPath(path), span: this.span(expression) };
  }

  /** A column of rows are rows still; a field of anything else is looked up. */
  #memberOf(expression: ExpressionOf<'member'>): HostValue {
    const of = this.value(expression.of);
    if (expression.name === 'length') return this.derived('length', of, [], expression);
    return this.derived('element', of, [writtenAt(expression.name, this.span(expression))], expression);
  }

  #call(call: ExpressionOf<'call'>): HostValue {
    const { language } = this.around;
    const driver = language.driverCall(call, this);
    if (driver !== undefined) return this.rowsOf(driver, call);
    const known = language.knownCall(call, this) ?? this.#listMethod(call);
    if (known !== undefined) return known;
    const callee = this.calleePath(call.callee);
    const span = this.span(call);
    return callee.length === 0
      ? { kind: 'unknown' }
      : { kind: 'call', callee, arguments: this.arguments(call.arguments), span };
  }

  /** `rows.some((row) => row.name === column)`, `files.filter((f) => f.endsWith('.sql'))`, `names.map(..)`. */
  #listMethod(call: ExpressionOf<'call'>): HostValue | undefined {
    const callee = unwrapped(call.callee);
    const [lambda] = call.arguments;
    if (callee.kind !== 'member' || lambda?.kind !== 'lambda') return undefined;
    switch (callee.name) {
      case 'some':
      case 'find':
      case 'findIndex':
      case 'filter':
      case 'any':
        return this.#selected(callee.of, lambda, call);
      case 'map':
      case 'flatMap':
        return this.#mapped(callee.of, lambda, call);
      default:
        return undefined;
    }
  }

  #selected(list: Expression, lambda: ExpressionOf<'lambda'>, at: Expression): HostValue {
    const over = this.value(list);
    const body = returnedBy(lambda);
    const names = lambda.parameters.flatMap(namesOf);
    if (body === undefined) return { kind: 'unknown' };
    const wanted = this.#conditions.wantedIn(body, names);
    const span = this.span(at);
    if (wanted !== undefined)
      return { kind: 'condition', condition: { condition: 'contains', item: wanted, collection: over, span } };
    const suffix = this.#suffixAsked(body);
    if (suffix !== undefined) return this.derived('files', over, [suffix], at);
    return this.#asksWhetherEmpty(body, names) ? over : { kind: 'unknown' };
  }

  /** Whether nothing that the engine would run is left out: `s.trim()`, `s.length > 0`, `!s.startsWith('--')`. */
  #asksWhetherEmpty(expression: Expression, names: readonly string[]): boolean {
    const inner = unwrapped(expression);
    if (inner.kind === 'not') {
      const of = unwrapped(inner.of);
      return of.kind === 'not' ? this.#asksWhetherEmpty(of.of, names) : this.#asksForComment(of, names);
    }
    if (inner.kind !== 'binary') return isPartOf(inner, names);
    const { operator, left, right } = inner;
    if (operator === '&&') return this.#asksWhetherEmpty(left, names) && this.#asksWhetherEmpty(right, names);
    if (!isPartOf(left, names)) return false;
    if (right.kind === 'string') return /^!==?$/.test(operator) && right.literal.from === right.literal.to;
    const of = unwrapped(left);
    const isLength = of.kind === 'member' && of.name === 'length';
    return isLength && right.kind === 'number' && right.value === 0 && /^(?:>|!==?)$/.test(operator);
  }

  /** `part.startsWith('--')` */
  #asksForComment(expression: Expression, names: readonly string[]): boolean {
    if (expression.kind !== 'call' || expression.callee.kind !== 'member') return false;
    const { name, of } = expression.callee;
    const [argument] = expression.arguments;
    if (name !== 'startsWith' || argument?.kind !== 'string' || !isPartOf(of, names)) return false;
    return /^(?:--|#|\/\*)/.test(this.file.text.slice(argument.literal.from, argument.literal.to));
  }

  #mapped(list: Expression, lambda: ExpressionOf<'lambda'>, at: Expression): HostValue {
    const over = this.value(list);
    const body = returnedBy(lambda);
    if (body !== undefined && isPartOf(body, lambda.parameters.slice(0, 1).flatMap(namesOf)))
      return body.kind === 'member' && lambda.parameters[0]?.pattern === null
        ? this.derived('column', over, [writtenAt(body.name, this.span(body))], at)
        : over;
    const path = this.around.hoist(lambda);
    return this.derived('mapped', over, [{ kind: 'name', path, span: this.span(lambda) }], at);
  }

  /** `f.endsWith('.sql')`, `/\.sql$/.test(f)`, as a pattern. */
  #suffixAsked(expression: Expression): HostValue | undefined {
    const inner = unwrapped(expression);
    if (inner.kind === 'binary' && inner.operator === '&&')
      return this.#suffixAsked(inner.right) ?? this.#suffixAsked(inner.left);
    if (inner.kind !== 'call' || inner.callee.kind !== 'member') return undefined;
    const { name, of } = inner.callee;
    const [argument] = inner.arguments;
    if (/^(?:endsWith|hasSuffix)$/i.test(name) && argument?.kind === 'string') return this.value(argument);
    const pattern = name === 'test' ? of : name === 'match' ? argument : undefined;
    const suffix = pattern?.kind === 'pattern' ? /\\\.(\w+)\$?\/\w*$/.exec(pattern.words)?.[1] : undefined;
    return suffix === undefined ? undefined : writtenAt(`.${suffix}`, this.span(inner));
  }

  #list(expression: ExpressionOf<'list'>): HostValue {
    const items = expression.items.map((item) => this.value(item));
    const [first] = expression.items;
    if (first?.kind === 'spread' && items.length === 1) return this.value(first.of);
    return expression.items.some(({ kind }) => kind === 'spread')
      ? this.#spreadList(expression)
      : { kind: 'list', items };
  }

  /** `[...base, extra]` is the lists put together. */
  #spreadList(expression: ExpressionOf<'list'>): HostValue {
    return expression.items.reduce<HostValue>(
      (before, item) => {
        const next: HostValue =
          item.kind === 'spread' ? this.value(item.of) : { kind: 'list', items: [this.value(item)] };
        return this.derived('sum', before, [next], expression);
      },
      { kind: 'list', items: [] },
    );
  }

  #record(expression: ExpressionOf<'record'>): HostValue {
    const { fields, type } = expression;
    const span = this.span(expression);
    if (type !== '' && fields.every(({ key }) => key === null))
      return { kind: 'call', callee: [type], arguments: fields.map(({ value }) => this.value(value)), span };
    const entries = fields.flatMap(({ key, value }): (readonly [HostValue, HostValue])[] =>
      key === null ? [] : [[this.value(key), this.value(value)]],
    );
    return { kind: 'dictionary', entries };
  }

  /** `row ? row.version : 0`: what was found tells more than the default. */
  #choice(expression: ExpressionOf<'choice'>): HostValue {
    const yes = this.value(expression.yes);
    const no = this.value(expression.no);
    if (isDefault(no)) return yes;
    return isDefault(yes) ? no : { kind: 'unknown' };
  }

  #binary(expression: ExpressionOf<'binary'>): HostValue {
    const { operator, left, right } = expression;
    if (operator === '+') return this.derived('sum', this.value(left), [this.value(right)], expression);
    if (operator === '-' && right.kind === 'number')
      return this.derived('sum', this.value(left), [{ kind: 'number', value: -right.value }], expression);
    // `rows[0]?.version ?? 0`, `name || 'x'`
    if ((operator === '??' || operator === '||' || operator === '?:') && isDefault(this.value(right)))
      return this.value(left);
    const condition = this.condition(expression);
    return condition.condition === 'unknown' ? { kind: 'unknown' } : { kind: 'condition', condition };
  }
}

/** The value of a lambda that does nothing but return it. */
export function returnedBy(lambda: ExpressionOf<'lambda'>): Expression | undefined {
  const [only, ...more] = lambda.body;
  return only?.kind === 'return' && more.length === 0 ? only.values[0] : undefined;
}

/** One of these variables, or an element, a field or a conversion of it. */
export function isPartOf(expression: Expression, names: readonly string[]): boolean {
  let at = unwrapped(expression);
  for (;;) {
    if (at.kind === 'name') return names.includes(at.name);
    if (at.kind === 'member' || at.kind === 'index') at = unwrapped(at.of);
    else if (at.kind !== 'call') return false;
    else if (at.callee.kind === 'member' && at.arguments.length === 0) at = unwrapped(at.callee.of);
    else {
      const [only] = at.arguments;
      if (only === undefined || at.arguments.length > 1) return false;
      at = unwrapped(only);
    }
  }
}

/** A text that the code does not write out. */
export function writtenAt(text: string, span: Span): HostValue {
  const segments = Array.from({ length: Math.max(1, text.length) }, (_, start) => ({ start, hostStart: span.start }));
  return { kind: 'text', sql: { file: span.file, text, segments, assembled: true }, hasPlaceholder: false };
}

function namedBy(key: HostValue, value: HostValue): HostValue {
  return key.kind === 'text' ? { kind: 'named', name: key.sql.text, value } : value;
}

function isDefault(value: HostValue): boolean {
  if (value.kind === 'text') return value.sql.text === '' || value.sql.text === '0';
  return (
    value.kind === 'number' ||
    value.kind === 'unknown' ||
    (value.kind === 'condition' && value.condition.condition === 'constant') ||
    (value.kind === 'list' && value.items.length === 0) ||
    (value.kind === 'dictionary' && value.entries.length === 0)
  );
}
