import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSql } from '../../src/ddl/parse.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { ourFacts } from './oracle/our-facts.ts';
import { loadPostgresGrammar, postgresFacts } from './oracle/postgres-facts.ts';
import { sqliteFacts } from './oracle/sqlite-facts.ts';

/** Every statement of the fixtures, as this parser and the engine's own grammar read it. */
type Grammar = (sql: string, dialect: Dialect) => string[] | 'rejected' | undefined;

const grammars: Readonly<Record<'postgres' | 'sqlite', Grammar>> = { postgres: postgresFacts, sqlite: sqliteFacts };

beforeAll(loadPostgresGrammar);

describe.each(['postgres', 'sqlite'] as const)('%s: our operations agree with the grammar of the engine', (name) => {
  const folder = new URL(`../../fixtures/ddl/${name}/`, import.meta.url);
  const dialect = dialects[name];
  const grammar = grammars[name];

  test.each(readdirSync(folder).filter((file) => file.endsWith('.sql')))('%s', (file) => {
    const url = new URL(file, folder);
    const parsed = parseSql(sqlTextOfFile({ path: file, text: readFileSync(url, 'utf8') }), dialect);
    const compared = parsed.flatMap(({ statement, operations }) => {
      const sql = statement.sql.text.slice(statement.start, statement.end);
      const theirs = grammar(sql, dialect);
      if (theirs === undefined || theirs === 'rejected') return [];
      return [{ sql, theirs: [...theirs].sort(), ours: ourFacts(operations, dialect)?.sort() }];
    });
    expect(compared.map(({ sql, ours }) => ({ sql, facts: ours }))).toEqual(
      compared.map(({ sql, theirs }) => ({ sql, facts: theirs })),
    );
  });
});
