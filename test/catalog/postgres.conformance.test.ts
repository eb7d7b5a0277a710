import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { openPostgres, POSTGRES_VARIABLE, postgresAvailability } from './engines/postgres.ts';
import { requireInContinuousIntegration, versionOf } from './engines/test-engine.ts';
import { compare } from './server-conformance.ts';

/** Every sequence of statements runs on our replay and on PostgreSQL; verdicts, error texts and the final schemas must agree. */
const FOLDER = new URL('../../fixtures/conformance/postgres/', import.meta.url);
const availability = await postgresAvailability();
const isAvailable = requireInContinuousIntegration('PostgreSQL', POSTGRES_VARIABLE, availability);
const version = versionOf(availability);
const engine = engineOf('postgres', { from: version, to: version });

describe.runIf(isAvailable)('PostgreSQL and the catalog agree', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.sql'))) {
    it(file, async () => {
      const server = await openPostgres();
      try {
        const { disagreements } = await compare(file, readFileSync(new URL(file, FOLDER), 'utf8'), engine, server);
        expect(disagreements).toEqual([]);
      } finally {
        await server.close();
      }
    });
  }
});
