/** A token of Python, with its place in the file. Comments and blank lines are none. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Names and operators: their characters; strings: the prefix in lower case, such as `rb`; else empty. */
  readonly text: string;
  /** Strings: the characters between the quotes as written, and where they stand. */
  readonly content?: { readonly start: number; readonly end: number; readonly words: string };
}

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Nd}_]*/uy;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?)[jJ]?/y;
const OPERATOR = /\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\*\*|\/\/|<<|>>|[-+*/%@&|^]=|./suy;
const DOUBLE_QUOTE_STOPS = /["\\\n\r]/g;
const SINGLE_QUOTE_STOPS = /['\\\n\r]/g;
const STRING_PREFIX = /^(?:[rbuft]|rb|br|fr|rf|tr|rt)$/;

/** Cuts a Python file into tokens with its block structure. Never throws: what is no Python becomes operators. */
export function pythonTokens(text: string): readonly Token[] {
  return new Tokenizer(text).run();
}

/** The tokens of an expression that stands at `start`..`end`, inside the braces of an f-string. */
export function expressionTokens(text: string, start: number, end: number): readonly Token[] {
  return new Tokenizer(text.slice(0, end)).runFrom(start);
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #indents: number[] = [0];
  #offset = 0;
  /** Open brackets: inside them line ends do not count. */
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    this.#startLine();
    while (this.#offset < this.#text.length) this.#next();
    if (this.#tokens.at(-1)?.kind !== 'newline') this.#add('newline', this.#offset, '');
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#add('dedent', this.#offset, '');
    }
    this.#add('end', this.#offset, '');
    return this.#tokens;
  }

  runFrom(start: number): readonly Token[] {
    this.#offset = start;
    this.#depth = 1;
    while (this.#offset < this.#text.length) this.#next();
    this.#add('newline', this.#offset, '');
    this.#add('end', this.#offset, '');
    return this.#tokens;
  }

  #next(): void {
    const character = this.#text.charAt(this.#offset);
    if (character === '\n' || character === '\r') this.#endLine();
    else if (character === ' ' || character === '\t' || character === '\f') this.#offset++;
    else if (character === '#') this.#skipComment();
    else if (character === '\\') this.#skipContinuation();
    else if (character === '"' || character === "'") this.#string(this.#offset, '');
    else this.#word();
  }

  #endLine(): void {
    if (this.#depth === 0 && this.#tokens.at(-1)?.kind !== 'newline') this.#add('newline', this.#offset, '');
    this.#skipLineEnd();
    if (this.#depth === 0) this.#startLine();
  }

  #skipLineEnd(): void {
    this.#offset += this.#text.startsWith('\r\n', this.#offset) ? 2 : 1;
  }

  /** Measures the indentation of the next line that holds code. */
  #startLine(): void {
    let column = 0;
    for (; this.#offset < this.#text.length; this.#offset++) {
      const character = this.#text.charAt(this.#offset);
      if (character === ' ' || character === '\uFEFF') column++;
      else if (character === '\t') column += 8 - (column % 8);
      else break;
    }
    if (this.#text.charAt(this.#offset) === '#') this.#skipComment();
    const character = this.#text.charAt(this.#offset);
    if (character === '' || character === '\n' || character === '\r') return;
    this.#indentTo(column);
  }

  #indentTo(column: number): void {
    const current = this.#indents.at(-1) ?? 0;
    if (column > current) {
      this.#indents.push(column);
      this.#add('indent', this.#offset, '');
    }
    while (column < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#add('dedent', this.#offset, '');
    }
  }

  #skipComment(): void {
    while (this.#offset < this.#text.length && !this.#atLineEnd()) this.#offset++;
  }

  #skipContinuation(): void {
    this.#offset++;
    if (this.#atLineEnd()) this.#skipLineEnd();
  }

  #atLineEnd(): boolean {
    const character = this.#text.charAt(this.#offset);
    return character === '\n' || character === '\r';
  }

  #word(): void {
    const name = this.#match(NAME);
    if (name !== '') {
      const quote = this.#text.charAt(this.#offset + name.length);
      const isPrefix = (quote === '"' || quote === "'") && STRING_PREFIX.test(name.toLowerCase());
      if (isPrefix) this.#string(this.#offset + name.length, name.toLowerCase());
      else this.#add('name', this.#offset + name.length, name);
      return;
    }
    const number = /[\d.]/.test(this.#text.charAt(this.#offset)) ? this.#match(NUMBER) : '';
    if (number !== '') this.#add('number', this.#offset + number.length, number);
    else this.#operator(this.#match(OPERATOR));
  }

  #operator(operator: string): void {
    if (operator === '(' || operator === '[' || operator === '{') this.#depth++;
    if (operator === ')' || operator === ']' || operator === '}') this.#depth = Math.max(0, this.#depth - 1);
    this.#add('operator', this.#offset + Math.max(1, operator.length), operator);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #string(quoteAt: number, prefix: string): void {
    const quote = this.#text.charAt(quoteAt);
    const delimiter = this.#text.startsWith(quote.repeat(3), quoteAt) ? quote.repeat(3) : quote;
    const start = quoteAt + delimiter.length;
    const end = this.#stringEnd(start, delimiter);
    const closed = this.#text.startsWith(delimiter, end);
    const token = { kind: 'string', start: this.#offset, end: closed ? end + delimiter.length : end } as const;
    this.#tokens.push({ ...token, text: prefix, content: { start, end, words: this.#text.slice(start, end) } });
    this.#offset = token.end;
  }

  /** A string in one quote ends at its line's end even if it is never closed, so a slip does not swallow the file. */
  #stringEnd(start: number, delimiter: string): number {
    const stops = delimiter.startsWith('"') ? DOUBLE_QUOTE_STOPS : SINGLE_QUOTE_STOPS;
    stops.lastIndex = start;
    for (let match = stops.exec(this.#text); match !== null; match = stops.exec(this.#text)) {
      const at = match.index;
      const character = this.#text.charAt(at);
      if (character === '\\') stops.lastIndex = at + 2;
      else if (character === '\n' || character === '\r') {
        if (delimiter.length === 1) return at;
      } else if (this.#text.startsWith(delimiter, at)) return at;
    }
    return this.#text.length;
  }

  #add(kind: Token['kind'], end: number, text: string): void {
    this.#tokens.push({ kind, start: this.#offset, end, text });
    if (end > this.#offset) this.#offset = end;
  }
}
