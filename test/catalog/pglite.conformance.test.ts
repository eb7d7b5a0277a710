import { describe } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { openPglite } from './engines/pglite.ts';
import { requireInContinuousIntegration } from './engines/test-engine.ts';
import { expectAgreementOnFixtures } from './fixtures.ts';

const found = await openPglite('pglite');
const availability =
  'missing' in found
    ? ({ available: false, why: found.missing } as const)
    : ({ available: true, version: '' } as const);
const isAvailable = requireInContinuousIntegration('PGlite', null, availability);

describe.runIf(isAvailable)('PostgreSQL inside this process and the catalog agree', () => {
  if ('missing' in found) return;
  const { server, version } = found;
  expectAgreementOnFixtures(engineOf('postgres', { from: version, to: version }), () => server);
});
