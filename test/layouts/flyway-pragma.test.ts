import { expect, test } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

test('Flyway puts no transaction around a script with PRAGMA foreign_keys', async () => {
  const { histories, findings } = await lintFiles({
    'flyway.conf': 'flyway.mixed=true',
    'sqlite/V1__cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
    'sqlite/V2__born.sql':
      'PRAGMA foreign_keys = OFF;\nALTER TABLE cooks ADD COLUMN born TEXT;\nPRAGMA foreign_keys = ON;',
  });
  expect(histories[0]?.deployment.ledger.map(({ transaction }) => transaction)).toEqual([true, false]);
  expect(findings).toEqual([]);
});

test('which it refuses beside other statements, unless told otherwise', async () => {
  const files = {
    'sqlite/V1__cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
    'sqlite/V2__born.sql': 'PRAGMA foreign_keys = OFF;\nALTER TABLE cooks ADD COLUMN born TEXT;',
  };
  const { findings } = await lintFiles(files);
  expect(findings.map(({ rule, severity, reading }) => [rule, severity, reading])).toEqual([
    ['transaction-opt-out', 'warning', 'if mixed is not set'],
  ]);
  const own = { 'sqlite/V2__born.sql.conf': 'executeInTransaction=false' };
  expect((await lintFiles({ ...files, ...own })).findings).toEqual([]);
});
