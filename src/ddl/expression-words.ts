import type { DialectName } from '../dialects/dialect.ts';
import type { Cursor } from './cursor.ts';

/** Words that continue an expression after an operand: an operand follows them. */
const operatorWords: ReadonlySet<string> = new Set([
  'and', 'or', 'xor', 'is', 'in', 'like', 'ilike', 'between', 'glob', 'match', 'regexp', 'rlike', 'similar', 'div', 'mod',
  'overlaps', 'sounds', 'operator', 'escape', 'member',
]); // prettier-ignore

/** Words that only mean something inside parentheses: a function's own syntax, or a window's. */
const innerOperatorWords: ReadonlySet<string> = new Set([
  'from', 'for', 'placing', 'separator', 'against', 'order', 'by', 'partition', 'filter', 'where', 'over', 'on', 'value', 'when', 'then',
  'else', 'not',
]); // prettier-ignore

/** Whether the word goes on with the expression when it stands behind an operand. `depth` counts open parentheses. */
export function isOperatorWord(cursor: Cursor, word: string, depth: number): boolean {
  if (operatorWords.has(word)) return true;
  if (word === 'not') return depth > 0 || operatorWords.has(cursor.word(1));
  return depth > 0 && innerOperatorWords.has(word);
}

const keywordCalls: ReadonlySet<string> = new Set([
  'any', 'all', 'some', 'exists', 'not', 'case', 'row', 'distinct', 'array', 'interval', 'when', 'then', 'else', 'and', 'or',
  'in', 'between', 'like', 'operator', 'filter', 'over', 'where', 'by', 'using', 'variadic', 'binary',
]); // prettier-ignore

/** Words that are followed by a parenthesis without being a function. */
export function isKeywordCall(word: string): boolean {
  return keywordCalls.has(word);
}

const everywhere = ['not', 'case', 'distinct', 'current_date', 'current_time', 'current_timestamp'];
const postgresWords = [
  ...everywhere, 'current_user', 'current_role', 'current_catalog', 'current_schema', 'session_user', 'system_user', 'user',
  'localtime', 'localtimestamp', 'default', 'variadic', 'both', 'leading', 'trailing', 'array', 'from', 'for', 'order', 'where',
]; // prettier-ignore
const mysqlWords = [
  ...everywhere, 'current_user', 'current_role', 'localtime', 'localtimestamp', 'utc_date', 'utc_time', 'utc_timestamp',
  'interval', 'binary', 'default', 'exists', 'both', 'leading', 'trailing', 'from', 'for', 'order', 'where', 'using',
]; // prettier-ignore

/** Reserved words that stand where a column could, without being one. */
const keywordOperands: Readonly<Record<DialectName, ReadonlySet<string>>> = {
  sqlite: new Set([...everywhere, 'exists', 'from', 'order', 'where']),
  postgres: new Set(postgresWords),
  mysql: new Set(mysqlWords),
  mariadb: new Set(mysqlWords),
};

export function isKeywordOperand(dialect: DialectName, word: string): boolean {
  return keywordOperands[dialect].has(word);
}

const expectsOperandAfter: ReadonlySet<string> = new Set([
  'not', 'case', 'distinct', 'interval', 'binary', 'variadic', 'both', 'leading', 'trailing', 'array', 'exists', 'from', 'for',
  'order', 'where', 'using',
]); // prettier-ignore

/** Whether an operand follows such a word; otherwise it is one itself, like CURRENT_TIMESTAMP. */
export function isPrefixWord(word: string): boolean {
  return expectsOperandAfter.has(word);
}

const keywordFirst: ReadonlySet<string> = new Set(['extract', 'timestampdiff', 'timestampadd', 'get_format', 'raise']);

/** Functions whose first argument is a word of their own: EXTRACT(year FROM x), TIMESTAMPDIFF(SECOND, a, b). */
export function takesKeywordFirst(functionName: string): boolean {
  return keywordFirst.has(functionName);
}

/** The parts of CASE .. END. */
export const caseWords: ReadonlySet<string> = new Set(['when', 'then', 'else', 'end']);

/** What may follow IS and IS NOT, besides a value. */
export const truthWords: ReadonlySet<string> = new Set([
  'unknown', 'document', 'json', 'normalized', 'nfc', 'nfd', 'nfkc', 'nfkd',
]); // prettier-ignore
