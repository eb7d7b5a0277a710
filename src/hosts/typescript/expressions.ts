import type { Expression, Field, Parameter, Statement } from '../braces/syntax.ts';
import { TypeSkipper } from './types.ts';

const MODIFIERS = /^(?:public|private|protected|readonly|override|static|abstract|declare|accessor)$/;

/** JavaScript's expressions, with what TypeScript adds to them. */
export abstract class ExpressionParser extends TypeSkipper {
  protected abstract classBody(owner: string): readonly Statement[];

  protected primary(): Expression {
    const token = this.peek();
    const { start, end } = token;
    switch (token.kind) {
      case 'string':
      case 'number':
        return this.literal(token);
      case 'pattern':
        this.at++;
        return { kind: 'pattern', words: token.text, start, end };
      case 'name':
        return this.#nameOrWord(token.text, start);
      default:
        return this.#bracketed(start);
    }
  }

  #bracketed(start: number): Expression {
    if (this.is('(')) return this.#isArrow() ? this.#arrow(start) : this.#inParentheses(start);
    if (this.is('[')) return this.list(start);
    if (this.is('{'))
      return { kind: 'record', type: '', fields: this.fields(() => this.#field()), start, end: this.previousEnd() };
    if (this.is('<') && this.skipTypeArguments() && this.is('(') && this.#isArrow()) return this.#arrow(start);
    return this.unknownToken();
  }

  protected unknownToken(): Expression {
    const { start } = this.peek();
    if (!/^[)\]},;:]$/.test(this.peek().text)) this.skip();
    return { kind: 'unknown', start, end: Math.max(start, this.previousEnd()) };
  }

  #nameOrWord(word: string, start: number): Expression {
    switch (word) {
      case 'typeof':
        return this.#typeOf(start);
      case 'await': {
        this.at++;
        const of = this.unary();
        return { kind: 'same', of, awaited: true, start, end: of.end };
      }
      case 'void':
      case 'delete':
      case 'yield': {
        this.at++;
        this.accept('*');
        const of = this.unary();
        return { kind: 'same', of, start, end: of.end };
      }
      case 'new':
        return this.#new(start);
      case 'function':
        return this.#functionExpression(start);
      case 'class':
        this.at++;
        this.classBody('');
        return { kind: 'unknown', start, end: this.previousEnd() };
      case 'async':
        if (this.is('function', 1)) {
          this.at++;
          return this.#functionExpression(start);
        }
        if (this.#isArrow(1)) {
          this.at++;
          return this.#arrow(start);
        }
        break;
    }
    if (this.is('=>', 1)) return this.#arrow(start);
    const { end } = this.peek();
    this.at++;
    return { kind: 'name', name: word, start, end };
  }

  /** `typeof x`, as a call. */
  #typeOf(start: number): Expression {
    const { end } = this.peek();
    this.at++;
    const of = this.unary();
    return { kind: 'call', callee: { kind: 'name', name: 'typeof', start, end }, arguments: [of], start, end: of.end };
  }

  #new(start: number): Expression {
    this.at++;
    if (this.is('.')) return this.unknownToken();
    let callee = this.primary();
    while (this.is('.') && this.peek(1).kind === 'name') {
      const { text, end } = this.peek(1);
      callee = { kind: 'member', of: callee, name: text, start: callee.start, end };
      this.at += 2;
    }
    if (this.is('<')) this.skipTypeArguments();
    const call = this.is('(')
      ? this.call(callee, start)
      : ({ kind: 'call', callee, arguments: [], start, end: callee.end } as const);
    return { ...call, makes: true };
  }

  #functionExpression(start: number): Expression {
    this.at++;
    this.accept('*');
    if (this.peek().kind === 'name') this.at++;
    const { parameters, body } = this.signatureAndBody();
    return { kind: 'lambda', parameters, body, start, end: this.previousEnd() };
  }

  /** `(a, b): T { .. }` */
  protected signatureAndBody(): { readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] } {
    if (this.is('<')) this.skipTypeArguments();
    const parameters = this.is('(') ? this.parameters() : [];
    if (this.accept(':')) this.skipType();
    return { parameters, body: this.block() };
  }

  protected parameters(): readonly Parameter[] {
    const close = this.partner();
    const parameters: Parameter[] = [];
    this.at++;
    while (this.at < close) {
      parameters.push(this.#parameter());
      while (this.at < close && !this.accept(',')) this.skip();
    }
    this.leave(close);
    return parameters;
  }

  #parameter(): Parameter {
    while ((MODIFIERS.test(this.peek().text) && this.peek(1).kind === 'name') || this.peek().text.startsWith('@'))
      this.skip();
    this.accept('...');
    if (this.is('{') || this.is('[')) return { name: '', pattern: this.primary() };
    return { name: this.peek().kind === 'name' ? this.peek().text : '', pattern: null };
  }

  /** A name, or the brackets and an annotation, before `=>`. */
  #isArrow(ahead = 0): boolean {
    const from = this.at + ahead;
    const token = this.tokenAt(from);
    if (token.kind === 'name') return this.is('=>', ahead + 1);
    if (token.text !== '(') return false;
    const behind = this.partner(from) + 1;
    if (this.tokenAt(behind).text === '=>') return true;
    if (this.tokenAt(behind).text !== ':') return false;
    const before = this.at;
    this.at = behind + 1;
    this.skipType();
    const isArrow = this.is('=>');
    this.at = before;
    return isArrow;
  }

  #arrow(start: number): Expression {
    const parameters: readonly Parameter[] = this.is('(')
      ? this.parameters()
      : [{ name: this.peek().text, pattern: null }];
    if (this.is(':')) this.skipAnnotation();
    else if (!this.is('=>')) this.at++;
    this.accept('=>');
    if (!this.is('{')) return this.lambdaOf(parameters, this.expression(), start);
    const body = this.block();
    return { kind: 'lambda', parameters, body, start, end: this.previousEnd() };
  }

  #inParentheses(start: number): Expression {
    const close = this.partner();
    this.at++;
    let of = this.expression();
    while (this.accept(',')) of = this.expression();
    this.leave(close);
    return { kind: 'same', of, start, end: this.previousEnd() };
  }

  #field(): Field {
    if (this.accept('...')) return { key: null, value: this.expression() };
    this.#skipAccessors();
    const { start, end } = this.peek();
    const key = this.#key();
    if (this.accept(':')) return { key, value: this.expression() };
    if (this.is('(') || this.is('<')) {
      const { parameters, body } = this.signatureAndBody();
      return { key, value: { kind: 'lambda', parameters, body, start, end: this.previousEnd() } };
    }
    if (this.accept('=')) this.expression();
    return {
      key,
      value: key.kind === 'string' && /^\w/.test(this.text.charAt(start)) ? this.#shorthand(start, end) : key,
    };
  }

  /** `{ sql }` means `{ sql: sql }`. */
  #shorthand(start: number, end: number): Expression {
    return { kind: 'name', name: this.text.slice(start, end), start, end };
  }

  #skipAccessors(): void {
    while (/^(?:get|set|async|\*)$/.test(this.peek().text) && !/^[,:(}=]$/.test(this.peek(1).text)) this.at++;
  }

  #key(): Expression {
    const token = this.peek();
    const { start, end } = token;
    if (this.is('[')) {
      const close = this.partner();
      this.at++;
      const key = this.expression();
      this.leave(close);
      return key;
    }
    if (token.kind !== 'name') return this.primary();
    this.at++;
    return { kind: 'string', literal: { style: '', start, end, from: start, to: end }, start, end };
  }

  protected ownPostfix(of: Expression): Expression | undefined {
    const token = this.peek();
    const { start } = of;
    if (token.kind === 'string' && token.text === '`' && token.literal !== undefined) {
      this.at++;
      const { end } = token;
      const text: Expression = { kind: 'string', literal: token.literal, start: token.start, end };
      return { kind: 'call', callee: of, arguments: [text], tagged: true, start, end };
    }
    if (this.is('!') && !token.newLine && !this.is('=', 1)) {
      this.at++;
      return { kind: 'same', of, start, end: token.end };
    }
    if ((this.is('as') || this.is('satisfies')) && !token.newLine) {
      this.at++;
      this.skipType();
      return { kind: 'same', of, start, end: this.previousEnd() };
    }
    return this.is('<') && (of.kind === 'name' || of.kind === 'member') ? this.#genericCall(of) : undefined;
  }

  /** `query<Row>(..)`, ``sql<Row>`..` ``. */
  #genericCall(of: Expression): Expression | undefined {
    const before = this.at;
    if (this.skipTypeArguments() && (this.is('(') || this.peek().text === '`')) return of;
    this.at = before;
    return undefined;
  }
}
