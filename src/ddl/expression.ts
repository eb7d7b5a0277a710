import { TokenKind } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import {
  caseWords,
  isKeywordCall,
  isKeywordOperand,
  isOperatorWord,
  isPrefixWord,
  takesKeywordFirst,
  truthWords,
} from './expression-words.ts';
import { acceptName, readQualifiedName } from './names.ts';
import type { ColumnReference, Expression, QualifiedName } from './operation.ts';
import { acceptTypeName } from './type-name.ts';

/** Up to the comma or closing parenthesis that ends it, or the end of the statement. */
export function readExpression(cursor: Cursor): Expression {
  return new ExpressionReader(cursor, true).readAll();
}

/** Up to the first word that no longer belongs to it, as in `DEFAULT 1 NOT NULL`: defaults, index keys. */
export function readCompleteExpression(cursor: Cursor): Expression {
  return new ExpressionReader(cursor, false).readAll();
}

/** `( expression )`: the cursor stands on the opening parenthesis; the range spans both. */
export function readParenthesized(cursor: Cursor): Expression {
  if (!cursor.isSymbol('(')) cursor.fail('expected (');
  return new ExpressionReader(cursor, false).readGroup();
}

/**
 * Reads an expression without building a tree: operands and operators take turns, and that is enough to know where it
 * ends and which words in it are columns. One pass without recursion, so a hundred thousand parentheses are no harm.
 */
class ExpressionReader {
  private readonly cursor: Cursor;
  /** Something outside ends it; otherwise an operand that is followed by anything but an operator does. */
  private readonly delimited: boolean;
  private readonly columns: ColumnReference[] = [];
  private readonly functions: QualifiedName[] = [];
  private hasSubquery = false;
  private literals = 0;
  private nulls = 0;
  private computed = false;
  private expectsOperand = true;
  private depth = 0;
  private openCases = 0;
  /** Depths of open MySQL CONVERT( calls, whose second argument is a type. */
  private readonly convertDepths: number[] = [];

  constructor(cursor: Cursor, delimited: boolean) {
    this.cursor = cursor;
    this.delimited = delimited;
  }

  readAll(): Expression {
    const start = this.cursor.start();
    const first = this.cursor.mark();
    while (!this.cursor.atEnd() && this.step());
    if (this.cursor.mark() === first) this.cursor.fail('expected an expression');
    return this.finish(start);
  }

  readGroup(): Expression {
    const start = this.cursor.start();
    do this.step();
    while (this.depth > 0 && !this.cursor.atEnd());
    if (this.depth > 0) this.cursor.fail('expected )');
    return this.finish(start);
  }

  private finish(start: number): Expression {
    const end = this.cursor.lastEnd();
    const text = this.cursor.text.slice(start, end);
    const { columns, functions, hasSubquery } = this;
    const constant = !this.computed && columns.length === 0 && !hasSubquery && this.literals + this.nulls === 1;
    const form = !constant ? 'computed' : this.nulls === 1 ? 'null' : 'literal';
    return { start, end, text, columns, functions, hasSubquery, form };
  }

  /** Takes one operand or operator. False: the expression ends before it. */
  private step(): boolean {
    switch (this.cursor.kind()) {
      case TokenKind.word:
        return this.expectsOperand ? this.takeOperandWord() : this.takeOperatorWord();
      case TokenKind.quoted:
        return this.expectsOperand ? this.takeNames() : this.takeStray();
      case TokenKind.string:
      case TokenKind.number:
        return this.takeLiteral();
      case TokenKind.placeholder:
        return this.takePlaceholder();
      case TokenKind.separator:
        return false;
      default:
        return this.takeSymbol();
    }
  }

  /** What cannot follow an operand ends the expression, unless something outside says where it ends. */
  private takeStray(): boolean {
    if (!this.delimited && this.depth === 0) return false;
    this.cursor.advance();
    return true;
  }

  private takeLiteral(): boolean {
    // Two strings in a row are one: 'a' 'b'.
    if (!this.expectsOperand && this.cursor.kind() !== TokenKind.string) return this.takeStray();
    if (this.expectsOperand) this.literals++;
    return this.completeOperand();
  }

  /** `{{schema}}.col` is a name; `$1`, `:value` and `?` stand for a value that nobody knows. */
  private takePlaceholder(): boolean {
    if (!this.expectsOperand) return this.takeStray();
    if (this.cursor.isSymbol('.', 1)) return this.takeNames();
    this.computed = true;
    return this.completeOperand();
  }

  private completeOperand(): boolean {
    this.cursor.advance();
    this.expectsOperand = false;
    return true;
  }

  private takeOperator(): boolean {
    this.computed = true;
    this.cursor.advance();
    this.expectsOperand = true;
    return true;
  }

  private takeSymbol(): boolean {
    const { cursor } = this;
    switch (cursor.text.charAt(cursor.start())) {
      case '(':
        return this.open();
      case ')':
        return this.close();
      case '[':
        this.depth++;
        return this.takeOperator();
      case ']':
        if (this.depth === 0) return false;
        this.depth--;
        return this.completeOperand();
      case ',':
        return this.depth > 0 && this.takeOperator();
      case ';':
        return false;
      case '.':
        return this.takeField();
      default:
        return this.takeOperatorSymbol();
    }
  }

  private open(): boolean {
    const { cursor } = this;
    const next = cursor.word(1);
    if (next === 'select' || next === 'with' || next === 'values') {
      cursor.skipBalanced();
      this.hasSubquery = true;
      this.expectsOperand = false;
      return true;
    }
    if (!this.expectsOperand && !this.delimited && this.depth === 0) return false;
    this.depth++;
    this.expectsOperand = true;
    cursor.advance();
    return true;
  }

  private close(): boolean {
    if (this.depth === 0) return false;
    if (this.convertDepths.at(-1) === this.depth) this.convertDepths.pop();
    this.depth--;
    return this.completeOperand();
  }

  /** `(row).field`, `(row).*`. */
  private takeField(): boolean {
    this.computed = true;
    this.cursor.advance();
    if (!this.cursor.acceptSymbol('*')) acceptName(this.cursor);
    this.expectsOperand = false;
    return true;
  }

  private takeOperatorSymbol(): boolean {
    const { cursor } = this;
    if (cursor.acceptSymbol('::')) {
      acceptTypeName(cursor);
      this.expectsOperand = false;
      return true;
    }
    // MySQL's quotes, which are no quotes in PostgreSQL.
    if (cursor.text.charAt(cursor.start()) === '`') cursor.fail('unexpected backtick');
    if (!this.expectsOperand) return this.takeOperator();
    if (cursor.isSymbol('*')) return this.completeOperand();
    if (!cursor.isSymbol('-') && !cursor.isSymbol('+')) this.computed = true;
    cursor.advance();
    return true;
  }

  private takeOperandWord(): boolean {
    const { cursor } = this;
    const word = cursor.word();
    if (cursor.isSymbol('.', 1)) return this.takeNames();
    if (word === 'null') {
      this.nulls++;
      return this.completeOperand();
    }
    if (word === 'true' || word === 'false') {
      this.literals++;
      return this.completeOperand();
    }
    if (this.openCases > 0 && caseWords.has(word)) return this.takeCaseWord(word);
    if (this.startsTypedLiteral(word)) return this.takeTypedLiteral();
    if (cursor.isSymbol('(', 1) && isKeywordCall(word)) return this.takeKeyword(word);
    if (isKeywordOperand(cursor.dialect.name, word)) return this.takeKeyword(word);
    return this.takeNames();
  }

  private startsTypedLiteral(word: string): boolean {
    const { cursor } = this;
    if (cursor.kind(1) === TokenKind.string) return word === 'interval' || !isPrefixWord(word);
    return (word === 'timestamp' || word === 'time') && cursor.is('time', 2) && cursor.is('zone', 3);
  }

  /** `date '2020-01-01'`, `timestamp with time zone '..'`, `_utf8mb4'x'`, `interval '1 day'`. */
  private takeTypedLiteral(): boolean {
    const { cursor } = this;
    while (cursor.kind() === TokenKind.word) cursor.advance();
    if (cursor.kind() === TokenKind.string) cursor.advance();
    this.literals++;
    this.expectsOperand = false;
    return true;
  }

  private takeCaseWord(word: string): boolean {
    this.computed = true;
    if (word === 'end') this.openCases--;
    this.cursor.advance();
    this.expectsOperand = word !== 'end';
    return true;
  }

  private takeKeyword(word: string): boolean {
    this.computed = true;
    if (word === 'case') this.openCases++;
    this.cursor.advance();
    // CURRENT_TIMESTAMP(6): the parenthesis belongs to it.
    if (this.cursor.isSymbol('(')) this.expectsOperand = true;
    else this.expectsOperand = isPrefixWord(word) || isKeywordCall(word);
    return true;
  }

  /** `a`, `t.a`, `s.t.a`, `t.*`, `f(`, `s.f(`, `name => value`. */
  private takeNames(): boolean {
    const { cursor } = this;
    if (cursor.isSymbol('=>', 1) || cursor.isSymbol(':=', 1)) {
      cursor.advance();
      cursor.advance();
      this.computed = true;
      return true;
    }
    if (this.takeConvertType() || this.takeNextValue() || this.takeNormalForm()) return true;
    const name = readQualifiedName(cursor);
    this.expectsOperand = false;
    if (cursor.isSymbol('(')) this.openCall(name);
    else if (!cursor.isSymbol('.')) this.addColumn(name);
    return true;
  }

  /** MySQL: `CONVERT(x, DECIMAL(10, 2))`. */
  private takeConvertType(): boolean {
    const { cursor } = this;
    if (this.depth === 0 || this.convertDepths.at(-1) !== this.depth) return false;
    const mark = cursor.mark();
    if (cursor.isSymbol(',', -1) && acceptTypeName(cursor) !== undefined && cursor.isSymbol(')')) {
      this.expectsOperand = false;
      return true;
    }
    cursor.returnTo(mark);
    return false;
  }

  /** PostgreSQL: `normalize(x, NFKC)`. */
  private takeNormalForm(): boolean {
    const { cursor } = this;
    const isForm = cursor.isSymbol(',', -1) && cursor.isSymbol(')', 1) && normalForms.has(cursor.word());
    return isForm && this.completeOperand();
  }

  /** MariaDB: `NEXT VALUE FOR s`, `PREVIOUS VALUE FOR s`. */
  private takeNextValue(): boolean {
    const { cursor } = this;
    if (!cursor.is('value', 1) || !cursor.is('for', 2)) return false;
    for (let words = 0; words < 3; words++) cursor.advance();
    readQualifiedName(cursor);
    this.computed = true;
    this.expectsOperand = false;
    return true;
  }

  private openCall(name: QualifiedName): void {
    const word = name.schema === undefined && !name.name.quoted ? name.name.text.toLowerCase() : '';
    // CAST('1' AS int) is as constant as '1'.
    if (word !== 'cast') {
      this.functions.push(name);
      this.computed = true;
    }
    this.expectsOperand = true;
    this.open();
    if (word === 'convert') this.convertDepths.push(this.depth);
    if (takesKeywordFirst(word) && this.cursor.kind() === TokenKind.word) {
      this.cursor.advance();
      this.expectsOperand = false;
    }
    if (word === 'trim' && trimSides.has(this.cursor.word())) this.cursor.advance();
  }

  private addColumn(name: QualifiedName): void {
    const { start, end } = name;
    const column = name.name;
    this.columns.push(name.schema === undefined ? { start, end, column } : { start, end, table: name.schema, column });
  }

  private takeOperatorWord(): boolean {
    const { cursor } = this;
    const word = cursor.word();
    if (this.openCases > 0 && caseWords.has(word)) return this.takeCaseWord(word);
    if (word === 'at' && (cursor.is('time', 1) || cursor.is('local', 1))) return this.takeAtTimeZone();
    if (word === 'is') return this.takeIs();
    if (isOperatorWord(cursor, word, this.depth)) return this.takeOperator();
    if (!this.delimited && this.depth === 0) return false;
    if (word === 'collate' || word === 'using') return this.takeWithName();
    if (word === 'as' || word === 'returning') {
      cursor.advance();
      acceptTypeName(cursor);
      return true;
    }
    return this.takeStray();
  }

  /** `x COLLATE "C"`, `CONVERT(x USING utf8mb4)`: the name is no column. */
  private takeWithName(): boolean {
    this.computed = true;
    this.cursor.advance();
    if (acceptName(this.cursor) !== undefined && this.cursor.acceptSymbol('.')) acceptName(this.cursor);
    return true;
  }

  private takeAtTimeZone(): boolean {
    const { cursor } = this;
    this.computed = true;
    const zone = cursor.is('time', 1);
    cursor.advance();
    cursor.advance();
    if (zone) cursor.accept('zone');
    this.expectsOperand = zone;
    return true;
  }

  private takeIs(): boolean {
    const { cursor } = this;
    this.takeOperator();
    cursor.accept('not');
    while (truthWords.has(cursor.word())) {
      cursor.advance();
      this.expectsOperand = false;
    }
    return true;
  }
}

const trimSides: ReadonlySet<string> = new Set(['both', 'leading', 'trailing']);
const normalForms: ReadonlySet<string> = new Set(['nfc', 'nfd', 'nfkc', 'nfkd']);
