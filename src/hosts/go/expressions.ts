import type { Expression, Field, Parameter } from '../braces/syntax.ts';
import { TypeReader, type GoType } from './types.ts';

/** Go's expressions. */
export abstract class ExpressionParser extends TypeReader {
  /** Behind `if`, `for` and `switch` a brace opens the block, not a composite literal. */
  #isInHeader = false;

  protected primary(): Expression {
    const token = this.peek();
    const { start } = token;
    switch (token.kind) {
      case 'string':
      case 'number':
        return this.literal(token);
      case 'name':
        return this.#nameOrType(start);
      default:
        return this.#bracketed(start);
    }
  }

  #nameOrType(start: number): Expression {
    if (this.is('func')) return this.#functionLiteral(start);
    if (this.beginsType()) return this.#ofType(start);
    const { text, end } = this.peek();
    this.at++;
    return { kind: 'name', name: text, start, end };
  }

  #functionLiteral(start: number): Expression {
    this.at++;
    const parameters = this.is('(') ? this.parameters() : [];
    this.skipResults();
    const body = this.outsideHeader(() => this.block());
    return { kind: 'lambda', parameters, body, start, end: this.previousEnd() };
  }

  #bracketed(start: number): Expression {
    if (this.is('[') && this.beginsType()) return this.#ofType(start);
    if (!this.is('(')) {
      if (!/^[)\]},;:]$/.test(this.peek().text)) this.skip();
      return { kind: 'unknown', start, end: Math.max(start, this.previousEnd()) };
    }
    const close = this.partner();
    this.at++;
    const of = this.outsideHeader(() => this.expression());
    this.leave(close);
    return { kind: 'same', of, start, end: this.previousEnd() };
  }

  /** `[]T{..}`, `map[K]V{..}`, `struct{..}{..}`; `[]byte(x)` converts. */
  #ofType(start: number): Expression {
    const type = this.type();
    if (this.is('{')) return this.composite(type, start);
    if (!this.is('(')) return { kind: 'unknown', start, end: this.previousEnd() };
    const close = this.partner();
    this.at++;
    const of = this.expression();
    this.leave(close);
    return { kind: 'same', of, start, end: this.previousEnd() };
  }

  /** `{ .. }` of a type. */
  protected composite(type: GoType, start: number): Expression {
    return this.outsideHeader(() => {
      const isKeyed = type.element === null || this.#hasKeys();
      if (type.element === null || type.isMap || isKeyed) return this.#record(type, start);
      const { element } = type;
      const close = this.partner();
      const items: Expression[] = [];
      this.at++;
      while (this.at < close) {
        if (this.accept(',')) continue;
        items.push(this.#elementOf(element));
        while (this.at < close && !this.is(',')) this.skip();
      }
      this.leave(close);
      return { kind: 'list', items, start, end: this.previousEnd() };
    });
  }

  /** `[]string{0: "..", 1: ".."}` counts as a map. */
  #hasKeys(): boolean {
    const first = this.peek(1);
    return (first.kind === 'name' || first.kind === 'number') && this.is(':', 2);
  }

  #record(type: GoType, start: number): Expression {
    let position = 0;
    const fields = this.fields((): Field => {
      const field = this.#field(type);
      const name = field.key === null ? type.fields?.[position++] : undefined;
      return name === undefined ? field : { key: nameAt(name.start, name.end), value: field.value };
    });
    return { kind: 'record', type: type.name, fields, start, end: this.previousEnd() };
  }

  #field(type: GoType): Field {
    const { start, end } = this.peek();
    const isName = this.peek().kind === 'name' && this.is(':', 1);
    const value = type.element === null ? this.expression() : this.#elementOf(type.element);
    if (!this.accept(':')) return { key: null, value };
    const key = isName && !type.isMap ? nameAt(start, end) : value;
    return { key, value: type.element === null ? this.expression() : this.#elementOf(type.element) };
  }

  /** The type of an element may be left out: `[]migration{{1, ".."}}`. */
  #elementOf(type: GoType): Expression {
    const { start } = this.peek();
    if (this.is('&') && this.is('{', 1)) this.at++;
    return this.is('{') ? this.composite(type, start) : this.expression();
  }

  protected parameters(): readonly Parameter[] {
    const close = this.partner();
    const parts: { readonly name: string; readonly isTyped: boolean }[] = [];
    this.at++;
    while (this.at < close) {
      const name = this.peek().kind === 'name' ? this.peek().text : '';
      const from = this.at;
      while (this.at < close && !this.is(',')) this.skip();
      const isTyped = this.at > from + 1 && name !== '' && this.tokenAt(from + 1).text !== '.';
      parts.push({ name, isTyped });
      this.accept(',');
    }
    this.leave(close);
    return parts.some(({ isTyped }) => isTyped) ? parts.map(({ name }) => ({ name, pattern: null })) : [];
  }

  protected override precedenceOf(operator: string): number | undefined {
    // `in` and `instanceof` are plain names here.
    return operator === 'in' || operator === 'instanceof' ? undefined : super.precedenceOf(operator);
  }

  protected ownPostfix(of: Expression): Expression | undefined {
    if (!this.is('{') || this.#isInHeader) return undefined;
    const isTypeName = of.kind === 'name' || (of.kind === 'member' && of.of.kind === 'name');
    if (!isTypeName) return undefined;
    const name = of.kind === 'member' ? of.name : of.name;
    return this.composite({ name, fields: null, element: null, isMap: false }, of.start);
  }

  /** `x.(T)` is still x. */
  protected override memberInBrackets(of: Expression): Expression {
    this.skip();
    return { kind: 'same', of, start: of.start, end: this.previousEnd() };
  }

  protected override call(callee: Expression, start: number): ReturnType<TypeReader['call']> {
    return this.outsideHeader(() => super.call(callee, start));
  }

  protected inHeader<Read>(read: () => Read): Read {
    return this.#within(true, read);
  }

  protected outsideHeader<Read>(read: () => Read): Read {
    return this.#within(false, read);
  }

  #within<Read>(isInHeader: boolean, read: () => Read): Read {
    const before = this.#isInHeader;
    this.#isInHeader = isInHeader;
    const result = read();
    this.#isInHeader = before;
    return result;
  }
}

/** A field's name, as a text. */
function nameAt(start: number, end: number): Expression {
  return { kind: 'string', literal: { style: '', start, end, from: start, to: end }, start, end };
}
