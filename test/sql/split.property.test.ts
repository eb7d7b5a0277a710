import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectNames, dialects } from '../../src/dialects/index.ts';
import { lex } from '../../src/sql/lexer.ts';
import { split } from './golden.ts';
import { nastyText } from './nasty-text.ts';

/** Tokens of `;`, `--> statement-breakpoint`, `//`, `$$`, `\.`, `\g`, `\;`, and of the end of an executable comment. */
const terminatorTokens = new Set([';', '--> statement-breakpoint', '/', '//', '$', '$$', '\\', '.', 'g', 'G', '*']);

describe.each(dialectNames)('splitSql on %s', (name) => {
  it('puts every byte of SQL into exactly one statement or terminator', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        let last = 0;
        for (const statement of split(text, name)) {
          expect(statement.start).toBeGreaterThanOrEqual(last);
          expect(statement.end).toBeGreaterThan(statement.start);
          expect(strangersIn(text.slice(last, statement.start))).toEqual([]);
          last = statement.end;
        }
        expect(strangersIn(text.slice(last))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('ends each statement where its last token ends', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        for (const statement of split(text, name)) {
          if (statement.kind !== 'sql') continue;
          const tokens = lex(text, statement.start, statement.end, dialects[name]);
          const afterLast = text.slice(tokens.end(tokens.count - 1), statement.end);
          expect(tokens.count).toBeGreaterThan(0);
          expect(afterLast).toMatch(/^$|\*\/$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** What stands between statements and is neither a comment nor a terminator. */
  function strangersIn(gap: string): readonly string[] {
    // A `$$` that a DELIMITER line made a terminator would open a dollar quote if it were lexed; the g of a `\g` would take what
    // a template writes behind it for its own.
    const text = gap
      .replace(/\\[gG]/g, ' ')
      .replace(/^(?:\s|;|\$\$|\/\/|--(?!> statement-breakpoint)[^\r\n]*(?=[\r\n]))+/, '');
    const tokens = lex(text, 0, text.length, dialects[name]);
    const strangers: string[] = [];
    for (let index = 0; index < tokens.count; index++) {
      if (!terminatorTokens.has(tokens.source(index))) strangers.push(tokens.source(index));
    }
    return strangers;
  }
});

describe.each(dialectNames)('splitSql on %s takes linear time', (name) => {
  const pieces = [
    '(', '/*', "'", '"', '`', '[', '{{a', '${a', '{%', '<%=', '%(', '$a$ ', '$a', '--', '\\', '\\\\\'', '/*!', '/*!50003 ', ';', '\n.', '\n\\', 'BEGIN ', 'CASE ',
    'CREATE TRIGGER t BEGIN ', 'CREATE PROCEDURE p() BEGIN ', 'COPY a FROM stdin;\n', '\nDELIMITER ;', '--> statement-breakpoint', ' ', 'a', '1', ':', '@', '?', '+',
  ]; // prettier-ignore

  it.each(pieces)('on 100,000 times %j', (piece) => {
    const text = piece.repeat(100_000);
    const started = performance.now();
    split(text, name);
    lex(text, 0, text.length, dialects[name]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
