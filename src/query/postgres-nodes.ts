import type { Name } from '../ddl/operation.ts';
import { foldAscii } from '../dialects/ascii-fold.ts';

/** A node of libpg_query's JSON, or the fields of one. What is zero, false or empty is left out of it. */
export type Fields = Readonly<Record<string, unknown>>;

export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A place in bytes; the first one is left out. */
export function place(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** The type of a node, and its fields. */
export function only(node: Fields): readonly [string, Fields] {
  const [entry] = Object.entries(node);
  return entry === undefined ? ['', {}] : [entry[0], entry[1] as Fields];
}

/** A text that libpg_query has read: its places are bytes of UTF-8, ours are UTF-16 units. */
export class PostgresText {
  readonly #text: string;
  readonly #folded: string;
  readonly #isAscii: boolean;
  #offsets: Uint32Array | null = null;

  constructor(source: string) {
    this.#text = source;
    this.#folded = foldAscii(source);
    this.#isAscii = !/[^\0-\x7f]/.test(source);
  }

  at(bytes: number): number {
    if (this.#isAscii) return bytes;
    this.#offsets ??= offsetsOf(this.#text);
    return this.#offsets[bytes] ?? this.#text.length;
  }

  /** The name that stands at a place. */
  name(stored: string, bytes: number): Name {
    return this.nameAfter(this.at(bytes), stored);
  }

  /** The first spelling of a name from a place on: libpg_query gives no place for most names. */
  nameAfter(from: number, stored: string): Name {
    const plain = this.#folded;
    const wanted = foldAscii(stored);
    for (let start = plain.indexOf(wanted, from); start >= 0; start = plain.indexOf(wanted, start + 1)) {
      const end = start + wanted.length;
      const isPart = /[\w$]/.test(plain.charAt(start - 1)) || /[\w$]/.test(plain.charAt(end));
      if (isPart || wanted === '') continue;
      const isQuoted = plain.charAt(start - 1) === '"' && plain.charAt(end) === '"';
      return { text: stored, quoted: true, start: isQuoted ? start - 1 : start, end: isQuoted ? end + 1 : end };
    }
    return { text: stored, quoted: true, start: from, end: from };
  }
}

function offsetsOf(source: string): Uint32Array {
  const offsets = new Uint32Array(source.length * 3 + 1);
  let bytes = 0;
  let units = 0;
  for (const character of source) {
    const point = character.codePointAt(0) ?? 0;
    offsets[bytes] = units;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    units += character.length;
  }
  offsets[bytes] = units;
  return offsets;
}
