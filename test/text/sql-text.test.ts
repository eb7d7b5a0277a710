import { describe, expect, it } from 'vitest';
import { hostOffset, sliceSql, spanOf, sqlTextOfFile, type SqlText } from '../../src/text/sql-text.ts';

/** Host code `f("ab\ncd" + "ef")`: the SQL is `ab`, a line break, `cdef`. */
const file = { path: 'a.ts', text: 'f("ab\\ncd" + "ef")' };
const sql: SqlText = {
  file,
  text: 'ab\ncdef',
  segments: [
    { start: 0, hostStart: 3 },
    { start: 2, hostStart: 5 },
    { start: 3, hostStart: 7 },
    { start: 5, hostStart: 14 },
  ],
};

describe('sliceSql', () => {
  it('maps every offset as the whole text does', () => {
    for (let start = 0; start <= sql.text.length; start++) {
      for (let end = start; end <= sql.text.length; end++) {
        const slice = sliceSql(sql, start, end);
        expect(slice.text).toBe(sql.text.slice(start, end));
        for (let offset = start; offset < end; offset++) {
          expect(hostOffset(slice, offset - start)).toBe(hostOffset(sql, offset));
        }
      }
    }
  });

  it('gives places in the file', () => {
    const slice = sliceSql(sql, 3, 7);
    const span = spanOf(slice, 0, 4);
    expect(file.text.slice(span.start, span.end)).toBe('cd" + "ef');
  });

  it('stays inside the text', () => {
    const whole = sqlTextOfFile({ path: 'a.sql', text: 'abc' });
    expect(sliceSql(whole, -1, 9).text).toBe('abc');
    expect(sliceSql(whole, 2, 1).text).toBe('');
  });
});
