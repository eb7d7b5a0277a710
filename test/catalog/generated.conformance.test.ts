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
  readonly title: string;
  readonly dialect: DialectName;
  /** Another build than the usual one of its dialect. */
  readonly build?: string;
  /** What names its server; null where the engine comes with a package. */
  readonly variable: string | null;
  /** Whether it may be missing in CI too. */
  readonly isOptional?: true;
  readonly sequences: number;
  /** In 100 statements, and in 100 sequences. */
  readonly agreed: number;
  readonly sameCatalogs: number;
}[] = [
  { title: 'SQLite', dialect: 'sqlite', variable: null, sequences: 300, agreed: 99.8, sameCatalogs: 99 },
  // From Node 22.5 on.
  { title: 'SQLite in Node', dialect: 'sqlite', build: 'node:sqlite', variable: null, isOptional: true, sequences: 150, agreed: 99.8, sameCatalogs: 99 },
  { title: 'PostgreSQL', dialect: 'postgres', variable: POSTGRES_VARIABLE, sequences: 100, agreed: 99.8, sameCatalogs: 99 },
  { title: 'PGlite', dialect: 'postgres', build: 'pglite', variable: null, sequences: 60, agreed: 99.5, sameCatalogs: 98 },
  { title: 'MariaDB', dialect: 'mariadb', variable: MARIADB_VARIABLE, sequences: 60, agreed: 99.5, sameCatalogs: 98 },
]; // prettier-ignore

describe.each(RUNS)('random sequences for $title', (run) => {
  const { title, dialect, build, variable, isOptional, sequences, agreed, sameCatalogs } = run;
  it(`agree on ${agreed} of 100 verdicts and ${sameCatalogs} of 100 final catalogs`, async () => {
    const found = await findTestEngine(dialect, build);
    const availability =
      'missing' in found
        ? ({ available: false, why: found.missing } as const)
        : ({ available: true, version: '' } as const);
    if ('missing' in found && isOptional === true) return;
    if (!requireInContinuousIntegration(title, variable, availability) || 'missing' in found) return;
    const engine = engineOf(dialect, { from: found.version, to: found.version });
    const tally = await runSequences({
      engine,
      servers: [found.server],
      sequences,
      seed: 1,
      withObjects: false,
      shrinks: false,
    });
    await found.server.close();
    const verdicts = (100 * (tally.agreed + tally.reworded)) / (tally.statements - tally.unknowable);
    expect(verdicts, kindsOf(tally)).toBeGreaterThan(agreed);
    expect((100 * tally.sameCatalogs) / tally.sequences, kindsOf(tally)).toBeGreaterThanOrEqual(sameCatalogs);
  }, 400_000);
});

function kindsOf({ kinds }: Tally): string {
  return [...kinds.values()].map(({ seed, example }) => `seed ${seed}: ${shown(example)}`).join('\n');
}
