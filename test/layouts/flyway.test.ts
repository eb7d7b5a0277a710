import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const USERS = 'CREATE TABLE users (id INT);';

/** Each deployment as `name: steps in order`. */
async function chainsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { histories } = await lintFiles(files);
  return histories.map(
    ({ deployment }) => `${deployment.name}: ${deployment.ledger.map(({ name }) => name).join(' ')}`,
  );
}

it('reads a location with the folders below it', async () => {
  const files = {
    'src/main/resources/db/migration/2023/V1__users.sql': USERS,
    'src/main/resources/db/migration/2024/V2__posts.sql': 'CREATE TABLE posts (id INT);',
  };
  expect(await chainsOf(files)).toEqual(['src/main/resources/db: V1__users V2__posts']);
});

it('keeps the folders of several engines apart', async () => {
  const files = {
    'db/migration/mysql/V1__users.sql': USERS,
    'db/migration/postgresql/V1__users.sql': USERS,
  };
  expect(await chainsOf(files)).toEqual(['db/migration/mysql: V1__users', 'db/migration/postgresql: V1__users']);
});

it('joins the locations of a config', async () => {
  const files = {
    'flyway.conf':
      'flyway.url=jdbc:postgresql://localhost/x\nflyway.locations=filesystem:sql/common,filesystem:sql/own\n',
    'sql/common/V1__users.sql': USERS,
    'sql/own/V2__names.sql': 'ALTER TABLE users ADD COLUMN name TEXT;',
  };
  expect(await chainsOf(files)).toEqual(['.: V1__users V2__names']);
});

it('runs callbacks around the migrations', async () => {
  const files = {
    'db/migration/beforeMigrate.sql': 'CREATE TABLE IF NOT EXISTS log (id INT);',
    'db/migration/V1__log.sql': 'ALTER TABLE log ADD COLUMN words TEXT;',
  };
  const { histories, findings } = await lintFiles(files);
  expect(histories).toHaveLength(1);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});
