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

it('Python code beside the manifest that imports sqlite3 makes the dialect of a server an assumption', async () => {
  const { findings } = await lintFiles({
    'pyproject.toml': 'psycopg2 = ">= 2.8"\n',
    'app/engines.py': 'import sqlite3\n',
    'app/schema/delta/12.sql': 'CREATE TABLE cache (key VARBINARY(32), expires TINYINT);',
    'app/schema/delta/13.sql': 'CREATE TABLE other (id INTEGER);',
  });
  expect(findings.map(({ severity }) => severity)).not.toContain('error');
});

it('a driver that is imported behind another module tells the dialect too', async () => {
  const { histories } = await lintFiles({
    'upgrade.py': `import glob, pymysql
cursor = pymysql.connect(host="db").cursor()
cursor.execute("CREATE TABLE dishes (id INT PRIMARY KEY)")
`,
  });
  expect(histories.map(({ deployment }) => deployment.engine.dialect.name)).toEqual(['mysql']);
});

const clientScript = 'until pg_isready; do sleep 1; done\npsql -f /init.sql\n';

it('a script in a folder of the project tells the dialect, one of a part of it does not', async () => {
  const near = await lintFiles({ ...migrations, 'docker/wait.sh': clientScript });
  expect(near.histories.map(({ deployment }) => deployment.engine.dialect.name)).toEqual(['postgres']);
  const deep = await lintFiles({ ...migrations, 'docker/keycloak/wait.sh': clientScript });
  expect(deep.findings).toMatchObject([{ reading: expect.stringContaining('nothing shows the dialect') as string }]);
});

it('where the code reaches databases of two dialects, a script that calls the client of one says nothing', async () => {
  const { findings } = await lintFiles({
    ...migrations,
    'shop/connect.py': 'URLS = ["sqlite+aiosqlite:///shop.db", "postgresql+asyncpg://shop"]\n',
    'wait.sh': clientScript,
  });
  expect(findings).toMatchObject([{ reading: expect.stringContaining('nothing shows the dialect') as string }]);
});
