import { Database } from 'node-sqlite3-wasm';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { dialectNames } from '../../src/dialects/index.ts';
import { describeStatements, goldens, source, split } from './golden.ts';

describe.each(dialectNames)('splitSql on %s', (dialect) => {
  it.each(goldens(dialect))('$name', ({ text, expected }) => {
    expect(describeStatements(split(text, dialect))).toBe(expected);
  });

  it('gives the same statements with Windows line ends', () => {
    for (const { text } of goldens(dialect)) {
      const unix = split(text, dialect).map((statement) => source(statement));
      const windows = split(text.replaceAll('\n', '\r\n'), dialect).map((statement) =>
        source(statement).replaceAll('\r\n', '\n'),
      );
      expect(windows).toEqual(unix);
    }
  });

  it('gives nothing for text without SQL', () => {
    for (const text of ['', ' \n\t', ';', '-- only a comment', '/* only a comment */', '/* never closed']) {
      expect(split(text, dialect)).toEqual([]);
    }
  });
});

describe('the engines agree', () => {
  beforeAll(loadModule);

  const isWhole = (statement: { kind: string; hasPlaceholder: boolean; terminated: boolean }): boolean =>
    statement.kind === 'sql' && !statement.hasPlaceholder && statement.terminated;

  it("PostgreSQL's parser reads each statement as one", () => {
    const texts = goldens('postgres').flatMap(({ text }) => split(text, 'postgres').filter(isWhole).map(source));
    expect(texts.length).toBeGreaterThan(40);
    for (const text of texts) expect(parseSync(text).stmts, text).toHaveLength(1);
  });

  it('PostgreSQL cuts a whole file at the same places', () => {
    const names = ['begin-atomic', 'dollar-quotes', 'nested-comments', 'rule-with-several-actions', 'strings'];
    for (const { text } of goldens('postgres').filter(({ name }) => names.some((part) => name.includes(part)))) {
      expect(split(text, 'postgres')).toHaveLength(parseSync(text).stmts?.length ?? 0);
    }
  });

  it('SQLite runs each statement without meeting the end of its input', () => {
    for (const { name, text } of goldens('sqlite')) {
      const database = new Database();
      for (const statement of split(text, 'sqlite').filter(isWhole)) {
        const error = errorOf(() => {
          database.exec(source(statement));
        });
        expect(error, name).not.toMatch(/incomplete input|unrecognized token/);
      }
      database.close();
    }
  });
});

function errorOf(run: () => void): string {
  try {
    run();
    return '';
  } catch (error) {
    return String(error);
  }
}
