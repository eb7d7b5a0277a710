import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const config = JSON.stringify({
  dialect: 'postgres',
  deployments: [
    {
      root: '.',
      run: [
        { files: ['schema.sql'], when: 'always' },
        { files: ['migrations/*.sql'], when: 'once' },
      ],
    },
  ],
});

it('what a later migration forgets, an earlier one still tells', async () => {
  const files = {
    'migralint.config.json': config,
    'schema.sql': 'CREATE TABLE IF NOT EXISTS jobs (id BIGINT PRIMARY KEY, title TEXT);',
    'migrations/001_optional.sql': 'ALTER TABLE jobs ALTER COLUMN title DROP NOT NULL;',
    'migrations/002_required.sql': 'ALTER TABLE jobs ALTER COLUMN title SET NOT NULL;',
    'migrations/003_optional.sql': 'ALTER TABLE jobs ALTER COLUMN title DROP NOT NULL;',
  };
  const holdsOn = ['after 001_optional', 'before 001_optional'];
  const [finding] = (await lintFiles(files)).findings;
  expect(finding).toMatchObject({ rule: 'failing-statement', condition: 'values', holdsOn });
});
