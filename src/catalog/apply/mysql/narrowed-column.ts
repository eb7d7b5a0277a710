import type { ModifyColumn } from '../../../ddl/operation.ts';
import type { Column } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';

/**
 * In strict mode, which is the default, MODIFY and CHANGE refuse values that the new type does not take (manual 7.1.11). Which
 * ones a table holds is not known: it fails for some.
 */
export function refuseNarrowedWhenFilled(
  draft: Draft,
  operation: ModifyColumn,
  { target, table }: TableAt,
  before: Column,
  after: Column,
): void {
  const isLenient = draft.session.strictMode === false || draft.session.strictMode === null;
  if (isLenient || before.unknown.includes('type') || before.type === null || after.type === null) return;
  if (draft.holdsOnlyNulls(before) || before.generated !== null || after.generated !== null) return;
  const change = {
    from: kindOf(before.type),
    to: operation.definition.type?.name === 'json' ? JSON_TYPE : kindOf(after.type),
    isMariadb: draft.engine.dialect.name === 'mariadb',
    column: after.name,
    was: before.name,
    schema: target.schema,
    table: target.name,
  };
  const text = refusalOf(change);
  if (text === null) return;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: after.name };
  const at = operation.definition.type ?? operation.column;
  draft.refuseWhenFilled(table, 'values', errorAt('other', text, at, object));
}

/** A stored type, as far as conversion cares. */
type Kind =
  /** How many characters or bytes it takes at most. */
  | { readonly kind: 'string'; readonly length: number }
  | { readonly kind: 'integer'; readonly bits: number; readonly unsigned: boolean }
  /** Digits before and after the point. */
  | { readonly kind: 'decimal'; readonly before: number; readonly after: number; readonly unsigned: boolean }
  | { readonly kind: 'date' | 'datetime' | 'timestamp' }
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  | { readonly kind: 'json' }
  | { readonly kind: 'other' };

const JSON_TYPE: Kind = { kind: 'json' };

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };
const LONG: Readonly<Record<string, number>> = {
  tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295,
}; // prettier-ignore

function kindOf(type: string): Kind {
  const [, name = '', written = ''] = /^(\w+)(?:\((.*?)\))?/.exec(type) ?? [];
  const unsigned = / unsigned\b/.test(type);
  const bits = BITS[name];
  if (bits !== undefined) return { kind: 'integer', bits, unsigned };
  if (name === 'char' || name === 'varchar') return { kind: 'string', length: Number(written || 1) };
  const length = LONG[name];
  if (length !== undefined) return { kind: 'string', length };
  if (name === 'decimal') {
    const [precision = 10, scale = 0] = written.split(',').map(Number);
    return { kind: 'decimal', before: precision - scale, after: scale, unsigned };
  }
  if (name === 'date' || name === 'datetime' || name === 'timestamp') return { kind: name };
  if (name === 'enum') return { kind: 'enum', labels: labelsOf(type) };
  return name === 'json' ? JSON_TYPE : { kind: 'other' };
}

function labelsOf(type: string): readonly string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = '']) => label.toLowerCase());
}

interface TypeChange {
  readonly from: Kind;
  readonly to: Kind;
  readonly isMariadb: boolean;
  readonly column: string;
  /** Its name before: MariaDB names a date that is none by it. */
  readonly was: string;
  readonly schema: string;
  readonly table: string;
}

/** What the engine says to the first value that does not fit; null where all do, or where that is not known. */
function refusalOf(change: TypeChange): string | null {
  const { from, to, isMariadb, column } = change;
  const outOfRange = `Out of range value for column '${column}' at row 1`;
  if (from.kind === 'other' || to.kind === 'other') return null;
  switch (to.kind) {
    case 'string':
      return longest(from) > to.length ? `Data too long for column '${column}' at row 1` : null;
    case 'integer':
    case 'decimal': {
      if (from.kind === 'string' || from.kind === 'json') return noNumber(change, to.kind);
      return digitsFit(from, to) ? null : outOfRange;
    }
    case 'date':
    case 'datetime':
    case 'timestamp': {
      const isDate = from.kind === 'date' || from.kind === 'datetime' || from.kind === 'timestamp';
      // A TIMESTAMP begins in 1970.
      if (isDate && (to.kind !== 'timestamp' || from.kind === 'timestamp')) return null;
      const name = isMariadb ? `\`${change.schema}\`.\`${change.table}\`.\`${change.was}\`` : `'${column}'`;
      return `Incorrect ${to.kind === 'date' && !isMariadb ? 'date' : 'datetime'} value: 'x' for column ${name} at row 1`;
    }
    case 'enum': {
      const isPart = from.kind === 'enum' && from.labels.every((label) => to.labels.includes(label));
      return isPart ? null : `Data truncated for column '${column}' at row 1`;
    }
    case 'json': {
      if (from.kind === 'json' || from.kind === 'integer' || from.kind === 'decimal') return null;
      return isMariadb
        ? `CONSTRAINT \`${change.table}.${column}\` failed for \`${change.schema}\`.\`${change.table}\``
        : `Invalid JSON text: "Invalid value." at position 0 in value for column '#sql-1.${column}'.`;
    }
  }
}

function noNumber({ isMariadb, column }: TypeChange, kind: 'integer' | 'decimal'): string {
  if (isMariadb) return `Truncated incorrect ${kind.toUpperCase()} value: 'x'`;
  return `Incorrect ${kind} value: 'x' for column '${column}' at row 1`;
}

/** How many characters a value has at most when it is written out. */
function longest(from: Kind): number {
  switch (from.kind) {
    case 'string':
      return from.length;
    case 'integer':
      return Math.ceil(from.bits * Math.log10(2)) + (from.unsigned ? 0 : 1);
    case 'decimal':
      return from.before + from.after + (from.after === 0 ? 1 : 2);
    case 'date':
      return 10;
    case 'datetime':
    case 'timestamp':
      return 19;
    case 'enum':
      return Math.max(...from.labels.map((label) => label.length), 0);
    case 'json':
      return Infinity;
    case 'other':
      return 0;
  }
}

/** Whether each number of one type is one of the other: dates are numbers as 20200101000000, a label is its place. */
function digitsFit(from: Kind, to: Extract<Kind, { kind: 'integer' | 'decimal' }>): boolean {
  if (from.kind === 'enum') return true;
  const isSigned = (from.kind === 'integer' || from.kind === 'decimal') && !from.unsigned;
  if (isSigned && to.unsigned) return false;
  return greatest(from) <= greatest(to);
}

function greatest(kind: Kind): number {
  switch (kind.kind) {
    case 'integer':
      return 2 ** (kind.unsigned ? kind.bits : kind.bits - 1) - 1;
    case 'decimal':
      return 10 ** kind.before - 1;
    case 'date':
      return 99_991_231;
    case 'datetime':
    case 'timestamp':
      return 99_991_231_235_959;
    default:
      return Infinity;
  }
}
