import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Name } from '../../src/ddl/operation.ts';
import { parseSql, type ParsedStatement } from '../../src/ddl/parse.ts';
import { dialects, dialectNames } from '../../src/dialects/index.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { unquote } from '../../src/sql/lexer.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { describeOperation } from './describe-operation.ts';

const root = new URL('../../fixtures/ddl/', import.meta.url);

describe.each(dialectNames)('%s', (name) => {
  const dialect = dialects[name];
  const folder = new URL(`${name}/`, root);
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));

  test.each(files)('%s: operations as expected', async (file) => {
    const parsed = parseFixture(new URL(file, folder), dialect);
    const expected = new URL(file.replace(/\.sql$/, '.operations'), folder);
    await expect(parsed.map(describeStatement).join('\n\n') + '\n').toMatchFileSnapshot(expected.pathname);
  });

  test.each(files)('%s: every name stands where its range says', (file) => {
    for (const { operations } of parseFixture(new URL(file, folder), dialect)) {
      for (const { statement, ...operation } of operations) {
        for (const found of namesIn(operation)) {
          const written = statement.sql.text.slice(found.start, found.end);
          expect(found.quoted ? unquote(written) : written).toBe(found.text);
        }
      }
    }
  });
});

function parseFixture(url: URL, dialect: Dialect): readonly ParsedStatement[] {
  return parseSql(sqlTextOfFile({ path: url.pathname, text: readFileSync(url, 'utf8') }), dialect);
}

function describeStatement({ statement, operations }: ParsedStatement): string {
  const text = statement.sql.text.slice(statement.start, statement.end).replaceAll(/\s+/g, ' ');
  const shown = text.length > 160 ? `${text.slice(0, 157)}...` : text;
  return [shown, ...operations.map((operation) => `  ${describeOperation(operation)}`)].join('\n');
}

/** All identifiers in an operation. Names that stand for something else, such as an operator, keep their whole range. */
function namesIn(value: unknown): Name[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isName(value)) return value.end > value.start ? [value] : [];
  return Object.values(value).flatMap(namesIn);
}

function isName(value: object): value is Name {
  return 'text' in value && 'quoted' in value && 'start' in value && 'end' in value;
}
