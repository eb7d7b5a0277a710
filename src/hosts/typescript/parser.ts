import type { Case, Expression, FunctionDeclaration, Imported, Statement } from '../braces/syntax.ts';
import { tokenize } from '../braces/tokens.ts';
import { ExpressionParser } from './expressions.ts';
import { lexicon } from './tokens.ts';

const MEMBER_MODIFIERS =
  /^(?:public|private|protected|readonly|override|static|abstract|declare|accessor|async|get|set|\*)$/;

/** The statements of a file. */
export function parseTypeScript(text: string): readonly Statement[] {
  return new TypeScriptParser(text, tokenize(text, lexicon)).program();
}

/** The expression at `start`..`end` of a file. */
export function parseHole(text: string, start: number, end: number): Expression {
  return new TypeScriptParser(text, tokenize(text, lexicon, start, end)).wholeExpression();
}

class TypeScriptParser extends ExpressionParser {
  protected statement(): Statement | readonly Statement[] {
    const token = this.peek();
    if (token.kind === 'name') return this.#wordStatement(token.text);
    if (this.accept(';')) return [];
    if (!this.is('{')) return this.#expressionStatement();
    const { start } = token;
    const body = this.block();
    return { kind: 'block', body, start, end: this.previousEnd() };
  }

  #wordStatement(word: string): Statement | readonly Statement[] {
    if (word.startsWith('@')) return this.#decorator();
    if (this.is(':', 1) && !/^(?:default|case)$/.test(word)) {
      this.at += 2;
      return [];
    }
    switch (word) {
      case 'import':
        return this.is('(', 1) || this.is('.', 1) ? this.#expressionStatement() : this.#import();
      case 'export':
        return this.#export();
      case 'const':
      case 'let':
      case 'var':
        if (this.is('enum', 1)) return this.#skipDeclaration();
        this.at++;
        return this.#declarations();
      case 'async':
      case 'function':
        return this.is('function', word === 'async' ? 1 : 0) ? this.#function() : this.#expressionStatement();
      case 'abstract':
      case 'class':
        return this.#class();
      case 'interface':
      case 'enum':
      case 'declare':
      case 'type':
      case 'namespace':
      case 'module':
        return this.peek(1).kind === 'name' ? this.#skipDeclaration() : this.#expressionStatement();
      default:
        return this.#controlFlow(word);
    }
  }

  #controlFlow(word: string): Statement | readonly Statement[] {
    const { start } = this.peek();
    switch (word) {
      case 'if':
        return this.#if(start);
      case 'for':
        return this.#for(start);
      case 'while':
        return this.#while(start);
      case 'do':
        return this.#do(start);
      case 'try':
        return this.#try(start);
      case 'switch':
        return this.#switch(start);
      case 'return':
        return this.#return(start);
      case 'throw': {
        this.at++;
        const value = this.expression();
        return { kind: 'throw', value, start, end: this.previousEnd() };
      }
      case 'continue':
      case 'break':
        this.at++;
        if (this.peek().kind === 'name' && !this.peek().newLine) this.at++;
        return { kind: word, start, end: this.previousEnd() };
      default:
        return this.#expressionStatement();
    }
  }

  #expressionStatement(): Statement {
    const { start } = this.peek();
    let value = this.expression();
    while (this.accept(',')) value = this.expression();
    this.accept(';');
    return { kind: 'expression', value, start, end: Math.max(value.end, start) };
  }

  #decorator(): readonly Statement[] {
    this.at++;
    while (this.is('.')) this.at += 2;
    if (this.is('(')) this.skip();
    return [];
  }

  /** `enum X {..}`, `interface X {..}`, `type X = ..`, `declare ..`: nothing of it runs. */
  #skipDeclaration(): Statement {
    const { start, text } = this.peek();
    this.at++;
    if (text === 'type') {
      while (!this.is('=') && !this.is(';') && this.peek().kind !== 'end') this.skip();
      if (this.accept('=')) this.skipType();
    } else if (text === 'namespace' || text === 'module') {
      while (!this.is('{') && this.peek().kind !== 'end') this.at++;
      const body = this.block();
      return { kind: 'block', body, start, end: this.previousEnd() };
    } else {
      while (!this.is('{') && !this.is(';') && this.peek().kind !== 'end') this.skip();
      this.skip();
    }
    return { kind: 'other', start, end: this.previousEnd() };
  }

  #import(): Statement {
    const { start } = this.peek();
    this.at++;
    if (this.is('type') && !this.is('from', 1)) this.at++;
    const names: Imported[] = [];
    while (this.peek().kind !== 'string' && this.peek().kind !== 'end' && !this.is(';') && !this.is('=')) {
      if (this.is('{')) names.push(...this.#importedNames());
      else if (this.accept('*')) {
        if (this.accept('as')) names.push({ name: null, as: this.peek().text });
        this.at++;
      } else if (this.is('from') || this.accept(',')) this.accept('from');
      else {
        names.push({ name: 'default', as: this.peek().text });
        this.skip();
      }
    }
    return this.#from(names, start);
  }

  #importedNames(): readonly Imported[] {
    const close = this.partner();
    const names: Imported[] = [];
    this.at++;
    while (this.at < close) {
      if (this.is('type') && this.peek(1).kind === 'name') this.at++;
      const name = this.peek().text;
      if (this.peek().kind === 'name') names.push({ name, as: this.is('as', 1) ? this.peek(2).text : name });
      while (this.at < close && !this.accept(',')) this.skip();
    }
    this.leave(close);
    return names;
  }

  #from(names: readonly Imported[], start: number): Statement {
    const { literal, kind } = this.peek();
    if (kind !== 'string' || literal === undefined) return { kind: 'other', start, end: this.previousEnd() };
    this.at++;
    // `import x from './schema.sql' with { type: 'text' }`
    if (this.accept('with') || this.accept('assert')) this.skip();
    this.accept(';');
    const path = this.text.slice(literal.from, literal.to);
    return { kind: 'import', path, names, start, end: this.previousEnd() };
  }

  #export(): Statement | readonly Statement[] {
    const { start } = this.peek();
    this.at++;
    if (this.is('{')) {
      const names = this.#importedNames();
      return this.accept('from') ? this.#from(names, start) : [];
    }
    if (this.accept('*')) {
      if (this.accept('as')) this.at++;
      return this.accept('from') ? this.#from([{ name: '*', as: '*' }], start) : [];
    }
    if (!this.accept('default')) return this.accept('=') ? this.#expressionStatement() : this.statement();
    if (this.is('function') || this.is('class') || this.is('async') || this.is('abstract')) return this.statement();
    const value = this.expression();
    this.accept(';');
    const target: Expression = { kind: 'name', name: 'default', start, end: start };
    const assigned: Expression = {
      kind: 'assign',
      targets: [target],
      values: [value],
      operator: ':=',
      start,
      end: value.end,
    };
    return { kind: 'expression', value: assigned, start, end: value.end };
  }

  #declarations(): readonly Statement[] {
    const statements: Statement[] = [];
    do {
      const target = this.primary();
      const { start } = target;
      this.skipAnnotation();
      const values = this.accept('=') ? [this.expression()] : [];
      const end = this.previousEnd();
      const value: Expression = { kind: 'assign', targets: [target], values, operator: ':=', start, end };
      statements.push({ kind: 'expression', value, start, end });
    } while (this.accept(','));
    this.accept(';');
    return statements;
  }

  #function(): Statement {
    const { start } = this.peek();
    this.accept('async');
    this.at++;
    this.accept('*');
    const name = this.peek().kind === 'name' ? this.peek().text : 'default';
    if (this.peek().kind === 'name') this.at++;
    return this.#declared(name, null, start);
  }

  #declared(name: string, owner: string | null, start: number): FunctionDeclaration {
    const { parameters, body } = this.signatureAndBody();
    return { kind: 'function', name, owner, receiver: null, parameters, body, start, end: this.previousEnd() };
  }

  #class(): Statement {
    const { start } = this.peek();
    this.accept('abstract');
    if (!this.accept('class')) return this.#expressionStatement();
    const name = this.peek().kind === 'name' && !this.is('extends') ? this.peek().text : 'default';
    const body = this.classBody(name);
    return { kind: 'class', name, body, start, end: this.previousEnd() };
  }

  protected classBody(owner: string): readonly Statement[] {
    while (!this.is('{') && this.peek().kind !== 'end' && !this.is(';')) {
      if (!(this.is('<') && this.skipTypeArguments())) this.skip();
    }
    if (!this.is('{')) return [];
    const close = this.partner();
    const members: Statement[] = [];
    this.at++;
    while (this.at < close) {
      const before = this.at;
      members.push(...this.#member(owner));
      if (this.at === before) this.skip();
    }
    this.leave(close);
    return members;
  }

  #member(owner: string): readonly Statement[] {
    if (this.accept(';')) return [];
    if (this.peek().text.startsWith('@')) return this.#decorator();
    const { start } = this.peek();
    if (this.is('static') && this.is('{', 1)) this.at++;
    if (this.is('{')) return this.block();
    while (MEMBER_MODIFIERS.test(this.peek().text) && !/^[(=;:?!<]$/.test(this.peek(1).text)) this.at++;
    const name = this.peek().text.replace(/^#/, '');
    const target: Expression = { kind: 'name', name, start: this.peek().start, end: this.peek().end };
    this.skip();
    this.accept('?');
    if (this.is('(') || this.is('<')) return [this.#declared(name, owner, start)];
    this.skipAnnotation();
    if (!this.accept('=')) return [];
    const value = this.expression();
    const { end } = value;
    if (value.kind === 'lambda') return [{ ...value, kind: 'function', name, owner, receiver: null, start, end }];
    return [
      {
        kind: 'expression',
        value: { kind: 'assign', targets: [target], values: [value], operator: ':=', start, end },
        start,
        end,
      },
    ];
  }

  /** The condition in brackets behind `if`, `while`, `switch`. */
  #condition(): Expression {
    if (!this.is('(')) return this.unknownToken();
    const close = this.partner();
    this.at++;
    const condition = this.expression();
    this.leave(close);
    return condition;
  }

  /** A block, or one statement in its place. */
  #body(): readonly Statement[] {
    if (this.is('{')) return this.block();
    const read = this.statement();
    return 'kind' in read ? [read] : read;
  }

  #if(start: number): Statement {
    this.at++;
    const condition = this.#condition();
    const then = this.#body();
    const otherwise = this.accept('else') ? this.#body() : [];
    return { kind: 'if', before: null, condition, then, otherwise, start, end: this.previousEnd() };
  }

  #for(start: number): Statement | readonly Statement[] {
    this.at++;
    this.accept('await');
    if (!this.is('(')) return [];
    const close = this.partner();
    this.at++;
    const isDeclared = this.accept('const') || this.accept('let') || this.accept('var');
    const from = this.at;
    const target = this.is(';') ? null : this.primary();
    this.skipAnnotation();
    if (target !== null && (this.is('of') || this.is('in'))) return this.#each(target, close, start);
    this.at = from;
    const before = isDeclared ? this.#declarations() : this.is(';') ? [] : [this.#expressionStatement()];
    if (!isDeclared) this.accept(';');
    const condition = this.is(';') ? null : this.expression();
    this.accept(';');
    const step = this.at < close ? this.#expressionStatement() : null;
    this.leave(close);
    const body = this.#body();
    const end = this.previousEnd();
    return { kind: 'loop', before: before.at(0) ?? null, condition, step, body, start, end };
  }

  #each(target: Expression, close: number, start: number): Statement {
    const takesKeys = this.is('in');
    this.at++;
    const of = this.expression();
    this.leave(close);
    const over = takesKeys ? keysOf(of) : of;
    const variable = target.kind === 'name' ? { name: target.name, pattern: null } : { name: '', pattern: target };
    const body = this.#body();
    return { kind: 'each', variables: [variable], counts: false, over, body, start, end: this.previousEnd() };
  }

  #while(start: number): Statement {
    this.at++;
    const condition = this.#condition();
    const body = this.#body();
    return { kind: 'loop', before: null, condition, step: null, body, start, end: this.previousEnd() };
  }

  /** A loop that runs at least once is taken to run once. */
  #do(start: number): Statement {
    this.at++;
    const body = this.#body();
    if (this.accept('while')) this.#condition();
    return { kind: 'block', body, start, end: this.previousEnd() };
  }

  #try(start: number): Statement {
    this.at++;
    const body = this.block();
    if (!this.accept('catch')) {
      const last = this.accept('finally') ? this.block() : [];
      return { kind: 'try', body, handlers: [], last, start, end: this.previousEnd() };
    }
    const variable = this.is('(') ? (this.parameters()[0]?.name ?? '') : '';
    const handlers = [{ variable, classes: [], body: this.block() }];
    const last = this.accept('finally') ? this.block() : [];
    return { kind: 'try', body, handlers, last, start, end: this.previousEnd() };
  }

  #switch(start: number): Statement {
    this.at++;
    const of = this.#condition();
    const cases: Case[] = [];
    if (this.is('{')) {
      const close = this.partner();
      this.at++;
      while (this.at < close) cases.push(this.#case(close));
      this.leave(close);
    }
    return { kind: 'switch', before: null, of, cases, start, end: this.previousEnd() };
  }

  #case(close: number): Case {
    const values: Expression[] = [];
    if (this.accept('case')) values.push(this.expression());
    else if (!this.accept('default')) this.skip();
    this.accept(':');
    const body: Statement[] = [];
    while (this.at < close && !this.is('case') && !(this.is('default') && this.is(':', 1))) {
      const before = this.at;
      const read = this.statement();
      if ('kind' in read) body.push(read);
      else body.push(...read);
      if (this.at === before) this.skip();
    }
    return { values, body: body.filter(({ kind }) => kind !== 'break'), fallsThrough: !leaves(body) };
  }

  #return(start: number): Statement {
    this.at++;
    const isBare = this.is(';') || this.is('}') || this.peek().newLine || this.peek().kind === 'end';
    const values = isBare ? [] : [this.expression()];
    this.accept(';');
    return { kind: 'return', values, start, end: this.previousEnd() };
  }
}

function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  if (last?.kind === 'block') return leaves(last.body);
  return last !== undefined && /^(?:break|return|throw|continue)$/.test(last.kind);
}

/** `for (const key in object)`: the same as `of Object.keys(object)`. */
function keysOf(of: Expression): Expression {
  const { start, end } = of;
  const object: Expression = { kind: 'name', name: 'Object', start, end: start };
  const callee: Expression = { kind: 'member', of: object, name: 'keys', start, end: start };
  return { kind: 'call', callee, arguments: [of], start, end };
}
