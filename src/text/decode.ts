export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/**
 * A file's bytes as text, or a word on why they are none.
 *
 * The byte order mark is not part of `text`: offset 0 is the first character that an editor shows, so lines and columns are
 * those of the editor. An edit's offsets count in `text` too; who writes the file back puts the mark before it (`hasMark`).
 */
export type Decoded =
  | { readonly text: string; readonly encoding: Encoding; readonly hasMark: boolean }
  /** `binary file`, or what else it seems to be. */
  | { readonly refused: string };

/**
 * UTF-8, or UTF-16 where a byte order mark says so. Bytes that are not valid UTF-8 are read as latin1, one character per
 * byte: SQL is ASCII but for comments and literals, and a wrong letter in a comment must not hide a whole file. NUL bytes
 * stand in no SQL: such a file is refused as binary.
 */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  if (bytes.includes(0)) return { refused: seemsUtf16(bytes) ? utf16WithoutMark : 'binary file' };
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = hasMark ? bytes.subarray(3) : bytes;
  const text = strictUtf8(content);
  if (text !== undefined) return { text, encoding: 'utf-8', hasMark };
  return { text: fromUnits(content), encoding: 'latin1', hasMark };
}

const utf16WithoutMark = 'looks like UTF-16 without a byte order mark; save it as UTF-8';

/** ASCII in UTF-16 has a NUL in most of its pairs of bytes, always on the same side. No database reads a file by such a guess. */
function seemsUtf16(file: Uint8Array): boolean {
  // A guess needs no more than the beginning, however large the file is.
  const bytes = file.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === 0 && at % 2 === 0) even++;
    else if (byte === 0) odd++;
  }
  return (even === 0 || odd === 0) && even + odd > bytes.length / 4;
}

/** An odd byte at the end is half a character and is left out. */
function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  const low = encoding === 'utf-16le' ? 0 : 1;
  const units = new Uint16Array((bytes.length - 2) >> 1);
  for (let index = 0; index < units.length; index++) {
    const at = 2 + 2 * index;
    units[index] = (bytes[at + low] ?? 0) | ((bytes[at + 1 - low] ?? 0) << 8);
  }
  if (units.includes(0)) return { refused: 'binary file' };
  return { text: fromUnits(units), encoding, hasMark: true };
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** In pieces, as a call takes only so many arguments. */
function fromUnits(units: Uint8Array | Uint16Array): string {
  const pieces: string[] = [];
  for (let from = 0; from < units.length; from += 8192) {
    pieces.push(String.fromCharCode(...units.subarray(from, from + 8192)));
  }
  return pieces.join('');
}
