import { expect, test } from 'vitest';
import { LONGEST_TEXT, SOME_TEXT, textOfParts } from '../../src/catalog/apply/postgres/body/value.ts';
import { callFunction } from '../../src/catalog/apply/postgres/body/functions.ts';

test('a text that a loop doubles is not put together without end', () => {
  const half = 'x'.repeat(LONGEST_TEXT / 2 + 1);
  expect(textOfParts([half, half])).toEqual(SOME_TEXT);
  expect(callFunction('replace', [half, 'x', 'xx'])).toEqual(SOME_TEXT);
  expect(callFunction('format', ['%1$s%1$s', half])).toEqual(SOME_TEXT);
  expect(callFunction('format', ['%999999999s', 'x'])).toMatchObject({ kind: 'text' });
});
