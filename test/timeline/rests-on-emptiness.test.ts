import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

it('what passes on a fresh install because a column is still empty is judged anew where it may be filled', async () => {
  const { findings } = await lintFiles({
    'mysql/0001_cooks.sql': 'CREATE TABLE cooks (id int PRIMARY KEY) ENGINE=InnoDB;',
    'mysql/0002_name.sql': 'ALTER TABLE cooks ADD COLUMN name varchar(100);',
    'mysql/0003_name.sql': 'ALTER TABLE cooks MODIFY name varchar(10);',
  });
  expect(findings.map(({ rule, span }) => [rule, span.file.path])).toContainEqual([
    'failing-statement',
    'mysql/0003_name.sql',
  ]);
});
