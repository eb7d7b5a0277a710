import type { Dialect } from '../../dialects/dialect.ts';
import type { Statement } from '../../sql/statement.ts';
import type { SqlText } from '../../text/sql-text.ts';
import { Cursor, Unreadable } from '../cursor.ts';
import { acceptString, readName } from '../names.ts';
import type { Name, Range } from '../operation.ts';
import { readDeclarations } from './declarations.ts';
import { fragmentUpTo, labelHere, readTargets, toSemicolon } from './fragments.ts';
import { readLoop } from './loops.ts';
import { readRaise } from './raise.ts';
import { readSql } from './sql.ts';
import type { Block, BodyStatement, Branch, Fragment, Handler, If, Leave, Unread } from './tree.ts';

const bodiesByText = new WeakMap<SqlText, Map<string, Block>>();

/**
 * The tree of the PL/pgSQL body that stands in a statement between two offsets of its text. Never throws: a statement that cannot
 * be read is `unread`, and what is never closed reaches to the end. The answer is kept per text.
 */
export function readBody(statement: Statement, { start, end }: Range, dialect: Dialect): Block {
  let bodies = bodiesByText.get(statement.sql);
  if (bodies === undefined) {
    bodies = new Map();
    bodiesByText.set(statement.sql, bodies);
  }
  const key = `${start} ${end}`;
  let body = bodies.get(key);
  if (body === undefined) {
    body = readWhole(new Cursor({ ...statement, start, end, kind: 'sql' }, dialect));
    bodies.set(key, body);
  }
  return body;
}

function readWhole(cursor: Cursor): Block {
  const { start, end } = cursor.statement;
  // #variable_conflict use_column
  while (cursor.acceptSymbol('#')) {
    cursor.advance();
    cursor.advance();
  }
  const label = labelHere(cursor);
  const block = cursor.is('declare') || cursor.is('begin') ? readBlock(cursor, label) : null;
  if (block !== null && cursor.atEnd()) return block;
  const rest: Unread = { kind: 'unread', reason: 'expected BEGIN', ...cursor.skipRest() };
  const statements = [...(block === null ? [] : [block]), rest];
  return { kind: 'block', label: null, declarations: [], statements, handlers: [], start, end };
}

/** `[DECLARE ..] BEGIN .. [EXCEPTION ..] END [label];` */
function readBlock(cursor: Cursor, label: string | null): Block {
  const start = cursor.start();
  const declarations = cursor.accept('declare') ? readDeclarations(cursor) : [];
  cursor.accept('begin');
  const statements = [...readStatements(cursor)];
  // The END of something whose beginning was not read.
  while (cursor.is('end') && (cursor.is('if', 1) || cursor.is('loop', 1) || cursor.is('case', 1))) {
    toSemicolon(cursor);
    statements.push(...readStatements(cursor));
  }
  const handlers: Handler[] = [];
  if (cursor.accept('exception')) while (cursor.is('when')) handlers.push(readHandler(cursor));
  acceptEnd(cursor);
  return { kind: 'block', label, declarations, statements, handlers, ...cursor.rangeFrom(start) };
}

/** END, what it ends, its label, and the semicolon. */
function acceptEnd(cursor: Cursor, word?: string): void {
  if (!cursor.accept('end')) return;
  if (word !== undefined) cursor.accept(word);
  toSemicolon(cursor);
}

/** Words that end a list of statements. */
const ENDS: ReadonlySet<string> = new Set(['end', 'exception', 'else', 'elsif', 'elseif', 'when']);

function readStatements(cursor: Cursor): readonly BodyStatement[] {
  const statements: BodyStatement[] = [];
  while (!cursor.atEnd() && !ENDS.has(cursor.word())) statements.push(readStatement(cursor));
  return statements;
}

function readStatement(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  const before = cursor.mark();
  try {
    return readByWord(cursor);
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    if (cursor.mark() === before) cursor.advance();
    toSemicolon(cursor);
    return { kind: 'unread', reason: problem.message, ...cursor.rangeFrom(start) };
  }
}

function readByWord(cursor: Cursor): BodyStatement {
  const label = labelHere(cursor);
  if (isAssignment(cursor)) return readAssignment(cursor);
  const start = cursor.start();
  const word = cursor.word();
  switch (word) {
    case 'declare':
    case 'begin':
      return readBlock(cursor, label);
    case 'if':
      return readIf(cursor);
    case 'case':
      return readCase(cursor);
    case 'loop':
    case 'while':
    case 'for':
    case 'foreach':
      return readLoop(cursor, label, (inner) => {
        const statements = readStatements(inner);
        acceptEnd(inner, 'loop');
        return statements;
      });
    case 'exit':
    case 'continue':
      return readLeave(cursor, word);
    case 'return':
      return readReturn(cursor);
    case 'raise':
      return readRaise(cursor);
    case 'execute':
      return readExecute(cursor);
    case 'perform':
      return readPerform(cursor);
    case 'assert': {
      cursor.advance();
      const condition = fragmentUpTo(cursor, [], ',');
      toSemicolon(cursor);
      return { kind: 'other', word, sets: [], condition, ...cursor.rangeFrom(start) };
    }
    case 'null':
    case 'get':
    case 'open':
    case 'fetch':
    case 'move':
    case 'close':
      return readOther(cursor, word);
    default:
      return readSql(cursor);
  }
}

/** `v := ..`, `v = ..`, `r.f := ..`, `a[1] := ..`: a word that is no assignment begins a statement. */
function isAssignment(cursor: Cursor): boolean {
  const before = cursor.mark();
  cursor.advance();
  for (;;) {
    if (cursor.isSymbol('.')) {
      cursor.advance();
      cursor.advance();
    } else if (cursor.isSymbol('[')) cursor.skipBalanced();
    else break;
  }
  const found = cursor.isSymbol(':=') || cursor.isSymbol('=');
  cursor.returnTo(before);
  return found;
}

function readAssignment(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  const variable = readName(cursor);
  const isPart = !cursor.isSymbol(':=') && !cursor.isSymbol('=');
  const field = cursor.acceptSymbol('.') ? readName(cursor) : null;
  while (!cursor.isSymbol(':=') && !cursor.isSymbol('=')) cursor.skipItem();
  cursor.advance();
  const value = fragmentUpTo(cursor, []);
  toSemicolon(cursor);
  return { kind: 'assign', variable, field, isPart, value, ...cursor.rangeFrom(start) };
}

function readBranch(cursor: Cursor): Branch {
  const at = cursor.here();
  cursor.advance();
  const condition = fragmentUpTo(cursor, ['then']);
  cursor.expect('then');
  const statements = readStatements(cursor);
  return { at, condition, statements, ...cursor.rangeFrom(at.start) };
}

function readIf(cursor: Cursor): If {
  const start = cursor.start();
  const branches = [readBranch(cursor)];
  while (cursor.is('elsif') || cursor.is('elseif')) branches.push(readBranch(cursor));
  const otherwise = cursor.accept('else') ? readStatements(cursor) : [];
  acceptEnd(cursor, 'if');
  return { kind: 'if', branches, otherwise, ...cursor.rangeFrom(start) };
}

function readCase(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  cursor.advance();
  const subject = cursor.is('when') ? null : fragmentUpTo(cursor, ['when']);
  const branches: Branch[] = [];
  while (cursor.is('when')) branches.push(readBranch(cursor));
  const otherwise = cursor.accept('else') ? readStatements(cursor) : null;
  acceptEnd(cursor, 'case');
  return { kind: 'case', subject, branches, otherwise, ...cursor.rangeFrom(start) };
}

function readHandler(cursor: Cursor): Handler {
  const start = cursor.start();
  cursor.accept('when');
  const conditions: string[] = [];
  do {
    if (cursor.accept('sqlstate')) conditions.push((acceptString(cursor) ?? '').toUpperCase());
    else {
      conditions.push(cursor.word());
      cursor.advance();
    }
  } while (cursor.accept('or'));
  const at: Range = cursor.rangeFrom(start);
  cursor.accept('then');
  return { conditions, statements: readStatements(cursor), ...at };
}

function readLeave(cursor: Cursor, kind: Leave['kind']): Leave {
  const start = cursor.start();
  cursor.advance();
  const label = cursor.is('when') || cursor.isSymbol(';') ? null : readName(cursor).text.toLowerCase();
  const when = cursor.accept('when') ? fragmentUpTo(cursor, []) : null;
  toSemicolon(cursor);
  return { kind, label, when, ...cursor.rangeFrom(start) };
}

function readReturn(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  cursor.advance();
  const ends = !cursor.is('next') && !cursor.is('query');
  const isDynamic = cursor.is('query') && cursor.is('execute', 1);
  if (!ends) cursor.advance();
  if (isDynamic) cursor.advance();
  const value = cursor.isSymbol(';') || cursor.atEnd() ? null : fragmentUpTo(cursor, []);
  toSemicolon(cursor);
  const range = cursor.rangeFrom(start);
  return isDynamic && value !== null
    ? { kind: 'execute', command: value, into: [], ...range }
    : { kind: 'return', value, ends, ...range };
}

/** `EXECUTE command [INTO target] [USING ..]`, the two in either order. */
function readExecute(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  cursor.advance();
  const command = fragmentUpTo(cursor, ['into', 'using']);
  const into: Name[] = [];
  while (!cursor.atEnd() && !cursor.isSymbol(';')) {
    if (cursor.accept('into')) into.push(...readTargets(cursor));
    else cursor.skipItem();
  }
  toSemicolon(cursor);
  return { kind: 'execute', command, into, ...cursor.rangeFrom(start) };
}

/** The same place read as a SELECT, whose word is one letter shorter. */
function readPerform(cursor: Cursor): BodyStatement {
  const start = cursor.start();
  const whole = fragmentUpTo(cursor, []);
  toSemicolon(cursor);
  const query: Fragment = { ...whole, text: ` SELECT${whole.text.slice('perform'.length)}` };
  return { kind: 'perform', query, ...cursor.rangeFrom(start) };
}

/** GET DIAGNOSTICS v = ROW_COUNT, FETCH c INTO v .. */
function readOther(cursor: Cursor, word: string): BodyStatement {
  const start = cursor.start();
  const sets: Name[] = [];
  while (!cursor.atEnd() && !cursor.isSymbol(';')) {
    if (word === 'fetch' && cursor.accept('into')) sets.push(...readTargets(cursor));
    else if (word === 'get' && (cursor.isSymbol('=', 1) || cursor.isSymbol(':=', 1))) sets.push(readName(cursor));
    else cursor.skipItem();
  }
  toSemicolon(cursor);
  return { kind: 'other', word, sets, condition: null, ...cursor.rangeFrom(start) };
}
