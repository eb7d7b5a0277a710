import { expect, test } from 'vitest';
import { engineOf } from '../../src/dialects/index.ts';
import { askedDialect } from '../../src/timeline/asked-dialect.ts';

const { dialect: sqlite } = engineOf('sqlite', undefined);
const { dialect: mariadb } = engineOf('mariadb', undefined);

test.each([
  ['engine.name == "sqlite"', true],
  ['engine.name == "postgresql"', false],
  ["this.db.client !== 'sqlite3'", false],
  ['not engine.dialect.name == "postgresql"', true],
  ["'sqlite' === config.dialect", true],
  ['cfg.Driver == "pgx"', undefined],
  ['cfg.Driver == "sqlite" && cfg.Fresh', undefined],
  ['tier == "sqlite"', undefined],
  ['engine.name == other', undefined],
])('%s', (words, truth) => {
  expect(askedDialect(words, sqlite)).toBe(truth);
});

test('what is called MySQL may be MariaDB', () => {
  expect(askedDialect('engine.name == "mysql"', mariadb)).toBeUndefined();
  expect(askedDialect('engine.name == "sqlite"', mariadb)).toBe(false);
});
