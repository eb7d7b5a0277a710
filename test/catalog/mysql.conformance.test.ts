import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { mariadbAvailability, openMariadb } from './engines/mariadb.ts';

/**
 * Few machines have a MySQL server, so what MySQL 9.7.4 said stands in the fixtures: `-- says: TEXT` before a statement.
 * Where MIGRALINT_TEST_MYSQL_URL names a server the notes are held against it too.
 */
const FOLDER = new URL('../../fixtures/conformance/mysql/', import.meta.url);
const engine = engineOf('mysql');
const availability = await mariadbAvailability('mysql');

interface Recorded {
  readonly source: string;
  readonly says: string | null;
  readonly ours: string | null;
}

function replay(file: string): readonly Recorded[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  let database = emptyDatabase(engine);
  let readUpTo = 0;
  return parseSql(sqlTextOfFile({ path: file, text }), engine.dialect).map(({ statement, operations }) => {
    const says = /^-- says: (.*)$/m.exec(text.slice(readUpTo, statement.start))?.[1] ?? null;
    readUpTo = statement.end;
    const result = applyStatement(database, operations, engine);
    database = result.database;
    const failure = result.outcomes.find((outcome) => outcome.kind === 'failed');
    return { source: text.slice(statement.start, statement.end), says, ours: failure?.error.text ?? null };
  });
}

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sql')))(
  'MySQL and the catalog agree on %s',
  (file) => {
    it('as recorded', () => {
      const recorded = replay(file);
      expect(recorded.map(({ source, ours }) => `${source}: ${ours ?? 'accepted'}`)).toEqual(
        recorded.map(({ source, says }) => `${source}: ${says ?? 'accepted'}`),
      );
    });

    it.runIf(availability.available)('as a server says', async () => {
      const server = await openMariadb('mysql');
      try {
        for (const { source, says } of replay(file))
          expect(`${source}: ${(await server.run(source)).errorText ?? ''}`).toBe(`${source}: ${says ?? ''}`);
      } finally {
        await server.close();
      }
    });
  },
);
