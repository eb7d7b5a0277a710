import { describe, expect, it } from 'vitest';
import { findDirectives } from '../../src/sql/directives.ts';
import { split } from './golden.ts';

function directives(text: string, statements = split(text, 'sqlite')): readonly unknown[] {
  const found = findDirectives({ path: 'a.sql', text }, statements);
  return found.map(({ kind, rules, reason, span, covers }) => ({
    kind,
    rules,
    reason,
    words: text.slice(span.start, span.end),
    before: covers === null || kind === 'file' ? null : text.slice(covers.start, covers.start + 8),
  }));
}

describe('findDirectives', () => {
  it('reads rules, reason and the statement meant', () => {
    const text = 'SELECT 1;\n-- migralint-ignore duplicate-ddl, no-drop: it is old\nCREATE TABLE a (x);';
    expect(directives(text)).toEqual([
      {
        kind: 'statement',
        rules: ['duplicate-ddl', 'no-drop'],
        reason: 'it is old',
        words: 'migralint-ignore duplicate-ddl, no-drop: it is old',
        before: 'CREATE T',
      },
    ]);
  });

  it('means the statement that it stands in', () => {
    const text = 'CREATE TABLE a (\n  -- migralint-ignore x: y\n  b INT);\nSELECT 1;';
    expect(directives(text)).toMatchObject([{ rules: ['x'], before: 'CREATE T' }]);
  });

  it('reads directives for the whole file', () => {
    expect(directives('SELECT 1;\n/* migralint-ignore-file x: generated: twice */')).toMatchObject([
      { kind: 'file', rules: ['x'], reason: 'generated: twice', before: null },
    ]);
  });

  it.each([
    '// migralint-ignore x: y',
    '# migralint-ignore x: y',
    '/* migralint-ignore x: y */',
    ' * migralint-ignore x: y',
    '//! migralint-ignore x: y',
  ])('reads the comment %s', (text) => {
    expect(directives(text, [])).toMatchObject([{ rules: ['x'], reason: 'y', before: null }]);
  });

  it('keeps what is incomplete, so that it can be reported', () => {
    expect(directives('-- migralint-ignore\n-- migralint-ignore x\r\n')).toMatchObject([
      { rules: [], reason: '' },
      { rules: ['x'], reason: '' },
    ]);
  });

  it.each([
    'see migralint-ignore x: y',
    "SELECT 'migralint-ignore x: y'",
    '-- migralint-ignored x',
    '-- migralint-ignore-next x: y',
  ])('passes over %s', (text) => {
    expect(directives(text)).toEqual([]);
  });
});
