import type { Expression, ExpressionOf, Field, Parameter, Statement } from './syntax.ts';
import type { Token } from './tokens.ts';

/** Nested deeper than people write: the rest is stepped over. */
const DEEPEST = 150;

const END: Token = { kind: 'end', text: '', start: 0, end: 0, newLine: true };

const PRECEDENCE: Readonly<Record<string, number>> = {
  '??': 1,
  '?:': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '<': 5,
  '>': 5,
  '<=': 5,
  '>=': 5,
  in: 5,
  instanceof: 5,
  '+': 6,
  '-': 6,
  '|': 6,
  '^': 6,
  '&': 7,
  '*': 7,
  '/': 7,
  '%': 7,
  '**': 7,
};

const ASSIGNMENTS = /^(?:=|:=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|\?\?=|\|\|=|&&=|<<=|>>=|\*\*=)$/;

/**
 * What the grammars of languages with braces share: operators, calls, members, indexes, lists. A language's own parser adds
 * how an expression begins and what its statements are. It never fails: what it does not know is `unknown`, and a bracket that it
 * did not understand is stepped over with all that is in it.
 */
export abstract class BraceParser {
  protected readonly text: string;
  readonly #tokens: readonly Token[];
  protected at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  /** All statements of the text. */
  program(): readonly Statement[] {
    return this.statementsUntil(this.#tokens.length - 1);
  }

  /** The expression that the text is. */
  wholeExpression(): Expression {
    return this.expression();
  }

  protected abstract statement(): Statement | readonly Statement[];

  /** How an expression begins: names, literals and what only this language has. */
  protected abstract primary(): Expression;

  /** A string or a number. */
  protected literal({ kind, literal, text, start, end }: Token): Expression {
    this.at++;
    if (kind === 'number') return { kind, value: numberOf(text), start, end };
    return literal === undefined ? { kind: 'unknown', start, end } : { kind: 'string', literal, start, end };
  }

  /** What may follow an expression in this language only; undefined where nothing does. */
  protected abstract ownPostfix(of: Expression): Expression | undefined;

  /** Whether an expression ends at a line break wherever it could. */
  protected abstract readonly lineEndsExpression: boolean;

  protected expression(): Expression {
    const left = this.choice();
    const operator = this.peek();
    if (operator.kind !== 'punctuation' || !ASSIGNMENTS.test(operator.text) || this.#endsHere(operator)) return left;
    this.at++;
    const value = this.expression();
    return {
      kind: 'assign',
      targets: [left],
      values: [value],
      operator: operator.text,
      start: left.start,
      end: value.end,
    };
  }

  protected choice(): Expression {
    const condition = this.binary(0);
    if (!this.is('?') || this.#endsHere(this.peek())) return condition;
    this.at++;
    const yes = this.expression();
    if (!this.accept(':')) return condition;
    const no = this.expression();
    return { kind: 'choice', condition, yes, no, start: condition.start, end: no.end };
  }

  protected binary(least: number): Expression {
    let left = this.unary();
    for (;;) {
      const token = this.peek();
      const isOperator = token.kind === 'punctuation' || token.text === 'in' || token.text === 'instanceof';
      const precedence = isOperator ? this.precedenceOf(token.text) : undefined;
      if (precedence === undefined || precedence < least || this.#endsHere(token)) return left;
      this.at++;
      const right = this.binary(precedence + 1);
      left = { kind: 'binary', operator: token.text, left, right, start: left.start, end: right.end };
    }
  }

  protected precedenceOf(operator: string): number | undefined {
    return Object.hasOwn(PRECEDENCE, operator) ? PRECEDENCE[operator] : undefined;
  }

  protected unary(): Expression {
    if (this.#depth >= DEEPEST) return this.#steppedOver();
    this.#depth++;
    const read = this.#unary();
    this.#depth--;
    return read;
  }

  #unary(): Expression {
    const token = this.peek();
    const { start } = token;
    if (token.kind === 'punctuation') {
      if (this.accept('!')) {
        const of = this.unary();
        return { kind: 'not', of, start, end: of.end };
      }
      if (this.accept('&') || this.accept('*') || this.accept('+') || this.accept('<-')) {
        const of = this.unary();
        return { kind: 'same', of, start, end: of.end };
      }
      if (this.accept('...')) {
        const of = this.unary();
        return { kind: 'spread', of, start, end: of.end };
      }
      if (this.accept('-')) return this.#negative(start);
      if (this.accept('++') || this.accept('--') || this.accept('~')) return this.unary();
    }
    return this.postfix(this.primary());
  }

  #negative(start: number): Expression {
    const of = this.unary();
    if (of.kind === 'number') return { kind: 'number', value: -of.value, start, end: of.end };
    return { kind: 'unknown', start, end: of.end };
  }

  protected postfix(first: Expression): Expression {
    let of = first;
    for (;;) {
      const token = this.peek();
      // A chain may go on in the next line with its dot; Go ends the statement there.
      if (this.#endsHere(token)) return of;
      const { start } = of;
      if (this.accept('.') || this.accept('?.') || this.accept('->') || this.accept('::')) of = this.#member(of);
      else if (this.is('(')) of = this.call(of, start);
      else if (this.is('[')) of = this.#index(of);
      else if ((this.is('++') || this.is('--')) && !token.newLine) of = this.#stepped(of, token);
      else {
        const own = this.ownPostfix(of);
        if (own === undefined) return of;
        of = own;
      }
    }
  }

  #member(of: Expression): Expression {
    const { start } = of;
    if (this.is('(')) return this.memberInBrackets(of);
    if (this.is('[')) return this.#index(of);
    const token = this.peek();
    if (token.kind !== 'name') return { kind: 'unknown', start, end: of.end };
    this.at++;
    return { kind: 'member', of, name: token.text.replace(/^#/, ''), start, end: token.end };
  }

  /** `x?.(..)`, `x.(T)`. */
  protected memberInBrackets(of: Expression): Expression {
    return this.call(of, of.start);
  }

  protected call(callee: Expression, start: number): ExpressionOf<'call'> {
    const items = this.#bracketed();
    return { kind: 'call', callee, arguments: items, start, end: this.previousEnd() };
  }

  #index(of: Expression): Expression {
    const { start } = of;
    const close = this.partner();
    this.at++;
    const from = this.is(':') ? null : this.expression();
    const isSlice = this.accept(':');
    this.leave(close);
    const end = this.previousEnd();
    if (isSlice) return { kind: 'slice', of, from, start, end };
    return { kind: 'index', of, index: from ?? { kind: 'unknown', start, end }, start, end };
  }

  /** `i++`: the same as `i += 1`. */
  #stepped(of: Expression, token: Token): Expression {
    this.at++;
    const one = { kind: 'number', value: 1, start: token.start, end: token.end } as const;
    const operator = token.text === '++' ? '+=' : '-=';
    return { kind: 'assign', targets: [of], values: [one], operator, start: of.start, end: token.end };
  }

  /** The expressions between a bracket and its partner, parted by commas. */
  #bracketed(): readonly Expression[] {
    const close = this.partner();
    const items: Expression[] = [];
    this.at++;
    while (this.at < close) {
      if (this.accept(',')) continue;
      items.push(this.element());
      this.#toComma(close);
    }
    this.leave(close);
    return items;
  }

  /** One element of a list or of a call's arguments. */
  protected element(): Expression {
    return this.expression();
  }

  /** `[a, b]`, `{a, b}`. */
  protected list(start: number): Expression {
    const items = this.#bracketed();
    return { kind: 'list', items, start, end: this.previousEnd() };
  }

  /** The fields between two braces. */
  protected fields(read: () => Field): readonly Field[] {
    const close = this.partner();
    const fields: Field[] = [];
    this.at++;
    while (this.at < close) {
      if (this.accept(',')) continue;
      fields.push(read());
      this.#toComma(close);
    }
    this.leave(close);
    return fields;
  }

  /** Steps over what was not understood, up to the next comma of this bracket. */
  #toComma(close: number): void {
    while (this.at < close && !this.is(',')) this.skip();
  }

  /** `{ .. }`, braces included. */
  protected block(): readonly Statement[] {
    if (!this.is('{')) return [];
    const close = this.partner();
    this.at++;
    const statements = this.statementsUntil(close);
    this.leave(close);
    return statements;
  }

  protected statementsUntil(close: number): readonly Statement[] {
    const statements: Statement[] = [];
    if (this.#depth >= DEEPEST) {
      this.at = close;
      return statements;
    }
    this.#depth++;
    while (this.at < close) {
      const before = this.at;
      const read = this.statement();
      if ('kind' in read) statements.push(read);
      else statements.push(...read);
      if (this.at === before) this.skip();
    }
    this.#depth--;
    return statements;
  }

  /** A lambda whose body is one expression. */
  protected lambdaOf(parameters: readonly Parameter[], value: Expression, start: number): Expression {
    const { end } = value;
    const body: readonly Statement[] = [{ kind: 'return', values: [value], start: value.start, end }];
    return { kind: 'lambda', parameters, body, start, end };
  }

  #steppedOver(): Expression {
    const { start } = this.peek();
    this.skip();
    return { kind: 'unknown', start, end: this.previousEnd() };
  }

  #endsHere(token: Token): boolean {
    return this.lineEndsExpression && token.newLine;
  }

  protected peek(ahead = 0): Token {
    return this.#tokens[this.at + ahead] ?? this.#tokens.at(-1) ?? END;
  }

  protected tokenAt(index: number): Token {
    return this.#tokens[index] ?? this.#tokens.at(-1) ?? END;
  }

  protected is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'punctuation' || token.kind === 'name');
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  /** Over one token, or a bracket with all that is in it. */
  protected skip(): void {
    this.at = Math.min(this.#tokens.length - 1, Math.max(this.at, this.peek().partner ?? 0) + 1);
  }

  /** The index of the partner of the bracket at `at`. */
  protected partner(at = this.at): number {
    return Math.min(this.tokenAt(at).partner ?? at, this.#tokens.length - 1);
  }

  /** Goes on behind a bracket's partner. */
  protected leave(close: number): void {
    this.at = Math.min(this.#tokens.length - 1, Math.max(this.at, close + 1));
  }

  protected previousEnd(): number {
    return this.tokenAt(Math.max(0, this.at - 1)).end;
  }
}

/** With `_` between digits; JavaScript writes `n` behind a big one. */
function numberOf(words: string): number {
  const value = Number(words.replaceAll('_', '').replace(/n$/, ''));
  return Number.isNaN(value) ? 0 : value;
}
