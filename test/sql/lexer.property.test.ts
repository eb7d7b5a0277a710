import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectNames, dialects } from '../../src/dialects/index.ts';
import { lex, unquote } from '../../src/sql/lexer.ts';
import { nastyText } from './nasty-text.ts';

const whiteSpaceOrOpener = /^[\s\ufeff]*(?:$|--|#|\/\*|\*\/|\{[{%#])/;

describe.each(dialectNames)('lex on %s', (name) => {
  const dialect = dialects[name];

  it('loses no character: between tokens are white space and comments alone', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const tokens = lex(text, 0, text.length, dialect);
        let last = 0;
        for (let index = 0; index <= tokens.count; index++) {
          const gap = text.slice(last, tokens.start(index));
          expect(gap).toMatch(whiteSpaceOrOpener);
          if (index < tokens.count) expect(tokens.end(index)).toBeGreaterThan(tokens.start(index));
          expect(tokens.start(index)).toBeGreaterThanOrEqual(last);
          last = tokens.end(index);
        }
        expect(last).toBe(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives a range the same bounds whatever stands around it', () => {
    fc.assert(
      fc.property(nastyText, nastyText, (text, around) => {
        const tokens = lex(around + text + around, around.length, around.length + text.length, dialect);
        for (let index = 0; index < tokens.count; index++) {
          expect(tokens.start(index)).toBeGreaterThanOrEqual(around.length);
          expect(tokens.end(index)).toBeLessThanOrEqual(around.length + text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('unquotes every token', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const tokens = lex(text, 0, text.length, dialect);
        for (let index = 0; index < tokens.count; index++) {
          const written = tokens.source(index);
          expect(unquote(written, dialect.lexical.backslashEscapes).length).toBeLessThanOrEqual(written.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
