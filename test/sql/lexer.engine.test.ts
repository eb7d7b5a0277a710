import { loadModule, scanSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../../src/dialects/index.ts';
import { lex } from '../../src/sql/lexer.ts';
import { goldens, source, split } from './golden.ts';

/** PostgreSQL's scanner joins `'a'` and `'b'` on the next line, and reads the N of `N'x'` as a word. */
const readsDifferently = 'strings.sql';

describe("lex agrees with PostgreSQL's scanner", () => {
  beforeAll(loadModule);

  it.each(goldens('postgres').filter(({ name }) => !name.endsWith(readsDifferently)))('on $name', ({ text }) => {
    for (const statement of split(text, 'postgres')) {
      if (statement.kind !== 'sql' || statement.hasPlaceholder || !statement.terminated) continue;
      expect(ourTokens(source(statement))).toEqual(theirTokens(source(statement)));
    }
  });
});

function ourTokens(sql: string): readonly string[] {
  const tokens = lex(sql, 0, sql.length, dialects.postgres);
  return Array.from({ length: tokens.count }, (_, index) => tokens.source(index));
}

/** Its offsets count bytes of UTF-8. */
function theirTokens(sql: string): readonly string[] {
  const bytes = Buffer.from(sql);
  const tokens = scanSync(sql).tokens.filter(({ tokenName }) => !tokenName.includes('COMMENT'));
  return tokens.map(({ start, end }) => bytes.subarray(start, end).toString());
}
