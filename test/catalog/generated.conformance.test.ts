import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { shown } from './comparison.ts';
import { findTestEngine } from './engines/find.ts';
import { MARIADB_VARIABLE } from './engines/mariadb.ts';
import { POSTGRES_VARIABLE } from './engines/postgres.ts';
import { requireInContinuousIntegration } from './engines/test-engine.ts';
import { runSequences, type Tally } from './generator/run.ts';

/** A bounded part of `npm run conformance`: the seed is fixed, so that it says the same every time. */
const RUNS: readonly {
  readonly dialect: DialectName;
  readonly variable: string;
  readonly sequences: number;
  /** In 100 statements, and in 100 sequences. */
  readonly agreed: number;
  readonly sameCatalogs: number;
}[] = [
  { dialect: 'sqlite', variable: '', sequences: 300, agreed: 99.8, sameCatalogs: 99 },
  { dialect: 'postgres', variable: POSTGRES_VARIABLE, sequences: 40, agreed: 99.5, sameCatalogs: 97 },
  { dialect: 'mariadb', variable: MARIADB_VARIABLE, sequences: 15, agreed: 99, sameCatalogs: 93 },
];

describe.each(RUNS)('random sequences for $dialect', ({ dialect, variable, sequences, agreed, sameCatalogs }) => {
  it(`agree on ${agreed} of 100 verdicts and ${sameCatalogs} of 100 final catalogs`, async () => {
    const found = await findTestEngine(dialect);
    const availability =
      'missing' in found
        ? ({ available: false, why: found.missing } as const)
        : ({ available: true, version: '' } as const);
    if (!requireInContinuousIntegration(dialect, variable, availability) || 'missing' in found) return;
    const engine = engineOf(dialect, { from: found.version, to: found.version });
    const tally = await runSequences({ engine, servers: [found.server], sequences, seed: 1, shrinks: false });
    await found.server.close();
    const verdicts = (100 * (tally.agreed + tally.reworded)) / (tally.statements - tally.unknowable);
    expect(verdicts, kindsOf(tally)).toBeGreaterThan(agreed);
    expect((100 * tally.sameCatalogs) / tally.sequences, kindsOf(tally)).toBeGreaterThanOrEqual(sameCatalogs);
  }, 400_000);
});

function kindsOf({ kinds }: Tally): string {
  return [...kinds.values()].map(({ seed, example }) => `seed ${seed}: ${shown(example)}`).join('\n');
}
