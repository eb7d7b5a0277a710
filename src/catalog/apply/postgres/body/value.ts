/**
 * A value as far as it is known without a database. Next to plain values and SQL's NULL (`null`) there are those of which a part
 * is known: what rests on such a part only stays right.
 */
export type Value = string | number | boolean | null | Partly;

export type Partly =
  | { readonly kind: 'unknown' }
  /** A text with holes (null) where something unknown stands; it is no NULL. */
  | { readonly kind: 'text'; readonly parts: readonly (string | null)[] }
  /** A text that is none of those that the catalog knows; no NULL either. */
  | { readonly kind: 'other'; readonly than: (text: string) => boolean }
  /** The identity of an object: `relation:public.t`; `text` is how it prints. */
  | { readonly kind: 'oid'; readonly key: string; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  /** A row; null: of which not even the fields are known. */
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Value> | null };

export const UNKNOWN: Value = { kind: 'unknown' };
/** The database's name, which nobody knows, but which is equal to itself. */
export const DATABASE: Value = { kind: 'other', than: () => false };
export const SOME_TEXT: Value = { kind: 'text', parts: [null] };

export function isPartly(value: Value): value is Partly {
  return typeof value === 'object' && value !== null;
}

export function oid(of: string, key: string, text = key): Value {
  return { kind: 'oid', key: `${of}:${key}`, text };
}

/** A value as text, for `||` and format: null where it is NULL. */
export function textParts(value: Value): readonly (string | null)[] | null {
  if (value === null) return null;
  if (!isPartly(value)) return [typeof value === 'boolean' ? (value ? 't' : 'f') : String(value)];
  switch (value.kind) {
    case 'text':
      return value.parts;
    case 'oid':
      return [value.text];
    default:
      return [null];
  }
}

/** A longer text is not put together: a loop may double one again and again. */
export const LONGEST_TEXT = 100_000;

/** Joins parts of texts; a text without holes is a plain one. */
export function textOfParts(parts: readonly (string | null)[]): Value {
  const joined: (string | null)[] = [];
  let length = 0;
  for (const part of parts) {
    length += part?.length ?? 1;
    if (length > LONGEST_TEXT) return SOME_TEXT;
    const last = joined.at(-1);
    if (part === null ? last === null : false) continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  const [first] = joined;
  if (joined.length === 0) return '';
  return joined.length === 1 && typeof first === 'string' ? first : { kind: 'text', parts: joined };
}

/** What both may be: the same, or unknown. */
export function mergedValue(left: Value, right: Value): Value {
  return left === right || sameValue(left, right) === true ? left : UNKNOWN;
}

/** SQL's `=`: true, false, NULL, or unknown. */
export function sameValue(left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (left === right && (!isPartly(left) || left === DATABASE)) return true;
  if (isPartly(left)) return sameAsPartly(left, right);
  if (isPartly(right)) return sameAsPartly(right, left);
  if (typeof left === 'boolean' || typeof right === 'boolean') return truthOf(left) === truthOf(right);
  if (typeof left === 'number' || typeof right === 'number') return Number(left) === Number(right);
  return left === right;
}

/** A truth value as text is a word for a cast and `||`, and a letter for format and its like (run on 15). */
export function spelledOut(value: Value): Value {
  return typeof value === 'boolean' ? String(value) : value;
}

function sameAsPartly(partly: Partly, other: Value): Value {
  switch (partly.kind) {
    case 'oid':
      if (isPartly(other) && other.kind === 'other') return other.than(partly.key) ? false : UNKNOWN;
      if (isPartly(other)) return other.kind === 'oid' ? partly.key === other.key : UNKNOWN;
      return typeof other === 'string' ? partly.text === other : UNKNOWN;
    case 'other':
      if (isPartly(other) && other.kind === 'oid') return sameAsPartly(other, partly);
      return typeof other === 'string' && partly.than(other) ? false : UNKNOWN;
    case 'text':
      return typeof other === 'string' && !fits(partly.parts, other) ? false : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** Whether a text may be what a text with holes is. */
export function fits(parts: readonly (string | null)[], text: string): boolean {
  const first = parts[0];
  const last = parts.at(-1);
  if (typeof first === 'string' && !text.startsWith(first)) return false;
  if (typeof last === 'string' && !text.endsWith(last)) return false;
  let at = 0;
  for (const part of parts) {
    if (part === null) continue;
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

export function truthOf(value: Value): boolean | null {
  if (value === null || isPartly(value)) return null;
  if (typeof value === 'string') return /^(?:t|true|yes|on|1)$/i.test(value);
  return typeof value === 'boolean' ? value : value !== 0;
}
