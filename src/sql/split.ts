import type { Dialect } from '../dialects/dialect.ts';
import type { SqlText } from '../text/sql-text.ts';
import { BodyReader } from './body.ts';
import { endOfLine } from './quoted.ts';
import { Scanner } from './scanner.ts';
import type { Statement } from './statement.ts';
import { TokenKind } from './token-kind.ts';

/**
 * Cuts a text into statements as the engine and its command-line client do. Never throws, loses no byte of SQL: what stands
 * between statements is white space, comments and terminators.
 */
export function splitSql(sql: SqlText, dialect: Dialect): readonly Statement[] {
  return new Splitter(sql, dialect).split();
}

class Splitter {
  readonly #sql: SqlText;
  readonly #dialect: Dialect;
  readonly #scanner: Scanner;
  readonly #body: BodyReader;
  readonly #statements: Statement[] = [];
  /** Where the statement at hand begins; -1 between statements. */
  #start = -1;
  /** Where its last token ends. */
  #lastEnd = 0;
  /** PostgreSQL: how much of COPY .. FROM STDIN has been read. */
  #copy: 'no' | 'copy' | 'from' | 'stdin' = 'no';
  /** No `\.` line stands below: asked once, so that many COPYs stay linear. */
  #copyEndIsMissing = false;

  constructor(sql: SqlText, dialect: Dialect) {
    this.#sql = sql;
    this.#dialect = dialect;
    this.#scanner = new Scanner(sql.text, 0, sql.text.length, dialect);
    this.#body = new BodyReader(dialect.name);
  }

  split(): readonly Statement[] {
    const scanner = this.#scanner;
    const body = this.#body;
    while (scanner.next()) {
      if (scanner.kind === TokenKind.separator) this.#finish(true);
      else if (scanner.kind === TokenKind.punctuation && this.#readPunctuation()) continue;
      else if (this.#start === -1) this.#begin();
      else if (scanner.kind === TokenKind.word && this.#isDelimiterInBody()) this.#readDelimiter();
      else {
        if (body.isReading) body.read(scanner);
        if (this.#copy !== 'no') this.#readCopyWord();
        this.#lastEnd = scanner.end;
      }
    }
    this.#finish(false);
    return this.#statements;
  }

  /** The first token of a statement, or a client's command that is told by its first word. */
  #begin(): void {
    const scanner = this.#scanner;
    const word = scanner.kind === TokenKind.word ? shortWord(scanner) : '';
    if (word === 'DELIMITER' && this.#isLineStart()) {
      this.#readDelimiter();
      return;
    }
    if (word === 'SOURCE' && this.#isMysql() && this.#isLineStart()) {
      this.#takeClientLine();
      return;
    }
    this.#start = this.#startWithMarker();
    this.#lastEnd = scanner.end;
    this.#copy = word === 'COPY' && this.#dialect.name === 'postgres' ? 'copy' : 'no';
    this.#body.begin(word);
  }

  /** An executable comment that opened directly before the first token is part of the statement. */
  #startWithMarker(): number {
    const { start, executableStart, executableEnd } = this.#scanner;
    return executableStart >= this.#lastEnd && executableEnd === -1 && executableStart !== -1 ? executableStart : start;
  }

  /** Whether the token has been dealt with; if not, it is an ordinary part of a statement. */
  #readPunctuation(): boolean {
    const scanner = this.#scanner;
    switch (scanner.text.charCodeAt(scanner.start)) {
      case 59: // ;
        this.#readSemicolon();
        return true;
      case 92: // \
        return this.#readBackslash();
      case 46: // .
        // The shell reads a dot-command only in the first column and between statements (sqlite.org/cli.html, section 5).
        if (this.#start !== -1 || this.#dialect.name !== 'sqlite' || !this.#isFirstColumn()) return false;
        this.#takeClientLine();
        return true;
      default:
        return false;
    }
  }

  #readSemicolon(): void {
    const body = this.#body;
    const isDelimitedRoutine = this.#scanner.delimiter !== '' && body.isMysqlRoutine;
    if (this.#start === -1) {
      this.#lastEnd = this.#scanner.end;
      this.#scanner.sawPlaceholder = false;
    } else if (isDelimitedRoutine || !body.semicolonEnds()) this.#lastEnd = this.#scanner.end;
    else {
      const hasCopyData = this.#copy === 'stdin';
      this.#finish(true);
      if (hasCopyData) this.#takeCopyData();
    }
  }

  /** `\g` and `\G` end a statement, other backslash commands take their line (psql; MySQL manual 6.5.1.2). */
  #readBackslash(): boolean {
    const scanner = this.#scanner;
    const next = scanner.text.charAt(scanner.start + 1);
    if (this.#isMysql()) return this.#readMysqlBackslash(next);
    if (this.#dialect.name !== 'postgres') return false;
    if (next === ';') {
      this.#finishAt(scanner.start + 2);
      return true;
    }
    const sendsQuery = endsQuery.test(scanner.text.slice(scanner.start, scanner.start + 16));
    if (this.#start !== -1 && !sendsQuery && !this.#isLineStart()) return false;
    this.#finish(sendsQuery);
    this.#takeClientLine();
    return true;
  }

  #readMysqlBackslash(next: string): boolean {
    const scanner = this.#scanner;
    if (next === 'g' || next === 'G') {
      this.#finishAt(scanner.start + 2);
      return true;
    }
    if (this.#start !== -1) return false;
    this.#takeClientLine();
    return true;
  }

  #finishAt(terminatorEnd: number): void {
    this.#finish(true);
    this.#scanner.position = terminatorEnd;
    this.#lastEnd = terminatorEnd;
  }

  /** Ends the statement at hand, if there is one. The scanner stands on its terminator, or at the text's end. */
  #finish(terminated: boolean): void {
    const scanner = this.#scanner;
    if (this.#start !== -1) {
      const closesMarker = scanner.executableStart >= this.#start && scanner.executableEnd > this.#lastEnd;
      const end = closesMarker ? scanner.executableEnd : this.#lastEnd;
      this.#add('sql', this.#start, end, terminated);
    }
    this.#start = -1;
    this.#lastEnd = scanner.end;
    this.#copy = 'no';
    scanner.sawPlaceholder = false;
  }

  #add(kind: Statement['kind'], start: number, end: number, terminated: boolean): void {
    const hasPlaceholder = kind === 'sql' && this.#scanner.sawPlaceholder;
    this.#statements.push({ sql: this.#sql, start, end, kind, hasPlaceholder, terminated });
  }

  /** The token begins a line that only the client understands. */
  #takeClientLine(): void {
    const scanner = this.#scanner;
    const { text, start, limit } = scanner;
    const lineEnd = endOfLine(text, start, limit);
    const end = endOfWords(text, start, lineEnd);
    this.#add('client-command', start, end, true);
    scanner.sawPlaceholder = false;
    scanner.position = lineEnd;
    this.#lastEnd = lineEnd;
    if (copyCommand.test(text.slice(start, Math.min(end, start + LONGEST_COPY_COMMAND)))) this.#takeCopyData();
  }

  /** In the middle of a body, `DELIMITER` on a line of its own can only be the client's: the mysql client sends what it has. */
  #isDelimiterInBody(): boolean {
    const scanner = this.#scanner;
    if (scanner.end - scanner.start !== 9 || scanner.delimiter === '') return false;
    return shortWord(scanner) === 'DELIMITER' && this.#isLineStart();
  }

  /** `DELIMITER //`: in force until the next one. */
  #readDelimiter(): void {
    const scanner = this.#scanner;
    const { text, end, limit } = scanner;
    const word = /\S+/.exec(text.slice(end, endOfLine(text, end, limit)))?.[0] ?? '';
    if (this.#start !== -1) this.#finish(false);
    this.#takeClientLine();
    scanner.delimiter = word === ';' ? '' : word.replace(/^(['"`])(.+)\1$/, '$2');
  }

  #readCopyWord(): void {
    if (this.#copy === 'stdin' || this.#scanner.kind !== TokenKind.word) return;
    const word = shortWord(this.#scanner);
    if (word === 'STDIN' && this.#copy === 'from') this.#copy = 'stdin';
    else this.#copy = word === 'FROM' ? 'from' : 'copy';
  }

  /**
   * The lines that feed COPY .. FROM STDIN, down to `\.`. Without that line the text is not meant for psql, and the data
   * comes from elsewhere.
   */
  #takeCopyData(): void {
    if (this.#copyEndIsMissing) return;
    const scanner = this.#scanner;
    const { text, limit } = scanner;
    const from = startOfCopyData(text, this.#lastEnd, limit);
    const marker = endOfCopyData(text, from, limit);
    if (marker === -1) {
      this.#copyEndIsMissing = true;
      return;
    }
    if (marker > from) this.#add('copy-data', from, marker, true);
    scanner.position = marker + 2;
    this.#lastEnd = marker + 2;
  }

  /** Only white space stands before the token on its line. */
  #isLineStart(): boolean {
    const { text, start } = this.#scanner;
    for (let offset = start - 1; offset >= 0; offset--) {
      const unit = text.charCodeAt(offset);
      if (unit === 10 || unit === 13) return true;
      if (unit !== 32 && unit !== 9) return false;
    }
    return true;
  }

  #isFirstColumn(): boolean {
    const { text, start } = this.#scanner;
    const before = start === 0 ? 10 : text.charCodeAt(start - 1);
    return before === 10 || before === 13;
  }

  #isMysql(): boolean {
    return this.#dialect.name === 'mysql' || this.#dialect.name === 'mariadb';
  }
}

/** psql's commands that send the query at hand (psql manual, "Meta-Commands"). */
const endsQuery = /^\\(?:g(?:x|set|exec|desc)?|crosstabview|watch|bind)\b/;

/** The bound keeps an endless line cheap. */
const LONGEST_COPY_COMMAND = 500;

/** `\copy t FROM stdin` */
const copyCommand = /^\\copy\s.*\sfrom\s+stdin\b/i;

/** Where a line ends without the blanks after its last word. */
function endOfWords(text: string, start: number, lineEnd: number): number {
  let end = lineEnd;
  while (end > start + 1 && (text.charCodeAt(end - 1) === 32 || text.charCodeAt(end - 1) === 9)) end--;
  return end;
}

/** The token's word in upper case; empty for words that are longer than any keyword we look for. */
function shortWord(scanner: Scanner): string {
  return scanner.end - scanner.start > 9 ? '' : scanner.text.slice(scanner.start, scanner.end).toUpperCase();
}

/** Data begins on the line after the terminator; a comment may end that line. */
function startOfCopyData(text: string, from: number, limit: number): number {
  const lineEnd = endOfLine(text, from, limit);
  const rest = text.slice(from, lineEnd).trimStart();
  if (rest !== '' && !rest.startsWith('--')) return lineEnd - rest.length;
  return text.startsWith('\r\n', lineEnd) ? lineEnd + 2 : Math.min(lineEnd + 1, limit);
}

/** The offset of the `\.` that stands alone on its line; -1 when there is none. */
function endOfCopyData(text: string, from: number, limit: number): number {
  for (
    let marker = text.indexOf('\\.', from);
    marker !== -1 && marker < limit;
    marker = text.indexOf('\\.', marker + 2)
  ) {
    const before = marker === from ? 10 : text.charCodeAt(marker - 1);
    const after = marker + 2 >= limit ? 10 : text.charCodeAt(marker + 2);
    if ((before === 10 || before === 13) && (after === 10 || after === 13)) return marker;
  }
  return -1;
}
