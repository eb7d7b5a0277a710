import { expect, it } from 'vitest';
import { lintFiles, placesOf } from '../support/project-of.ts';

it('an EXECUTE may do what the strings before it say', async () => {
  const files = {
    'mysql/V1__a.sql': 'CREATE TABLE visits (id INT PRIMARY KEY, day DATE, place INT, KEY by_day (day));',
    'mysql/V2__b.sql': `SET @found := (SELECT COUNT(*) FROM information_schema.statistics WHERE index_name = 'by_day');
SET @change := IF(@found > 0, 'ALTER TABLE visits DROP INDEX by_day', 'SELECT 1');
PREPARE change_it FROM @change;
EXECUTE change_it;
CREATE INDEX by_day ON visits (day, place);`,
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a CALL may do what the routine says', async () => {
  const files = {
    'mysql/V1__a.sql': `CREATE TABLE visits (id INT PRIMARY KEY, who INT);
CREATE PROCEDURE rename_it() BEGIN ALTER TABLE visits CHANGE COLUMN who visitor INT; END;`,
    'mysql/V2__b.sql': 'CALL rename_it();\nDROP PROCEDURE rename_it;\nALTER TABLE visits MODIFY COLUMN visitor BIGINT;',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('PostgreSQL drops a default before it changes the type', async () => {
  const files = {
    'postgres/V1__a.sql': `CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE people (id INT, feels mood DEFAULT 'calm');`,
    'postgres/V2__b.sql': `ALTER TYPE mood RENAME TO mood_before;
CREATE TYPE mood AS ENUM ('calm', 'busy');
ALTER TABLE people
  ALTER COLUMN feels DROP DEFAULT,
  ALTER COLUMN feels TYPE mood USING feels::text::mood,
  ALTER COLUMN feels SET DEFAULT 'calm'::mood;
DROP TYPE mood_before;`,
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a trigger keeps its name on a table that is renamed', async () => {
  const files = {
    'postgres/V1__a.sql': `CREATE TABLE people (id INT);
CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER counting AFTER INSERT ON people FOR EACH ROW EXECUTE PROCEDURE count_them();`,
    'postgres/V2__b.sql':
      'ALTER TABLE people RENAME TO persons;\nDROP TRIGGER counting ON persons;\nDROP FUNCTION count_them;',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a view that perhaps reads a dropped column is perhaps still there', async () => {
  const files = {
    'postgres/V1__a.sql': `CREATE TABLE runs (id INT, job INT);
CREATE TABLE outputs (id INT, explicit BOOL);
CREATE MATERIALIZED VIEW last_runs AS
  WITH latest AS (SELECT max(id) AS id FROM runs GROUP BY job) SELECT r.job FROM runs r JOIN latest USING (id);`,
    'postgres/V2__b.sql': 'ALTER TABLE outputs DROP COLUMN explicit;\nDROP MATERIALIZED VIEW last_runs;',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('no grammar judges a template, nor what only libSQL has', async () => {
  const files = {
    'postgres/V1__a.sql': 'CREATE INDEX IF NOT EXISTS i ON "{{ index .Options "Schema" }}".people USING btree (id);',
    'sqlite/V1__a.sql':
      'CREATE TABLE people (id INT, age INT);\nALTER TABLE people ALTER COLUMN age TO age INT NOT NULL;',
  };
  const { findings } = await lintFiles(files);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('rows that are in the way are no second run', async () => {
  const files = {
    'postgres/2020_a/migration.sql': 'CREATE TABLE people (id INT);\nCREATE TABLE pets (id INT);',
    'postgres/2021_b/migration.sql':
      'ALTER TABLE people ADD COLUMN age INT NOT NULL;\nALTER TABLE pets ADD COLUMN age INT NOT NULL;',
  };
  const { findings } = await lintFiles(files);
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(placesOf(errors)).toEqual([
    'postgres/2021_b/migration.sql:1 failing-statement',
    'postgres/2021_b/migration.sql:2 failing-statement',
  ]);
});

it('a default that is filled in later may be a constant', async () => {
  const files = {
    'sqlite/V1__a.sql': 'CREATE TABLE people (id INT);',
    'sqlite/V2__b.sql': 'ALTER TABLE people ADD COLUMN known BOOLEAN NOT NULL DEFAULT ${known-by-default};',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('a CALL may change what its strings name', async () => {
  const files = {
    'mysql/V1__a.sql': `CREATE TABLE visits (id INT PRIMARY KEY, day DATE, KEY by_day (day));
CREATE PROCEDURE drop_index(IN t VARCHAR(64), IN i VARCHAR(64)) BEGIN
  SET @change = CONCAT('ALTER TABLE ', t, ' DROP INDEX ', i); PREPARE change_it FROM @change; EXECUTE change_it; END;`,
    'mysql/V2__b.sql': "CALL drop_index('visits', 'by_day');\nCREATE INDEX by_day ON visits (day, id);",
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual([]);
});

it('SQLite calls a quote that never ends an unrecognized token', async () => {
  const { findings } = await lintFiles({
    'sqlite/migrations/1_a.sql': 'CREATE TABLE a (x INTEGER);"\nCREATE INDEX i ON a (x);',
  });
  expect(findings.map(({ engineError }) => engineError)).toEqual(['unrecognized token: ""\nCREATE INDEX i ON a (x);"']);
});
