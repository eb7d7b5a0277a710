import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { TokenKind, lex, unquote } from '../../src/sql/lexer.ts';

const nameOfKind = new Map<number, string>(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

/** `word:a operator:::`: the tokens with their kinds. */
function tokens(dialect: DialectName, text: string): string {
  const lexed = lex(text, 0, text.length, dialects[dialect]);
  const shown: string[] = [];
  for (let index = 0; index < lexed.count; index++)
    shown.push(`${nameOfKind.get(lexed.kind(index)) ?? ''}:${lexed.source(index)}`);
  return shown.join(' ');
}

describe('lex', () => {
  it.each<[DialectName, string, string]>([
    ['postgres', 'a::int', 'word:a operator::: word:int'],
    ['postgres', "b->>'x'", "word:b operator:->> string:'x'"],
    ['postgres', 'arr[1:n]', 'word:arr punctuation:[ number:1 punctuation:: word:n punctuation:]'],
    ['postgres', "E'a\\'b' 'a\\'", "string:E'a\\'b' string:'a\\'"],
    ['postgres', 'U&"d\\0061" U&\'x\'', 'quoted:U&"d\\0061" string:U&\'x\''],
    ['postgres', '$$x;y$$ $a$ $$ $a$ a$b$', 'string:$$x;y$$ string:$a$ $$ $a$ word:a$b$'],
    ['postgres', '/* a /* b */ c */ x -- y', 'word:x'],
    [
      'postgres',
      'x=-1 a*-b a@-b',
      'word:x operator:= operator:- number:1 word:a operator:* operator:- word:b word:a operator:@- word:b',
    ],
    ['postgres', 'a<@b id=@id', 'word:a operator:<@ word:b word:id operator:= placeholder:@id'],
    ['postgres', "d ? 'k' = ?", "word:d operator:? string:'k' operator:= placeholder:?"],
    [
      'postgres',
      '1..10 1.5e-3 0x1F 1_000 .5',
      'number:1 punctuation:. punctuation:. number:10 number:1.5e-3 number:0x1F number:1_000 number:.5',
    ],
    ['postgres', '$1 :name :\'x\' :"y"', 'placeholder:$1 placeholder::name placeholder::\'x\' placeholder::"y"'],
    ['postgres', 'É 名前', 'word:É word:名前'],
    ['sqlite', '"a""b" `c` [d e] \'f\'', 'quoted:"a""b" quoted:`c` quoted:[d e] string:\'f\''],
    ['sqlite', "x'00' xx'00'", "string:x'00' word:xx string:'00'"],
    ['sqlite', '?1 ? :a @b $c', 'placeholder:?1 placeholder:? placeholder::a placeholder:@b placeholder:$c'],
    [
      'sqlite',
      'a->b <> c||d == e',
      'word:a operator:-> word:b operator:<> word:c operator:|| word:d operator:== word:e',
    ],
    ['mysql', '"x\\"y" `a``b`', 'string:"x\\"y" quoted:`a``b`'],
    ['mysql', 'a # b\n--c -- d\ne', 'word:a operator:- operator:- word:c word:e'],
    [
      'mysql',
      '@v:=1, @@global.x',
      'placeholder:@v operator::= number:1 punctuation:, placeholder:@@global punctuation:. word:x',
    ],
    ['mysql', "'root'@'%' root@localhost", "string:'root' operator:@ string:'%' word:root operator:@ word:localhost"],
    ['mysql', '1a t.1b 1e3 $x', 'word:1a word:t punctuation:. word:1b number:1e3 word:$x'],
    ['mysql', '/*!40000 a */ /*!999999 b */ /*! c */', 'word:a word:c'],
    ['mysql', 'lbl:LOOP', 'word:lbl punctuation:: word:LOOP'],
    ['mariadb', '/*!80000 a */ /*M!100000 b */ /*!100100 c */ /*M!999999 d */', 'word:b word:c'],
  ])('%s: %s', (dialect, text, expected) => {
    expect(tokens(dialect, text)).toBe(expected);
  });

  it.each<[string, string]>([
    ['{{ index .Options "Namespace" }}.users', 'placeholder:{{ index .Options "Namespace" }} punctuation:. word:users'],
    ['idx_{{ x }}_y', 'placeholder:idx_{{ x }}_y'],
    ['${a}_b', 'placeholder:${a}_b'],
    ['${a ? `${b}` : c}', 'placeholder:${a ? `${b}` : c}'],
    ['{table} {} {x!r}', 'placeholder:{table} placeholder:{} placeholder:{x!r}'],
    [
      '%s idx_%s %(n)s %1$s %[1]s',
      'placeholder:%s placeholder:idx_%s placeholder:%(n)s placeholder:%1$s placeholder:%[1]s',
    ],
    [
      'a%b a % b (a)%d',
      'word:a operator:% word:b word:a operator:% word:b punctuation:( word:a punctuation:) operator:% word:d',
    ],
    ['<%= name %>', 'placeholder:<%= name %>'],
    ['#{name}', 'placeholder:#{name}'],
    ['{% if x %} a {% endif %} {{ if y }} b {{end}}', 'word:a word:b'],
    ['{{never closed', 'punctuation:{ punctuation:{ word:never word:closed'],
  ])('reads the template %s', (text, expected) => {
    expect(tokens('sqlite', text)).toBe(expected);
    expect(tokens('postgres', text)).toBe(expected);
  });

  it.each(["'a", '"a', '/* a', "x'0"])('says that %s is never closed', (text) => {
    const lexed = lex(text, 0, text.length, dialects.sqlite);
    expect(lexed.unterminated).toBe(true);
  });

  it('reads only the range asked for', () => {
    const text = "SELECT 'a' FROM b";
    const lexed = lex(text, 7, 10, dialects.sqlite);
    expect([lexed.count, lexed.source(0), lexed.start(0), lexed.end(0), lexed.unterminated]).toEqual([
      1,
      "'a'",
      7,
      10,
      false,
    ]);
    expect([lexed.kind(1), lexed.start(1), lexed.source(1), lexed.word(1)]).toEqual([TokenKind.end, 10, '', '']);
  });

  it('compares words without case and symbols exactly', () => {
    const lexed = lex('Create "table" ::', 0, 17, dialects.postgres);
    expect([lexed.isWord(0, 'CREATE'), lexed.word(0), lexed.isWord(1, 'TABLE'), lexed.word(1)]).toEqual([
      true,
      'CREATE',
      false,
      '',
    ]);
    expect([lexed.isSymbol(2, '::'), lexed.isSymbol(2, ':')]).toEqual([true, false]);
  });
});

describe('unquote', () => {
  it.each([
    ['plain', 'plain'],
    ['"a""b"', 'a"b'],
    ['`a``b`', 'a`b'],
    ['[a b]', 'a b'],
    ["'it''s'", "it's"],
    ["'a\\nb'", 'a\\nb'],
    ["E'a\\nb\\x41\\u0042'", 'a\nbAB'],
    ["U&'\\0061\\+00006a\\\\'", 'aj\\'],
    ['U&"d\\0061t"', 'dat'],
    ['$a$it is$a$', 'it is'],
    ['$$x$$', 'x'],
    ["x'41'", '41'],
    ["'open", 'open'],
    ["'", ''],
    ['', ''],
  ])('%s is %s', (written, value) => {
    expect(unquote(written)).toBe(value);
  });

  it('decodes backslashes where the dialect does', () => {
    expect(unquote("'it\\'s\\0'", true)).toBe("it's\0");
    expect(unquote('"a\\"b"', true)).toBe('a"b');
  });
});
