import type { Dialect, LexicalFacts } from '../dialects/dialect.ts';
import { NO_PLACEHOLDER, endOfParameter, endOfTemplate, endOfTemplateControl } from './placeholder.ts';
import {
  UNTERMINATED,
  dollarTag,
  endOfBlockComment,
  endOfBracketed,
  endOfDollarQuoted,
  endOfLine,
  endOfQuoted,
} from './quoted.ts';
import { TokenKind } from './token-kind.ts';

/** drizzle-kit's line between statements. To MySQL it is no comment: `--` needs white space after it. */
const STATEMENT_BREAKPOINT = '--> statement-breakpoint';

/**
 * Reads one token after another; white space, comments and the markers of executable comments are passed over. It is
 * a class with mutable fields because a dump has millions of tokens, and nothing is allocated for one.
 */
export class Scanner {
  readonly text: string;
  /** Where reading stops. */
  readonly limit: number;
  /** Where the next token is looked for. May be moved by the caller. */
  position: number;
  /** A client's own terminator (`DELIMITER //`), read as one separator token; empty: none. */
  delimiter = '';

  /** The token read last. */
  kind: TokenKind = TokenKind.end;
  start = 0;
  end = 0;

  /** Something was opened and never closed: a literal, an identifier, a comment. */
  unterminated = false;
  /** A template or client placeholder has been read since this was last set to false. */
  sawPlaceholder = false;
  /** Offset of the opening marker of the last executable comment; -1 when there was none. */
  executableStart = -1;
  /** Offset after that comment's closing marker; -1 while it is open. */
  executableEnd = -1;

  readonly #lexical: LexicalFacts;
  readonly #isPostgres: boolean;
  readonly #isMysql: boolean;
  /** Depth of `[`: in PostgreSQL a `:` inside is a slice, not a placeholder. */
  #brackets = 0;

  constructor(text: string, start: number, end: number, dialect: Dialect) {
    this.text = text;
    this.position = start;
    this.limit = end;
    this.#lexical = dialect.lexical;
    this.#isPostgres = dialect.name === 'postgres';
    this.#isMysql = dialect.name === 'mysql' || dialect.name === 'mariadb';
  }

  /** Reads the next token into `kind`, `start` and `end`; false at the end of the text. */
  next(): boolean {
    this.#skipGap();
    const at = this.position;
    if (at >= this.limit) {
      this.kind = TokenKind.end;
      this.start = this.limit;
      this.end = this.limit;
      return false;
    }
    const previousEnd = this.end;
    const previousKind = this.kind;
    this.start = at;
    const unit = this.text.charCodeAt(at);
    if (unit >= 128 || (classOf[unit] ?? 0) === WORD) this.#scanWord(at);
    else this.#scanOther(at, unit, previousEnd === at && isOperand[previousKind] === 1);
    this.position = this.end;
    return true;
  }

  /** Moves to the next token: over white space, comments, markers of executable comments and template controls. */
  #skipGap(): void {
    const { text, limit } = this;
    let at = this.position;
    while (at < limit) {
      const unit = text.charCodeAt(at);
      if (unit <= 32 ? unit === 32 || (unit >= 9 && unit <= 13) : unit === BYTE_ORDER_MARK) {
        at++;
        continue;
      }
      if (unit >= 128 || classOf[unit] !== GAP_START || this.#isDelimiterAt(at)) break;
      const end = this.#endOfGap(at, unit);
      if (end === at) break;
      at = end;
    }
    this.position = at;
  }

  /** The end of the comment, marker or template control that begins here; `at` itself if none does. */
  #endOfGap(at: number, unit: number): number {
    const next = at + 1 < this.limit ? this.text.charCodeAt(at + 1) : 0;
    switch (unit) {
      case 45: // -
        return next === 45 ? this.#endOfDashes(at) : at;
      case 35: // #
        return this.#lexical.hashComments ? endOfLine(this.text, at, this.limit) : at;
      case 47: // /
        return next === 42 ? this.#endOfSlashStar(at) : at;
      case 42: // *
        if (next !== 47 || this.executableStart === -1 || this.executableEnd !== -1) return at;
        this.executableEnd = at + 2;
        return at + 2;
      default: {
        const end = endOfTemplateControl(this.text, at, this.limit);
        if (end === NO_PLACEHOLDER) return at;
        this.sawPlaceholder = true;
        return end;
      }
    }
  }

  #endOfDashes(at: number): number {
    const { text, limit } = this;
    if (text.charCodeAt(at + 2) === 62 && text.startsWith(STATEMENT_BREAKPOINT, at)) return at;
    if (this.#lexical.dashCommentNeedsSpace && text.charCodeAt(at + 2) > 32) return at;
    return endOfLine(text, at, limit);
  }

  #endOfSlashStar(at: number): number {
    const content = this.#executableContent(at);
    if (content !== -1) {
      this.executableStart = at;
      this.executableEnd = -1;
      return content;
    }
    const end = endOfBlockComment(this.text, at, this.limit, this.#lexical.nestedComments);
    if (end !== UNTERMINATED) return end;
    this.unterminated = true;
    return this.limit;
  }

  /** The offset of the SQL inside an executable comment that this dialect's servers run; -1 for any other comment. */
  #executableContent(at: number): number {
    const { text } = this;
    const lexical = this.#lexical;
    if (!lexical.executableComments) return -1;
    const marked = text.charCodeAt(at + 2) === 77 && lexical.mariadbExecutableComments; // M
    const bang = marked ? at + 3 : at + 2;
    if (text.charCodeAt(bang) !== 33) return -1;
    const digits = versionDigits(text, bang + 1);
    const content = bang + 1 + digits;
    if (digits === 0) return content;
    const version = Number(text.slice(bang + 1, content));
    // In `/*M!` the number is MariaDB's own: only what is too new is left out (run on 10.11).
    const runs = lexical.executedVersions.some(([from, to]) => (marked || version >= from) && version <= to);
    return runs ? content : -1;
  }

  #isDelimiterAt(at: number): boolean {
    return this.delimiter !== '' && this.text.startsWith(this.delimiter, at);
  }

  /** A word, or a literal with a letter before its quote, or a word that is partly written by a template. */
  #scanWord(at: number): void {
    const { text, limit } = this;
    if (this.delimiter !== '' && this.#isDelimiterAt(at)) {
      this.#take(TokenKind.separator, at + this.delimiter.length);
      return;
    }
    const end = this.#endOfWord(at);
    const next = end < limit ? text.charCodeAt(end) : 0;
    if (end - at === 1 && this.#scanPrefixed(at, next)) return;
    this.#take(TokenKind.word, end);
    if (next < 128 && classOf[next] !== SPACE) this.#glueTemplates(end, next);
  }

  #endOfWord(at: number): number {
    const { text, limit } = this;
    let end = at;
    while (end < limit) {
      const unit = text.charCodeAt(end);
      if (unit < 128) {
        const kind = classOf[unit] ?? 0;
        if (kind !== WORD && kind !== DIGIT && (unit !== DOLLAR || this.#endsWordAtDollar(end))) break;
      } else if (unit === BYTE_ORDER_MARK) {
        break;
      }
      end++;
    }
    return end > at ? end : at + 1;
  }

  /** `$` belongs to a word in every dialect, but not where it begins `${x}` or the client's delimiter. */
  #endsWordAtDollar(at: number): boolean {
    const next = this.text.charCodeAt(at + 1);
    return next === 123 || next === 40 || next === 37 || this.#isDelimiterAt(at);
  }

  /** `x'..'`, `E'..'`, `U&'..'`. */
  #scanPrefixed(at: number, next: number): boolean {
    const { text } = this;
    const letter = text.charCodeAt(at) | 32;
    if (next === QUOTE) {
      if (!this.#lexical.stringPrefixes.includes(String.fromCharCode(letter))) return false;
      const escapes = this.#lexical.backslashEscapes || (this.#lexical.escapeStrings && letter === 101);
      this.#takeQuoted(TokenKind.string, at + 1, "'", escapes);
      return true;
    }
    if (next !== 38 || letter !== 117 || !this.#lexical.escapeStrings) return false; // U&
    const quote = text.charCodeAt(at + 2);
    if (quote === QUOTE) this.#takeQuoted(TokenKind.string, at + 2, "'", false);
    else if (quote === DOUBLE_QUOTE) this.#takeQuoted(TokenKind.quoted, at + 2, '"', false);
    else return false;
    return true;
  }

  /** Joins what a template writes directly beside a name: `idx_{{x}}_y` is one token. */
  #glueTemplates(from: number, first: number): void {
    const { text, limit } = this;
    let end = from;
    let unit = first;
    for (;;) {
      if (unit === 35 && this.#lexical.hashComments) break;
      const templateEnd = endOfTemplate(text, end, limit);
      if (templateEnd === NO_PLACEHOLDER || this.#isDelimiterAt(end)) break;
      end = this.#isWordAt(templateEnd) ? this.#endOfWord(templateEnd) : templateEnd;
      unit = end < limit ? text.charCodeAt(end) : 0;
    }
    if (end > from) this.#takePlaceholder(end);
  }

  #isWordAt(at: number): boolean {
    if (at >= this.limit) return false;
    const unit = this.text.charCodeAt(at);
    const kind = unit < 128 ? (classOf[unit] ?? 0) : WORD;
    return unit !== BYTE_ORDER_MARK && (kind === WORD || kind === DIGIT);
  }

  /** Everything that does not begin with a letter. `afterOperand`: it stands directly behind a name or value. */
  #scanOther(at: number, unit: number, afterOperand: boolean): void {
    if (this.#isDelimiterAt(at)) {
      this.#take(TokenKind.separator, at + this.delimiter.length);
      return;
    }
    switch (classOf[unit]) {
      case DIGIT:
        this.#scanNumber(at);
        return;
      case QUOTE_START:
        this.#scanQuoted(at, unit);
        return;
      case PUNCTUATION:
        this.#take(TokenKind.punctuation, at + 1);
        return;
      default:
        this.#scanSymbol(at, unit, afterOperand);
    }
  }

  #scanQuoted(at: number, unit: number): void {
    const lexical = this.#lexical;
    if (unit === QUOTE) this.#takeQuoted(TokenKind.string, at, "'", lexical.backslashEscapes);
    else if (unit === DOUBLE_QUOTE) {
      if (lexical.doubleQuotedIdentifiers) this.#takeQuoted(TokenKind.quoted, at, '"', false);
      else this.#takeQuoted(TokenKind.string, at, '"', lexical.backslashEscapes);
    } else if (lexical.backtickIdentifiers) this.#takeQuoted(TokenKind.quoted, at, '`', false);
    else this.#take(TokenKind.operator, at + 1);
  }

  /** Operators, and what may be a placeholder instead. */
  #scanSymbol(at: number, unit: number, afterOperand: boolean): void {
    switch (unit) {
      case 91: // [
        this.#scanBracket(at);
        return;
      case 93: // ]
        if (this.#brackets > 0) this.#brackets--;
        this.#take(TokenKind.punctuation, at + 1);
        return;
      case 46: // .
        if (!afterOperand && isDigit(this.text.charCodeAt(at + 1)) && this.text.charCodeAt(at - 1) !== 46)
          this.#scanNumber(at);
        else this.#take(TokenKind.punctuation, at + 1);
        return;
      case DOLLAR:
        this.#scanDollar(at);
        return;
      case 58: // :
        this.#scanColon(at, afterOperand);
        return;
      case 63: // ?
        if (!this.#isPostgres || this.#isPostgresParameter(at))
          this.#takePlaceholder(endOfParameter(this.text, at, this.limit));
        else this.#scanOperator(at, unit);
        return;
      case 64: // @
        this.#scanAt(at, afterOperand);
        return;
      case 45: // -
        if (this.text.startsWith(STATEMENT_BREAKPOINT, at)) {
          this.#take(TokenKind.separator, at + STATEMENT_BREAKPOINT.length);
          return;
        }
        break;
      case 123: // {
      case 60: // <
      case 37: // %
      case 35: // #
        if (this.#scanTemplate(at)) return;
        break;
    }
    this.#scanOperator(at, unit);
  }

  #scanTemplate(at: number): boolean {
    const end = endOfTemplate(this.text, at, this.limit);
    if (end === NO_PLACEHOLDER) return false;
    const wordEnd = this.#isWordAt(end) ? this.#endOfWord(end) : end;
    this.#takePlaceholder(wordEnd);
    if (wordEnd < this.limit) this.#glueTemplates(wordEnd, this.text.charCodeAt(wordEnd));
    return true;
  }

  #scanBracket(at: number): void {
    if (this.#lexical.bracketIdentifiers) {
      this.#takeUntil(TokenKind.quoted, endOfBracketed(this.text, at, this.limit));
      return;
    }
    this.#brackets++;
    this.#take(TokenKind.punctuation, at + 1);
  }

  /** `$tag$ .. $tag$`, `${x}`, `$1`, `$name`; in MySQL also a name that begins with `$`. */
  #scanDollar(at: number): void {
    const { text, limit } = this;
    if (this.#lexical.dollarQuotes) {
      const tag = dollarTag(text, at, limit);
      if (tag !== '') {
        this.#takeUntil(TokenKind.string, endOfDollarQuoted(text, at, limit, tag));
        return;
      }
    }
    if (this.#scanTemplate(at)) return;
    if (this.#isMysql) {
      if (this.#isWordAt(at + 1)) this.#take(TokenKind.word, this.#endOfWord(at + 1));
      else this.#take(TokenKind.punctuation, at + 1);
      return;
    }
    const end = endOfParameter(text, at, limit);
    if (end === NO_PLACEHOLDER) this.#take(TokenKind.punctuation, at + 1);
    // `$1` is PostgreSQL's own syntax: its grammar takes it.
    else if (this.#isPostgres && isDigit(text.charCodeAt(at + 1))) this.#take(TokenKind.placeholder, end);
    else this.#takePlaceholder(end);
  }

  /** `::`, `:=`, `:name`, a slice's or a label's `:`. */
  #scanColon(at: number, afterOperand: boolean): void {
    const next = this.text.charCodeAt(at + 1);
    if (next === 58 || next === 61) {
      this.#take(TokenKind.operator, at + 2);
      return;
    }
    const end = afterOperand || this.#brackets > 0 ? NO_PLACEHOLDER : endOfParameter(this.text, at, this.limit);
    if (end === NO_PLACEHOLDER) this.#take(TokenKind.punctuation, at + 1);
    else this.#takePlaceholder(end);
  }

  /** PostgreSQL's `?`, `?|` and `?&` ask for a key on their right; a bound `?` has nothing on its right. */
  #isPostgresParameter(at: number): boolean {
    const { text, limit } = this;
    let after = at + 1;
    while (after < limit && text.charCodeAt(after) <= 32) after++;
    if (after >= limit) return true;
    const unit = text.charCodeAt(after);
    return unit === 44 || unit === 41 || unit === 59 || (unit === 58 && text.charCodeAt(after + 1) === 58);
  }

  /** `@x` is a user variable in MySQL, a parameter in SQLite and pgx; `root@localhost` and `@>` are neither. */
  #scanAt(at: number, afterOperand: boolean): void {
    const { text, limit } = this;
    if (afterOperand) {
      this.#scanOperator(at, 64);
      return;
    }
    if (!this.#isMysql) {
      const end = endOfParameter(text, at, limit);
      if (end === NO_PLACEHOLDER) this.#scanOperator(at, 64);
      else this.#takePlaceholder(end);
      return;
    }
    const name = text.charCodeAt(at + 1) === 64 ? at + 2 : at + 1;
    const quote = text.charAt(name);
    if (this.#isWordAt(name)) this.#take(TokenKind.placeholder, this.#endOfWord(name));
    else if (quote === '`' || quote === "'" || quote === '"')
      this.#takeQuoted(TokenKind.placeholder, name, quote, false);
    else this.#take(TokenKind.operator, at + 1);
  }

  #scanNumber(at: number): void {
    const { text, limit } = this;
    let end = at;
    const second = text.charCodeAt(at + 1) | 32;
    const prefixed = text.charCodeAt(at) === 48 && (second === 120 || second === 98 || second === 111); // 0x 0b 0o
    if (!prefixed) {
      end = endOfDigits(text, end, limit);
      // `1..10` is a range of PL/pgSQL and MariaDB, not the number `1.`.
      if (text.charCodeAt(end) === 46 && text.charCodeAt(end + 1) !== 46) end = endOfDigits(text, end + 1, limit);
      end = endOfExponent(text, end, limit);
    }
    if (!this.#isWordAt(end)) {
      this.#take(TokenKind.number, Math.min(end, limit));
      return;
    }
    // MySQL's names may begin with digits (manual 11.2: not be digits alone).
    const kind = this.#isMysql && !prefixed ? TokenKind.word : TokenKind.number;
    this.#take(kind, this.#endOfWord(end));
  }

  #scanOperator(at: number, unit: number): void {
    if (operatorUnits[unit] !== 1) {
      this.#take(TokenKind.punctuation, at + 1);
      return;
    }
    this.#take(
      TokenKind.operator,
      this.#isPostgres ? this.#endOfPostgresOperator(at, unit) : this.#endOfListedOperator(at),
    );
  }

  #endOfListedOperator(at: number): number {
    for (const operator of listedOperators) {
      if (this.text.startsWith(operator, at)) return Math.min(at + operator.length, this.limit);
    }
    return at + 1;
  }

  /**
   * The longest run of operator characters, without a comment in it, and not ending in `+` or `-` unless one of
   * `~!@#%^&|?` is in it (manual 4.1.3). `=` never begins a longer operator than `=>`, so `=@id` is `=` and a parameter.
   */
  #endOfPostgresOperator(at: number, first: number): number {
    const { text, limit } = this;
    if (first === 61) return text.charCodeAt(at + 1) === 62 && at + 1 < limit ? at + 2 : at + 1;
    const longest = Math.min(limit, at + LONGEST_POSTGRES_OPERATOR);
    let end = at;
    let special = false;
    while (end < longest) {
      const unit = text.charCodeAt(end);
      if (unit >= 128 || operatorUnits[unit] !== 1) break;
      const next = text.charCodeAt(end + 1);
      if (end > at && ((unit === 45 && next === 45) || (unit === 47 && next === 42))) break;
      if (specialOperatorUnits.includes(text.charAt(end))) special = true;
      end++;
    }
    while (!special && end > at + 1 && (text.charCodeAt(end - 1) === 43 || text.charCodeAt(end - 1) === 45)) end--;
    return end > at ? end : at + 1;
  }

  #take(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.end = end > this.limit ? this.limit : end;
  }

  #takePlaceholder(end: number): void {
    this.sawPlaceholder = true;
    this.#take(TokenKind.placeholder, end);
  }

  #takeQuoted(kind: TokenKind, quoteAt: number, quote: string, backslashEscapes: boolean): void {
    this.#takeUntil(kind, endOfQuoted(this.text, quoteAt, this.limit, quote, backslashEscapes));
  }

  #takeUntil(kind: TokenKind, end: number): void {
    if (end === UNTERMINATED) this.unterminated = true;
    this.#take(kind, end === UNTERMINATED ? this.limit : end);
  }
}

const DOLLAR = 36;
const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BYTE_ORDER_MARK = 0xfeff;

/** What an ASCII character may begin. */
const SPACE = 1;
const WORD = 2;
const DIGIT = 3;
const QUOTE_START = 4;
const PUNCTUATION = 5;
const GAP_START = 6;

const classOf = new Uint8Array(128);
for (const unit of [9, 10, 11, 12, 13, 32]) classOf[unit] = SPACE;
for (let unit = 48; unit <= 57; unit++) classOf[unit] = DIGIT;
for (let unit = 65; unit <= 90; unit++) {
  classOf[unit] = WORD;
  classOf[unit + 32] = WORD;
}
classOf[95] = WORD;
markAll('\'"`', classOf, QUOTE_START);
markAll('(),;', classOf, PUNCTUATION);
markAll('-#/*{', classOf, GAP_START);

const operatorUnits = new Uint8Array(128);
markAll('+-*/<>=~!@#%^&|`?', operatorUnits, 1);

/** NAMEDATALEN - 1 (manual 4.1.3). */
const LONGEST_POSTGRES_OPERATOR = 63;

const specialOperatorUnits = '~!@#%^&|`?';

/** Operators of more than one character in SQLite, MySQL and MariaDB; longer ones first. */
const listedOperators = ['->>', '<=>', '->', '<=', '>=', '<>', '!=', '==', '||', '&&', '<<', '>>'];

/** Tokens after which `.`, `:` and `@` go on with a name. */
const isOperand = new Uint8Array(16);
for (const kind of [TokenKind.word, TokenKind.quoted, TokenKind.string, TokenKind.placeholder]) isOperand[kind] = 1;

function markAll(characters: string, table: Uint8Array, value: number): void {
  for (let index = 0; index < characters.length; index++) table[characters.charCodeAt(index)] = value;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** Digits with `_` between them (SQLite 3.46, PostgreSQL 16). */
function endOfDigits(text: string, at: number, limit: number): number {
  let end = at;
  while (
    end < limit &&
    (isDigit(text.charCodeAt(end)) || (text.charCodeAt(end) === 95 && end > at && isDigit(text.charCodeAt(end + 1))))
  )
    end++;
  return end;
}

function endOfExponent(text: string, at: number, limit: number): number {
  if (at >= limit || (text.charCodeAt(at) | 32) !== 101) return at;
  const sign = text.charCodeAt(at + 1);
  const digits = sign === 43 || sign === 45 ? at + 2 : at + 1;
  return isDigit(text.charCodeAt(digits)) ? endOfDigits(text, digits, limit) : at;
}

/** A version has five or six digits (run on MariaDB 10.11: `507` is SQL, the seventh digit too). */
function versionDigits(text: string, at: number): number {
  let count = 0;
  while (count < 6 && isDigit(text.charCodeAt(at + count))) count++;
  return count >= 5 ? count : 0;
}
