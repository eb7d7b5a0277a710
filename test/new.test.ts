import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from './cli/command-line.ts';

function runNew(...words: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/new.mjs', ...words], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test.each([
  ['rule', ['rules/late-index.ts']],
  [
    'layout',
    [
      'fixtures/projects/late-index/migrations/0001_recipes.sql',
      'fixtures/projects/late-index/migrations/0002_title.sql',
      'src/layouts/late-index.ts',
      'test/layouts/late-index.test.ts',
    ],
  ],
  [
    'host',
    ['fixtures/hosts/late-index/recipes.late-index', 'src/hosts/late-index.ts', 'test/hosts/late-index.test.ts'],
  ],
  ['reporter', ['src/report/late-index.ts', 'test/report/late-index.test.ts']],
])('npm run new %s', (kind, paths) => {
  const target = folderWith({});
  expect(runNew(kind, 'late-index', target)).toEqual({ status: 0, out: `${paths.join('\n')}\n`, err: '' });
  for (const path of paths) expect(readFileSync(join(target, path), 'utf8')).not.toMatch(/NAME|nameInCode/);
  const again = runNew(kind, 'late-index', target);
  expect(again).toMatchObject({ status: 2, err: `${paths[0] ?? ''} is there already\n` });
});

test('what it does not know it says', () => {
  const kinds = readdirSync('scripts/templates').join('|');
  expect(runNew('thing', 'x')).toMatchObject({ status: 2, err: `usage: npm run new ${kinds} NAME\n` });
  expect(runNew('rule', 'Late_Index')).toMatchObject({ status: 2 });
});
