import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { QueryText } from '../../src/ddl/operation.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import { dialectNames, dialects } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

const root = new URL('../../fixtures/ddl/', import.meta.url);

/** Bodies of views, triggers, routines and DO blocks are read again later: their places must be those of their texts. */
test.each(dialectNames)('%s: a body stands where its range says, unless it is written with escapes', (name) => {
  const folder = new URL(`${name}/`, root);
  let seen = 0;
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.sql'))) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    for (const { operations } of parseSql(sqlTextOfFile({ path: file, text }), dialects[name])) {
      for (const body of operations.flatMap(bodiesOf)) {
        const written = text.slice(body.start, body.end);
        const isRewritten = /^'.*'$/s.test(written) || body.text.startsWith('WITH RECURSIVE');
        if (!isRewritten) expect(written).toBe(body.text);
        seen++;
      }
    }
  }
  expect(seen).toBeGreaterThan(3);
});

function bodiesOf(operation: object): QueryText[] {
  const bodies = ['query', 'asQuery', 'body'].map((field) => (operation as Record<string, unknown>)[field]);
  return bodies.filter((body) => body !== undefined) as QueryText[];
}
