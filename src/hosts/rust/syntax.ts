/** Rust expressions as far as they matter for what reaches a database; positions are token indexes. */
export type Expression = Positioned &
  (
    | { readonly kind: 'path'; readonly names: readonly string[] }
    | { readonly kind: 'string'; readonly token: number }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'call'; readonly callee: Expression; readonly arguments: readonly Expression[] }
    | {
        readonly kind: 'method';
        readonly receiver: Expression;
        readonly name: string;
        readonly arguments: readonly Expression[];
      }
    | { readonly kind: 'field'; readonly receiver: Expression; readonly name: string }
    /** `name!(..)`; what is inside is read when the macro is known. */
    | { readonly kind: 'macro'; readonly names: readonly string[]; readonly open: number }
    /** `..?` */
    | { readonly kind: 'try'; readonly of: Expression }
    /** `&`, `*`, `..as T`, `..await`, `(..)`, `[i]`: the value is still the one inside. */
    | { readonly kind: 'same'; readonly of: Expression }
    | { readonly kind: 'not'; readonly of: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'assign'; readonly target: Expression; readonly value: Expression }
    | Block
    | {
        readonly kind: 'if';
        readonly condition: Expression;
        readonly then: Block;
        readonly otherwise: Expression | null;
      }
    /** `let PATTERN = VALUE` as a condition. */
    | { readonly kind: 'let'; readonly pattern: Pattern; readonly value: Expression }
    | { readonly kind: 'match'; readonly of: Expression; readonly arms: readonly Arm[] }
    | { readonly kind: 'for'; readonly pattern: Pattern; readonly over: Expression; readonly body: Block }
    | { readonly kind: 'while'; readonly condition: Expression; readonly body: Block }
    | { readonly kind: 'loop'; readonly body: Block }
    | { readonly kind: 'closure'; readonly parameters: readonly Pattern[]; readonly body: Expression }
    | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'array'; readonly items: readonly Expression[] }
    | { readonly kind: 'struct'; readonly names: readonly string[]; readonly fields: readonly Field[] }
    | { readonly kind: 'return'; readonly value: Expression | null }
    /** `break` and `continue`. */
    | { readonly kind: 'jump'; readonly what: 'loop' | 'iteration' }
    | { readonly kind: 'unknown' }
  );

/** The expressions of one kind. */
export type ExpressionOf<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** A range of token indexes. */
export interface Positioned {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** `{ .. }` */
export interface Block extends Positioned {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  /** The last expression without `;`: the block's value. */
  readonly tail: Expression | null;
}

/** A statement of a block. */
export type Statement =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'let';
      readonly pattern: Pattern;
      readonly type: string | null;
      readonly value: Expression | null;
      readonly otherwise: Block | null;
    }
  /** `const` and `static` inside a function. */
  | { readonly kind: 'constant'; readonly name: string; readonly value: Expression };

/** `Ok(rows)`: head `Ok`, names `rows`. */
export interface Pattern extends Positioned {
  /** The last part of the first path, a literal's characters, `_` or a bound name. */
  readonly head: string;
  /** What it binds, in order; `_` holds its place. */
  readonly names: readonly string[];
}

/** `PATTERN if GUARD => BODY` */
export interface Arm {
  readonly pattern: Pattern;
  readonly guard: Expression | null;
  readonly body: Expression;
}

/** `name: value` of a struct expression. */
export interface Field {
  readonly name: string;
  readonly value: Expression;
}
