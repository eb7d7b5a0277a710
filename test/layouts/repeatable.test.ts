import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const V1 = { 'db/V1__shelves.sql': 'CREATE TABLE shelves (id BIGINT PRIMARY KEY);' };
const flyway = {
  'flyway.conf': 'flyway.url=jdbc:postgresql://localhost/library\nflyway.locations=filesystem:db',
  ...V1,
};

async function found(
  files: Readonly<Record<string, string>>,
  released?: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { findings } = await lintFiles(files, released);
  return findings.map(({ rule, severity, reading }) => `${severity} ${rule} ${reading ?? ''}`.trim());
}

const plain = 'CREATE VIEW labels AS SELECT id FROM shelves;';

it('one that cannot run twice is no error: it runs again only when somebody edits it', async () => {
  expect(await found({ ...flyway, 'db/R__labels.sql': plain })).toEqual([
    'warning non-idempotent-alter if R__labels.sql has changed since it last ran',
  ]);
});

it('one that can is silent', async () => {
  expect(await found({ ...flyway, 'db/R__labels.sql': plain.replace('CREATE', 'CREATE OR REPLACE') })).toEqual([]);
});

it('git tells that it was edited since the release: then it surely runs again', async () => {
  const edited = { ...flyway, 'db/R__labels.sql': `${plain} -- of all shelves` };
  expect(await found(edited, { ...V1, 'db/R__labels.sql': plain })).toEqual(['error non-idempotent-alter']);
});

it('what fails on an empty database fails for sure', async () => {
  expect(await found({ ...flyway, 'db/R__labels.sql': plain.replace('SELECT id', 'SELECT width') })).toContain(
    'error failing-statement',
  );
});
