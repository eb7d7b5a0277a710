import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSql } from '../../src/ddl/parse.ts';
import { dialectNames, dialects } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

const words =
  `create alter drop table index unique add column constraint primary key foreign references check default not null
  if exists or replace temp virtual using as select on delete cascade set rename to modify change first after generated always
  identity partition by of for values inherits like with without strict rowid exclude where include concurrently only case when
  end cast interval collate array between is in at time zone nulls distinct default engine comment type a b t users int
  varchar double precision timestamp text`.split(/\s+/);
const symbols = [
  ...Array.from('()[]{},.;:=<>+-*/%|&?@#$!~"`\'\\'),
  '::',
  '->>',
  '=>',
  ':=',
  '||',
  "'x'",
  '"q"',
  '`b`',
  '[c]',
  '1',
  '1.5',
  '{{p}}',
  '${x}',
  '$1',
  '%s',
  ':n',
  '$$',
  '/*',
  '*/',
  '--',
  '\n',
  'é',
  '\0',
  '\ufeff',
];

const soup = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...symbols)), { maxLength: 60 })
  .map((tokens) => tokens.join(' '));
const statement = fc
  .tuple(
    fc.constantFrom(
      'create table t (',
      'alter table t ',
      'create index i on t (',
      'create table t (a int, ',
      'drop table ',
    ),
    soup,
  )
  .map(([head, rest]) => head + rest);

describe.each(dialectNames)('%s', (name) => {
  test('whatever the text, parsing ends, throws nothing and stays inside the statement', () => {
    fc.assert(
      fc.property(fc.oneof(soup, statement, fc.string()), (text) => {
        for (const { statement: parsed, operations } of parseSql(
          sqlTextOfFile({ path: 'soup.sql', text }),
          dialects[name],
        )) {
          expect(operations.length).toBeGreaterThan(0);
          for (const { statement: whole, ...fields } of operations) {
            expect(whole).toBe(parsed);
            for (const range of rangesIn(fields)) {
              expect(range.start).toBeGreaterThanOrEqual(parsed.start);
              expect(range.end).toBeGreaterThanOrEqual(range.start);
              expect(range.end).toBeLessThanOrEqual(parsed.end);
            }
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('hostile sizes take linear time', () => {
    const nested = `${'('.repeat(100_000)}1${')'.repeat(100_000)}`;
    const texts = [
      `CREATE TABLE t (a int DEFAULT ${nested}, CHECK ${nested})`,
      `CREATE TABLE t (a int DEFAULT ${'('.repeat(100_000)}`,
      `CREATE INDEX i ON t (${nested})`,
      `CREATE TABLE t (${Array.from({ length: 20_000 }, (_, column) => `c${column} int NOT NULL`).join(', ')})`,
      `CREATE TABLE t (a int, CHECK (${'a = 1 OR '.repeat(30_000)} b))`,
      `ALTER TABLE t ${Array.from({ length: 20_000 }, (_, column) => `ADD COLUMN c${column} ((`).join(', ')}`,
      `ALTER TABLE t ADD (${'c int, '.repeat(130_000)} d int)`,
      `DROP TABLE ${'a, '.repeat(130_000)} b`,
      `CREATE TABLE t (${'CONSTRAINT '.repeat(50_000)}`,
      `ALTER TABLE t ${'('.repeat(100_000)}, x, ${')'.repeat(100_000)}`,
    ];
    const start = performance.now();
    for (const text of texts) expect(parseSql(sqlTextOfFile({ path: 'big.sql', text }), dialects[name]).length).toBe(1);
    // A second or two on an idle machine; a quadratic reader would need many minutes.
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});

function rangesIn(value: unknown): { start: number; end: number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'start' in value && 'end' in value ? [value as { start: number; end: number }] : [];
  return [...own, ...Object.values(value).flatMap(rangesIn)];
}
