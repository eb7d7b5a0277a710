import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqliteDisagreements } from './sqlite-conformance.ts';
import { randomSqliteSequence } from './random-sqlite.ts';

const FOLDER = new URL('../../fixtures/conformance/sqlite/', import.meta.url);

describe('SQLite and the catalog agree', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.sql'))) {
    // `-- new` starts an empty database.
    const sequences = readFileSync(new URL(file, FOLDER), 'utf8').split(/^-- new\b.*$/m);
    for (const [at, text] of sequences.entries()) {
      if (text.trim() !== '') it(`${file}, sequence ${at}`, () => expectAgreement(file, text));
    }
  }

  it('on random statements over a few names', async () => {
    const property = fc.asyncProperty(randomSqliteSequence(30), async (text) => {
      expect(await sqliteDisagreements('random.sql', text, 'everywhere')).toEqual([]);
    });
    await fc.assert(property, {
      numRuns: Number(process.env.MIGRALINT_RANDOM_RUNS ?? 20),
      seed: Number(process.env.MIGRALINT_RANDOM_SEED ?? 1),
    });
  }, 120_000);
});

async function expectAgreement(path: string, text: string): Promise<void> {
  expect(await sqliteDisagreements(path, text)).toEqual([]);
}
