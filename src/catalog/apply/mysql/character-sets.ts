import type { ColumnDefinition, Range } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/** Bytes that a character takes at most (`information_schema.CHARACTER_SETS` of MariaDB 10.11; gb18030 is MySQL's alone). */
const BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1: 'dec8 cp850 hp8 koi8r latin1 latin2 swe7 ascii hebrew tis620 koi8u greek cp1250 latin5 armscii8 cp866 keybcs2 macce macroman cp852 latin7 cp1251 cp1256 cp1257 binary geostd8',
    2: 'big5 sjis euckr gb2312 gbk ucs2 cp932',
    3: 'ujis utf8 utf8mb3 eucjpms',
    4: 'utf8mb4 utf16 utf16le utf32 gb18030',
  }).flatMap(([bytes, names]) => names.split(' ').map((name) => [name, Number(bytes)] as const)),
);

/** How many bytes a character of a column takes at most: a range where nothing says its character set. */
export interface CharacterWidth {
  readonly least: number;
  readonly most: number;
}

/** A server's own default is any; utf8mb4 is the widest. */
const ANY_WIDTH: CharacterWidth = { least: 1, most: 4 };

/** The width in a column of this character set; null: that of its table. */
export function characterWidth(characterSet: string | null, table: Table): CharacterWidth {
  const bytes = BYTES.get(characterSet ?? table.characterSet ?? '');
  return bytes === undefined ? ANY_WIDTH : { least: bytes, most: bytes };
}

/** The character set that a column's definition names, itself or by a collation; null where its table decides. */
export function characterSetOf({ type, collation }: ColumnDefinition): string | null {
  for (const modifier of type?.modifiers ?? []) {
    const named = /^character set (.+)$/.exec(modifier)?.[1] ?? SHORT_FORMS.get(modifier);
    if (named !== undefined) return named;
  }
  return collation === undefined ? null : setOfCollation(collation);
}

/** Manual 12.3.5: `ASCII` and `UNICODE` stand for a character set. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['ascii', 'latin1'],
  ['unicode', 'ucs2'],
]);

function setOfCollation(collation: string): string | null {
  const name = collation.toLowerCase();
  const prefix = name === 'binary' ? name : name.slice(0, Math.max(0, name.indexOf('_')));
  return BYTES.has(prefix) ? prefix : null;
}

/** The default of a new table, from its options; null where the database decides. */
export function characterSetOfOptions({ charset, collate }: Readonly<Record<string, string>>): string | null {
  const named = charset === undefined ? null : wordOf(charset).toLowerCase();
  return named ?? (collate === undefined ? null : setOfCollation(wordOf(collate)));
}

/** `'utf8mb4'` -> `utf8mb4` */
export function wordOf(written: string): string {
  return written.replaceAll(/['"`]/g, '').trim();
}

/** What names a character set or a collation. */
interface Named {
  readonly characterSet: string | null;
  readonly collation: string | null;
  readonly at: Range;
  readonly object: EngineError['object'];
}

/** The server must know both, and the collation must be one of the set. */
export function checkCharacterSet(draft: Draft, { characterSet, collation, at, object }: Named): void {
  const error = (text: string): EngineError => errorAt('other', text, at, object);
  const set = characterSet?.toLowerCase() ?? null;
  if (set !== null && set !== 'default' && !BYTES.has(set))
    draft.refuse(error(`Unknown character set: '${characterSet ?? ''}'`));
  if (collation === null || /^default$/i.test(collation)) return;
  checkCollation(draft, collation, error(`Unknown collation: '${collation}'`));
  const own = setOfCollation(collation);
  if (set === null || set === 'default' || own === null || isSameSet(set, own)) return;
  draft.refuse(error(`COLLATION '${collation}' is not valid for CHARACTER SET '${characterSet ?? ''}'`));
}

function isSameSet(left: string, right: string): boolean {
  const full = (name: string): string => (name === 'utf8' ? 'utf8mb3' : name);
  return full(left) === full(right);
}

/** MySQL 8 has utf8mb4_0900_*, MariaDB takes them since 11.4.5; MariaDB 10.10 has *_uca1400_*, and *_nopad_* alone. */
function checkCollation(draft: Draft, collation: string, unknown: EngineError): void {
  const name = collation.toLowerCase();
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  if (/^utf8mb4_\w*0900_/.test(name)) {
    draft.refuseForVersions({ before: isMariadb ? [11, 4] : [8, 0] }, unknown);
  } else if (/(?:^|_)uca1400_/.test(name)) {
    if (isMariadb) draft.refuseForVersions({ before: [10, 10] }, unknown);
    else draft.refuse(unknown);
  } else if (setOfCollation(name) === null || (!isMariadb && name.includes('_nopad_'))) draft.refuse(unknown);
}
