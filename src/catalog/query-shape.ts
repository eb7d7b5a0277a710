import type { Dialect } from '../dialects/dialect.ts';
import { tokensOf, type Token } from './tokens.ts';

/** A relation that a query names after FROM or JOIN, at whatever depth. */
export interface QuerySource {
  /** Parts as keys: `[schema, name]` or `[name]`. */
  readonly path: readonly string[];
  /** The key under which columns are qualified: its alias, or its name. */
  readonly alias: string;
}

/** What a query names, as far as its words tell without a grammar. */
export interface QueryShape {
  readonly sources: readonly QuerySource[];
  /** Keys of all plain words and qualified names that may be columns: `[alias, column]` or `[column]`. */
  readonly names: readonly (readonly string[])[];
  /** Select-list items that are one plain or qualified name, and so certainly columns. */
  readonly plainItems: readonly (readonly string[])[];
  /** `*`, or `alias.*`, in some select list. */
  readonly star: boolean;
  /** One SELECT: no subquery, no CTE, no set operation. */
  readonly single: boolean;
  /** The select list is `*` and nothing else. */
  readonly onlyStar: boolean;
  /** Names of the output columns; null where an item has no name of its own. */
  readonly outputs: readonly string[] | null;
}

/** Reads a query's words. Null when it does not begin with SELECT or WITH. */
export function queryShape(text: string, dialect: Dialect): QueryShape | null {
  const tokens = unwrapped(tokensOf(text, dialect));
  const first = tokens[0]?.text.toLowerCase();
  if (first !== 'select' && first !== 'with') return null;
  const commonTables = namesOfCommonTables(tokens, dialect);
  const sources = sourcesOf(tokens, dialect).filter(
    ({ path }) => path.length > 1 || !commonTables.has(dialect.key(path[0] ?? '', true)),
  );
  const selects = tokens.filter((token) => isWord(token, 'select')).length;
  const single =
    selects === 1 &&
    first === 'select' &&
    !tokens.some((token) => isWord(token, 'union') || isWord(token, 'except') || isWord(token, 'intersect'));
  const items = selectItems(tokens);
  return {
    sources,
    names: namesOf(tokens, dialect),
    plainItems: single ? items.flatMap((item) => plainItem(item, dialect)) : [],
    star: tokens.some((token, at) => token.text === '*' && isStar(tokens, at)),
    single,
    onlyStar: items.length === 1 && items[0]?.length === 1 && items[0][0]?.text === '*',
    outputs: first === 'select' ? outputsOf(items, dialect) : null,
  };
}

function unwrapped(tokens: readonly Token[]): readonly Token[] {
  return tokens[0]?.text === '(' && tokens.at(-1)?.text === ')' ? unwrapped(tokens.slice(1, -1)) : tokens;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word;
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function keyOf(token: Token, dialect: Dialect): string {
  return dialect.key(token.value, token.kind === 'quoted');
}

function namesOfCommonTables(tokens: readonly Token[], dialect: Dialect): ReadonlySet<string> {
  const names = new Set<string>();
  if (!isWord(tokens[0], 'with')) return names;
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    const follows = isWord(before, 'with') || isWord(before, 'recursive') || before?.text === ',';
    if (isName(token) && follows && (isWord(tokens[at + 1], 'as') || tokens[at + 1]?.text === '('))
      names.add(keyOf(token, dialect));
  });
  return names;
}

/** Words that may stand after a table's name without being its alias. */
const AFTER_SOURCE = new Set(
  'where join inner left right full cross natural on using group order having limit offset union except intersect window for fetch as set straight_join force use ignore tablesample lateral partition'.split(
    ' ',
  ),
);

function sourcesOf(tokens: readonly Token[], dialect: Dialect): QuerySource[] {
  const sources: QuerySource[] = [];
  let depth = 0;
  /** Depths at which a FROM list is open, so that a comma begins its next item. */
  const lists = new Set<number>();
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.text === '(') depth++;
    else if (token?.text === ')') lists.delete(depth--);
    const opens = isFromOfQuery(tokens, at) || isWord(token, 'join');
    if (opens) lists.add(depth);
    else if (token?.kind === 'word' && /^(?:where|group|order|having|limit|union|on)$/i.test(token.text))
      lists.delete(depth);
    if (opens || (token?.text === ',' && lists.has(depth))) at = readSource(tokens, at + 1, sources, dialect) - 1;
  }
  return sources;
}

/** Not the FROM of EXTRACT(.. FROM ..), SUBSTRING, TRIM or IS DISTINCT FROM. */
function isFromOfQuery(tokens: readonly Token[], at: number): boolean {
  if (!isWord(tokens[at], 'from') || isWord(tokens[at - 1], 'distinct')) return false;
  let depth = 0;
  for (let back = at - 1; back >= 0; back--) {
    if (tokens[back]?.text === ')') depth++;
    else if (tokens[back]?.text === '(' && depth-- === 0)
      return !/^(?:extract|substring|trim|overlay|position)$/i.test(tokens[back - 1]?.text ?? '');
    else if (depth === 0 && isWord(tokens[back], 'select')) return true;
  }
  return true;
}

function readSource(tokens: readonly Token[], start: number, sources: QuerySource[], dialect: Dialect): number {
  let at = start;
  while (isWord(tokens[at], 'only') || isWord(tokens[at], 'lateral')) at++;
  if (!isName(tokens[at])) return at;
  const path: string[] = [];
  let last = '';
  for (let token = tokens[at]; isName(token); token = tokens[at]) {
    path.push(dialect.tableKey(token.value, token.kind === 'quoted'));
    last = keyOf(token, dialect);
    at++;
    if (tokens[at]?.text !== '.') break;
    at++;
  }
  if (tokens[at]?.text === '(') return at;
  if (isWord(tokens[at], 'as')) at++;
  const alias = tokens[at];
  const hasAlias = isName(alias) && !(alias.kind === 'word' && AFTER_SOURCE.has(alias.text.toLowerCase()));
  sources.push({ path: path.slice(-2), alias: hasAlias ? keyOf(alias, dialect) : last });
  return hasAlias ? at + 1 : at;
}

/** Names that may be columns: not functions, not what follows AS, not a type after `::`. */
function namesOf(tokens: readonly Token[], dialect: Dialect): (readonly string[])[] {
  const names: (readonly string[])[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!isName(token) || tokens[at - 1]?.text === '.' || tokens[at - 1]?.text === '::' || isWord(tokens[at - 1], 'as'))
      continue;
    const path = [keyOf(token, dialect)];
    for (let next = at + 2; tokens[next - 1]?.text === '.'; next += 2) {
      const part = tokens[next];
      if (!isName(part)) break;
      path.push(keyOf(part, dialect));
    }
    if (tokens[at + path.length * 2 - 1]?.text !== '(') names.push(path.slice(-2));
  }
  return names;
}

function isStar(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before?.text === '.' ||
    before?.text === ',' ||
    isWord(before, 'select') ||
    isWord(before, 'distinct') ||
    isWord(before, 'all')
  );
}

/** The items of the first select list. */
function selectItems(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  let at = isWord(tokens[1], 'distinct') || isWord(tokens[1], 'all') ? 2 : 1;
  for (; at < tokens.length; at++) {
    const token = tokens[at];
    if (
      token === undefined ||
      (depth === 0 && /^(?:from|into|where|union|order|limit)$/i.test(token.text) && token.kind === 'word')
    )
      break;
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    if (depth === 0 && token.text === ',') items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.filter((item) => item.length > 0);
}

function plainItem(item: readonly Token[], dialect: Dialect): (readonly string[])[] {
  const named = isWord(item.at(-2), 'as') ? item.slice(0, -2) : item;
  if (!named.every((token, at) => (at % 2 === 0 ? isName(token) : token.text === '.')) || named.length % 2 === 0)
    return [];
  const [only] = named;
  if (named.length === 1 && only?.kind === 'word' && NOT_COLUMNS.has(only.text.toLowerCase())) return [];
  return [
    named
      .filter(isName)
      .map((token) => keyOf(token, dialect))
      .slice(-2),
  ];
}

const NOT_COLUMNS = new Set(
  'null true false default current_date current_time current_timestamp current_user current_role current_schema current_catalog session_user user localtime localtimestamp rowid utc_date utc_timestamp sysdate'.split(
    ' ',
  ),
);

function outputsOf(items: readonly (readonly Token[])[], dialect: Dialect): readonly string[] | null {
  const names = items.map((item) => {
    const last = item.at(-1);
    if (isName(last) && isWord(item.at(-2), 'as')) return keyOf(last, dialect);
    return plainItem(item, dialect)[0]?.at(-1) ?? null;
  });
  return names.every((name) => name !== null) ? names : null;
}
