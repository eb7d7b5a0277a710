import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PICTURE, terminalPicture } from '../scripts/terminal-picture.ts';

const root = join(import.meta.dirname, '..');

test('the picture of the README shows what migralint prints today (npm run picture)', async () => {
  const picture = await terminalPicture(root);
  expect(picture).toContain('index-before-column');
  expect(picture).toBe(readFileSync(join(root, PICTURE), 'utf8'));
});
