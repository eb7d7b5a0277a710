/** The part of the syntax of languages with braces (Go, TypeScript ..) that tells what a program does with a database. */
export interface Positioned {
  readonly start: number;
  readonly end: number;
}

/** A string literal: `style` is how it opens, `from` and `to` are the ends of what stands inside. */
export interface StringLiteral extends Positioned {
  readonly style: string;
  readonly from: number;
  readonly to: number;
}

export type Expression = Positioned &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'string'; readonly literal: StringLiteral }
    /** A regular expression, with its slashes. */
    | { readonly kind: 'pattern'; readonly words: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
    | {
        readonly kind: 'call';
        readonly callee: Expression;
        readonly arguments: readonly Expression[];
        /** ``sql`..` `` */
        readonly tagged?: true;
        /** `new Store(..)` */
        readonly makes?: true;
      }
    | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
    | { readonly kind: 'slice'; readonly of: Expression; readonly from: Expression | null }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    /** An object, a map or a record. `type`: the record's, where the fields are not named. */
    | { readonly kind: 'record'; readonly type: string; readonly fields: readonly Field[] }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'not'; readonly of: Expression }
    /** What changes nothing of what a value is: `await x`, `x as T`, `&x`. */
    | { readonly kind: 'same'; readonly of: Expression; readonly awaited?: true }
    | { readonly kind: 'spread'; readonly of: Expression }
    | { readonly kind: 'choice'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
    | Assignment
    | { readonly kind: 'unknown' }
  );

export type ExpressionOf<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

interface Assignment {
  readonly kind: 'assign';
  readonly targets: readonly Expression[];
  readonly values: readonly Expression[];
  /** `=`, `:=`, `+=` .. */
  readonly operator: string;
}

export interface Field {
  readonly key: Expression | null;
  readonly value: Expression;
}

/** A parameter's name; a pattern in its place has none. */
export interface Parameter {
  readonly name: string;
  readonly pattern: Expression | null;
}

export interface Case {
  /** Empty: the default. */
  readonly values: readonly Expression[];
  readonly body: readonly Statement[];
  readonly fallsThrough: boolean;
}

export interface FunctionDeclaration extends Positioned {
  readonly kind: 'function';
  readonly name: string;
  /** The type it is a method of. */
  readonly owner: string | null;
  /** The name under which a method knows its object, where the language lets it choose. */
  readonly receiver: string | null;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

export type Statement = Positioned &
  (
    | { readonly kind: 'expression'; readonly value: Expression }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | {
        readonly kind: 'if';
        readonly before: Statement | null;
        readonly condition: Expression;
        readonly then: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly kind: 'each';
        /** Two where the language counts too: `for i, m := range list`. */
        readonly variables: readonly Parameter[];
        readonly counts: boolean;
        readonly over: Expression;
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: 'loop';
        readonly before: Statement | null;
        /** Null: for ever. */
        readonly condition: Expression | null;
        readonly step: Statement | null;
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: 'try';
        readonly body: readonly Statement[];
        readonly handlers: readonly Handler[];
        readonly last: readonly Statement[];
      }
    | {
        readonly kind: 'switch';
        readonly before: Statement | null;
        readonly of: Expression | null;
        readonly cases: readonly Case[];
      }
    | { readonly kind: 'return'; readonly values: readonly Expression[] }
    | { readonly kind: 'throw'; readonly value: Expression | null }
    | { readonly kind: 'continue' | 'break' }
    | FunctionDeclaration
    | { readonly kind: 'class'; readonly name: string; readonly body: readonly Statement[] }
    /** A record's type, with the names of its fields in their order. */
    | { readonly kind: 'type'; readonly name: string; readonly fields: readonly Positioned[] }
    /** `path`: the module, as written; `names`: what it brings in, `null` for the module itself, under which name. */
    | { readonly kind: 'import'; readonly path: string; readonly names: readonly Imported[] }
    /** Files that the compiler puts into a variable: `//go:embed schema.sql`. */
    | { readonly kind: 'embed'; readonly name: string; readonly patterns: readonly string[] }
    | { readonly kind: 'other' }
  );

export type StatementOf<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

export interface Imported {
  readonly name: string | null;
  readonly as: string;
}

export interface Handler {
  readonly variable: string;
  /** The names of the errors' types; empty: all. */
  readonly classes: readonly string[];
  readonly body: readonly Statement[];
}

/** The expression inside `await`, `(x as T)`, `&x` .. */
export function unwrapped(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'same') inner = inner.of;
  return inner;
}

/** `a.b.c` as its names; empty where it is anything else. */
export function dottedName(expression: Expression): readonly string[] {
  const names: string[] = [];
  let inner = unwrapped(expression);
  while (inner.kind === 'member') {
    names.unshift(inner.name);
    inner = unwrapped(inner.of);
  }
  if (inner.kind === 'name') return [inner.name, ...names];
  // `require('fs').readFileSync`
  const isRequired = inner.kind === 'call' && inner.callee.kind === 'name' && inner.callee.name === 'require';
  return isRequired && names.length > 0 ? ['require', ...names] : [];
}

/** The expressions that stand directly inside this one; those of a lambda's body are its own. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
    case 'not':
    case 'same':
    case 'spread':
      return [expression.of];
    case 'call':
      return [expression.callee, ...expression.arguments];
    case 'index':
      return [expression.of, expression.index];
    case 'slice':
      return expression.from === null ? [expression.of] : [expression.of, expression.from];
    case 'list':
      return expression.items;
    case 'record':
      return expression.fields.flatMap(({ key, value }) => (key === null ? [value] : [key, value]));
    case 'binary':
      return [expression.left, expression.right];
    case 'choice':
      return [expression.condition, expression.yes, expression.no];
    case 'assign':
      return [...expression.targets, ...expression.values];
    default:
      return [];
  }
}

/** The runs of statements that stand inside one, whatever decides about them. */
export function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'block':
    case 'each':
    case 'loop':
    case 'class':
    case 'function':
      return [statement.body];
    case 'if':
      return [statement.then, statement.otherwise];
    case 'try':
      return [statement.body, ...statement.handlers.map((handler) => handler.body), statement.last];
    case 'switch':
      return statement.cases.map((one) => one.body);
    default:
      return [];
  }
}
