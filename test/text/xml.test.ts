import { describe, expect, it } from 'vitest';
import { readXml } from '../../src/text/xml.ts';

function read(text: string): ReturnType<typeof readXml> {
  return readXml({ path: 'changelog.xml', text });
}

describe('readXml', () => {
  it('gives elements, attributes and texts with their places', () => {
    const text = '<?xml version="1.0"?>\n<log><!-- no --><lb:change id="1"/><sql>SELECT 1</sql></log>';
    const [log] = read(text);
    const [change, sql] = log?.children ?? [];
    expect([log?.name, change?.name, sql?.name]).toEqual(['log', 'change', 'sql']);
    expect(text.slice(change?.attributes.get('id')?.start).startsWith('1"/>')).toBe(true);
    expect(text.slice(sql?.text.start).startsWith('SELECT 1<')).toBe(true);
  });

  it('takes CDATA as it stands and puts entities back', () => {
    const [sql, view] = read('<sql><![CDATA[a < b]]></sql><view>a &lt; &#98; &amp;&amp; &unknown;</view>');
    expect(sql?.text).toMatchObject({ value: 'a < b', isPlain: true });
    expect(view?.text).toMatchObject({ value: 'a < b && &unknown;', isPlain: false });
  });

  it.each(['<a><b></a>', '<a><b>', '</x><a><b/></a>', '<a b="<b>', ''])('does not fail on %s', (text) => {
    expect(() => read(text)).not.toThrow();
  });
});
