import type { Token } from './tokens.ts';

/** The part of Python's syntax that tells what a program does with a database. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string; readonly start: number; readonly end: number }
  /** One or more adjacent literals. */
  | { readonly kind: 'string'; readonly literals: readonly Token[]; readonly start: number; readonly end: number }
  | { readonly kind: 'number'; readonly value: number; readonly start: number; readonly end: number }
  | {
      readonly kind: 'attribute';
      readonly of: Expression;
      readonly name: string;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly arguments: readonly Argument[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'subscript';
      readonly of: Expression;
      readonly index: Expression;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'slice'; readonly from: Expression | null; readonly start: number; readonly end: number }
  /** Lists and sets. */
  | {
      readonly kind: 'list' | 'tuple';
      readonly items: readonly Expression[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'dictionary';
      readonly entries: readonly (readonly [Expression, Expression])[];
      readonly start: number;
      readonly end: number;
    }
  /** Arithmetic, comparisons, `and`, `or`, `in`, `not in`, `is`, `is not`. */
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'not'; readonly of: Expression; readonly start: number; readonly end: number }
  | {
      readonly kind: 'comprehension';
      readonly element: Expression;
      readonly loops: readonly Loop[];
      readonly conditions: readonly Expression[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly string[];
      readonly body: Expression;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'unknown'; readonly start: number; readonly end: number };

export interface Argument {
  /** Keyword arguments. */
  readonly name?: string;
  readonly value: Expression;
  /** `*arguments` or `**arguments`. */
  readonly spread: boolean;
}

export interface Loop {
  readonly targets: readonly string[];
  readonly over: Expression;
}

export interface Handler {
  /** Dotted names of the classes; empty: all. */
  readonly classes: readonly string[];
  readonly variable: string | null;
  readonly body: readonly Statement[];
}

export type Statement =
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly parameters: readonly string[];
      readonly decorators: readonly Expression[];
      readonly body: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'class';
      readonly name: string;
      readonly body: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'for';
      readonly loop: Loop;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'while';
      readonly condition: Expression;
      readonly body: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly Handler[];
      readonly otherwise: readonly Statement[];
      readonly last: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'with';
      readonly items: readonly { readonly value: Expression; readonly variable: string | null }[];
      readonly body: readonly Statement[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'assign';
      readonly targets: readonly Expression[];
      readonly value: Expression;
      readonly adds: boolean;
      readonly start: number;
      readonly end: number;
    }
  /** A name with a type and no value: `version: int`. */
  | { readonly kind: 'declaration'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'expression'; readonly value: Expression; readonly start: number; readonly end: number }
  | { readonly kind: 'return'; readonly value: Expression | null; readonly start: number; readonly end: number }
  | { readonly kind: 'raise'; readonly value: Expression | null; readonly start: number; readonly end: number }
  | { readonly kind: 'continue' | 'break'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'import';
      readonly path: readonly string[];
      readonly dots: number;
      readonly names: readonly { readonly name: string | null; readonly as: string }[];
      readonly start: number;
      readonly end: number;
    }
  /** Alternatives of which it is not known which one runs: `match`. */
  | {
      readonly kind: 'alternatives';
      readonly bodies: readonly (readonly Statement[])[];
      readonly start: number;
      readonly end: number;
    };
