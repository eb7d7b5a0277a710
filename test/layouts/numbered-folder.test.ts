import { expect, it } from 'vitest';
import { lintFiles, placesOf } from '../support/project-of.ts';

it('pairs with a V before the number are one chain, in the order of the numbers', async () => {
  const { findings } = await lintFiles({
    'storage/sqlite/V0001.Initial.up.sql': 'CREATE TABLE logs (id INTEGER PRIMARY KEY);\nCREATE INDEX i ON logs (id);',
    'storage/sqlite/V0001.Initial.down.sql': 'DROP TABLE logs;',
    'storage/sqlite/V0002.Names.up.sql': 'ALTER TABLE logs ADD COLUMN name TEXT;',
    'storage/sqlite/V0010.Late.up.sql': 'CREATE INDEX logs_name ON logs (name, kind);',
  });
  expect(placesOf(findings)).toEqual(['storage/sqlite/V0010.Late.up.sql:1 index-before-column']);
});
