import { describe, expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const config = `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`;

async function messagesOf(migrations: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintFiles({ 'migralint.config.json': config, ...migrations });
  return findings.map(({ severity, condition, holdsOn }) => `${severity} ${condition ?? 'always'} ${String(holdsOn)}`);
}

describe('a column that was just added holds nothing but NULL, which collides with nothing', () => {
  const dishes = 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);\nCREATE TABLE dishes (id INTEGER PRIMARY KEY);';
  const added = 'ALTER TABLE dishes ADD COLUMN cook INTEGER;';
  const key = 'CREATE UNIQUE INDEX dishes_cook ON dishes (cook);';

  it('in the same step', async () => {
    expect(await messagesOf({ 'migrations/1.sql': dishes, 'migrations/2.sql': `${added}\n${key}` })).toEqual([]);
  });

  it('also where the change writes a row of its own', async () => {
    const filled = `${added}\nINSERT INTO dishes (id, cook) VALUES (7, 1);\n${key}`;
    expect(await messagesOf({ 'migrations/1.sql': dishes, 'migrations/2.sql': filled })).toEqual([]);
  });

  it('but not where an install has the column from an earlier deploy', async () => {
    const found = await messagesOf({
      'migrations/1.sql': dishes,
      'migrations/2.sql': added,
      'migrations/3.sql': key,
    });
    expect(found).toEqual(['warning values after migration 2,after migration 1']);
  });
});

describe('what an engine refuses only where there are rows', () => {
  it('is a finding for a table of an earlier deploy, on the paths on which it was there', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
      'migrations/3_price.sql': 'ALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL;',
    });
    expect(found).toEqual(['error rows after 2_cooks,after 1_dishes']);
  });

  it('is one for a fresh install too where the deploy itself inserts rows', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY);
INSERT INTO dishes (id) VALUES (1);
ALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL;`,
    });
    expect(found).toEqual(['error rows fresh install']);
  });

  it('is none for a copy of a table that is empty there', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY);
CREATE TABLE dishes_new (id INTEGER PRIMARY KEY);
INSERT INTO dishes_new (id) SELECT id FROM dishes;
ALTER TABLE dishes_new ADD COLUMN price INTEGER NOT NULL;`,
    });
    expect(found).toEqual([]);
  });

  it('is a warning where it depends on the values', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);',
      'migrations/2_unique.sql': 'CREATE UNIQUE INDEX dishes_name ON dishes (name);',
    });
    expect(found).toEqual(['warning values after 1_dishes']);
  });

  it('is none for a unique index on a table that the same migration has just filled', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);',
      'migrations/2_copy.sql': `CREATE TABLE menu (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO menu SELECT id, name FROM dishes;
CREATE UNIQUE INDEX menu_name ON menu (name);`,
    });
    expect(found).toEqual([]);
  });

  it('is found under the name that the table has got since', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_meals.sql': 'ALTER TABLE dishes RENAME TO meals;',
      'migrations/3_price.sql': 'ALTER TABLE meals ADD COLUMN price INTEGER NOT NULL;',
    });
    expect(found).toEqual(['error rows after 2_meals,after 1_dishes']);
  });

  it('is none where the same deploy has made the table anew', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_anew.sql': 'DROP TABLE dishes;\nCREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);',
      'migrations/3_price.sql': 'ALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL;',
    });
    expect(found).toEqual(['error rows after 2_anew']);
  });

  it('is found in a table that was copied from an older one', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_copy.sql': `CREATE TABLE copied (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO copied (id) SELECT id FROM dishes;
DROP TABLE dishes;
ALTER TABLE copied RENAME TO dishes;`,
      'migrations/3_price.sql': 'ALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL;',
    });
    expect(found).toEqual(['error rows after 2_copy,after 1_dishes']);
  });

  it('is found where the same deploy has filled the new table', async () => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);\nINSERT INTO cooks VALUES (1);',
      'migrations/3_name.sql': 'ALTER TABLE cooks ADD COLUMN name TEXT NOT NULL;',
    });
    expect(found).toEqual(['error rows fresh install,after 2_cooks,after 1_dishes']);
  });

  it.each(['DELETE FROM dishes;', 'DELETE FROM dishes WHERE id < 3;'])('is judged after %s', async (deletion) => {
    const found = await messagesOf({
      'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      'migrations/2_price.sql': `${deletion}\nALTER TABLE dishes ADD COLUMN price INTEGER NOT NULL;`,
    });
    expect(found).toEqual(deletion.includes('WHERE') ? ['error rows after 1_dishes'] : []);
  });
});
