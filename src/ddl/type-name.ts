import { TokenKind } from '../sql/lexer.ts';
import type { Cursor } from './cursor.ts';
import { acceptName, readName } from './names.ts';
import type { Name, Range, TypeName } from './operation.ts';

/**
 * A type as it stands in a column definition, after `TYPE`, `AS` of a CAST, or `::`. Undefined when no type stands here,
 * which SQLite allows. Reads to the end of its arguments, array brackets and modifiers, not further.
 */
export function acceptTypeName(cursor: Cursor): TypeName | undefined {
  const start = cursor.start();
  cursor.accept('setof');
  if (endsType.has(cursor.word())) return undefined;
  if (cursor.dialect.name === 'sqlite' && cursor.areWords('generated', 'always')) return undefined;
  const identifier = acceptName(cursor);
  if (identifier === undefined) return undefined;
  return readTypeFrom(cursor, start, identifier);
}

export function readTypeName(cursor: Cursor): TypeName {
  return acceptTypeName(cursor) ?? cursor.fail('expected a type');
}

/** Words that begin the next clause of a column, so that the column has no type. */
const endsType: ReadonlySet<string> = new Set([
  'constraint', 'primary', 'not', 'null', 'unique', 'check', 'default', 'collate', 'references', 'as', 'autoincrement',
]); // prettier-ignore

/** Second words of types, by their first: all dialects together, none of them begins a clause. */
const secondWords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['double', new Set(['precision'])],
  ['character', new Set(['varying', 'large'])],
  ['char', new Set(['varying', 'byte'])],
  ['bit', new Set(['varying'])],
  ['national', new Set(['character', 'char', 'varchar'])],
  ['nchar', new Set(['varying', 'varchar'])],
  ['long', new Set(['varchar', 'varbinary', 'char', 'character'])],
]);

interface Words {
  name: string;
  plain: boolean;
}

function readTypeFrom(cursor: Cursor, start: number, identifier: Name): TypeName {
  let last = identifier;
  let schema: Name | undefined;
  while (cursor.isSymbol('.')) {
    cursor.advance();
    schema = last;
    last = readName(cursor);
  }
  const words: Words = { name: last.quoted ? last.text : last.text.toLowerCase(), plain: true };
  if (!last.quoted) readFurtherWords(cursor, words);
  const typeArguments = cursor.isSymbol('(') ? readTypeArguments(cursor) : [];
  const modifiers = readModifiers(cursor, words.name);
  const arrayDepth = readArrayDepth(cursor);
  if (arrayDepth === 0 && modifiers.length === 0) modifiers.push(...readModifiers(cursor, words.name));
  const { name, plain } = words;
  const end = cursor.lastEnd();
  const type = { start, end, name, arguments: typeArguments, arrayDepth, modifiers };
  if (schema !== undefined) return plain ? { ...type, schema, identifier: last } : { ...type, schema };
  return plain ? { start, end, name, identifier: last, arguments: typeArguments, arrayDepth, modifiers } : type;
}

function readFurtherWords(cursor: Cursor, words: Words): void {
  if (cursor.dialect.name === 'sqlite') {
    readSqliteWords(cursor, words);
    return;
  }
  let seconds = secondWords.get(words.name);
  while (seconds !== undefined) {
    const word = cursor.acceptOneOf(seconds);
    if (word === undefined) return;
    words.name += ` ${word}`;
    words.plain = false;
    seconds = word === 'character' || word === 'char' ? secondWords.get(word) : undefined;
  }
  if (words.name === 'interval') readIntervalFields(cursor, words);
}

/** sqlite.org/lang_createtable.html, "Column Data Types": any run of words that begins no column constraint. */
function readSqliteWords(cursor: Cursor, words: Words): void {
  for (;;) {
    const kind = cursor.kind();
    const isWord = kind === TokenKind.word && !endsType.has(cursor.word()) && !cursor.areWords('generated', 'always');
    if (!isWord && kind !== TokenKind.quoted) return;
    const word = acceptName(cursor);
    if (word === undefined) return;
    words.name += ` ${word.text.toLowerCase()}`;
    words.plain = false;
  }
}

const intervalFields: ReadonlySet<string> = new Set(['year', 'month', 'day', 'hour', 'minute', 'second']);

function readIntervalFields(cursor: Cursor, words: Words): void {
  const field = cursor.acceptOneOf(intervalFields);
  if (field === undefined) return;
  words.name += ` ${field}`;
  words.plain = false;
  if (!cursor.accept('to')) return;
  words.name += ` to ${cursor.acceptOneOf(intervalFields) ?? ''}`;
}

/** `(10, 2)`, `('a', 'b')`: each as written. */
function readTypeArguments(cursor: Cursor): string[] {
  const written: string[] = [];
  cursor.expectSymbol('(');
  while (!cursor.atEnd() && !cursor.isSymbol(')')) {
    const range = cursor.skipClause();
    if (range.end > range.start) written.push(cursor.textOf(range));
    if (!cursor.acceptSymbol(',')) break;
  }
  cursor.expectSymbol(')');
  return written;
}

const singleModifiers: ReadonlySet<string> = new Set([
  'unsigned',
  'signed',
  'zerofill',
  'binary',
  'ascii',
  'unicode',
  'byte',
]);

function readModifiers(cursor: Cursor, name: string): string[] {
  const modifiers: string[] = [];
  for (let modifier = acceptModifier(cursor, name); modifier !== undefined; modifier = acceptModifier(cursor, name)) {
    modifiers.push(modifier);
  }
  return modifiers;
}

function acceptModifier(cursor: Cursor, name: string): string | undefined {
  if (name === 'timestamp' || name === 'time') {
    if (cursor.acceptWords('with', 'time', 'zone') !== undefined) return 'with time zone';
    if (cursor.acceptWords('without', 'time', 'zone') !== undefined) return 'without time zone';
  }
  if (!cursor.isMysql) return undefined;
  return cursor.acceptOneOf(singleModifiers) ?? acceptCharacterSet(cursor);
}

/** MySQL and MariaDB: `CHARACTER SET x`, `CHARSET x`, `CHAR SET x`, also with `=`; gives `character set x`. */
export function acceptCharacterSet(cursor: Cursor): string | undefined {
  if (!cursor.accept('charset') && !(cursor.acceptWords('character', 'set') ?? cursor.acceptWords('char', 'set'))) {
    return undefined;
  }
  cursor.acceptSymbol('=');
  return `character set ${readWordOrString(cursor).toLowerCase()}`;
}

function readWordOrString(cursor: Cursor): string {
  const range: Range = cursor.here();
  if (cursor.atClauseEnd()) cursor.fail('expected a character set');
  cursor.advance();
  return cursor.textOf(range).replaceAll(/['"`]/g, '');
}

/** `[]`, `[3]`, `[][]`, `ARRAY`, `ARRAY[4]`: how many dimensions are written. */
function readArrayDepth(cursor: Cursor): number {
  let depth = cursor.accept('array') ? 1 : 0;
  if (depth === 1 && cursor.isSymbol('[')) cursor.skipBalanced();
  while (cursor.isSymbol('[')) {
    cursor.skipBalanced();
    depth++;
  }
  return depth;
}
