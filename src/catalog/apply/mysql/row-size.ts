import type { Range } from '../../../ddl/operation.ts';
import type { Column, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { exactly, isLong, sum, valueBytes, type Bytes } from './column-width.ts';

/** Manual 10.4.7: a row has at most 65,535 bytes, of which TEXT and BLOB take 9 to 12 each. */
const LONGEST_ROW = 65_535;
const TOO_LARGE =
  'Row size too large. The maximum row size for the used table type, not counting BLOBs, is 65535. This includes storage overhead, check the manual. You have to change some columns to TEXT or BLOBs';

export function checkRowSize(draft: Draft, { target, table }: TableAt, at: Range): void {
  const stored = table.columns.filter(({ generated, unknown }) => generated?.stored !== false && unknown.length === 0);
  const nulls = Math.ceil(stored.filter(({ notNull }) => !notNull).length / 8);
  const { least, most } = sum([exactly(nulls), ...stored.map((column) => storedBytes(column, table))]);
  const error = errorAt('other', TOO_LARGE, at, { kind: 'table', schema: target.schema, name: target.name });
  if (least > LONGEST_ROW) draft.refuse(error);
  if (most > LONGEST_ROW) draft.doubt('it depends on the character set of the database', error);
}

function storedBytes(column: Column, table: Table): Bytes {
  const type = column.type ?? '';
  const bytes = isLong(type) ? null : valueBytes(column, table);
  if (bytes === null)
    return exactly(type.startsWith('tiny') ? 9 : type.startsWith('long') || type === 'json' ? 12 : 10);
  if (!type.startsWith('var')) return bytes;
  const length = (whole: number): number => (whole > 255 ? 2 : 1);
  return { least: bytes.least + length(bytes.least), most: bytes.most + length(bytes.most) };
}
