import { ExpressionParser } from './expressions.ts';
import type { Expression, Handler, Statement } from './syntax.ts';
import { pythonTokens } from './tokens.ts';

/**
 * The statements of a Python file. Never throws: a line that cannot be read is left out, the block below it is
 * kept.
 */
export function parsePython(text: string): readonly Statement[] {
  return new Parser(pythonTokens(text)).file();
}

/** Deeper nesting than any person writes; below it blocks are skipped. */
const DEEPEST = 60;

class Parser extends ExpressionParser {
  #depth = 0;

  file(): readonly Statement[] {
    const statements: Statement[] = [];
    while (!this.atKind('end')) {
      if (this.atKind('dedent') || this.atKind('indent')) this.advance();
      else this.#statements(statements);
    }
    return statements;
  }

  /** One logical line: a compound statement, or small ones between semicolons. */
  #statements(into: Statement[]): void {
    const before = this.position;
    const compound = this.#compound();
    if (compound === undefined) this.#line(into);
    else into.push(...compound);
    if (this.position === before) this.advance();
  }

  #line(into: Statement[]): void {
    do {
      if (this.atKind('newline')) break;
      const statement = this.#small();
      if (statement !== undefined) into.push(statement);
    } while (this.take(';'));
    this.#skipLine();
    if (this.atKind('indent')) into.push(...this.#indented());
  }

  #skipLine(): void {
    while (!['newline', 'end', 'indent', 'dedent'].includes(this.token.kind)) this.advance();
    if (this.atKind('newline')) this.advance();
  }

  /** The block after a colon: indented lines, or the rest of the line. */
  #block(): readonly Statement[] {
    if (!this.take(':')) {
      while (!['newline', 'end'].includes(this.token.kind) && !this.at(':')) this.advance();
      this.take(':');
    }
    if (!this.atKind('newline')) {
      const statements: Statement[] = [];
      this.#line(statements);
      return statements;
    }
    this.advance();
    return this.atKind('indent') ? this.#indented() : [];
  }

  #indented(): readonly Statement[] {
    this.advance();
    if (this.#depth >= DEEPEST) return this.#skipBlock();
    this.#depth++;
    const statements: Statement[] = [];
    while (!this.atKind('dedent') && !this.atKind('end')) this.#statements(statements);
    if (this.atKind('dedent')) this.advance();
    this.#depth--;
    return statements;
  }

  #skipBlock(): readonly Statement[] {
    let open = 1;
    while (open > 0 && !this.atKind('end')) {
      if (this.atKind('indent')) open++;
      else if (this.atKind('dedent')) open--;
      this.advance();
    }
    return [];
  }

  #compound(): readonly Statement[] | undefined {
    if (this.at('@')) return this.#decorated();
    if (this.atName('async')) this.advance();
    if (!this.atKind('name')) return undefined;
    switch (this.token.text) {
      case 'def':
        return [this.#function([])];
      case 'class':
        return [this.#class()];
      case 'if':
        return [this.#if()];
      case 'for':
        return [this.#for()];
      case 'while':
        return [this.#while()];
      case 'try':
        return [this.#try()];
      case 'with':
        return [this.#with()];
      case 'match':
        return this.#match();
      default:
        return undefined;
    }
  }

  #decorated(): readonly Statement[] {
    const decorators: Expression[] = [];
    while (this.take('@')) {
      decorators.push(this.expression());
      this.#skipLine();
    }
    this.takeName('async');
    if (this.atName('def')) return [this.#function(decorators)];
    return this.atName('class') ? [this.#class()] : [];
  }

  #function(decorators: readonly Expression[]): Statement {
    const { start } = this.token;
    this.advance();
    const name = this.takeAnyName();
    const parameters = this.take('(') ? this.parameters(')') : [];
    this.take(')');
    if (this.take('->')) this.expression();
    const body = this.#block();
    return { kind: 'function', name, parameters, decorators, body, start, end: this.lastEnd };
  }

  #class(): Statement {
    const { start } = this.token;
    this.advance();
    const name = this.takeAnyName();
    if (this.take('(')) this.skipTo(')');
    return { kind: 'class', name, body: this.#block(), start, end: this.lastEnd };
  }

  #if(): Statement {
    const { start } = this.token;
    this.advance();
    const condition = this.expression();
    const { end } = condition;
    const then = this.#block();
    return { kind: 'if', condition, then, otherwise: this.#otherwise(), start, end };
  }

  /** A long row of `elif`s is a deep tree, so it counts as nesting. */
  #otherwise(): readonly Statement[] {
    if (this.atName('elif') && this.#depth < DEEPEST * 4) {
      this.#depth++;
      const chained = this.#if();
      this.#depth--;
      return [chained];
    }
    return this.takeName('else') ? this.#block() : [];
  }

  #for(): Statement {
    const { start } = this.token;
    this.advance();
    const targets = this.targets();
    this.takeName('in');
    const over = this.expressionList();
    const body = this.#block();
    const otherwise = this.takeName('else') ? this.#block() : [];
    return { kind: 'for', loop: { targets, over }, body, otherwise, start, end: over.end };
  }

  #while(): Statement {
    const { start } = this.token;
    this.advance();
    const condition = this.expression();
    const body = this.#block();
    if (this.takeName('else')) this.#block();
    return { kind: 'while', condition, body, start, end: condition.end };
  }

  #try(): Statement {
    const { start, end } = this.token;
    this.advance();
    const body = this.#block();
    const handlers: Handler[] = [];
    while (this.takeName('except')) handlers.push(this.#handler());
    const otherwise = this.takeName('else') ? this.#block() : [];
    const last = this.takeName('finally') ? this.#block() : [];
    return { kind: 'try', body, handlers, otherwise, last, start, end };
  }

  #handler(): Handler {
    this.take('*');
    const classes = this.at(':') ? [] : this.#classNames(this.expressionList());
    const variable = this.takeName('as') ? this.takeAnyName() : null;
    return { classes, variable, body: this.#block() };
  }

  #classNames(expression: Expression): readonly string[] {
    const named = expression.kind === 'tuple' || expression.kind === 'list' ? expression.items : [expression];
    return named.map((item) => dottedName(item).join('.'));
  }

  #with(): Statement {
    const { start } = this.token;
    this.advance();
    const grouped = this.at('(') && this.groupHolds('as');
    if (grouped) this.advance();
    const items: { value: Expression; variable: string | null }[] = [];
    do {
      if (this.at(')')) break;
      const value = this.expression();
      const variable = this.takeName('as') ? (this.targets()[0] ?? null) : null;
      items.push({ value, variable });
    } while (this.take(','));
    const end = this.lastEnd;
    if (grouped) this.take(')');
    return { kind: 'with', items, body: this.#block(), start, end };
  }

  /** `match` is a name too: it opens a block only where a subject and a colon at the line's end follow. */
  #match(): readonly Statement[] | undefined {
    if (!this.lineOpensBlock()) return undefined;
    const { start, end } = this.token;
    while (!this.atKind('newline') && !this.atKind('end')) this.advance();
    this.advance();
    if (!this.atKind('indent')) return [];
    this.advance();
    const bodies: (readonly Statement[])[] = [];
    while (!this.atKind('dedent') && !this.atKind('end')) {
      if (this.takeName('case')) bodies.push(this.#caseBody());
      else this.advance();
    }
    if (this.atKind('dedent')) this.advance();
    return [{ kind: 'alternatives', bodies, start, end }];
  }

  #caseBody(): readonly Statement[] {
    while (!this.at(':') && !this.atKind('newline') && !this.atKind('end')) this.advance();
    return this.#block();
  }

  #small(): Statement | undefined {
    const { start } = this.token;
    if (this.atKind('name')) {
      switch (this.token.text) {
        case 'return':
          return { kind: 'return', value: this.#valueAfterKeyword(), start, end: this.lastEnd };
        case 'raise':
          return { kind: 'raise', value: this.#valueAfterKeyword(), start, end: this.lastEnd };
        case 'continue':
        case 'break': {
          const kind = this.token.text;
          this.advance();
          return { kind, start, end: this.lastEnd };
        }
        case 'import':
        case 'from':
          return this.#import();
        case 'pass':
        case 'global':
        case 'nonlocal':
        case 'del':
        case 'assert':
        case 'type':
          if (this.token.text !== 'type' || this.next.kind === 'name') return undefined;
      }
    }
    return this.#assignment();
  }

  #valueAfterKeyword(): Expression | null {
    this.advance();
    return this.atKind('newline') || this.at(';') ? null : this.expressionList();
  }

  #assignment(): Statement {
    const first = this.expressionList();
    const { start } = first;
    const isTyped = this.take(':');
    if (isTyped) this.expression();
    const targets = [first];
    const adds = this.at('+=');
    let value: Expression | undefined;
    while (this.at('=') || /^[-+*/%@&|^<>]{1,2}=$/.test(this.token.text)) {
      this.advance();
      if (value !== undefined) targets.push(value);
      value = this.expressionList();
    }
    if (value === undefined && isTyped && first.kind === 'name') {
      return { kind: 'declaration', name: first.name, start, end: this.lastEnd };
    }
    if (value === undefined) return { kind: 'expression', value: first, start, end: this.lastEnd };
    return { kind: 'assign', targets, value, adds, start, end: this.lastEnd };
  }

  #import(): Statement {
    const { start } = this.token;
    const isFrom = this.token.text === 'from';
    this.advance();
    return isFrom ? this.#importFrom(start) : this.#importModules(start);
  }

  #importModules(start: number): Statement {
    const names: { name: string; as: string }[] = [];
    do {
      const path = this.dottedPath();
      const as = this.takeName('as') ? this.takeAnyName() : (path[0] ?? '');
      names.push({ name: as === path[0] ? as : path.join('.'), as });
    } while (this.take(','));
    return { kind: 'import', path: [], dots: 0, names, start, end: this.lastEnd };
  }

  #importFrom(start: number): Statement {
    let dots = 0;
    while (this.at('.') || this.at('...')) {
      dots += this.token.text.length;
      this.advance();
    }
    const path = this.atName('import') ? [] : this.dottedPath();
    this.takeName('import');
    this.take('(');
    const names: { name: string | null; as: string }[] = [];
    while (this.atKind('name') || this.at('*')) {
      const name = this.token.text;
      this.advance();
      const as = this.takeName('as') ? this.takeAnyName() : name;
      names.push({ name: name === '*' ? null : name, as });
      if (!this.take(',')) break;
    }
    this.take(')');
    return { kind: 'import', path, dots, names, start, end: this.lastEnd };
  }
}

/** `a.b.c` as its parts; empty where the expression is anything else. */
export function dottedName(expression: Expression): readonly string[] {
  const parts: string[] = [];
  let at = expression;
  while (at.kind === 'attribute') {
    parts.unshift(at.name);
    at = at.of;
  }
  return at.kind === 'name' ? [at.name, ...parts] : [];
}
