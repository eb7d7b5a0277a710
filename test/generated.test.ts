import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('what `npm run gen` writes is up to date', () => {
  const { stderr } = spawnSync(process.execPath, ['scripts/gen.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
});
