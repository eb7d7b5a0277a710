import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { MARIADB_VARIABLE, mariadbAvailability, openMariadb } from './engines/mariadb.ts';
import { requireInContinuousIntegration, versionOf } from './engines/test-engine.ts';
import { compare } from './server-conformance.ts';

/** Every sequence of statements runs on our replay and on MariaDB; verdicts, error texts and the final schemas must agree. */
const FOLDER = new URL('../../fixtures/conformance/mariadb/', import.meta.url);
const availability = await mariadbAvailability('mariadb');
const isAvailable = requireInContinuousIntegration('MariaDB', MARIADB_VARIABLE, availability);
const version = versionOf(availability);
const engine = engineOf('mariadb', { from: version, to: version });

describe.runIf(isAvailable)('MariaDB and the catalog agree', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.sql'))) {
    it(file, async () => {
      const server = await openMariadb('mariadb');
      try {
        const { disagreements } = await compare(file, readFileSync(new URL(file, FOLDER), 'utf8'), engine, server);
        expect(disagreements).toEqual([]);
      } finally {
        await server.close();
      }
    });
  }
});
