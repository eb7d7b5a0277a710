import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../src/text/code-frame.ts';
import { textWidth } from '../../src/text/display-width.ts';
import { wrap } from '../../src/text/wrap.ts';
import { spanOfWords } from '../report/outage.ts';

/** The marked line and its caret line, as a terminal shows them. */
function marked(text: string, words: string, width = 80): readonly string[] {
  const line = codeFrame(spanOfWords({ path: 'a.sql', text }, words), width).at(-1);
  if (line?.caret == null) throw new Error('no line is marked');
  return [line.text, ' '.repeat(line.caret.start) + '^'.repeat(line.caret.width)];
}

describe('the caret stands under the words', () => {
  test('after tabs, which are shown as spaces', () => {
    expect(marked('\ta\tjobs;', 'jobs')).toEqual(['    a   jobs;', '        ^^^^']);
  });

  test('after characters that take two columns, or none', () => {
    expect(marked("'日本' 'e\u0301' x", 'x')).toEqual(["'日本' 'e\u0301' x", '           ^']);
  });

  test('over wide characters', () => {
    expect(marked('"日本"', '日本')[1]).toBe(' ^^^^');
  });

  test('up to the line end where the place goes on', () => {
    expect(marked('CREATE TABLE jobs (\n  id INT\n)', 'jobs (\n  id')).toEqual([
      'CREATE TABLE jobs (',
      '             ^^^^^^',
    ]);
  });

  test('at least one column wide, also at the end of the file', () => {
    const file = { path: 'a.sql', text: 'SELECT' };
    expect(codeFrame({ file, start: 6, end: 6 }, 80)).toEqual([
      { number: 1, text: 'SELECT', caret: { start: 6, width: 1 } },
    ]);
  });

  test('whatever ends the lines', () => {
    expect(marked('a;\r\njobs;\r\n', 'jobs')).toEqual(['jobs;', '^^^^']);
    expect(marked('a;\rjobs;\r', 'jobs')).toEqual(['jobs;', '^^^^']);
  });
});

test('a long line is cut so that the words stay in view', () => {
  const text = `${'a '.repeat(200)}jobs ${'b '.repeat(200)}`;
  const [line = '', caret = ''] = marked(text, 'jobs', 40);
  expect(textWidth(line)).toBeLessThanOrEqual(40);
  expect(line.slice(caret.indexOf('^'), caret.length)).toBe('jobs');
  expect(line.startsWith('…') && line.endsWith('…')).toBe(true);
});

test('the end of a long line is shown where there is room for it', () => {
  const [line = '', caret = ''] = marked(`${'a'.repeat(100)} jobs(id);`, 'jobs', 40);
  expect(line.endsWith('jobs(id);')).toBe(true);
  expect(line.slice(caret.indexOf('^'), caret.length)).toBe('jobs');
});

test('the line before is shown, unless it is blank', () => {
  expect(codeFrame(spanOfWords({ path: 'a', text: 'one\ntwo' }, 'two'), 80).map(({ number }) => number)).toEqual([
    1, 2,
  ]);
  expect(codeFrame(spanOfWords({ path: 'a', text: '  \ntwo' }, 'two'), 80).map(({ number }) => number)).toEqual([2]);
});

test('a file cannot speak to the terminal', () => {
  const [line] = marked("x '\u001b[2J\u202e' jobs", 'jobs');
  expect(line).toBe("x '\ufffd[2J\ufffd' jobs");
});

test('text wraps at words, and keeps its own lines and long words', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('one\ntwo three', 20)).toEqual(['one', 'two three']);
  expect(wrap('a incomprehensible b', 5)).toEqual(['a', 'incomprehensible', 'b']);
});
