import type { Column, Table } from '../../catalog.ts';
import { characterWidth, type CharacterWidth } from './character-sets.ts';

/** Bytes, as few and as many as they may be: the character set is not always said. */
export interface Bytes {
  readonly least: number;
  readonly most: number;
}

/** Manual 13.7: what a value of a fixed type takes. */
const FIXED: ReadonlyMap<string, number> = new Map(
  Object.entries({
    tinyint: 1,
    smallint: 2,
    mediumint: 3,
    int: 4,
    bigint: 8,
    float: 4,
    double: 8,
    date: 3,
    time: 3,
    datetime: 5,
    timestamp: 4,
    year: 1,
    uuid: 16,
    inet6: 16,
    inet4: 4,
  }),
);

/** TEXT, BLOB and spatial types, which are stored apart from their row and have no length of their own. */
export function isLong(type: string): boolean {
  return /^(?:(?:tiny|medium|long)?(?:text|blob)|json|vector\b.*|geometry|point|linestring|polygon|multi\w+|geom\w*collection)\b/.test(
    type,
  );
}

/** Character types, TEXT included: what has a character set. */
export function isCharacter(type: string): boolean {
  return /^(?:var)?char\(|^(?:tiny|medium|long)?text$/.test(type);
}

/** Bytes of a value without what says its length; null for long types. */
export function valueBytes(column: Column, table: Table): Bytes | null {
  const type = column.type ?? '';
  if (isLong(type)) return null;
  const characters = /^(?:var)?char\((\d+)\)/.exec(type)?.[1];
  if (characters !== undefined) return times(Number(characters), characterWidth(column.characterSet ?? null, table));
  const bytes = /^(?:var)?binary\((\d+)\)/.exec(type)?.[1];
  if (bytes !== undefined) return exactly(Number(bytes));
  return exactly(fixedBytes(type));
}

function fixedBytes(type: string): number {
  const name = /^[a-z0-9]+/.exec(type)?.[0] ?? '';
  const list = /\((.*)\)/.exec(type)?.[1] ?? '';
  if (name === 'enum') return list.split(',').length > 255 ? 2 : 1;
  if (name === 'set') return Math.min(8, Math.ceil(list.split(',').length / 8));
  if (name === 'bit') return Math.ceil(Number(list) / 8);
  if (name === 'decimal') return decimalBytes(list);
  const fraction = /^(?:datetime|timestamp|time)$/.test(name) ? Math.ceil(Number(list) / 2) : 0;
  return (FIXED.get(name) ?? 8) + fraction;
}

/** Nine digits take four bytes, on either side of the point (manual 13.7). */
function decimalBytes(list: string): number {
  const [precision = 10, scale = 0] = list.split(',').map(Number);
  const bytes = (digits: number): number => Math.floor(digits / 9) * 4 + Math.ceil((digits % 9) / 2);
  return bytes(precision - scale) + bytes(scale);
}

export function times(count: number, { least, most }: CharacterWidth): Bytes {
  return { least: count * least, most: count * most };
}

export function exactly(bytes: number): Bytes {
  return { least: bytes, most: bytes };
}

export function sum(parts: readonly Bytes[]): Bytes {
  return {
    least: parts.reduce((total, part) => total + part.least, 0),
    most: parts.reduce((total, part) => total + part.most, 0),
  };
}
