import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { base64Of, hexOf, sha1, sha256, type Digest } from '../../src/text/digest.ts';

const hashes: readonly (readonly [string, () => Digest])[] = [
  ['sha1', sha1],
  ['sha256', sha256],
];

test.each(hashes)('%s agrees with OpenSSL, in pieces of any length, at every point on the way', (name, make) => {
  const own = make();
  const theirs = createHash(name);
  for (let length = 0; length < 300; length++) {
    const piece = Uint8Array.from({ length }, (_, index) => (index * 31 + length) % 256);
    own.update(piece);
    theirs.update(piece);
    expect(hexOf(own.digest())).toBe(theirs.copy().digest('hex'));
    expect(base64Of(own.digest())).toBe(theirs.copy().digest('base64'));
  }
});
