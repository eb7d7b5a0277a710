import type { Dialect } from '../dialects/dialect.ts';
import { isName } from './canonical.ts';
import { tokensOf, type Token } from './tokens.ts';

/** A table that a query body names, as far as its words tell. */
export interface TableMention {
  readonly schema: string | null;
  /** Without quotes, as written. */
  readonly name: string;
  /** Offset of the name in the text. */
  readonly start: number;
}

/** What the words of a view's query or a trigger's body tell without a grammar. */
export interface Body {
  /** The tables that stand where a statement can only name a table; names of its own WITH clauses are left out. */
  readonly tables: readonly TableMention[];
  /** Every name in it, folded as columns are; names of functions and after AS are left out. */
  readonly names: ReadonlySet<string>;
  /** Those that stand where only a column can stand, and are no alias: after SELECT, a comma, an operator, WHERE .. */
  readonly sureColumns: ReadonlySet<string>;
  /** `new.x` and `old.x`: the keys of x. */
  readonly rowColumns: readonly { readonly row: string; readonly column: string; readonly text: string }[];
  /** One SELECT over one table, without a subquery: every name that is no table is a column of it. */
  readonly isSimple: boolean;
}

const bodies = new WeakMap<object, Body>();

/** The body of a view or trigger, read once per object. */
export function bodyOf(object: { readonly text: string }, dialect: Dialect): Body {
  const known = bodies.get(object);
  if (known !== undefined) return known;
  const body = readBody(object.text, dialect);
  bodies.set(object, body);
  return body;
}

function readBody(text: string, dialect: Dialect): Body {
  const tokens = withoutHead(tokensOf(text, dialect));
  const own = namesOfWith(tokens, dialect);
  const tables = tablesNamed(tokens).filter(
    (mention) => mention.schema !== null || !own.has(dialect.tableKey(mention.name, true)),
  );
  const selects = tokens.filter((token) => isWord(token, 'select')).length;
  return {
    tables,
    names: columnNames(tokens, dialect),
    sureColumns: sureColumns(tokens, dialect),
    rowColumns: rowColumnsIn(tokens, dialect),
    isSimple: selects === 1 && tables.length === 1 && !hasOtherSources(tokens),
  };
}

/** A trigger's text begins with its own name, its table and `UPDATE OF a`: what it does begins at WHEN or BEGIN. */
function withoutHead(tokens: readonly Token[]): readonly Token[] {
  if (!isWord(tokens[0], 'trigger')) return tokens;
  const start = tokens.findIndex((token) => isWord(token, 'when', 'begin'));
  return start < 0 ? [] : tokens.slice(start);
}

/** FROM over something that is no table: a function, VALUES, a subquery. */
function hasOtherSources(tokens: readonly Token[]): boolean {
  const from = tokens.findIndex((token) => isWord(token, 'from'));
  const end = tokens.findIndex((token, at) => at > from && isWord(token, 'where', 'group', 'order', 'limit'));
  const list = from < 0 ? [] : tokens.slice(from, end < 0 ? tokens.length : end);
  return list.some((token) => token.text === '(' || token.text === ',');
}

function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}

/** `WITH a AS (..), b(x) AS (..)`: names before `AS (`. */
function namesOfWith(tokens: readonly Token[], dialect: Dialect): ReadonlySet<string> {
  const names = new Set<string>();
  if (!tokens.some((token) => isWord(token, 'with'))) return names;
  for (let at = 1; at < tokens.length; at++) {
    if (!isWord(tokens[at], 'as') || !opensCommonTable(tokens, at + 1)) continue;
    let before = at - 1;
    if (tokens[before]?.text === ')') before = openingBefore(tokens, before) - 1;
    const token = tokens[before];
    if (token !== undefined && isName(token)) names.add(dialect.tableKey(token.value, true));
  }
  return names;
}

function opensCommonTable(tokens: readonly Token[], from: number): boolean {
  let at = from;
  while (isWord(tokens[at], 'not', 'materialized')) at++;
  return tokens[at]?.text === '(';
}

function openingBefore(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (tokens[at]?.text === ')') depth++;
    else if (tokens[at]?.text === '(' && --depth === 0) return at;
  }
  return 0;
}

function tablesNamed(tokens: readonly Token[]): readonly TableMention[] {
  const found: TableMention[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const place = placeOfTable(tokens, at);
    if (place !== null) readTableList(tokens, place, isWord(tokens[at], 'from', 'join'), found);
  }
  return found;
}

/** Where a table's name begins after FROM, JOIN, INTO or UPDATE; null where the word means something else. */
function placeOfTable(tokens: readonly Token[], at: number): number | null {
  const token = tokens[at];
  if (isWord(token, 'from')) return isWord(tokens[at - 1], 'distinct') ? null : at + 1;
  if (isWord(token, 'join', 'into')) return at + 1;
  if (!isWord(token, 'update') || isWord(tokens[at - 1], 'do', 'before', 'after', 'of', 'or', 'on', 'for')) return null;
  return isWord(tokens[at + 1], 'or') ? at + 3 : at + 1;
}

/** A list such as `a, main.b AS c`; parentheses around joins are looked into by their own words. */
function readTableList(tokens: readonly Token[], from: number, isList: boolean, found: TableMention[]): void {
  let at = from;
  while (
    tokens[at]?.text === '(' &&
    tokens[at + 1] !== undefined &&
    !isWord(tokens[at + 1], 'select', 'with', 'values')
  )
    at++;
  for (;;) {
    const token = tokens[at];
    if (token === undefined || !isName(token) || isWord(token, 'select', 'set', 'lateral', 'only', 'unnest')) return;
    const isQualified = tokens[at + 1]?.text === '.';
    const name = isQualified ? tokens[at + 2] : token;
    at += isQualified ? 3 : 1;
    const isFunction = tokens[at]?.text === '(' && isList;
    if (name !== undefined && !isFunction)
      found.push({ schema: isQualified ? token.value : null, name: name.value, start: name.start });
    if (!isList || isFunction) return;
    if (isWord(tokens[at], 'as')) at++;
    const alias = tokens[at];
    if (alias !== undefined && isName(alias) && tokens[at + 1]?.text === ',') at++;
    if (tokens[at]?.text !== ',') return;
    at++;
  }
}

function columnNames(tokens: readonly Token[], dialect: Dialect): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [at, token] of tokens.entries()) {
    if (!isName(token) || tokens[at + 1]?.text === '(' || isWord(tokens[at - 1], 'as')) continue;
    names.add(dialect.key(token.value, token.kind === 'quoted'));
  }
  return names;
}

const BEFORE_COLUMN =
  /^(?:select|distinct|where|and|or|not|by|on|when|then|else|case|having|between|[,(.=<>+*/%-]|<=|>=|<>|!=|==|\|\|)$/i;

function sureColumns(tokens: readonly Token[], dialect: Dialect): ReadonlySet<string> {
  const names = new Set<string>();
  const aliases = new Set<string>();
  const from = tokens.findIndex((token) => isWord(token, 'from'));
  for (const [at, token] of tokens.entries()) {
    if (!isName(token)) continue;
    const key = dialect.key(token.value, token.kind === 'quoted');
    const isInTables = at === from + 1 || tokens[at + 1]?.text === '.' || tokens[at + 1]?.text === '(';
    if (isInTables) continue;
    const isHint = isWord(tokens[at - 2], 'indexed');
    if (BEFORE_COLUMN.test(tokens[at - 1]?.text ?? '') && !isHint && !isKeyword(token)) names.add(key);
    else aliases.add(key);
  }
  for (const alias of aliases) names.delete(alias);
  return names;
}

/** Words that can stand where a column can, and are none. */
const KEYWORDS = new Set(
  (
    'select distinct all case cast not exists null true false current_timestamp current_date current_time values partition order rows range ' +
    'groups interval from where group having limit offset union except intersect join left right full inner outer cross natural on using as ' +
    'is in like glob between and or when then else end collate escape asc desc nulls over filter window with recursive'
  ).split(' '),
);

function isKeyword(token: Token): boolean {
  return token.kind === 'word' && KEYWORDS.has(token.text.toLowerCase());
}

function rowColumnsIn(tokens: readonly Token[], dialect: Dialect): Body['rowColumns'] {
  const found: { row: string; column: string; text: string }[] = [];
  for (let at = 0; at + 2 < tokens.length; at++) {
    const [row, dot, column] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (row === undefined || dot?.text !== '.' || !isWord(row, 'new', 'old')) continue;
    if (column === undefined || !isName(column)) continue;
    found.push({
      row: row.text.toLowerCase(),
      column: dialect.key(column.value, column.kind === 'quoted'),
      text: column.value,
    });
  }
  return found;
}

/** A body in which one table, where it is named or qualifies a column, is called by another name. */
export function withTableRenamed(text: string, from: string, to: string, dialect: Dialect): string {
  const tokens = tokensOf(text, dialect);
  const places = new Set(tablesNamed(tokens).map((mention) => mention.start));
  let renamed = '';
  let copied = 0;
  for (const [at, token] of tokens.entries()) {
    const isTable =
      places.has(token.start) ||
      (tokens[at + 1]?.text === '.' && tokens[at - 1]?.text !== '.') ||
      isWord(tokens[at - 1], 'on');
    if (!isTable || !isName(token) || dialect.tableKey(token.value, true) !== from) continue;
    renamed += text.slice(copied, token.start) + to;
    copied = token.end;
  }
  return renamed + text.slice(copied);
}
