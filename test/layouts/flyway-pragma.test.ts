import { expect, test } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

test('Flyway puts no transaction around a script with PRAGMA foreign_keys', async () => {
  const { histories, findings } = await lintFiles({
    'sqlite/V1__cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
    'sqlite/V2__born.sql':
      'PRAGMA foreign_keys = OFF;\nALTER TABLE cooks ADD COLUMN born TEXT;\nPRAGMA foreign_keys = ON;',
  });
  expect(histories[0]?.deployment.ledger.map(({ transaction }) => transaction)).toEqual([true, false]);
  expect(findings).toEqual([]);
});
