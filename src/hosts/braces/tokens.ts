import type { StringLiteral } from './syntax.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'pattern' | 'punctuation' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It is the first of its line. */
  readonly newLine: boolean;
  readonly literal?: StringLiteral;
  /** For a bracket the index of its partner; for one that is never closed the number of tokens. */
  partner?: number;
}

/** What a language's tokens look like, beyond what all languages with braces share. */
export interface Lexicon {
  /** The string literal that begins at `at`, if one does. */
  readonly string: (text: string, at: number, end: number) => StringLiteral | undefined;
  /** Whether `/` may begin a regular expression. */
  readonly patterns: boolean;
}

const OPERATORS =
  /\.\.\.|===|!==|>>>=|<<=|>>=|\*\*=|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|:=|<-|->|::|\*\*|[\s\S]/y;
const NAME = /[\p{ID_Start}$_@#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)n?/y;
/** A bracket further out than this is not looked for: such nesting is made to cost time. */
const DEEPEST_LOOK = 200;

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Words behind which `/` begins a regular expression. */
const BEFORE_PATTERN = /^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/;

/** Cuts a part of a file into tokens. It never fails: what it does not know is punctuation. */
export function tokenize(text: string, lexicon: Lexicon, start = 0, end = text.length): readonly Token[] {
  return new Tokenizer(text, lexicon, end).read(start);
}

class Tokenizer {
  readonly #text: string;
  readonly #lexicon: Lexicon;
  readonly #end: number;
  readonly #tokens: Token[] = [];
  readonly #open: number[] = [];
  #newLine = true;

  constructor(text: string, lexicon: Lexicon, end: number) {
    this.#text = text;
    this.#lexicon = lexicon;
    this.#end = end;
  }

  read(start: number): readonly Token[] {
    let at = start;
    while (at < this.#end) at = this.#next(at);
    for (const index of this.#open) this.#pair(index, this.#tokens.length);
    this.#add('end', this.#end, this.#end);
    return this.#tokens;
  }

  #next(at: number): number {
    const character = this.#text.charCodeAt(at);
    if (character === 10 || character === 0x2028) this.#newLine = true;
    if (character <= 32 || character === 0xa0 || character === 0xfeff) return at + 1;
    if (character === 47) return this.#slash(at);
    return this.#word(at) ?? this.#literal(at) ?? this.#punctuation(at);
  }

  #slash(at: number): number {
    if (this.#text.startsWith('//', at)) return this.#behind('\n', at, 0);
    if (this.#text.startsWith('/*', at)) {
      const end = this.#behind('*/', at + 2, 2);
      if (this.#text.slice(at, end).includes('\n')) this.#newLine = true;
      return end;
    }
    const end = this.#lexicon.patterns && this.#mayBeginPattern() ? patternEnd(this.#text, at, this.#end) : at;
    return end > at ? this.#add('pattern', at, end) : this.#punctuation(at);
  }

  #behind(mark: string, from: number, width: number): number {
    const found = this.#text.indexOf(mark, from);
    return found < 0 ? this.#end : Math.min(found + width, this.#end);
  }

  #mayBeginPattern(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === 'name') return BEFORE_PATTERN.test(last.text);
    return last.kind === 'punctuation' && !/^[)\]}]$/.test(last.text);
  }

  #word(at: number): number | undefined {
    const character = this.#text.charCodeAt(at);
    if (character >= 48 && character <= 57) {
      NUMBER.lastIndex = at;
      return NUMBER.test(this.#text) ? this.#add('number', at, NUMBER.lastIndex) : undefined;
    }
    NAME.lastIndex = at;
    return NAME.test(this.#text) ? this.#add('name', at, Math.min(NAME.lastIndex, this.#end)) : undefined;
  }

  #literal(at: number): number | undefined {
    const literal = this.#lexicon.string(this.#text, at, this.#end);
    if (literal === undefined) return undefined;
    this.#tokens.push({
      kind: 'string',
      text: literal.style,
      start: at,
      end: literal.end,
      newLine: this.#newLine,
      literal,
    });
    this.#newLine = false;
    return literal.end;
  }

  #punctuation(at: number): number {
    OPERATORS.lastIndex = at;
    OPERATORS.test(this.#text);
    const end = Math.min(Math.max(OPERATORS.lastIndex, at + 1), this.#end);
    const index = this.#tokens.length;
    this.#add('punctuation', at, end);
    const text = this.#text.slice(at, end);
    if (text === '(' || text === '[' || text === '{') this.#open.push(index);
    else if (CLOSING[text] !== undefined) this.#close(index, CLOSING[text] ?? '');
    return end;
  }

  /** A bracket closes the nearest of its kind; those that stay open inside end with it. */
  #close(index: number, opening: string): void {
    const nearest = Math.max(0, this.#open.length - DEEPEST_LOOK);
    let at = this.#open.length - 1;
    while (at >= nearest && this.#tokens[this.#open[at] ?? 0]?.text !== opening) at--;
    if (at < nearest) return;
    for (const inner of this.#open.splice(at)) this.#pair(inner, index);
  }

  #pair(index: number, partner: number): void {
    const token = this.#tokens[index];
    if (token !== undefined) token.partner = partner;
  }

  #add(kind: Token['kind'], start: number, end: number): number {
    this.#tokens.push({ kind, text: this.#text.slice(start, end), start, end, newLine: this.#newLine });
    this.#newLine = false;
    return end;
  }
}

/** Behind the regular expression that begins at `at`, flags included; `at` itself where none does. */
function patternEnd(text: string, at: number, end: number): number {
  let inClass = false;
  for (let position = at + 1; position < end; position++) {
    const character = text.charAt(position);
    if (character === '\n') return at;
    if (character === '\\') position++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) {
      let behind = position + 1;
      while (behind < end && /[a-z]/.test(text.charAt(behind))) behind++;
      return behind;
    }
  }
  return at;
}
