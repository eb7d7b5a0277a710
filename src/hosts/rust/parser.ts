import type { Arm, Block, Expression, Field, Pattern, Statement } from './syntax.ts';
import type { Tokens } from './tokens.ts';
import { TokenKind } from './tokens.ts';

/** Deeper nesting than people write; what is inside is skipped, so that no text can exhaust the stack. */
const DEEPEST = 160;

const PRECEDENCE: Readonly<Record<string, number>> = {
  '..': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '|': 5,
  '^': 6,
  '&': 7,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '|=', '&=', '^=']);
const ITEM_WORDS = new Set([
  'fn',
  'struct',
  'enum',
  'impl',
  'trait',
  'mod',
  'use',
  'type',
  'macro_rules',
  'extern',
  'pub',
]);

/**
 * Reads the expressions of one function body. Tolerant: what it cannot read becomes `unknown` and reading goes on at the
 * next place that is certain, which brackets always give.
 */
export class Parser {
  private readonly tokens: Tokens;
  private at: number;
  private readonly end: number;
  private depth = 0;

  constructor(tokens: Tokens, from: number, to: number) {
    this.tokens = tokens;
    this.at = from;
    this.end = to;
  }

  /** The tokens between a `{` at the present place and its partner. */
  block(): Block {
    const from = this.at;
    const close = Math.min(this.tokens.partner(from), this.end);
    const inner = new Parser(this.tokens, from + 1, close);
    inner.depth = this.depth + 1;
    const block = inner.statements(from);
    this.at = Math.min(close + 1, this.end);
    return block;
  }

  /** Everything up to the end as the inside of a block. */
  statements(from: number = this.at): Block {
    const statements: Statement[] = [];
    let tail: Expression | null = null;
    while (this.at < this.end && this.depth < DEEPEST) {
      const before = this.at;
      tail = this.statement(statements);
      if (this.at === before) this.at++;
    }
    return { kind: 'block', statements, tail, from, to: Math.min(this.end + 1, this.tokens.count) };
  }

  /** Expressions between commas, up to the end. */
  list(): Expression[] {
    const items: Expression[] = [];
    while (this.at < this.end) {
      const before = this.at;
      items.push(this.expression());
      // `name = value` arguments of macros end here as assignments; `[x; n]` repeats x.
      if (!this.take(',') && !this.take(';')) this.skipTo(',');
      if (this.at === before) this.at++;
    }
    return items;
  }

  expression(): Expression {
    return this.assignment(true);
  }

  /** Adds a statement; hands back the expression when nothing ends it, as the possible value of the block. */
  private statement(into: Statement[]): Expression | null {
    this.skipAttributes();
    if (this.take(';')) return null;
    if (this.is('let')) {
      into.push(this.letStatement());
      return null;
    }
    if ((this.is('const') || this.is('static')) && this.kindAt(1) === TokenKind.identifier && !this.isAt(1, 'fn')) {
      this.constantStatement(into);
      return null;
    }
    if (
      this.kindAt(0) === TokenKind.identifier &&
      ITEM_WORDS.has(this.words()) &&
      !this.isAt(1, '(') &&
      this.skipItem()
    )
      return null;
    const expression = this.isBlockLike() ? this.blockLikeStatement() : this.expression();
    if (this.at >= this.end) return this.tailOf(into, expression);
    into.push({ kind: 'expression', expression });
    if (!this.take(';') && !endsWithBlock(expression)) this.skipTo(';');
    return null;
  }

  private tailOf(into: Statement[], expression: Expression): Expression | null {
    if (expression.kind !== 'unknown') return expression;
    into.push({ kind: 'expression', expression });
    return null;
  }

  /** `if .. {}` at the start of a statement ends with its brace unless a `.` or `?` goes on. */
  private blockLikeStatement(): Expression {
    const expression = this.primary(true);
    return this.is('.') || this.is('?') ? this.assignmentFrom(this.postfix(expression)) : expression;
  }

  private isBlockLike(): boolean {
    if (this.is('{')) return true;
    if (this.kindAt(0) === TokenKind.lifetime) return true;
    return ['if', 'match', 'for', 'while', 'loop', 'unsafe'].includes(this.words());
  }

  private letStatement(): Statement {
    this.at++;
    const pattern = this.pattern(['=', ':', ';']);
    const type = this.take(':') ? this.typeWords(['=', ';']) : null;
    const value = this.take('=') ? this.expression() : null;
    const otherwise = this.take('else') && this.is('{') ? this.block() : null;
    if (!this.take(';')) this.skipTo(';');
    return { kind: 'let', pattern, type, value, otherwise };
  }

  private constantStatement(into: Statement[]): void {
    this.at++;
    this.take('mut');
    const name = this.words();
    this.at++;
    if (this.take(':')) this.typeWords(['=', ';']);
    if (this.take('=')) into.push({ kind: 'constant', name, value: this.expression() });
    if (!this.take(';')) this.skipTo(';');
  }

  /** Items inside functions are read by the reader of items. */
  private skipItem(): boolean {
    const from = this.at;
    while (this.at < this.end && !this.is(';') && !this.is('{')) this.skipOne();
    if (this.at >= this.end) {
      this.at = from;
      return false;
    }
    this.skipOne();
    return true;
  }

  private assignment(structs: boolean): Expression {
    return this.assignmentFrom(this.binary(0, structs), structs);
  }

  private assignmentFrom(left: Expression, structs = true): Expression {
    const operator = this.kindAt(0) === TokenKind.punctuation ? this.words() : '';
    if (!ASSIGNMENTS.has(operator)) return left;
    this.at++;
    const right = this.guarded(() => this.assignment(structs));
    const value: Expression =
      operator === '='
        ? right
        : { kind: 'binary', operator: operator.slice(0, -1), left, right, from: left.from, to: this.at };
    return { kind: 'assign', target: left, value, from: left.from, to: this.at };
  }

  private binary(least: number, structs: boolean): Expression {
    let left = this.unary(structs);
    for (;;) {
      const operator = this.binaryOperator();
      const precedence = PRECEDENCE[operator] ?? 0;
      if (precedence === 0 || precedence <= least) return left;
      this.at++;
      // `..` may end a range: `start..`
      if (operator === '..') this.take('=');
      const isOpenRange =
        operator === '..' && (this.at >= this.end || this.isOneOf([')', ']', '}', '{', ',', ';', '=>']));
      const right: Expression = isOpenRange ? this.unknownHere() : this.guarded(() => this.binary(precedence, structs));
      left = { kind: 'binary', operator, left, right, from: left.from, to: this.at };
    }
  }

  private binaryOperator(): string {
    return this.at < this.end && this.kindAt(0) === TokenKind.punctuation ? this.words() : '';
  }

  private unary(structs: boolean): Expression {
    const from = this.at;
    if (this.kindAt(0) === TokenKind.punctuation) {
      if (this.isOneOf(['&', '&&', '*', '-', '..', '!'])) return this.prefixed(from, structs);
      if (this.is('|') || this.is('||')) return this.closure(structs);
    }
    const isMove =
      this.is('move') ||
      (this.is('async') && (this.isAt(1, '|') || this.isAt(1, '||') || (this.isAt(1, 'move') && !this.isAt(2, '{'))));
    if (isMove && !this.isAt(1, '{')) return this.closure(structs);
    return this.postfix(this.primary(structs));
  }

  private prefixed(from: number, structs: boolean): Expression {
    const operator = this.words();
    this.at++;
    if (operator === '..') {
      this.take('=');
      if (this.at >= this.end || this.isOneOf([')', ']', '}', ',', ';'])) return { kind: 'unknown', from, to: this.at };
    }
    this.take('mut');
    const of = this.guarded(() => this.unary(structs));
    if (operator === '-' && of.kind === 'number') return { kind: 'number', value: -of.value, from, to: this.at };
    return { kind: operator === '!' ? 'not' : 'same', of, from, to: this.at };
  }

  private closure(structs: boolean): Expression {
    const from = this.at;
    while (this.is('move') || this.is('async') || this.is('static')) this.at++;
    const parameters: Pattern[] = [];
    if (!this.take('||')) {
      this.at++;
      while (this.at < this.end && !this.is('|')) {
        const before = this.at;
        parameters.push(this.pattern([',', ':', '|']));
        if (this.take(':')) this.typeWords([',', '|']);
        this.take(',');
        if (this.at === before) this.at++;
      }
      this.take('|');
    }
    if (this.take('->')) this.typeWords(['{']);
    const body = this.guarded(() => this.assignment(structs));
    return { kind: 'closure', parameters, body, from, to: this.at };
  }

  private postfix(inner: Expression): Expression {
    let of = inner;
    while (this.at < this.end) {
      const { from } = of;
      if (this.take('?')) of = { kind: 'try', of, from, to: this.at };
      else if (this.is('.')) of = this.member(of);
      else if (this.is('(')) of = { kind: 'call', callee: of, arguments: this.bracketed(), from, to: this.at };
      else if (this.is('[')) {
        this.skipOne();
        of = { kind: 'same', of, from, to: this.at };
      } else if (this.take('as')) {
        this.skipCastType();
        of = { kind: 'same', of, from, to: this.at };
      } else return of;
    }
    return of;
  }

  private member(of: Expression): Expression {
    const { from } = of;
    this.at++;
    const name = this.words();
    this.at++;
    if (name === 'await') return { kind: 'same', of, from, to: this.at };
    if (this.is('::')) {
      this.at++;
      this.skipGenerics();
    }
    if (!this.is('(')) return { kind: 'field', receiver: of, name, from, to: this.at };
    const values = this.bracketed();
    return { kind: 'method', receiver: of, name, arguments: values, from, to: this.at };
  }

  /** The arguments in the brackets at the present place. */
  private bracketed(): Expression[] {
    const close = Math.min(this.tokens.partner(this.at), this.end);
    const inner = new Parser(this.tokens, this.at + 1, close);
    inner.depth = this.depth + 1;
    const items = inner.depth < DEEPEST ? inner.list() : [];
    this.at = Math.min(close + 1, this.end);
    return items;
  }

  private primary(structs: boolean): Expression {
    while (this.kindAt(0) === TokenKind.lifetime && this.isAt(1, ':')) this.at += 2;
    const from = this.at;
    const kind = this.kindAt(0);
    if (kind === TokenKind.identifier) return this.word(structs);
    if (kind === TokenKind.open) return this.bracket(from);
    if (kind === TokenKind.punctuation && (this.is('<') || this.is('::'))) return this.path(structs);
    if (kind === TokenKind.string || kind === TokenKind.rawString) {
      this.at++;
      return { kind: 'string', token: from, from, to: this.at };
    }
    if (kind === TokenKind.number) {
      this.at++;
      return { kind: 'number', value: numberValue(this.tokens.words(from)), from, to: this.at };
    }
    if (kind === TokenKind.character) this.at++;
    return { kind: 'unknown', from, to: this.at };
  }

  private bracket(from: number): Expression {
    if (this.is('{')) return this.block();
    const isArray = this.is('[');
    const close = Math.min(this.tokens.partner(from), this.end);
    const isTuple = !isArray && (close === from + 1 || this.tokens.is(close - 1, ','));
    const items = this.bracketed();
    if (isArray) return { kind: 'array', items, from, to: this.at };
    const [only] = items;
    if (only !== undefined && items.length === 1 && !isTuple) return { kind: 'same', of: only, from, to: this.at };
    return { kind: 'tuple', items, from, to: this.at };
  }

  private word(structs: boolean): Expression {
    const from = this.at;
    switch (this.words()) {
      case 'if':
        return this.ifExpression();
      case 'match':
        return this.matchExpression();
      case 'for':
        return this.forExpression();
      case 'while':
        return this.whileExpression();
      case 'loop':
        this.at++;
        return { kind: 'loop', body: this.bodyBlock(), from, to: this.at };
      case 'unsafe':
      case 'async':
      case 'move':
      case 'try':
        return this.prefixedBlock(structs);
      case 'return':
        return this.jump('return', structs);
      case 'break':
      case 'continue':
        return this.jump('jump', structs);
      case 'true':
      case 'false':
        this.at++;
        return { kind: 'boolean', value: this.tokens.is(from, 'true'), from, to: this.at };
      case 'let':
        return this.letCondition();
      default:
        return this.path(structs);
    }
  }

  private prefixedBlock(structs: boolean): Expression {
    let ahead = 1;
    while (this.isAt(ahead, 'move') || this.isAt(ahead, 'unsafe')) ahead++;
    if (!this.isAt(ahead, '{')) return this.path(structs);
    this.at += ahead;
    return this.block();
  }

  private jump(kind: 'return' | 'jump', structs: boolean): Expression {
    const from = this.at;
    this.at++;
    if (kind === 'jump' && this.kindAt(0) === TokenKind.lifetime) this.at++;
    const isBare = this.at >= this.end || this.isOneOf([';', ',', '}', ')', '=>']);
    const value = isBare ? null : this.guarded(() => this.assignment(structs));
    if (kind === 'return') return { kind, value, from, to: this.at };
    return { kind, what: this.tokens.is(from, 'break') ? 'loop' : 'iteration', from, to: this.at };
  }

  private ifExpression(): Expression {
    const from = this.at;
    this.at++;
    const condition = this.guarded(() => this.assignment(false));
    const then = this.bodyBlock();
    let otherwise: Expression | null = null;
    if (this.take('else')) otherwise = this.is('if') ? this.guarded(() => this.ifExpression()) : this.bodyBlock();
    return { kind: 'if', condition, then, otherwise, from, to: this.at };
  }

  private letCondition(): Expression {
    const from = this.at;
    this.at++;
    const pattern = this.pattern(['=']);
    this.take('=');
    // `&&` binds the conditions of a let chain, so the value ends before it.
    const value = this.guarded(() => this.binary(PRECEDENCE['&&'] ?? 0, false));
    return { kind: 'let', pattern, value, from, to: this.at };
  }

  private matchExpression(): Expression {
    const from = this.at;
    this.at++;
    const of = this.guarded(() => this.assignment(false));
    const arms = this.is('{') ? this.arms() : [];
    return { kind: 'match', of, arms, from, to: this.at };
  }

  private arms(): Arm[] {
    const close = Math.min(this.tokens.partner(this.at), this.end);
    const inner = new Parser(this.tokens, this.at + 1, close);
    inner.depth = this.depth + 1;
    const arms: Arm[] = [];
    while (inner.at < inner.end && inner.depth < DEEPEST) {
      const before = inner.at;
      arms.push(inner.arm());
      if (inner.at === before) inner.at++;
    }
    this.at = Math.min(close + 1, this.end);
    return arms;
  }

  private arm(): Arm {
    this.skipAttributes();
    this.take('|');
    const pattern = this.pattern(['=>', 'if']);
    const guard = this.take('if') ? this.guarded(() => this.assignment(true)) : null;
    if (!this.is('=>')) this.skipTo('=>');
    this.take('=>');
    const body = this.is('{') ? this.blockLikeStatement() : this.guarded(() => this.assignment(true));
    if (!this.take(',') && !endsWithBlock(body)) this.skipTo(',');
    this.take(',');
    return { pattern, guard, body };
  }

  private forExpression(): Expression {
    const from = this.at;
    this.at++;
    const pattern = this.pattern(['in']);
    this.take('in');
    const over = this.guarded(() => this.assignment(false));
    return { kind: 'for', pattern, over, body: this.bodyBlock(), from, to: this.at };
  }

  private whileExpression(): Expression {
    const from = this.at;
    this.at++;
    const condition = this.guarded(() => this.assignment(false));
    return { kind: 'while', condition, body: this.bodyBlock(), from, to: this.at };
  }

  /** The block that must follow; an empty one where the text has none. */
  private bodyBlock(): Block {
    if (!this.is('{')) this.skipTo('{', ';');
    if (this.is('{')) return this.block();
    return { kind: 'block', statements: [], tail: null, from: this.at, to: this.at };
  }

  /** `a::b`, `Vec::<T>::new`, `<T as Trait>::f`, a macro, or a struct literal. */
  private path(structs: boolean): Expression {
    const from = this.at;
    const names: string[] = [];
    if (this.is('<')) this.skipGenerics();
    else if (this.kindAt(0) === TokenKind.identifier) {
      names.push(this.words());
      this.at++;
    }
    while (this.take('::')) {
      if (this.is('<')) this.skipGenerics();
      else if (this.kindAt(0) === TokenKind.identifier) {
        names.push(this.words());
        this.at++;
      } else break;
    }
    if (this.is('!') && this.kindAt(1) === TokenKind.open && names.length > 0) return this.macro(names, from);
    if (structs && this.is('{') && isTypeName(names.at(-1))) return this.structLiteral(names, from);
    if (names.length === 0) return { kind: 'unknown', from, to: this.at };
    return { kind: 'path', names, from, to: this.at };
  }

  private macro(names: readonly string[], from: number): Expression {
    this.at++;
    const open = this.at;
    this.skipOne();
    return { kind: 'macro', names, open, from, to: this.at };
  }

  private structLiteral(names: readonly string[], from: number): Expression {
    const close = Math.min(this.tokens.partner(this.at), this.end);
    const inner = new Parser(this.tokens, this.at + 1, close);
    inner.depth = this.depth + 1;
    const fields: Field[] = [];
    while (inner.at < inner.end && inner.depth < DEEPEST) {
      const before = inner.at;
      const name = inner.words();
      if (inner.isAt(1, ':')) {
        inner.at += 2;
        fields.push({ name, value: inner.expression() });
      } else fields.push({ name, value: inner.expression() });
      if (!inner.take(',')) inner.skipTo(',');
      inner.take(',');
      if (inner.at === before) inner.at++;
    }
    this.at = Math.min(close + 1, this.end);
    return { kind: 'struct', names, fields, from, to: this.at };
  }

  /** A pattern ends before one of the words, outside brackets. */
  pattern(ends: readonly string[]): Pattern {
    const from = this.at;
    let head = '';
    const names: string[] = [];
    while (this.at < this.end && !this.isOneOf(ends)) {
      if (head === '' && !this.isOneOf(['&', '(', 'ref', 'mut', '|'])) head = this.patternHead();
      this.collectName(names, false);
      // Names inside brackets count too, so brackets are walked through, not skipped.
      if (this.kindAt(0) === TokenKind.open) this.collectInside(names);
      this.skipOne();
    }
    return { head, names, from, to: this.at };
  }

  private patternHead(): string {
    let index = this.at;
    while (this.tokens.is(index + 1, '::') && index + 2 < this.end) index += 2;
    return this.tokens.words(index);
  }

  private collectInside(names: string[]): void {
    const close = Math.min(this.tokens.partner(this.at), this.end);
    const inner = new Parser(this.tokens, this.at + 1, close);
    for (; inner.at < close; inner.at++) inner.collectName(names, true);
  }

  private collectName(names: string[], isInside: boolean): void {
    if (this.kindAt(0) !== TokenKind.identifier) return;
    const name = this.words();
    const first = name.charCodeAt(0);
    const isBinding = (first >= 97 && first <= 122) || first === 95;
    if (!isBinding || name === 'ref' || name === 'mut' || name === 'box') return;
    const isPath =
      this.isAt(1, '::') || this.isAt(1, '(') || (isInside && this.isAt(1, ':')) || this.tokens.is(this.at - 1, '::');
    const isType = this.isAt(1, '!');
    if (!isPath && !isType) names.push(name);
  }

  /** Skips a type up to one of the words and hands its characters back. */
  typeWords(ends: readonly string[]): string {
    const from = this.at;
    let angles = 0;
    while (this.at < this.end) {
      if (angles <= 0 && this.isOneOf(ends)) break;
      if (this.is('<')) angles++;
      else if (this.is('>')) angles--;
      else if (this.is(';')) break;
      this.skipOne();
    }
    return this.at > from ? this.tokens.text.slice(this.tokens.start(from), this.tokens.end(this.at - 1)) : '';
  }

  private skipCastType(): void {
    while (this.isOneOf(['&', '*', 'mut', 'const', 'dyn'])) this.at++;
    if (this.kindAt(0) === TokenKind.open) this.skipOne();
    while (this.kindAt(0) === TokenKind.identifier && this.at < this.end) {
      this.at++;
      if (this.is('<')) this.skipGenerics();
      if (!this.take('::')) return;
    }
  }

  private skipGenerics(): void {
    let angles = 0;
    while (this.at < this.end) {
      if (this.is('<')) angles++;
      else if (this.is('>')) angles--;
      else if (this.isOneOf([';', '{'])) return;
      this.skipOne();
      if (angles === 0) return;
    }
  }

  private skipAttributes(): void {
    while (this.is('#')) {
      this.at++;
      this.take('!');
      if (this.is('[')) this.skipOne();
    }
  }

  /** Over one token, or a bracket with all that is in it. */
  private skipOne(): void {
    const next = this.tokens.kind(this.at) === TokenKind.open ? this.tokens.partner(this.at) + 1 : this.at + 1;
    this.at = Math.min(next, this.end);
  }

  /** To the word, outside brackets; over it when it is `;` or `,`. */
  private skipTo(word: string, stop?: string): void {
    while (this.at < this.end && !this.is(word) && !(stop !== undefined && this.is(stop))) this.skipOne();
    if (word === ';' || word === ',') this.take(word);
  }

  private guarded(read: () => Expression): Expression {
    this.depth++;
    const expression = this.depth < DEEPEST ? read() : this.unknownHere();
    this.depth--;
    return expression;
  }

  private unknownHere(): Expression {
    return { kind: 'unknown', from: this.at, to: this.at };
  }

  private take(words: string): boolean {
    if (!this.is(words)) return false;
    this.at++;
    return true;
  }

  private is(words: string): boolean {
    return this.at < this.end && this.tokens.is(this.at, words);
  }

  private isAt(ahead: number, words: string): boolean {
    return this.at + ahead < this.end && this.tokens.is(this.at + ahead, words);
  }

  private isOneOf(words: readonly string[]): boolean {
    return words.some((word) => this.is(word));
  }

  private kindAt(ahead: number): number {
    return this.at + ahead < this.end ? this.tokens.kind(this.at + ahead) : 0;
  }

  private words(): string {
    return this.at < this.end ? this.tokens.words(this.at) : '';
  }
}

function endsWithBlock(expression: Expression): boolean {
  return ['block', 'if', 'match', 'for', 'while', 'loop'].includes(expression.kind);
}

function isTypeName(name: string | undefined): boolean {
  return name !== undefined && /^[A-Z]/.test(name);
}

function numberValue(words: string): number {
  const value = Number(words.replaceAll('_', '').replace(/(?:[iu](?:8|16|32|64|128|size)|f32|f64)$/, ''));
  return Number.isFinite(value) ? value : Number.NaN;
}
