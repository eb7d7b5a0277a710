import { describe, expect, it } from 'vitest';
import { decode } from '../../src/text/decode.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const units = [0xfeff, ...text.split('').map((character) => character.charCodeAt(0))];
  return Uint8Array.from(units.flatMap((unit) => (bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
}

describe('decode', () => {
  it('reads UTF-8', () => {
    expect(decode(utf8('SELECT 😀;'))).toEqual({ text: 'SELECT 😀;', encoding: 'utf-8', hasMark: false });
    expect(decode(bytes())).toEqual({ text: '', encoding: 'utf-8', hasMark: false });
  });

  it('keeps a byte order mark out of the text', () => {
    expect(decode(utf8('\ufeffSELECT 1'))).toEqual({ text: 'SELECT 1', encoding: 'utf-8', hasMark: true });
  });

  it('reads UTF-16 of both byte orders', () => {
    expect(decode(utf16('SELECT 😀', false))).toEqual({ text: 'SELECT 😀', encoding: 'utf-16le', hasMark: true });
    expect(decode(utf16('SELECT 😀', true))).toEqual({ text: 'SELECT 😀', encoding: 'utf-16be', hasMark: true });
    expect(decode(bytes(0xff, 0xfe, 0x41, 0, 0x42))).toMatchObject({ text: 'A' });
  });

  it('reads what is not UTF-8 as latin1, one character per byte', () => {
    expect(decode(bytes(0x2d, 0x2d, 0xe9, 0x0a))).toEqual({ text: '--é\n', encoding: 'latin1', hasMark: false });
  });

  it('reads long files', () => {
    const decoded = decode(new Uint8Array(100_000).fill(0xe9));
    expect(decoded).toMatchObject({ encoding: 'latin1', text: 'é'.repeat(100_000) });
  });

  it('refuses binary files', () => {
    expect(decode(bytes(0x53, 0x51, 0x4c, 0))).toEqual({ refused: 'binary file' });
    expect(decode(bytes(0xff, 0xfe, 0x41, 0, 0, 0))).toEqual({ refused: 'binary file' });
    expect(decode(bytes(0x53, 0, 0, 0x4c, 0, 0, 0x4c, 0))).toEqual({ refused: 'binary file' });
  });

  it.each([false, true])('names UTF-16 that no mark says to be such', (bigEndian) => {
    const refused = 'looks like UTF-16 without a byte order mark; save it as UTF-8';
    expect(decode(utf16('CREATE TABLE café (id INT); -- 猫', bigEndian).subarray(2))).toEqual({ refused });
  });
});
