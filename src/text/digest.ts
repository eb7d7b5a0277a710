/**
 * SHA-1 and SHA-256 (FIPS 180-4), as tools write them into files. In a piece of its own because the core uses no module of
 * Node, and because a hash over a growing text must be readable on the way without starting anew.
 */

/** A hash that takes its text in pieces. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Of all that came so far; more may come. */
  digest(): Uint8Array;
}

export function sha256(): Digest {
  return new BlockDigest(INITIAL_256, 8, compress256);
}

export function sha1(): Digest {
  return new BlockDigest(INITIAL_1, 5, compress1);
}

/** In lower case. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

type Compress = (state: Uint32Array, block: DataView, offset: number) => void;

class BlockDigest implements Digest {
  readonly #state: Uint32Array;
  readonly #compress: Compress;
  readonly #words: number;
  readonly #rest = new Uint8Array(64);
  #restLength = 0;
  #total = 0;

  constructor(initial: readonly number[], words: number, compress: Compress) {
    this.#state = Uint32Array.from(initial);
    this.#words = words;
    this.#compress = compress;
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(64 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < 64) return;
      this.#compress(this.#state, new DataView(this.#rest.buffer), 0);
      this.#restLength = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + 64 <= bytes.length; at += 64) this.#compress(this.#state, view, at);
    this.#rest.set(bytes.subarray(at));
    this.#restLength = bytes.length - at;
  }

  digest(): Uint8Array {
    const state = this.#state.slice();
    const tail = new Uint8Array(this.#restLength < 56 ? 64 : 128);
    tail.set(this.#rest.subarray(0, this.#restLength));
    tail[this.#restLength] = 0x80;
    const view = new DataView(tail.buffer);
    view.setBigUint64(tail.length - 8, BigInt(this.#total) * 8n);
    for (let at = 0; at < tail.length; at += 64) this.#compress(state, view, at);
    const result = new DataView(new ArrayBuffer(this.#words * 4));
    for (let word = 0; word < this.#words; word++) result.setUint32(word * 4, state[word] ?? 0);
    return new Uint8Array(result.buffer);
  }
}

const INITIAL_1: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

function compress1(state: Uint32Array, block: DataView, offset: number): void {
  const schedule = new Uint32Array(80);
  for (let t = 0; t < 16; t++) schedule[t] = block.getUint32(offset + t * 4);
  const at = (t: number): number => schedule[t] ?? 0;
  for (let t = 16; t < 80; t++) schedule[t] = rotl(at(t - 3) ^ at(t - 8) ^ at(t - 14) ^ at(t - 16), 1);
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let t = 0; t < 80; t++) {
    const [f, k] =
      t < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : t < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : t < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    const next = (rotl(a, 5) + f + e + k + at(t)) | 0;
    [a, b, c, d, e] = [next, a, rotl(b, 30), c, d];
  }
  add(state, [a, b, c, d, e]);
}

/** The first 32 bits of the fractional parts of the square roots of the first 8 primes, and of the cube roots of 64. */
const INITIAL_256 = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS_256 = primes(64).map((prime) => fraction(Math.cbrt(prime)));

function compress256(state: Uint32Array, block: DataView, offset: number): void {
  const schedule = new Uint32Array(64);
  for (let t = 0; t < 16; t++) schedule[t] = block.getUint32(offset + t * 4);
  const at = (t: number): number => schedule[t] ?? 0;
  for (let t = 16; t < 64; t++) {
    const first = rotr(at(t - 15), 7) ^ rotr(at(t - 15), 18) ^ (at(t - 15) >>> 3);
    const second = rotr(at(t - 2), 17) ^ rotr(at(t - 2), 19) ^ (at(t - 2) >>> 10);
    schedule[t] = at(t - 16) + first + at(t - 7) + second;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const one = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const left = (h + one + ((e & f) ^ (~e & g)) + (ROUNDS_256[t] ?? 0) + at(t)) | 0;
    const right = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + left) | 0;
    d = c;
    c = b;
    b = a;
    a = (left + right) | 0;
  }
  add(state, [a, b, c, d, e, f, g, h]);
}

function add(state: Uint32Array, words: readonly number[]): void {
  for (const [index, word] of words.entries()) state[index] = (state[index] ?? 0) + word;
}

function rotl(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function rotr(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

function fraction(number: number): number {
  return Math.floor((number % 1) * 2 ** 32);
}
