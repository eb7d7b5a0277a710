import { randomBytes } from 'node:crypto';

/** A name that no other database has. */
export function scratchName(): string {
  return `migralint_${randomBytes(8).toString('hex')}`;
}

/** Engine's words without our random names, so that the same project gives the same report. */
export function withoutScratchNames(words: string): string {
  return words.replace(/migralint_[0-9a-f]{16}/g, 'db');
}
