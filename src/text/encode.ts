import type { Encoding } from './decode.ts';

/** A text as the bytes that `decode` would read it from; null where the encoding has no way to write it. */
export function encode(text: string, encoding: Encoding, hasMark: boolean): Uint8Array | null {
  if (encoding === 'utf-8') return new TextEncoder().encode(hasMark ? `\ufeff${text}` : text);
  if (encoding === 'latin1') {
    const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
    return units.every((unit) => unit < 256) ? Uint8Array.from(units) : null;
  }
  const marked = `\ufeff${text}`;
  const bytes = new Uint8Array(marked.length * 2);
  const low = encoding === 'utf-16le' ? 0 : 1;
  for (let index = 0; index < marked.length; index++) {
    const unit = marked.charCodeAt(index);
    bytes[2 * index + low] = unit & 0xff;
    bytes[2 * index + 1 - low] = unit >> 8;
  }
  return bytes;
}
