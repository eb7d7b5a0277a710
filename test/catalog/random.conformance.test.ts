import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { MARIADB_VARIABLE, mariadbAvailability, openMariadb } from './engines/mariadb.ts';
import { openPostgres, POSTGRES_VARIABLE, postgresAvailability } from './engines/postgres.ts';
import { requireInContinuousIntegration, versionOf } from './engines/test-engine.ts';
import { randomSequences } from './random-statements.ts';
import { compare } from './server-conformance.ts';

/**
 * Random sequences over a few names. Some refusals rest on types of expressions and on the order of an engine's checks,
 * which the catalog does not model; so a share of agreement is asked for, and the seed is fixed.
 */
const SEQUENCES = 10;
const STATEMENTS = 25;
const SERVERS = [
  {
    dialect: 'postgres',
    title: 'PostgreSQL',
    variable: POSTGRES_VARIABLE,
    availability: await postgresAvailability(),
    open: openPostgres,
  },
  {
    dialect: 'mariadb',
    title: 'MariaDB',
    variable: MARIADB_VARIABLE,
    availability: await mariadbAvailability('mariadb'),
    open: () => openMariadb('mariadb'),
  },
] as const;

describe.each(SERVERS)('$title on random sequences', ({ dialect, title, variable, availability, open }) => {
  it.runIf(requireInContinuousIntegration(title, variable, availability))(
    'agrees on 97 of 100 statements',
    async () => {
      const version = versionOf(availability);
      const engine = engineOf(dialect, { from: version, to: version });
      let agreed = 0;
      const disagreements: string[] = [];
      for (const text of fc.sample(randomSequences(dialect, STATEMENTS), { numRuns: SEQUENCES, seed: 7 })) {
        const server = await open();
        try {
          const comparison = await compare('random.sql', text, engine, server);
          agreed += comparison.agreed;
          disagreements.push(...comparison.disagreements);
        } finally {
          await server.close();
        }
      }
      expect(agreed / (SEQUENCES * STATEMENTS), disagreements.join('\n')).toBeGreaterThan(0.97);
    },
  );
});
