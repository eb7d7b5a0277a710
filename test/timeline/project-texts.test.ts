import { describe, expect, it } from 'vitest';
import { makesExtension, makesTable, movesSequence } from '../../src/timeline/project-texts.ts';
import { lintFiles, projectOf } from '../support/project-of.ts';

describe('makesTable', () => {
  it.each([
    ['a.sql', 'CREATE TABLE IF NOT EXISTS public."cooks" (id int);'],
    ['a.sql', 'ALTER TABLE chefs RENAME TO cooks;'],
    ['a.py', 'execute("create view cooks as select 1")'],
    ['models.py', 'cooks = Table("cooks", metadata)'],
  ])('%s: %s', (path, text) => {
    expect(makesTable(projectOf({ [path]: text }), 'cooks')).toBe(true);
  });

  it.each([
    ['a.sql', 'CREATE TABLE cooks_of_old (id int);'],
    ['a.sql', `INSERT INTO kinds VALUES ('cooks');`],
    ['a.sql', 'CREATE INDEX by_name ON dishes (name); ALTER TABLE cooks ADD COLUMN born int;'],
  ])('%s does not: %s', (path, text) => {
    expect(makesTable(projectOf({ [path]: text }), 'cooks')).toBe(false);
  });
});

it('finds an extension, and a function in its place', () => {
  const text = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; CREATE FUNCTION gen_salt(text) RETURNS text AS $$ $$;';
  const project = projectOf({ 'a.sql': text });
  expect(makesExtension(project, 'uuid-ossp', 'uuid_nil')).toBe(true);
  expect(makesExtension(project, 'pgcrypto', 'gen_salt')).toBe(true);
  expect(makesExtension(project, 'pgcrypto', 'crypt')).toBe(false);
});

it('finds what moves a sequence or empties its table', () => {
  const project = projectOf({
    'a.py': `run("SELECT setval('cooks_id_seq', 9)")`,
    'b.sql': 'TRUNCATE ONLY dishes;',
  });
  expect(movesSequence(project, 'cooks')).toBe(true);
  expect(movesSequence(project, 'dishes')).toBe(true);
  expect(movesSequence(project, 'guests')).toBe(false);
});

it('takes a name for a name, whatever stands in it', async () => {
  const { findings } = await lintFiles({
    'migralint.config.json':
      '{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [ { "files": ["m/*.sql"], "when": "once" } ] } ] }',
    'm/1.sql': `CREATE TABLE "odd(name" (id serial PRIMARY KEY); INSERT INTO "odd(name" (id) VALUES (1);`,
  });
  expect(findings.map(({ rule }) => rule)).toEqual(['sequence-behind']);
});
