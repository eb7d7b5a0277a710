import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import type { Outcome } from '../../src/catalog/outcome.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import type { DialectName, Engine } from '../../src/dialects/dialect.ts';
import { dialectNames, engineOf } from '../../src/dialects/index.ts';
import { loadTreeReader } from '../../src/query/reader.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

/**
 * Incidents of real projects, as their deploys ran them: `-- deploy: FILE` begins the next one, and `-- fails: PART | WORDS`
 * names the statement of the last deploy that the engine refused, by a part of its text, and what it said.
 */
const FOLDER = new URL('../../fixtures/incidents/', import.meta.url);

/** What the catalog does not model yet. */
const KNOWN_GAPS: ReadonlyMap<string, string> = new Map([
  ['C8-seed-on-every-boot', 'which values rows hold'],
  ['F9-role-missing', 'roles are of the server, not of the project'],
  ['G7-collation-mysql8', 'which collations a server has'],
]);

interface Failure {
  readonly statement: string;
  readonly words: string;
}

function failuresOf(text: string, engine: Engine): readonly Failure[] {
  const failures: Failure[] = [];
  let database: Database = emptyDatabase(engine);
  for (const deploy of text.split(/^-- deploy: .*$/m).slice(1)) {
    for (const { statement, operations } of parseSql(
      sqlTextOfFile({ path: 'deploy.sql', text: deploy }),
      engine.dialect,
    )) {
      const result = applyStatement(database, operations, engine);
      const failed = result.outcomes.find(
        (outcome): outcome is Outcome & { kind: 'failed' } => outcome.kind === 'failed',
      );
      if (failed !== undefined)
        failures.push({
          statement: statement.sql.text.slice(statement.start, statement.end),
          words: failed.error.text,
        });
      database = result.database;
    }
    database = { ...database, deploy: database.deploy + 1 };
  }
  return failures;
}

function incidentsOf(dialect: DialectName): readonly { id: string; dialect: DialectName; text: string }[] {
  const folder = new URL(`${dialect}/`, FOLDER);
  return readdirSync(folder).map((file) => ({
    id: file.replace(/\.sql$/, ''),
    dialect,
    text: readFileSync(new URL(file, folder), 'utf8'),
  }));
}

describe('incidents give the words of the engine at their statement', () => {
  it.each(dialectNames.flatMap(incidentsOf))('$dialect: $id', async ({ id, dialect, text }) => {
    await loadTreeReader(dialect);
    const [, part = '', words = ''] = /^-- fails: (.*) \| (.*)$/m.exec(text) ?? [];
    // F7 is about versions before 17.
    const engine = dialect === 'postgres' ? engineOf(dialect, { from: [15, 0], to: [15, 0] }) : engineOf(dialect);
    const [first] = failuresOf(text, engine);
    const isRight = first?.statement.includes(part) === true && first.words.includes(words);
    if (KNOWN_GAPS.has(id)) expect(isRight, 'known now: take it off the gaps').toBe(false);
    else expect(isRight, `${part} fails with ${words}; found: ${JSON.stringify(first)}`).toBe(true);
  });
});
