/** A JSON value, or the offset at which the text stops being JSON and what should stand there. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly offset: number; readonly message: string };

/**
 * Reads JSON as RFC 8259 has it. Other than `JSON.parse` it always knows where the fault is, in the same words on every
 * version of Node, and it refuses a key that stands twice in one object. With `comments` it passes over those of JavaScript,
 * as files that people write have them.
 */
export function readJson(text: string, comments: 'comments' | 'strict' = 'strict'): JsonReading {
  const reader = new JsonReader(text, comments === 'comments');
  try {
    return { ok: true, value: reader.whole() };
  } catch (error) {
    if (error instanceof JsonFault) return { ok: false, offset: error.offset, message: error.message };
    throw error;
  }
}

class JsonFault extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Deep enough for any real file, and far from the end of the stack. */
const deepest = 500;

class JsonReader {
  readonly #text: string;
  #offset = 0;
  #depth = 0;

  readonly #comments: boolean;

  constructor(text: string, comments: boolean) {
    this.#text = text;
    this.#comments = comments;
  }

  whole(): unknown {
    const value = this.#value();
    if (this.#offset < this.#text.length) this.#fail('expected the end of the file');
    return value;
  }

  #value(): unknown {
    this.#skipSpace();
    const first = this.#text[this.#offset];
    let value: unknown;
    if (first === '{') value = this.#nested(() => this.#object());
    else if (first === '[') value = this.#nested(() => this.#array());
    else if (first === '"') value = this.#string();
    else value = this.#scalar();
    this.#skipSpace();
    return value;
  }

  #nested(read: () => unknown): unknown {
    if (++this.#depth > deepest) this.#fail('nested too deep');
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): unknown {
    const entries = new Map<string, unknown>();
    this.#offset++;
    this.#skipSpace();
    if (this.#take('}')) return {};
    for (;;) {
      this.#skipSpace();
      const keyOffset = this.#offset;
      if (this.#text[keyOffset] !== '"') this.#fail('expected a key in double quotes');
      const key = this.#string();
      if (entries.has(key)) throw new JsonFault(keyOffset, `the key "${key}" stands here a second time`);
      this.#skipSpace();
      if (!this.#take(':')) this.#fail('expected ":"');
      entries.set(key, this.#value());
      if (this.#take('}')) return Object.fromEntries(entries);
      if (!this.#take(',')) this.#fail('expected "," or "}"');
    }
  }

  #array(): unknown {
    const items: unknown[] = [];
    this.#offset++;
    this.#skipSpace();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value());
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#fail('expected "," or "]"');
    }
  }

  #string(): string {
    const start = this.#offset;
    for (let end = start + 1; end < this.#text.length; end++) {
      const unit = this.#text.charCodeAt(end);
      if (unit === 92) end++;
      else if (unit < 32) throw new JsonFault(end, 'expected the closing double quote on the same line');
      else if (unit === 34) {
        this.#offset = end + 1;
        return this.#parsed(start, end + 1, 'an escape in this string is not JSON') as string;
      }
    }
    return this.#fail('this string has no closing double quote');
  }

  #scalar(): unknown {
    const start = this.#offset;
    const word = /[-+.\w]*/y;
    word.lastIndex = start;
    const text = word.exec(this.#text)?.[0] ?? '';
    if (text === '')
      this.#fail(start < this.#text.length ? 'expected a value' : 'the file ends here, a value is missing');
    this.#offset = start + text.length;
    return this.#parsed(start, this.#offset, `"${text}" is not JSON`);
  }

  #parsed(start: number, end: number, message: string): unknown {
    try {
      return JSON.parse(this.#text.slice(start, end)) as unknown;
    } catch {
      throw new JsonFault(start, message);
    }
  }

  #take(wanted: string): boolean {
    if (this.#text[this.#offset] !== wanted) return false;
    this.#offset++;
    return true;
  }

  #skipSpace(): void {
    do {
      while (' \t\r\n'.includes(this.#text[this.#offset] ?? 'x')) this.#offset++;
    } while (this.#comments && this.#skipComment());
  }

  #skipComment(): boolean {
    const start = this.#text.slice(this.#offset, this.#offset + 2);
    const close = start === '//' ? '\n' : start === '/*' ? '*/' : null;
    if (close === null) return false;
    const end = this.#text.indexOf(close, this.#offset + 2);
    if (end === -1 && close === '*/') this.#fail('expected the end of the comment');
    this.#offset = end === -1 ? this.#text.length : end + close.length;
    return true;
  }

  #fail(message: string): never {
    throw new JsonFault(this.#offset, message);
  }
}
