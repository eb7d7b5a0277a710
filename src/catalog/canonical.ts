import type { TypeName } from '../ddl/operation.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { tokensOf, withoutOuterParentheses, type Token } from './tokens.ts';

/**
 * One spelling for what means the same, so that catalogs can be held against each other: types, and expressions of
 * defaults, checks and indexes.
 */

/** A type in the dialect's canonical spelling. SQLite keeps it as written, as `PRAGMA table_xinfo` shows it. */
export function canonicalType(type: TypeName, dialect: Dialect): string {
  const key = typeTextOf(type, dialect);
  switch (dialect.name) {
    case 'sqlite':
      return key;
    case 'postgres':
      return canonicalPostgresType(type);
    case 'mysql':
    case 'mariadb':
      return canonicalMysqlType(type, dialect.name);
  }
}

function typeTextOf(type: TypeName, dialect: Dialect): string {
  const name = dialect.name === 'sqlite' && type.identifier !== undefined ? type.identifier.text : type.name;
  const list = type.arguments.length === 0 ? '' : `(${type.arguments.join(',')})`;
  return [`${name}${list}`, ...type.modifiers].join(' ');
}

/** PostgreSQL manual table 8.1, as `format_type` prints it. */
const POSTGRES_TYPES = new Map([
  ['int', 'integer'],
  ['int4', 'integer'],
  ['int2', 'smallint'],
  ['int8', 'bigint'],
  ['float8', 'double precision'],
  ['float4', 'real'],
  ['float', 'double precision'],
  ['bool', 'boolean'],
  ['varchar', 'character varying'],
  ['char varying', 'character varying'],
  ['char', 'character'],
  ['bpchar', 'character'],
  ['nchar', 'character'],
  ['decimal', 'numeric'],
  ['dec', 'numeric'],
  ['varbit', 'bit varying'],
  ['timestamptz', 'timestamp with time zone'],
  ['timestamp', 'timestamp without time zone'],
  ['timetz', 'time with time zone'],
  ['time', 'time without time zone'],
  ['serial', 'integer'],
  ['serial4', 'integer'],
  ['bigserial', 'bigint'],
  ['serial8', 'bigint'],
  ['smallserial', 'smallint'],
  ['serial2', 'smallint'],
  ['national character', 'character'],
  ['national character varying', 'character varying'],
  ['national char', 'character'],
  ['nchar varying', 'character varying'],
]);

function canonicalPostgresType(type: TypeName): string {
  const zone = type.modifiers.find((modifier) => modifier.endsWith('time zone'));
  const plain = POSTGRES_TYPES.get(type.name) ?? type.name;
  let name = zone === undefined ? plain : `${plain.split(' ')[0] ?? plain} ${zone}`;
  if (type.name === 'float' && Number(type.arguments[0] ?? 53) <= 24) name = 'real';
  const list = argumentsOfPostgresType(type, name);
  const named = list === '' ? name : insertArguments(name, list);
  const schema = type.schema === undefined || type.schema.text === 'pg_catalog' ? '' : `${type.schema.text}.`;
  return `${schema}${type.identifier?.quoted === true ? type.identifier.text : named}${'[]'.repeat(Math.min(type.arrayDepth, 1))}`;
}

function argumentsOfPostgresType(type: TypeName, name: string): string {
  if (type.name === 'float') return '';
  if (type.arguments.length === 0)
    return name === 'character' && type.name !== 'bpchar' ? '(1)' : name === 'bit' ? '(1)' : '';
  // numeric(10) is numeric(10,0).
  if (name === 'numeric' && type.arguments.length === 1) return `(${type.arguments[0] ?? ''},0)`;
  return `(${type.arguments.join(',')})`;
}

/** `timestamp(3) without time zone`: the argument stands after the first word. */
function insertArguments(name: string, list: string): string {
  if (!name.startsWith('time')) return name + list;
  const blank = name.indexOf(' ');
  return blank < 0 ? name + list : name.slice(0, blank) + list + name.slice(blank);
}

/** MySQL manual 13.9 and 13.1.1; as `information_schema` prints it. */
const MYSQL_TYPES = new Map([
  ['integer', 'int'],
  ['int4', 'int'],
  ['int1', 'tinyint'],
  ['int2', 'smallint'],
  ['int3', 'mediumint'],
  ['middleint', 'mediumint'],
  ['int8', 'bigint'],
  ['dec', 'decimal'],
  ['numeric', 'decimal'],
  ['fixed', 'decimal'],
  ['double precision', 'double'],
  ['real', 'double'],
  ['float8', 'double'],
  ['float4', 'float'],
  ['character varying', 'varchar'],
  ['character', 'char'],
  ['long varchar', 'mediumtext'],
  ['long', 'mediumtext'],
  ['long varbinary', 'mediumblob'],
  ['nvarchar', 'varchar'],
  ['nchar', 'char'],
  ['national varchar', 'varchar'],
  ['national char', 'char'],
]);
const MYSQL_INTEGERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint']);
/** What MariaDB 10.11 prints for an integer without a display width: `[signed, unsigned]`. */
const MARIADB_WIDTHS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

function canonicalMysqlType(type: TypeName, fork: 'mysql' | 'mariadb'): string {
  if (type.name === 'bool' || type.name === 'boolean') return 'tinyint(1)';
  if (type.name === 'json' && fork === 'mariadb') return 'longtext';
  if (type.name === 'text' || type.name === 'blob') return sizedText(type);
  if (type.name === 'serial') return fork === 'mariadb' ? 'bigint(20) unsigned' : 'bigint unsigned';
  const name = MYSQL_TYPES.get(type.name) ?? type.name;
  const modifiers = type.modifiers.filter((modifier) => modifier === 'unsigned' || modifier === 'zerofill');
  if (modifiers.includes('zerofill') && !modifiers.includes('unsigned')) modifiers.unshift('unsigned');
  return [name + argumentsOfMysqlType(type, name, modifiers, fork), ...modifiers].join(' ');
}

/** TEXT(n) and BLOB(n) become the smallest of their sizes that holds n bytes (characters of up to 4 bytes for TEXT). */
function sizedText(type: TypeName): string {
  const bytes = Number(type.arguments[0] ?? 0) * (type.name === 'text' ? 4 : 1);
  if (type.arguments.length === 0) return type.name;
  const size = bytes < 256 ? 'tiny' : bytes < 65_536 ? '' : bytes < 16_777_216 ? 'medium' : 'long';
  return size + type.name;
}

function argumentsOfMysqlType(
  type: TypeName,
  name: string,
  modifiers: readonly string[],
  fork: 'mysql' | 'mariadb',
): string {
  const written = type.arguments.join(',');
  if (MYSQL_INTEGERS.has(name)) {
    if (fork === 'mariadb') {
      const [signed, unsigned] = MARIADB_WIDTHS[name] ?? [11, 10];
      return `(${written === '' ? (modifiers.includes('unsigned') ? unsigned : signed) : written})`;
    }
    // MySQL 8.0.19 dropped display widths, but for tinyint(1) and ZEROFILL.
    return modifiers.includes('zerofill') || (name === 'tinyint' && written === '1') ? `(${written})` : '';
  }
  if (written !== '') return name === 'decimal' && type.arguments.length === 1 ? `(${written},0)` : `(${written})`;
  if (name === 'decimal') return '(10,0)';
  if (name === 'char' || name === 'binary' || name === 'bit') return '(1)';
  return name === 'year' ? '(4)' : '';
}

/**
 * An expression in one spelling: white space, case of words, quotes around plain names, parentheses around the whole and
 * casts of literals do not count.
 */
export function canonicalExpression(text: string, dialect: Dialect): string {
  let tokens = withoutOuterParentheses(tokensOf(text, dialect));
  if (dialect.name === 'postgres') tokens = withoutLiteralCasts(tokens);
  return joined(tokens.map((token) => canonicalToken(token, dialect)));
}

/** The canonical text with one column renamed. */
export function renamedInExpression(canonical: string, from: string, to: string, dialect: Dialect): string {
  const tokens = tokensOf(canonical, dialect);
  const names = tokens.map((token, at) =>
    isName(token) && dialect.key(token.value, token.kind === 'quoted') === from && tokens[at + 1]?.text !== '('
      ? quotedIfNeeded(to, dialect)
      : canonicalToken(token, dialect),
  );
  return joined(names);
}

export function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}

function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const text = tokens[at]?.kind === 'symbol' ? tokens[at]?.text : undefined;
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return at;
  }
  return -1;
}

/** `'x'::character varying(20)` is `'x'`: the column's type decides. */
function withoutLiteralCasts(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    kept.push(token);
    const isLiteral = token.kind === 'string' || token.kind === 'number' || /^null$/i.test(token.text);
    if (isLiteral && tokens[at + 1]?.text === '::') at = endOfCast(tokens, at + 1) - 1;
  }
  return kept;
}

function endOfCast(tokens: readonly Token[], cast: number): number {
  let at = cast + 1;
  while (
    tokens[at] !== undefined &&
    tokens[at]?.kind === 'word' &&
    !/^(?:and|or|is|in|not|collate)$/i.test(tokens[at]?.text ?? '')
  )
    at++;
  if (tokens[at]?.text === '(') at = closingOf(tokens, at) + 1;
  while (tokens[at]?.text === '[' && tokens[at + 1]?.text === ']') at += 2;
  return Math.max(at, cast + 1);
}

function canonicalToken(token: Token, dialect: Dialect): string {
  if (token.kind === 'word') return token.text.toLowerCase();
  if (token.kind === 'quoted') return quotedIfNeeded(token.value, dialect);
  if (token.text === '!=') return '<>';
  if (token.text === '==') return '=';
  return token.text;
}

/** Plain where the engine would read the plain word as the same name. */
function quotedIfNeeded(name: string, dialect: Dialect): string {
  const folded = dialect.name === 'postgres' ? name : dialect.key(name, true);
  if (/^[a-z_][a-z0-9_]*$/.test(folded)) return folded;
  const quote = dialect.lexical.doubleQuotedIdentifiers ? '"' : '`';
  return quote + folded.replaceAll(quote, quote + quote) + quote;
}

const TIGHT_BEFORE = new Set([')', ',', '.', '::', ']', '[']);
const TIGHT_AFTER = new Set(['(', '.', '::', '[']);
const WORDS_BEFORE_PARENTHESIS = new Set([
  'and',
  'or',
  'not',
  'in',
  'is',
  'like',
  'between',
  'then',
  'else',
  'when',
  'case',
  'any',
  'all',
]);

function joined(texts: readonly string[]): string {
  let out = '';
  let previous = '';
  for (const text of texts) {
    const isCall = text === '(' && /^[\w"`]/.test(previous) && !WORDS_BEFORE_PARENTHESIS.has(previous);
    out += previous === '' || TIGHT_BEFORE.has(text) || TIGHT_AFTER.has(previous) || isCall ? text : ` ${text}`;
    previous = text;
  }
  return out;
}
