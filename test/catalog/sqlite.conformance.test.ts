import { describe } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { openSqlite, sqliteVersion } from './engines/sqlite.ts';
import { expectAgreementOnFixtures } from './fixtures.ts';

const version = sqliteVersion();

describe('SQLite and the catalog agree', () => {
  expectAgreementOnFixtures(engineOf('sqlite', { from: version, to: version }), () => Promise.resolve(openSqlite()));
});
