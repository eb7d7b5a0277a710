import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const migrations = {
  'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
  'migrations/2_price.sql':
    'ALTER TABLE dishes ADD COLUMN price INTEGER;\nALTER TABLE dishes ADD COLUMN price INTEGER;',
};

it('without any sign of the dialect a finding rests on the assumption that was made', async () => {
  const { findings } = await lintFiles(migrations);
  expect(findings).toMatchObject([{ severity: 'warning', reading: expect.stringContaining('SQLite') as string }]);
});

it('a sign of the dialect makes it an error', async () => {
  const { findings } = await lintFiles({ ...migrations, 'requirements.txt': 'aiosqlite\n' });
  expect(findings).toMatchObject([{ severity: 'error', reading: null }]);
});
