import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownColumn, PAGE } from '../scripts/comparison.ts';

const root = join(import.meta.dirname, '..');

test('the page of other linters says of migralint what it finds today (npm run comparison -- --write)', async () => {
  const rows = readFileSync(join(root, PAGE), 'utf8')
    .split('<!-- measured -->\n\n')[1]
    ?.split('\n\n<!-- end -->')[0]
    ?.split('\n')
    .slice(2);
  const cells = rows?.map((row) => row.split(' | ')[1]);
  expect(cells?.at(-1)).toBe('0');
  expect(cells).toEqual(await ownColumn(root));
});
