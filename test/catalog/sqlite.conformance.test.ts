import { describe } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { nodeLibrary, openSqlite, sqliteVersion, wasmLibrary } from './engines/sqlite.ts';
import { expectAgreementOnFixtures } from './fixtures.ts';

const ofNode = nodeLibrary();

describe.each(ofNode === null ? [wasmLibrary] : [wasmLibrary, ofNode])('$name and the catalog agree', (library) => {
  const version = sqliteVersion(library);
  expectAgreementOnFixtures(engineOf('sqlite', { from: version, to: version }), () => openSqlite(library));
});
