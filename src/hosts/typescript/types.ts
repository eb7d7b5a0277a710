import { BraceParser } from '../braces/parser.ts';

/** Type arguments of more tokens than this are no type arguments. */
const LONGEST_ARGUMENTS = 200;

const BEFORE_TYPE = /^(?:keyof|typeof|readonly|infer|unique|new|abstract|asserts|\||&|-|\.\.\.|\?)$/;

/** Steps over TypeScript's types, which say nothing of what runs. */
export abstract class TypeSkipper extends BraceParser {
  protected readonly lineEndsExpression = false;

  /** `: T`, `?: T`, where there is one. */
  protected skipAnnotation(): void {
    if (this.is('?') && (this.is(':', 1) || this.is(',', 1) || this.is(')', 1) || this.is(';', 1))) this.at++;
    if (this.is('!') && this.is(':', 1)) this.at++;
    if (this.accept(':')) this.skipType();
  }

  protected skipType(): void {
    for (;;) {
      while (BEFORE_TYPE.test(this.peek().text) && this.peek().kind !== 'string') this.at++;
      const mayBeParameters = this.is('(') || this.is('<');
      if (!this.#skipOneType()) return;
      if (!(mayBeParameters && this.accept('=>')) && !this.#goesOn()) return;
    }
  }

  #skipOneType(): boolean {
    const token = this.peek();
    if (token.text === '<') this.skipTypeArguments();
    if (this.is('{') || this.is('[') || this.is('(')) this.skip();
    else if (token.kind === 'name' || token.kind === 'string' || token.kind === 'number') this.at++;
    else return false;
    for (;;) {
      if (this.is('.') && this.peek(1).kind === 'name') this.at += 2;
      else if (this.is('[') && !this.peek().newLine) this.skip();
      else if (!(this.is('<') && this.skipTypeArguments())) return true;
    }
  }

  /** `A | B`, `A extends B ? C : D`, `x is T`. */
  #goesOn(): boolean {
    if (this.accept('|') || this.accept('&')) return true;
    if (this.is('is') && !this.peek().newLine) return this.accept('is');
    if (!this.is('extends') || this.peek().newLine) return false;
    this.at++;
    this.skipType();
    if (!this.accept('?')) return false;
    this.skipType();
    return this.accept(':');
  }

  /** `<A, B>`; false, and nothing stepped over, where the `<` is an operator. */
  protected skipTypeArguments(): boolean {
    const before = this.at;
    let open = 0;
    while (this.at - before < LONGEST_ARGUMENTS) {
      if (this.is('<')) open++;
      else if (this.is('>') && --open === 0) {
        this.at++;
        return true;
      } else if (!this.#mayStandInType()) break;
      this.skip();
    }
    this.at = before;
    return false;
  }

  #mayStandInType(): boolean {
    const token = this.peek();
    if (token.kind === 'end' || token.kind === 'pattern') return false;
    return token.kind !== 'punctuation' || /^(?:[{[(>.,:?|&=-]|=>|\.\.\.)$/.test(token.text);
  }
}
