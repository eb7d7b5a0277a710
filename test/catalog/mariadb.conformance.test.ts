import { describe } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { MARIADB_VARIABLE, mariadbAvailability, openMariadb } from './engines/mariadb.ts';
import { requireInContinuousIntegration, versionOf } from './engines/test-engine.ts';
import { expectAgreementOnFixtures } from './fixtures.ts';

const availability = await mariadbAvailability('mariadb');
const isAvailable = requireInContinuousIntegration('MariaDB', MARIADB_VARIABLE, availability);
const version = versionOf(availability);

describe.runIf(isAvailable)('MariaDB and the catalog agree', () => {
  expectAgreementOnFixtures(engineOf('mariadb', { from: version, to: version }), () => openMariadb('mariadb'));
});
