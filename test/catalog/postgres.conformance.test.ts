import { describe } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { openPostgres, POSTGRES_VARIABLE, postgresAvailability } from './engines/postgres.ts';
import { requireInContinuousIntegration, versionOf } from './engines/test-engine.ts';
import { expectAgreementOnFixtures } from './fixtures.ts';

const availability = await postgresAvailability();
const isAvailable = requireInContinuousIntegration('PostgreSQL', POSTGRES_VARIABLE, availability);
const version = versionOf(availability);

describe.runIf(isAvailable)('PostgreSQL and the catalog agree', () => {
  expectAgreementOnFixtures(engineOf('postgres', { from: version, to: version }), openPostgres);
});
