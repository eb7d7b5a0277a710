import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from './command-line.ts';

const files = {
  'app/migrations/0001_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY);\n',
  'app/migrations/0002_recipes.sql': 'CREATE TABLE recipes (id INTEGER PRIMARY KEY);\n',
  'app/migralint.config.json': JSON.stringify({
    dialect: 'sqlite',
    deployments: [{ root: '.', run: [{ files: ['migrations/*.sql'], when: 'once' }] }],
  }),
};

describe('several reports of one run', () => {
  test('go to their files, beside what is shown', async () => {
    const folder = folderWith(files);
    const { code, out, err } = await migralint(join(folder, 'app'), [
      '--format',
      'sarif:out.sarif',
      '--format',
      'compact',
      '--format',
      'junit:junit.xml',
    ]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^migrations\/0002_recipes\.sql:1:14: error duplicate-ddl: /);
    expect(readFileSync(join(folder, 'app/out.sarif'), 'utf8')).toContain('"version": "2.1.0"');
    expect(readFileSync(join(folder, 'app/junit.xml'), 'utf8')).toContain('<testsuites name="migralint"');
  });

  test('with files alone the terminal still gets the page for people', async () => {
    const folder = folderWith(files);
    const { out } = await migralint(join(folder, 'app'), ['--format', 'json:out.json']);
    expect(out).toContain('\n  sqlite   table recipes already exists\n');
  });

  test.each([
    [['--format', 'json', '--format', 'sarif'], '--format: json and sarif cannot both be shown'],
    [['--format', 'sarif:'], '--format: expected FORMAT or FORMAT:FILE, got "sarif:"'],
    [['--format', 'sraif:out.sarif'], 'unknown format "sraif", did you mean "sarif"?'],
    [['--format', 'sarif:app'], '--format sarif: app cannot be written (EISDIR)'],
  ])('%s is bad usage', async (words, problem) => {
    const { code, err } = await migralint(folderWith(files), words);
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });
});

describe('in GitHub Actions', () => {
  const inActions = (folder: string) => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') });

  test('the page for people is followed by annotations, with paths from the top of the checkout', async () => {
    const folder = folderWith(files, 'git');
    const { out } = await migralint(join(folder, 'app'), [], inActions(folder));
    expect(out).toContain('\n  sqlite   table recipes already exists\n');
    expect(out).toMatch(/^::error file=app\/migrations\/0002_recipes\.sql,line=1,endLine=1,col=14,/m);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/^\| fails \| \. \| fresh install \| `app\//m);
  });

  test('the checkout need not be a git repository', async () => {
    const folder = folderWith(files);
    const { out } = await migralint(join(folder, 'app'), ['-f', 'github'], { GITHUB_WORKSPACE: folder });
    expect(out).toMatch(/^::error file=app\/migrations\//);
  });

  test.each(['compact', 'json', 'sarif'])('%s, which a program reads, stays as it is', async (format) => {
    const folder = folderWith(files, 'git');
    const app = join(folder, 'app');
    const { out } = await migralint(app, ['-f', format], inActions(folder));
    expect(out).toBe((await migralint(app, ['-f', format])).out);
    expect(out).not.toContain('::error');
  });
});
