import type { Case, Expression, Imported, Parameter, Statement } from '../braces/syntax.ts';
import { tokenize } from '../braces/tokens.ts';
import { ExpressionParser } from './expressions.ts';
import { lexicon } from './tokens.ts';

/** The statements of a file. */
export function parseGo(text: string): readonly Statement[] {
  return new GoParser(text, tokenize(text, lexicon)).program();
}

class GoParser extends ExpressionParser {
  protected statement(): Statement | readonly Statement[] {
    const token = this.peek();
    if (this.accept(';')) return [];
    if (this.is('{')) {
      const body = this.outsideHeader(() => this.block());
      return { kind: 'block', body, start: token.start, end: this.previousEnd() };
    }
    return token.kind === 'name' ? this.#wordStatement(token.text, token.start) : this.#simple();
  }

  #wordStatement(word: string, start: number): Statement | readonly Statement[] {
    switch (word) {
      case 'package':
        this.at += 2;
        return [];
      case 'import':
        return this.#group(() => this.#import());
      case 'var':
      case 'const':
        return this.#group(() => this.#declaration());
      case 'type':
        return this.#group(() => this.#type());
      case 'func':
        return this.is('(', 1) && !this.#isMethod() ? this.#simple() : this.#function(start);
      case 'if':
        return this.#if(start);
      case 'for':
        return this.#for(start);
      case 'switch':
      case 'select':
        return this.#switch(start);
      case 'return':
        return this.#return(start);
      // What a function leaves for its end is cleaning up: rollbacks and closes.
      case 'defer':
        this.at++;
        this.expression();
        return { kind: 'other', start, end: this.previousEnd() };
      case 'go':
        this.at++;
        return this.#simple();
      case 'continue':
      case 'break':
      case 'goto':
      case 'fallthrough':
        this.at++;
        if (this.peek().kind === 'name' && !this.peek().newLine) this.at++;
        return word === 'continue' || word === 'break' ? { kind: word, start, end: this.previousEnd() } : [];
    }
    if (this.is(':', 1)) {
      this.at += 2;
      return [];
    }
    return this.#simple();
  }

  /** `var x = 1`, `var ( .. )`. */
  #group(read: () => readonly Statement[]): readonly Statement[] {
    this.at++;
    if (!this.is('(')) return read();
    const close = this.partner();
    const statements: Statement[] = [];
    this.at++;
    while (this.at < close) {
      const before = this.at;
      statements.push(...read());
      if (this.at === before) this.skip();
    }
    this.leave(close);
    return statements;
  }

  #import(): readonly Statement[] {
    const { start } = this.peek();
    let as = '';
    if (this.peek().kind === 'name' || this.is('.')) {
      as = this.peek().text;
      this.at++;
    }
    const { literal, end } = this.peek();
    if (literal === undefined) return [];
    this.at++;
    const path = this.text.slice(literal.from, literal.to);
    const parts = path.split('/');
    const last = /^v\d+$/.test(parts.at(-1) ?? '') ? (parts.at(-2) ?? '') : (parts.at(-1) ?? '');
    const names: readonly Imported[] = [{ name: null, as: as === '' ? last : as }];
    return [{ kind: 'import', path, names, start, end }];
  }

  #declaration(): readonly Statement[] {
    const { start } = this.peek();
    const targets: Expression[] = [];
    do {
      const { kind, text, start: from, end } = this.peek();
      if (kind !== 'name') break;
      targets.push({ kind: 'name', name: text, start: from, end });
      this.at++;
    } while (this.accept(','));
    if (!this.is('=') && !this.peek().newLine && !this.is(')')) this.type();
    const values = this.accept('=') ? this.#list() : [];
    const end = this.previousEnd();
    const value: Expression = { kind: 'assign', targets, values, operator: ':=', start, end };
    return [...this.#embedded(targets[0], start), { kind: 'expression', value, start, end }];
  }

  /** `//go:embed PATTERN ..` in the lines above. */
  #embedded(target: Expression | undefined, start: number): readonly Statement[] {
    if (target?.kind !== 'name') return [];
    const patterns: string[] = [];
    let line = this.text.lastIndexOf('\n', start);
    for (; line > 0;) {
      const from = this.text.lastIndexOf('\n', line - 1) + 1;
      const words = this.text.slice(from, line).trim();
      if (!words.startsWith('//')) break;
      if (words.startsWith('//go:embed ')) patterns.unshift(...words.slice(11).trim().split(/\s+/));
      line = from - 1;
    }
    const plain = patterns.map((pattern) => pattern.replace(/^["`]|["`]$/g, '').replace(/^all:/, ''));
    return plain.length === 0 ? [] : [{ kind: 'embed', name: target.name, patterns: plain, start, end: target.end }];
  }

  #type(): readonly Statement[] {
    const { start, text } = this.peek();
    this.at++;
    // `type List[T any] ..`
    if (this.is('[') && this.peek(1).kind === 'name' && this.peek(2).kind === 'name') this.skip();
    this.accept('=');
    const { fields } = this.type();
    return fields === null ? [] : [{ kind: 'type', name: text, fields, start, end: this.previousEnd() }];
  }

  #isMethod(): boolean {
    const behind = this.partner(this.at + 1) + 1;
    return this.tokenAt(behind).kind === 'name' && this.tokenAt(behind + 1).text === '(';
  }

  /** `func (s *Store) migrate(..) error { .. }` */
  #function(start: number): Statement {
    this.at++;
    let owner: string | null = null;
    let receiver: string | null = null;
    if (this.is('(')) {
      const close = this.partner();
      if (this.peek(1).kind === 'name' && this.at + 2 < close) receiver = this.peek(1).text;
      this.at += receiver === null ? 1 : 2;
      owner = this.type().name;
      this.leave(close);
    }
    const name = this.peek().text;
    this.at++;
    if (this.is('[')) this.skip();
    const parameters: readonly Parameter[] = this.is('(') ? this.parameters() : [];
    this.skipResults();
    const body = this.outsideHeader(() => this.block());
    return { kind: 'function', name, owner, receiver, parameters, body, start, end: this.previousEnd() };
  }

  #list(): readonly Expression[] {
    const values: Expression[] = [this.expression()];
    while (this.accept(',')) values.push(this.expression());
    return values;
  }

  /** An expression, an assignment, `i++`. */
  #simple(): Statement {
    const { start } = this.peek();
    const first = this.expression();
    let value: Expression = first;
    if (this.is(',') && first.kind !== 'assign') {
      const targets: Expression[] = [first];
      while (this.accept(',')) targets.push(this.postfix(this.primary()));
      const operator = this.peek().text;
      if (this.accept(':=') || this.accept('='))
        value = { kind: 'assign', targets, values: this.#rangeOrList(), operator, start, end: this.previousEnd() };
    }
    return { kind: 'expression', value, start, end: Math.max(start, value.end) };
  }

  #rangeOrList(): readonly Expression[] {
    return this.is('range') ? [] : this.#list();
  }

  #if(start: number): Statement {
    this.at++;
    const { before, condition } = this.inHeader(() => this.#header());
    const then = this.outsideHeader(() => this.block());
    let otherwise: readonly Statement[] = [];
    if (this.accept('else'))
      otherwise = this.is('if') ? [this.#if(this.peek().start)] : this.outsideHeader(() => this.block());
    const end = this.previousEnd();
    return { kind: 'if', before, condition: condition ?? { kind: 'unknown', start, end }, then, otherwise, start, end };
  }

  /** `x := f(); x > 0` */
  #header(): { readonly before: Statement | null; readonly condition: Expression | null } {
    if (this.is('{')) return { before: null, condition: null };
    const first = this.is(';') ? null : this.#simple();
    if (!this.accept(';')) return { before: null, condition: first?.kind === 'expression' ? first.value : null };
    if (this.is('{')) return { before: first, condition: null };
    const second = this.#simple();
    return { before: first, condition: second.kind === 'expression' ? second.value : null };
  }

  #for(start: number): Statement {
    this.at++;
    const read = this.inHeader(() => this.#forHeader());
    while (!this.is('{') && this.peek().kind !== 'end' && !this.peek().newLine) this.skip();
    const body = this.outsideHeader(() => this.block());
    return { ...read, body, start, end: this.previousEnd() };
  }

  #forHeader():
    | { kind: 'each'; variables: readonly Parameter[]; counts: boolean; over: Expression }
    | { kind: 'loop'; before: Statement | null; condition: Expression | null; step: Statement | null } {
    if (this.is('{')) return { kind: 'loop', before: null, condition: null, step: null };
    if (this.is('range')) return this.#range([]);
    const first = this.is(';') ? null : this.#rangeVariables();
    if (first !== null && 'variables' in first) return this.#range(first.variables);
    const before = first?.statement ?? null;
    if (!this.accept(';'))
      return { kind: 'loop', before: null, condition: before?.kind === 'expression' ? before.value : null, step: null };
    const condition = this.is(';') || this.is('{') ? null : this.expression();
    this.accept(';');
    const step = this.is('{') ? null : this.#simple();
    return { kind: 'loop', before, condition, step };
  }

  /** `i, m := range`, or any other statement. */
  #rangeVariables(): { readonly variables: readonly Parameter[] } | { readonly statement: Statement } {
    const from = this.at;
    const variables: Parameter[] = [];
    while (this.peek().kind === 'name') {
      variables.push({ name: this.peek().text, pattern: null });
      this.at++;
      if (!this.accept(',')) break;
    }
    if ((this.accept(':=') || this.accept('=')) && this.is('range')) return { variables };
    this.at = from;
    return { statement: this.#simple() };
  }

  #range(variables: readonly Parameter[]): {
    kind: 'each';
    variables: readonly Parameter[];
    counts: boolean;
    over: Expression;
  } {
    this.at++;
    return { kind: 'each', variables, counts: true, over: this.expression() };
  }

  #switch(start: number): Statement {
    this.at++;
    const { before, condition } = this.inHeader(() => this.#header());
    const cases: Case[] = [];
    if (this.is('{')) {
      const close = this.partner();
      this.at++;
      this.outsideHeader(() => {
        while (this.at < close) cases.push(this.#case(close));
      });
      this.leave(close);
    }
    return { kind: 'switch', before, of: condition, cases, start, end: this.previousEnd() };
  }

  #case(close: number): Case {
    const values: Expression[] = [];
    if (this.accept('case')) values.push(...this.#list());
    else if (!this.accept('default')) this.skip();
    this.accept(':');
    const body: Statement[] = [];
    let fallsThrough = false;
    while (this.at < close && !this.is('case') && !this.is('default')) {
      const before = this.at;
      fallsThrough = this.is('fallthrough');
      const read = this.statement();
      if ('kind' in read) body.push(read);
      else body.push(...read);
      if (this.at === before) this.skip();
    }
    return { values, body, fallsThrough };
  }

  #return(start: number): Statement {
    this.at++;
    const isBare = this.is('}') || this.peek().newLine || this.is(';') || this.peek().kind === 'end';
    const values = isBare ? [] : this.#list();
    return { kind: 'return', values, start, end: this.previousEnd() };
  }
}
