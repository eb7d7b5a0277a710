import type { IndexKey, Range } from '../../../ddl/operation.ts';
import type { Column, Index, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import { characterWidth } from './character-sets.ts';
import { exactly, isCharacter, isLong, sum, times, valueBytes, type Bytes } from './column-width.ts';

/** What a key is for: it decides whether the engine cuts what is too long, hashes it, or refuses it. */
export type KeyUse = 'primary' | 'unique' | 'plain' | 'fulltext' | 'spatial';

/** Bytes of a key, by engine (MySQL manual 17.21, "InnoDB Limits", and 18.2; run on MariaDB 10.11). */
function longestKey(table: Table): number | null {
  const engine = table.options.find((option) => option.startsWith('engine '));
  if (engine === undefined) return 3072;
  return engine === 'engine myisam' ? 1000 : null;
}

/**
 * Refuses a key that is too long. MariaDB cuts each part of a plain key and hashes a unique one, so that only the sum of
 * the parts of a plain key, and a primary key, can be too long; MySQL does neither.
 */
export function checkKeyLength(
  draft: Draft,
  { target, table }: TableAt,
  keys: readonly IndexKey[],
  use: KeyUse,
  at: Range,
): void {
  const limit = longestKey(table);
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  if (limit === null || use === 'fulltext' || use === 'spatial' || (isMariadb && use === 'unique')) return;
  const parts = keys.map((key) => partBytes(draft, table, key, limit, isMariadb && use === 'plain'));
  if (parts.includes(null)) return;
  const { least, most } = sum(parts.filter((part) => part !== null));
  if (most <= limit) return;
  const text = `Specified key was too long; max key length is ${limit} bytes`;
  const error = errorAt('other', text, at, { kind: 'table', schema: target.schema, name: target.name });
  if (least > limit) draft.refuse(error);
  draft.doubt('it depends on the character set of the database', error);
}

/** Null: nothing is known of the part. */
function partBytes(draft: Draft, table: Table, key: IndexKey, limit: number, isCut: boolean): Bytes | null {
  if (key.column === undefined) return null;
  const found = findColumn(table, nameKey(key.column, draft.engine.dialect), draft);
  if (found.presence !== 'present' || found.column.unknown.includes('type') || found.column.type === null) return null;
  const { column } = found;
  const bytes =
    key.prefixLength === undefined ? valueBytes(column, table) : prefixBytes(column, table, key.prefixLength);
  if (bytes === null) return isCut ? exactly(limit) : null;
  return isCut ? { least: Math.min(bytes.least, limit), most: Math.min(bytes.most, limit) } : bytes;
}

function prefixBytes(column: Column, table: Table, length: number): Bytes {
  return isCharacter(column.type ?? '')
    ? times(length, characterWidth(column.characterSet ?? null, table))
    : exactly(length);
}

/** The table with the prefixes of its keys as the engine stores them. */
export function withStoredPrefixes(draft: Draft, table: Table): Table {
  const indexes = table.indexes.map((index) => storedIndex(draft, table, index));
  return indexes.some((index, at) => index !== table.indexes[at]) ? { ...table, indexes } : table;
}

function storedIndex(draft: Draft, table: Table, index: Index): Index {
  const keys = index.keys.map((key) => {
    const column = table.columns.find(
      (one) => key.column !== null && partKey(one.name, draft.engine.dialect) === key.column,
    );
    if (column?.type == null || key.column === null) return key;
    const prefix = storedPrefix(draft, table, index, column, writtenPrefix(key.text));
    const text = `${key.column}${prefix === null ? '' : `(${prefix})`}${key.text.slice(key.column.length).replace(/^\(\d+\)/, '')}`;
    return text === key.text ? key : { ...key, text };
  });
  return keys.some((key, at) => key !== index.keys[at]) ? { ...index, keys } : index;
}

function writtenPrefix(text: string): number | null {
  const written = /\((\d+)\)/.exec(text)?.[1];
  return written === undefined ? null : Number(written);
}

/** No prefix for what is indexed whole anyway; on MariaDB a plain key over a long column is cut, with no more than a note. */
function storedPrefix(draft: Draft, table: Table, index: Index, column: Column, written: number | null): number | null {
  const type = column.type ?? '';
  if (index.method === 'fulltext' || index.method === 'spatial') return null;
  const length = Number(/^(?:var)?(?:char|binary)\((\d+)\)/.exec(type)?.[1] ?? (isLong(type) ? Infinity : 0));
  const prefix = written !== null && written < length ? written : null;
  const limit = longestKey(table);
  if (index.unique || draft.engine.dialect.name !== 'mariadb' || limit === null) return prefix;
  // An unknown character set is taken for utf8mb4.
  const width = isCharacter(type) ? characterWidth(column.characterSet ?? null, table).most : 1;
  const most = Math.floor(limit / width);
  return (prefix ?? length) > most ? most : prefix;
}
