import type { DialectName } from '../dialects/dialect.ts';
import type { Scanner } from './scanner.ts';
import { TokenKind } from './token-kind.ts';

/** How a statement's inside must be read to know which `;` ends it. */
type Reading =
  /** Every `;` ends it. */
  | 'plain'
  /** CREATE has been read; the next words say what is created. */
  | 'create'
  /** MariaDB: BEGIN has been read; NOT ATOMIC may follow. */
  | 'begin'
  | 'sqlite-trigger'
  | 'postgres-routine'
  | 'postgres-rule'
  | 'mysql-routine';

/** What is open inside a MySQL body. In a CASE expression IF and REPEAT are functions, in the others statements. */
type Block = 'statements' | 'case-expression';

/** CREATE DEFINER = CURRENT_USER() ..: more tokens than this before the object's kind are none that we know. */
const LONGEST_HEADER = 16;

/**
 * Follows one statement, token by token, and says whether a `;` ends it or belongs to a body inside it: triggers,
 * routines, events, rules.
 */
export class BodyReader {
  readonly #dialect: DialectName;
  #reading: Reading = 'plain';
  #headerTokens = 0;
  #definerSeen = false;
  /** PostgreSQL: depth of parentheses (rules), of BEGIN ATOMIC and CASE (routines). */
  #depth = 0;
  readonly #blocks: Block[] = [];
  #previousWord = '';
  /** MySQL: the next token begins a statement of the body. */
  #atStatementStart = false;
  /** MySQL: the first word of the body's statement at hand. */
  #statementWord = '';
  /** SQLite: BEGIN has been read. */
  #begun = false;
  /** SQLite: the last token was a `;` of the body, or the END after one. */
  #closing: 'no' | 'semicolon' | 'end' = 'no';

  constructor(dialect: DialectName) {
    this.#dialect = dialect;
  }

  /** Whether the tokens of this statement have to be shown to `read`. */
  get isReading(): boolean {
    return this.#reading !== 'plain';
  }

  /** A stored routine, trigger or event of MySQL: a client's own delimiter alone ends it. */
  get isMysqlRoutine(): boolean {
    return this.#reading === 'mysql-routine';
  }

  /** A new statement begins with this word (upper case; empty if it begins otherwise). */
  begin(firstWord: string): void {
    this.#reading = this.#firstReading(firstWord);
    this.#headerTokens = 0;
    this.#definerSeen = false;
    this.#depth = 0;
    this.#blocks.length = 0;
    if (this.#reading === 'mysql-routine') this.#blocks.push('statements');
    this.#previousWord = firstWord;
    this.#atStatementStart = this.#reading === 'mysql-routine' && startsStatements.has(firstWord);
    this.#statementWord = '';
    this.#begun = false;
    this.#closing = 'no';
  }

  #firstReading(firstWord: string): Reading {
    if (firstWord === 'CREATE') return 'create';
    if (this.#dialect !== 'mariadb' && this.#dialect !== 'mysql') return 'plain';
    if (firstWord === 'BEGIN') return 'begin';
    // MariaDB runs these outside routines too ("Using Compound Statements Outside of Stored Programs").
    return opensBlock.has(firstWord) ? 'mysql-routine' : 'plain';
  }

  /** Reads the scanner's token, any but `;` and the first one of the statement. */
  read(scanner: Scanner): void {
    const word = scanner.kind === TokenKind.word ? scanner.text.slice(scanner.start, scanner.end).toUpperCase() : '';
    switch (this.#reading) {
      case 'plain':
        return;
      case 'create':
        this.#readHeader(word);
        break;
      case 'begin':
        this.#reading = word === 'NOT' ? 'mysql-routine' : 'plain';
        this.#blocks.push('statements');
        break;
      case 'sqlite-trigger':
        this.#readSqliteTrigger(word);
        break;
      case 'postgres-routine':
        this.#readPostgresRoutine(word);
        break;
      case 'postgres-rule':
        this.#readParenthesis(scanner);
        break;
      case 'mysql-routine':
        this.#readMysqlRoutine(word, scanner);
        break;
    }
    this.#previousWord = word;
  }

  /** A `;` has come: does it end the statement? */
  semicolonEnds(): boolean {
    switch (this.#reading) {
      case 'sqlite-trigger':
        return this.#sqliteSemicolonEnds();
      case 'postgres-routine':
      case 'postgres-rule':
        return this.#depth === 0;
      case 'mysql-routine':
        this.#previousWord = '';
        this.#statementWord = '';
        this.#atStatementStart = true;
        return this.#blocks.length === 0;
      default:
        return true;
    }
  }

  #readHeader(word: string): void {
    const body = bodyOf[this.#dialect][word];
    if (body !== undefined) this.#reading = body;
    else if (word === 'DEFINER') this.#definerSeen = true;
    else if (!headerWords.has(word) && (!this.#definerSeen || definerEnds.has(word))) this.#reading = 'plain';
    if (++this.#headerTokens > LONGEST_HEADER && body === undefined) this.#reading = 'plain';
  }

  /** As `sqlite3_complete()` does (sqlite.org/c3ref/complete.html): `;` END `;` ends a trigger, whatever stands inside. */
  #readSqliteTrigger(word: string): void {
    if (word === 'BEGIN') this.#begun = true;
    this.#closing = word === 'END' && this.#closing === 'semicolon' ? 'end' : 'no';
  }

  #sqliteSemicolonEnds(): boolean {
    if (!this.#begun || this.#closing === 'end') return true;
    this.#closing = 'semicolon';
    return false;
  }

  /** BEGIN ATOMIC .. END (manual, CREATE FUNCTION, `sql_body`); other bodies are literals. */
  #readPostgresRoutine(word: string): void {
    if (this.#depth === 0) {
      if (word === 'ATOMIC' && this.#previousWord === 'BEGIN') this.#depth = 1;
    } else if (word === 'CASE') this.#depth++;
    else if (word === 'END') this.#depth--;
  }

  /** DO ALSO (a; b) */
  #readParenthesis(scanner: Scanner): void {
    if (scanner.kind !== TokenKind.punctuation) return;
    const unit = scanner.text.charCodeAt(scanner.start);
    if (unit === 40) this.#depth++;
    else if (unit === 41 && this.#depth > 0) this.#depth--;
  }

  /** MySQL manual 15.6: blocks nest, each ends with END. A column may be called `begin` or `end`: only the place tells. */
  #readMysqlRoutine(word: string, scanner: Scanner): void {
    const atStart = this.#atStatementStart;
    if (atStart) this.#statementWord = word;
    if (this.#previousWord === 'END' && opensBlock.has(word)) {
      this.#atStatementStart = false;
      return;
    }
    const block = this.#blocks.at(-1);
    if (word === 'END') {
      if (atStart || block === 'case-expression' || this.#statementWord === 'UNTIL') this.#blocks.pop();
    } else if (word === 'BEGIN') {
      // DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ..
      if (atStart || block === undefined || this.#statementWord === 'DECLARE') this.#blocks.push('statements');
    } else if (word === 'CASE') this.#blocks.push(atStart ? 'statements' : 'case-expression');
    else if (atStart && opensBlock.has(word)) this.#blocks.push('statements');
    this.#atStatementStart = this.#isStatementStartAfter(word, scanner);
  }

  /** Can a statement begin after this token? Outside all blocks: can the routine's body begin there? */
  #isStatementStartAfter(word: string, scanner: Scanner): boolean {
    const block = this.#blocks.at(-1);
    if (block === 'case-expression') return false;
    const isColon = word === '' && scanner.text.charCodeAt(scanner.start) === 58;
    if (block === 'statements') return isColon || startsStatements.has(word);
    if (word !== '') return endsRoutineHeader.has(word);
    return isColon || scanner.kind === TokenKind.string || scanner.text.charCodeAt(scanner.start) === 41;
  }
}

const bodyOf: Readonly<Record<DialectName, Readonly<Record<string, Reading | undefined>>>> = {
  sqlite: { TRIGGER: 'sqlite-trigger' },
  postgres: { FUNCTION: 'postgres-routine', PROCEDURE: 'postgres-routine', RULE: 'postgres-rule' },
  mysql: mysqlBodies(),
  mariadb: mysqlBodies(),
};

function mysqlBodies(): Readonly<Record<string, Reading>> {
  const body = 'mysql-routine';
  return { PROCEDURE: body, FUNCTION: body, TRIGGER: body, EVENT: body };
}

/** May stand between CREATE and the kind of object. */
const headerWords: ReadonlySet<string> = new Set(['OR', 'REPLACE', 'TEMP', 'TEMPORARY', 'AGGREGATE']);

/** After DEFINER = .. these say that no routine is created. */
const definerEnds: ReadonlySet<string> = new Set(['VIEW', 'SQL', 'TABLE']);

const opensBlock: ReadonlySet<string> = new Set(['IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR']);

const startsStatements: ReadonlySet<string> = new Set(['BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', 'ATOMIC']);

/** FOR EACH ROW, ON SCHEDULE .. DO, and the characteristics of a routine (MySQL manual 15.1.17). */
const endsRoutineHeader: ReadonlySet<string> = new Set([
  'ROW',
  'DO',
  'DETERMINISTIC',
  'SQL',
  'DATA',
  'DEFINER',
  'INVOKER',
]);
