import type { Dialect } from '../dialects/dialect.ts';
import { lex, TokenKind, type Tokens } from '../sql/lexer.ts';
import type { Statement } from '../sql/statement.ts';
import type { QualifiedName, QueryText, Range } from './operation.ts';

/** Thrown by readers at what they cannot read; `parseStatement` and the list readers turn it into an opaque operation. */
export class Unreadable extends Error {
  readonly at: Range;

  constructor(reason: string, at: Range) {
    super(reason);
    this.at = at;
  }
}

/**
 * Walks over the tokens of one statement. Words are given in lower case and compare with unquoted words only; what
 * `accept..` does not find stays where it is, what `expect..` does not find is `Unreadable`.
 */
export class Cursor {
  readonly statement: Statement;
  readonly dialect: Dialect;
  readonly text: string;
  /** The dialect is MySQL or MariaDB. */
  readonly isMysql: boolean;
  /** The table that the statement certainly concerns, once read: it goes into the opaque operation of a failure. */
  table: QualifiedName | undefined;
  private readonly tokens: Tokens;
  private index = 0;

  constructor(statement: Statement, dialect: Dialect) {
    this.statement = statement;
    this.dialect = dialect;
    this.text = statement.sql.text;
    this.isMysql = dialect.name === 'mysql' || dialect.name === 'mariadb';
    this.tokens = lex(this.text, statement.start, statement.end, dialect);
  }

  /** What the token `ahead` places further is; `TokenKind.end` beyond the end. */
  kind(ahead = 0): TokenKind {
    return this.tokens.kind(this.index + ahead);
  }

  atEnd(): boolean {
    return this.tokens.kind(this.index) === TokenKind.end;
  }

  /** Whether this unquoted word stands here; `word` is in lower case. */
  is(word: string, ahead = 0): boolean {
    const { tokens } = this;
    const index = this.index + ahead;
    if (tokens.kind(index) !== TokenKind.word) return false;
    const start = tokens.start(index);
    return tokens.end(index) - start === word.length && spells(this.text, start, word);
  }

  /** Whether these unquoted words follow each other from here on. */
  areWords(...words: readonly string[]): boolean {
    for (let ahead = 0; ahead < words.length; ahead++) if (!this.is(words[ahead] ?? '', ahead)) return false;
    return true;
  }

  /** The unquoted word here, in lower case; the empty string for anything else. */
  word(ahead = 0): string {
    const index = this.index + ahead;
    return this.tokens.kind(index) === TokenKind.word ? this.tokens.source(index).toLowerCase() : '';
  }

  /** Whether this operator or punctuation stands here. */
  isSymbol(symbol: string, ahead = 0): boolean {
    return this.tokens.isSymbol(this.index + ahead, symbol);
  }

  /** Whether the list or the parenthesis that the cursor stands in ends here. */
  atClauseEnd(): boolean {
    return this.atEnd() || this.isSymbol(',') || this.isSymbol(')');
  }

  advance(): void {
    this.index++;
  }

  accept(word: string): boolean {
    if (!this.is(word)) return false;
    this.index++;
    return true;
  }

  /** Takes all of these words, or nothing: the range is truthy. */
  acceptWords(...words: readonly string[]): Range | undefined {
    if (!this.areWords(...words)) return undefined;
    const start = this.start();
    this.index += words.length;
    return this.rangeFrom(start);
  }

  /** Takes the word here if it is one of these. */
  acceptOneOf(words: ReadonlySet<string>): string | undefined {
    const word = this.word();
    if (word === '' || !words.has(word)) return undefined;
    this.index++;
    return word;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.index++;
    return true;
  }

  expect(word: string): void {
    if (!this.accept(word)) this.fail(`expected ${word.toUpperCase()}`);
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) this.fail(`expected ${symbol}`);
  }

  /** Gives up what is being read. */
  fail(reason: string): never {
    throw new Unreadable(reason, this.here());
  }

  /** Where the current token, or the one `ahead`, starts; at the end, where the last one ends. */
  start(ahead = 0): number {
    const index = this.index + ahead;
    return this.tokens.kind(index) === TokenKind.end ? this.lastEnd() : this.tokens.start(index);
  }

  /** Where the current token, or the one `ahead`, ends. */
  end(ahead = 0): number {
    return this.tokens.end(this.index + ahead);
  }

  /** Where the token before the cursor ends. */
  lastEnd(): number {
    const before = this.index - 1;
    const isBeyond = before >= 0 && this.tokens.kind(before) === TokenKind.end;
    const last = isBeyond ? this.tokens.count - 1 : before;
    return last < 0 ? this.statement.start : this.tokens.end(last);
  }

  /** From an offset to the end of the last token taken. */
  rangeFrom(start: number): Range {
    return { start, end: Math.max(start, this.lastEnd()) };
  }

  /** The token here; at the end an empty range. */
  here(): Range {
    return this.atEnd() ? { start: this.lastEnd(), end: this.lastEnd() } : { start: this.start(), end: this.end() };
  }

  textOf(range: Range): string {
    return this.text.slice(range.start, range.end);
  }

  /** Remembers a place, to come back to it with `returnTo`. */
  mark(): number {
    return this.index;
  }

  returnTo(mark: number): void {
    this.index = mark;
  }

  /** From `(`, `[` or `{` to just after its partner (or the end); the range spans both. */
  skipBalanced(): Range {
    const start = this.start();
    let depth = 0;
    do {
      depth += this.depthChange();
      this.index++;
    } while (depth > 0 && !this.atEnd());
    return this.rangeFrom(start);
  }

  /** To the next comma or closing parenthesis of this level, or the end. */
  skipClause(): Range {
    const start = this.start();
    while (!this.atClauseEnd()) this.skipItem();
    return this.rangeFrom(start);
  }

  /** To the end of the statement. */
  skipRest(): Range {
    const start = this.start();
    this.index = Math.max(this.index, this.tokens.count);
    return this.rangeFrom(start);
  }

  /** One token, or one balanced group. */
  skipItem(): void {
    if (this.depthChange() > 0) this.skipBalanced();
    else this.index++;
  }

  /** The rest of the statement as a query, for `src/query`. */
  restAsQuery(): QueryText {
    const range = this.skipRest();
    return { ...range, text: this.textOf(range) };
  }

  private depthChange(): number {
    if (this.tokens.kind(this.index) !== TokenKind.punctuation) return 0;
    const unit = this.text.charCodeAt(this.tokens.start(this.index));
    if (unit === 0x28 || unit === 0x5b || unit === 0x7b) return 1;
    return unit === 0x29 || unit === 0x5d || unit === 0x7d ? -1 : 0;
  }
}

/** Whether the text at `start` is the word, whatever its case; the word is in lower case. */
function spells(text: string, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const unit = text.charCodeAt(start + index);
    const folded = unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
    if (folded !== word.charCodeAt(index)) return false;
  }
  return true;
}
