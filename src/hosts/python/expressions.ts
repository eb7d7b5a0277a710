import type { Argument, Expression, Loop } from './syntax.ts';
import type { Token } from './tokens.ts';

const KEYWORDS = new Set([
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
]);

/** Binding strength of the binary operators, weakest first; all are left-associative here, which changes no meaning. */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ...entries(1, 'or'),
  ...entries(2, 'and'),
  ...entries(4, 'in', 'is', '<', '>', '<=', '>=', '==', '!='),
  ...entries(5, '|'),
  ...entries(6, '^'),
  ...entries(7, '&'),
  ...entries(8, '<<', '>>'),
  ...entries(9, '+', '-'),
  ...entries(10, '*', '/', '//', '%', '@'),
  ...entries(12, '**'),
]);

const NOT_STRENGTH = 3;
const DEEPEST = 100;

/** Terms of one sum or calls on one value; what follows an expression of more is read on its own. */
const LONGEST_CHAIN = 200;

function entries(strength: number, ...operators: readonly string[]): readonly (readonly [string, number])[] {
  return operators.map((operator) => [operator, strength] as const);
}

/** Reads expressions from tokens; what it cannot read becomes `unknown`, and reading goes on behind it. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get position(): number {
    return this.#position;
  }

  get token(): Token {
    return this.#at(this.#position);
  }

  get next(): Token {
    return this.#at(this.#position + 1);
  }

  /** Where the last token that was read ends. */
  get lastEnd(): number {
    let at = this.#position - 1;
    while (at > 0 && ['newline', 'indent', 'dedent'].includes(this.#at(at).kind)) at--;
    return this.#at(Math.max(0, at)).end;
  }

  advance(): void {
    if (this.#position < this.#tokens.length - 1) this.#position++;
  }

  atKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  at(operator: string): boolean {
    return this.atKind('operator') && this.token.text === operator;
  }

  atName(name: string): boolean {
    return this.atKind('name') && this.token.text === name;
  }

  take(operator: string): boolean {
    const found = this.at(operator);
    if (found) this.advance();
    return found;
  }

  takeName(name: string): boolean {
    const found = this.atName(name);
    if (found) this.advance();
    return found;
  }

  takeAnyName(): string {
    if (!this.atKind('name')) return '';
    const { text } = this.token;
    this.advance();
    return text;
  }

  dottedPath(): readonly string[] {
    const path = [this.takeAnyName()];
    while (this.take('.')) path.push(this.takeAnyName());
    return path;
  }

  /** Names that a loop or `as` binds; nested targets are flattened. */
  targets(): readonly string[] {
    const names: string[] = [];
    while (!this.atName('in') && !this.at(':') && !this.at('=') && !this.atKind('newline') && !this.atKind('end')) {
      if (this.atKind('name')) names.push(this.dottedPath().join('.'));
      else if (this.at(',') || this.at('(') || this.at('[') || this.at('*')) this.advance();
      else if ((this.at(')') || this.at(']')) && names.length > 0 && this.#closesTarget()) this.advance();
      else break;
    }
    return names;
  }

  /** `as (a, b))`: a bracket belongs to the target only if `in`, a comma or `:` follows. */
  #closesTarget(): boolean {
    return this.next.text === 'in' || this.next.text === ',' || this.next.text === ')';
  }

  parameters(closing: string): readonly string[] {
    const names: string[] = [];
    while (!this.at(closing) && !this.atKind('end') && !this.atKind('newline')) {
      const spread = this.take('*') || this.take('**');
      const name = this.takeAnyName();
      if (name !== '') names.push(spread ? `*${name}` : name);
      if (closing !== ':' && this.take(':')) this.expression();
      if (this.take('=')) this.expression();
      if (!this.take(',') && !this.take('/') && name === '' && !spread) this.advance();
    }
    return names;
  }

  /** Skips to behind the bracket that closes the one just opened. */
  skipTo(closing: string): void {
    let open = 1;
    while (open > 0 && !this.atKind('end')) {
      if (/^[([{]$/.test(this.token.text) && this.atKind('operator')) open++;
      else if (/^[)\]}]$/.test(this.token.text) && this.atKind('operator')) open--;
      if (open === 0 && this.token.text !== closing) return;
      this.advance();
    }
  }

  /** Whether the bracket group that starts here holds a keyword on its own level. */
  groupHolds(keyword: string): boolean {
    let open = 0;
    for (let at = this.#position; at < this.#tokens.length; at++) {
      const { kind, text } = this.#at(at);
      if (kind === 'newline' || kind === 'end') return false;
      if (kind === 'operator' && /^[([{]$/.test(text)) open++;
      if (kind === 'operator' && /^[)\]}]$/.test(text) && --open === 0) return false;
      if (open === 1 && kind === 'name' && text === keyword) return true;
    }
    return false;
  }

  /** Whether this line is a header: its last token is a colon and an indented block follows. */
  lineOpensBlock(): boolean {
    let at = this.#position;
    while (this.#at(at).kind !== 'newline' && this.#at(at).kind !== 'end') at++;
    return at > this.#position + 1 && this.#at(at - 1).text === ':' && this.#at(at + 1).kind === 'indent';
  }

  /** One expression, or several with commas between: a tuple. */
  expressionList(): Expression {
    const first = this.expression();
    if (!this.at(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.#endsExpression()) break;
      items.push(this.expression());
    }
    return { kind: 'tuple', items, start: first.start, end: this.lastEnd };
  }

  expression(): Expression {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    const expression = this.#conditional();
    this.#depth--;
    return expression;
  }

  #tooDeep(): Expression {
    const { start } = this.token;
    const closing = this.token.text === '(' ? ')' : this.token.text === '[' ? ']' : this.token.text === '{' ? '}' : '';
    this.advance();
    if (closing !== '') this.skipTo(closing);
    return { kind: 'unknown', start, end: this.lastEnd };
  }

  #conditional(): Expression {
    const yes = this.#binary(0);
    if (this.take(':=')) return this.expression();
    if (!this.atName('if')) return yes;
    this.advance();
    const condition = this.#binary(0);
    if (!this.takeName('else')) return yes;
    const no = this.expression();
    return { kind: 'choice', condition, yes, no, start: yes.start, end: no.end };
  }

  #binary(weakest: number): Expression {
    let left = this.#unary();
    for (let length = 0; ; length++) {
      if (length > LONGEST_CHAIN) left = { kind: 'unknown', start: left.start, end: left.end };
      const operator = this.#operator();
      const strength = STRENGTH.get(operator.replace('not in', 'in').replace('is not', 'is'));
      if (strength === undefined || strength <= weakest) return left;
      this.advance();
      if (operator === 'not in' || operator === 'is not') this.advance();
      const right = this.#nested(strength);
      left = { kind: 'binary', operator, left, right, start: left.start, end: right.end };
    }
  }

  #nested(strength: number): Expression {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    const right = this.#binary(strength);
    this.#depth--;
    return right;
  }

  #operator(): string {
    const { kind, text } = this.token;
    if (kind === 'operator') return text;
    if (kind !== 'name') return '';
    if (text === 'not' && this.next.text === 'in') return 'not in';
    if (text === 'is' && this.next.text === 'not') return 'is not';
    return text;
  }

  #unary(): Expression {
    const { start } = this.token;
    if (this.atName('not')) {
      this.advance();
      const of = this.#nested(NOT_STRENGTH);
      return { kind: 'not', of, start, end: of.end };
    }
    if (this.atName('await') || this.atName('yield') || this.at('*') || this.at('**')) {
      this.advance();
      this.takeName('from');
      return this.#endsExpression() ? { kind: 'unknown', start, end: this.lastEnd } : this.#nested(11);
    }
    if (this.at('-') || this.at('+') || this.at('~')) return this.#signed(start);
    if (this.atName('lambda')) return this.#lambda(start);
    return this.#postfix(this.#atom());
  }

  #signed(start: number): Expression {
    const negative = this.at('-');
    this.advance();
    const of = this.#nested(11);
    if (of.kind === 'number') return { kind: 'number', value: negative ? -of.value : of.value, start, end: of.end };
    return { kind: 'unknown', start, end: of.end };
  }

  #lambda(start: number): Expression {
    this.advance();
    const parameters = this.parameters(':');
    this.take(':');
    const body = this.expression();
    return { kind: 'lambda', parameters, body, start, end: body.end };
  }

  #postfix(atom: Expression): Expression {
    let of = atom;
    const { start } = atom;
    for (let length = 0; ; length++) {
      if (length > LONGEST_CHAIN) of = { kind: 'unknown', start, end: of.end };
      if (this.take('.')) of = { kind: 'attribute', of, name: this.takeAnyName(), start, end: this.lastEnd };
      else if (this.take('('))
        of = { kind: 'call', callee: of, arguments: this.#arguments(), start, end: this.lastEnd };
      else if (this.take('[')) of = { kind: 'subscript', of, index: this.#index(), start, end: this.lastEnd };
      else return of;
    }
  }

  #arguments(): readonly Argument[] {
    const list: Argument[] = [];
    while (!this.at(')') && !this.atKind('end') && !this.atKind('newline')) {
      const before = this.#position;
      list.push(this.#argument());
      if (!this.take(',') && this.#position === before) this.advance();
    }
    this.take(')');
    return list;
  }

  #argument(): Argument {
    const spread = this.take('*') || this.take('**');
    if (this.atKind('name') && this.next.kind === 'operator' && this.next.text === '=') {
      const name = this.takeAnyName();
      this.advance();
      return { name, value: this.expression(), spread };
    }
    const value = this.expression();
    if (!this.#atLoop()) return { value, spread };
    return { value: this.#comprehension(value, value.start), spread };
  }

  #index(): Expression {
    const { start } = this.token;
    const from = this.at(':') ? null : this.expressionList();
    const isSlice = this.at(':');
    while (!this.at(']') && !this.atKind('end') && !this.atKind('newline')) this.advance();
    this.take(']');
    return isSlice || from === null ? { kind: 'slice', from, start, end: this.lastEnd } : from;
  }

  #atom(): Expression {
    const { kind, start, end, text } = this.token;
    if (kind === 'string') return this.#strings();
    if (kind === 'number') {
      this.advance();
      return { kind: 'number', value: Number(text.replace(/_/g, '')), start, end };
    }
    if (kind === 'name' && !KEYWORDS.has(text)) {
      this.advance();
      return { kind: 'name', name: text, start, end };
    }
    if (this.take('(')) return this.#group(start);
    if (this.take('[')) return this.#list(start, ']');
    if (this.take('{')) return this.#braces(start);
    if (!this.#endsExpression()) this.advance();
    return { kind: 'unknown', start, end };
  }

  #strings(): Expression {
    const literals: Token[] = [];
    while (this.atKind('string')) {
      literals.push(this.token);
      this.advance();
    }
    return { kind: 'string', literals, start: literals[0]?.start ?? 0, end: this.lastEnd };
  }

  #group(start: number): Expression {
    if (this.take(')')) return { kind: 'tuple', items: [], start, end: this.lastEnd };
    const first = this.expressionList();
    const value = this.#atLoop() ? this.#comprehension(first, start) : first;
    this.#close(')');
    return value;
  }

  #list(start: number, closing: string, first?: Expression): Expression {
    const items: Expression[] = [];
    let pending = first;
    while (pending !== undefined || (!this.at(closing) && !this.atKind('end') && !this.atKind('newline'))) {
      const before = this.#position;
      const item: Expression = pending ?? this.expression();
      const wasPending = pending !== undefined;
      pending = undefined;
      if (this.#atLoop()) {
        const comprehension = this.#comprehension(item, start);
        this.#close(closing);
        return comprehension;
      }
      items.push(item);
      if (!this.take(',') && this.#position === before && !wasPending) this.advance();
    }
    this.#close(closing);
    return { kind: 'list', items, start, end: this.lastEnd };
  }

  #braces(start: number): Expression {
    if (this.take('}')) return { kind: 'dictionary', entries: [], start, end: this.lastEnd };
    const first = this.expression();
    return this.at(':') ? this.#dictionary(first, start) : this.#list(start, '}', first);
  }

  #dictionary(first: Expression, start: number): Expression {
    const pairs: (readonly [Expression, Expression])[] = [];
    let key = first;
    for (;;) {
      if (this.take(':')) pairs.push([key, this.expression()]);
      if (this.#atLoop()) {
        const comprehension = this.#comprehension(key, start);
        this.#close('}');
        return comprehension;
      }
      if (!this.take(',') || this.at('}')) break;
      key = this.expression();
    }
    this.#close('}');
    return { kind: 'dictionary', entries: pairs, start, end: this.lastEnd };
  }

  #atLoop(): boolean {
    return this.atName('for') || (this.atName('async') && this.next.text === 'for');
  }

  #comprehension(element: Expression, start: number): Expression {
    const loops: Loop[] = [];
    const conditions: Expression[] = [];
    for (;;) {
      this.takeName('async');
      if (this.takeName('for')) {
        const targets = this.targets();
        this.takeName('in');
        loops.push({ targets, over: this.#binary(0) });
      } else if (this.takeName('if')) conditions.push(this.#binary(0));
      else break;
    }
    return { kind: 'comprehension', element, loops, conditions, start, end: this.lastEnd };
  }

  /** Skips what could not be read up to the closing bracket of this group. */
  #close(closing: string): void {
    if (this.take(closing)) return;
    this.skipTo(closing);
  }

  #endsExpression(): boolean {
    const { kind, text } = this.token;
    if (kind === 'newline' || kind === 'end' || kind === 'indent' || kind === 'dedent') return true;
    return kind === 'operator' && /^[)\]},:;=]$/.test(text);
  }

  #at(position: number): Token {
    const token = this.#tokens[position] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', start: 0, end: 0, text: '' };
  }
}
