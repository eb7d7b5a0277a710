import type { WriteRows } from '../ddl/operation.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { TokenKind, unquote } from '../sql/lexer.ts';
import { Scanner } from '../sql/scanner.ts';
import { EMPTY_WRITE } from './build.ts';
import type { Literal, Row, Value, WriteTree } from './tree.ts';

/** An INSERT of 5 MB is told by its head, at the price of its head. */
export const LONGEST_HEAD = 10_000;

/**
 * Reads an INSERT of rows that name nothing: literals, and calls of functions over literals. It needs no grammar, and so the
 * many projects that write only such rows load none. Null for any other statement.
 */
export function readPlainInsert(operation: WriteRows, dialect: Dialect): WriteTree | null {
  const { statement, table, verb } = operation;
  if (table === undefined || (verb !== 'insert' && verb !== 'replace')) return null;
  const { text } = statement.sql;
  const from = (operation.columns.at(-1) ?? table).end;
  const cut = Math.min(statement.end, from + LONGEST_HEAD);
  const rows = new RowReader(text, from, cut, dialect, statement.start).read(cut < statement.end);
  if (rows === null) return null;
  return {
    ...EMPTY_WRITE,
    target: shifted(table, statement.start),
    columns: operation.columns.length === 0 ? null : operation.columns.map((name) => shifted(name, statement.start)),
    rows: {
      kind: 'query',
      commonTables: [],
      recursive: false,
      arms: [{ kind: 'values', rows }],
      operators: [],
      order: [],
    },
    onDuplicate: verb === 'replace' ? 'replace' : onDuplicate(text.slice(statement.start, table.start)),
  };
}

function shifted<Part extends { readonly start: number; readonly end: number }>(part: Part, by: number): Part {
  return { ...part, start: part.start - by, end: part.end - by };
}

function onDuplicate(head: string): WriteTree['onDuplicate'] {
  return /\bignore\b/i.test(head) ? 'ignore' : 'fail';
}

/** Reads `) VALUES (1, 'a'), (2, now())`. */
class RowReader {
  readonly #scanner: Scanner;
  readonly #dialect: Dialect;
  readonly #base: number;

  constructor(text: string, from: number, to: number, dialect: Dialect, base: number) {
    this.#scanner = new Scanner(text, from, to, dialect);
    this.#dialect = dialect;
    this.#base = base;
  }

  read(isCut: boolean): readonly Row[] | null {
    if (!this.#findValues()) return null;
    const rows: Row[] = [];
    for (;;) {
      const row = this.#row();
      if (row === null) return isCut && rows.length > 0 ? rows : null;
      rows.push(row);
      if (!this.#scanner.next()) return rows;
      if (this.#text !== ',') return this.#text === ';' ? rows : null;
      if (!this.#scanner.next()) return isCut ? rows : null;
    }
  }

  get #text(): string {
    const { text, start, end } = this.#scanner;
    return text.slice(start, end);
  }

  /** Up to the first parenthesis behind VALUES. */
  #findValues(): boolean {
    while (this.#scanner.next()) {
      if (this.#scanner.kind === TokenKind.word)
        return /^values?$/i.test(this.#text) && this.#scanner.next() && this.#text === '(';
      // The rest of the column list, and what PostgreSQL writes behind a column: `a[1]`.
      if (this.#text !== ')') return false;
    }
    return false;
  }

  /** A row whose parenthesis has been read. */
  #row(): Row | null {
    const start = this.#scanner.start - this.#base;
    const values: Value[] = [];
    let parts: Literal[] = [];
    let isLiteral = true;
    let depth = 0;
    while (this.#scanner.next()) {
      const text = this.#text;
      if (text === ')' && depth === 0) {
        if (parts.length > 0 || values.length > 0) values.push(valueOf(parts, isLiteral));
        return { start, end: this.#scanner.end - this.#base, values };
      }
      if (text === ',' && depth === 0) {
        values.push(valueOf(parts, isLiteral));
        parts = [];
        isLiteral = true;
        continue;
      }
      const literal = this.#literal(text);
      if (literal === null) return null;
      if (literal === 'computed') isLiteral = false;
      if (text === '(') depth++;
      else if (text === ')') depth--;
      parts.push(literal === 'computed' ? { kind: 'null' } : literal);
    }
    return null;
  }

  /** Null: a name. */
  #literal(text: string): Literal | 'computed' | null {
    const { kind } = this.#scanner;
    switch (kind) {
      case TokenKind.string:
        return { kind: 'string', text: unquote(text, this.#dialect.lexical.backslashEscapes) };
      case TokenKind.number:
        return { kind: 'number', text };
      case TokenKind.word:
        return this.#word(text);
      case TokenKind.quoted:
        return null;
      default:
        return 'computed';
    }
  }

  #word(text: string): Literal | 'computed' | null {
    if (/^null$/i.test(text)) return { kind: 'null' };
    if (/^default$/i.test(text)) return { kind: 'default' };
    if (/^(?:true|false)$/i.test(text)) return { kind: 'number', text: text.toLowerCase() };
    if (/^current_(?:timestamp|date|time)$/i.test(text)) return 'computed';
    return /^\s*\(/.test(this.#scanner.text.slice(this.#scanner.end, this.#scanner.end + 8)) ? 'computed' : null;
  }
}

function valueOf(parts: readonly Literal[], isLiteral: boolean): Value {
  const [only] = parts;
  return { literal: isLiteral && parts.length === 1 && only !== undefined ? only : null, mentions: [] };
}
