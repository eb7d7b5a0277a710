import type { ColumnDefinition, Range, TypeName } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { canonicalType } from '../../canonical.ts';
import { characterSetOf, characterWidth, checkCharacterSet } from './character-sets.ts';

type Refuse = (text: string) => never;

/** The limits of a type: its length, its precision, its character set (manual 13.1 to 13.3; texts run on MariaDB 10.11). */
export function checkColumnType(draft: Draft, at: TableAt, definition: ColumnDefinition): void {
  const { type, name } = definition;
  if (type === undefined) return;
  const object = { kind: 'column', schema: at.target.schema, table: at.target.name, name: name.text };
  const refuse: Refuse = (text) => draft.refuse(errorAt('other', text, type, object));
  checkCharacterSet(draft, {
    characterSet: type.modifiers.some((modifier) => modifier.startsWith('character set'))
      ? characterSetOf(definition)
      : null,
    collation: definition.collation ?? null,
    at: type,
    object,
  });
  checkLength(draft, at, definition, type, refuse);
  checkNumbers(draft, name.text, type, refuse);
}

/** VARCHAR counts characters, of which a row of 65,535 bytes holds the fewer the wider they are. */
function checkLength(
  draft: Draft,
  { target, table }: TableAt,
  definition: ColumnDefinition,
  type: TypeName,
  refuse: Refuse,
): void {
  const [, variable, kind, written] =
    /^(var)?(char|binary)\((\d+)\)/.exec(canonicalType(type, draft.engine.dialect)) ?? [];
  if (written === undefined) return;
  const length = Number(written);
  const tooBig = (longest: number): string =>
    `Column length too big for column '${definition.name.text}' (max = ${longest}); use BLOB or TEXT instead`;
  if (variable === undefined) {
    if (length > 255) refuse(tooBig(255));
    return;
  }
  // MariaDB keeps three bytes for itself.
  const longest = draft.engine.dialect.name === 'mariadb' ? 65_532 : 65_535;
  const width = kind === 'binary' ? { least: 1, most: 1 } : characterWidth(characterSetOf(definition), table);
  if (length * width.most <= longest) return;
  const text = tooBig(Math.floor(longest / width.most));
  if (length * width.least > longest) refuse(text);
  draft.doubt(
    'it depends on the character set of the database',
    errorAt('other', text, type, { kind: 'table', ...objectOf(target) }),
  );
}

function checkNumbers(draft: Draft, column: string, type: TypeName, refuse: Refuse): void {
  const [first, second] = type.arguments.map(Number);
  if (first === undefined || Number.isNaN(first)) return;
  const words = draft.engine.dialect.name === 'mariadb' ? MARIADB : MYSQL;
  const name = type.name;
  if (/^(?:decimal|numeric|dec|fixed)$/.test(name)) {
    if (first > 65) refuse(words.precision(column, first, 65));
    if ((second ?? 0) > words.largestScale) refuse(words.scale(column, second ?? 0, words.largestScale));
    if ((second ?? 0) > first) refuse(words.order(column));
  }
  if (name === 'bit' && first > 64) refuse(words.width(column, 64));
  if (/^(?:tiny|small|medium|big)?int(?:eger)?$/.test(name) && first > 255) refuse(words.width(column, 255));
  if (/^(?:datetime|timestamp|time)$/.test(name) && first > 6) refuse(words.precision(column, first, 6));
  if (name === 'float' && second === undefined && first > 53)
    refuse(`Incorrect column specifier for column '${column}'`);
}

interface Words {
  readonly largestScale: number;
  precision(column: string, written: number, largest: number): string;
  scale(column: string, written: number, largest: number): string;
  width(column: string, largest: number): string;
  order(column: string): string;
}

const MARIADB: Words = {
  largestScale: 38,
  precision: (column, _written, largest) => `Too big precision specified for '${column}'. Maximum is ${largest}`,
  scale: (column, _written, largest) => `Too big scale specified for '${column}'. Maximum is ${largest}`,
  width: (column, largest) => `Display width out of range for '${column}' (max = ${largest})`,
  order: (column) => `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '${column}')`,
};

/** Not run here: errmsg-utf8.txt of MySQL 8.0. */
const MYSQL: Words = {
  largestScale: 30,
  precision: (column, written, largest) =>
    `Too-big precision ${written} specified for '${column}'. Maximum is ${largest}.`,
  scale: (column, written, largest) =>
    `Too big scale ${written} specified for column '${column}'. Maximum is ${largest}.`,
  width: (column, largest) => `Display width out of range for column '${column}' (max = ${largest})`,
  order: (column) => `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '${column}').`,
};

/** ENUM and SET: labels once each, whatever their case, and none of a SET with a comma. */
export function checkLabels(draft: Draft, { target }: TableAt, definition: ColumnDefinition): void {
  const { type, name } = definition;
  if (type === undefined || (type.name !== 'enum' && type.name !== 'set')) return;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: name.text };
  const refuse = (text: string, at: Range): never => draft.refuse(errorAt('other', text, at, object));
  const seen = new Map<string, string>();
  for (const label of labelsOf(type)) {
    const key = label.toLowerCase().trimEnd();
    const first = seen.get(key);
    if (type.name === 'set' && label.includes(',')) refuse(`Illegal set '${label}' value found during parsing`, type);
    if (first !== undefined)
      refuse(`Column '${name.text}' has duplicated value '${first}' in ${type.name.toUpperCase()}`, type);
    seen.set(key, label);
  }
}

/** The labels as they stand between the quotes. */
export function labelsOf(type: TypeName): readonly string[] {
  return type.arguments.flatMap((written) => {
    const label = /^'(.*)'$/s.exec(written.trim())?.[1];
    return label === undefined ? [] : [label.replaceAll("''", "'")];
  });
}
