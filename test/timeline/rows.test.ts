import { describe, expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

const config = `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`;

async function messagesOf(migrations: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintFiles({ 'migralint.config.json': config, ...migrations });
  return findings.map(({ severity, condition, holdsOn }) => `${severity} ${condition ?? 'always'} ${String(holdsOn)}`);
}

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
});
