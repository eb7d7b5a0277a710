import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostAction, HostValue } from '../../src/hosts/host.ts';
import { linkPrograms } from '../../src/hosts/link.ts';
import { python } from '../../src/hosts/python.ts';
import type { SourceFile } from '../../src/text/source-file.ts';
import { hostOffset } from '../../src/text/sql-text.ts';

function fileOf(text: string): SourceFile {
  return { path: 'app/db.py', text };
}

/** The SQL values that the module body's driver calls are handed. */
function executed(text: string): readonly HostValue[] {
  return python.read(fileOf(text)).body.flatMap((action) => (action.kind === 'execute' ? [action.sql] : []));
}

describe('string literals', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['plain', `c.execute("CREATE TABLE a (x)")`, 'CREATE TABLE a (x)'],
    ['single quotes', `c.execute('CREATE TABLE a (x)')`, 'CREATE TABLE a (x)'],
    [
      'escapes',
      String.raw`c.execute("CREATE TABLE a (\n\tx TEXT DEFAULT '\x41\u00e9\'')")`,
      "CREATE TABLE a (\n\tx TEXT DEFAULT 'Aé'')",
    ],
    ['raw', String.raw`c.execute(r"CREATE TABLE a (x DEFAULT '\n')")`, String.raw`CREATE TABLE a (x DEFAULT '\n')`],
    ['adjacent', `c.execute("CREATE TABLE a ("\n          'x'\n  # why\n  ")")`, 'CREATE TABLE a (x)'],
    ['triple', `c.execute("""\nCREATE TABLE "a" (x);\n""")`, '\nCREATE TABLE "a" (x);\n'],
    ['line continuation', 'c.execute("CREATE \\\nTABLE a (x)")', 'CREATE TABLE a (x)'],
    ['doubled braces', `c.execute(f"CREATE TABLE a (x DEFAULT '{{}}')")`, "CREATE TABLE a (x DEFAULT '{}')"],
    ['wrapped', `c.execute(text(textwrap.dedent("CREATE TABLE a (x)")))`, 'CREATE TABLE a (x)'],
  ];

  for (const [name, source, expected] of cases) {
    it(`reads ${name}, and every character has its place`, () => {
      let [value] = executed(source);
      while (value?.kind === 'derived') value = value.of;
      if (value?.kind !== 'text') throw new Error(`no text but ${value?.kind ?? 'nothing'}`);
      expect(value.sql.text).toBe(expected);
      for (let offset = 0; offset < expected.length; offset++) {
        const written = source.charAt(hostOffset(value.sql, offset));
        expect([expected.charAt(offset), '\\', '{', '}']).toContain(written);
      }
    });
  }

  it('names the holes of f-strings', () => {
    const source = `def f(table):\n    c.execute(f"CREATE TABLE {table!r} ({cols[0]:>4})")\n`;
    const [action] = python.read(fileOf(source)).functions[0]?.body ?? [];
    if (action?.kind !== 'execute' || action.sql.kind !== 'joined') throw new Error('not joined');
    const kinds = action.sql.parts.map((part) =>
      part.kind === 'derived' ? source.slice(part.span.start, part.span.end) : part.kind,
    );
    expect(kinds).toEqual(['text', '{table!r}', 'text', '{cols[0]:>4}', 'text']);
  });
});

describe('what is executed', () => {
  const kindsOf = (text: string): readonly HostAction['kind'][] =>
    python.read(fileOf(text)).body.map((action) => action.kind);

  it('knows driver calls from other calls', () => {
    const text =
      'import sqlite3\nc.execute(s)\nc.executescript(s)\nawait c.execute(s)\nprint(s)\nc.commit()\nlog.info("execute", s)\n';
    expect(kindsOf(text)).toEqual(['execute', 'execute', 'execute', 'call', 'transaction', 'call']);
  });

  it.each([
    ['import sqlite3\nc.execute("CREATE TABLE a (x)")', false],
    ['import sqlite3\nc.executescript("CREATE TABLE a (x)")', true],
    ['import psycopg\nc.execute("CREATE TABLE a (x)")', true],
    ['import psycopg\nc.execute("INSERT INTO a VALUES (%s)", (1,))', false],
  ])('%j takes several statements: %s', (text, many) => {
    const action = python.read(fileOf(text)).body.find(({ kind }) => kind === 'execute');
    expect(action?.kind === 'execute' && action.many).toBe(many);
  });
});

describe('any input', () => {
  const words = fc.constantFrom(
    'def',
    'class',
    'if',
    'elif',
    'else',
    ':',
    'for',
    'in',
    'while',
    'try',
    'except',
    'finally',
    'with',
    'as',
    'return',
    'raise',
    'f"{',
    '"""',
    "'",
    '"',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    '=',
    ':=',
    '+',
    '%',
    '\n',
    '\n    ',
    '\n        ',
    '\t',
    '\\',
    '#',
    '@',
    '*',
    '**',
    'lambda',
    'not',
    'and',
    'match',
    'case',
    'import',
    'from',
    'async',
    'await',
    'conn.execute(',
    'sql',
    'self',
    'CREATE TABLE t (x)',
    '1',
    '0x',
    'é',
    '\u{1F600}',
    ';',
    'yield',
  );

  it('is read and linked without an error', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (tokens) => {
        const file = fileOf(`# sql\n${tokens.join(' ')}`);
        linkPrograms([python.read(file)], { files: new Map([[file.path, file]]), errors: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['(', '[', '{', 'not ', 'f(', 'x if ', 'lambda: ', 'if x:\n', '-', 'a.b(', '{x: ', 'await ', 'f"{'])(
    'may nest %j deeply',
    (piece) => {
      const file = fileOf(`sql = ${piece.repeat(20_000)}`);
      expect(python.read(file).file).toBe(file);
    },
  );

  it.each(["'a' + ", 'x.f().', 'x[0] and ', 'x if y else ', 'f"{x}" '])('may chain %j at length', (piece) => {
    const file = fileOf(`def f(conn):\n    conn.execute(${piece.repeat(20_000)}'CREATE TABLE t (x)')\n`);
    expect(linkPrograms([python.read(file)], { files: new Map([[file.path, file]]), errors: [] }).length).toBeLessThan(
      2,
    );
  });

  it('may leave a function in thousands of places', () => {
    const exits = '    if x():\n        return 1\n'.repeat(5_000);
    const file = fileOf(
      `def f(conn):\n${exits}    conn.execute("CREATE TABLE t (x)")\n\ndef g(conn):\n    if f(conn) == 2:\n        f(conn)\n`,
    );
    expect(linkPrograms([python.read(file)], { files: new Map([[file.path, file]]), errors: [] }).length).toBeLessThan(
      2,
    );
  });

  it('may call itself', () => {
    const text =
      'def a(c, n):\n    c.execute("CREATE TABLE t (x)")\n    b(c, n)\n\ndef b(c, n):\n    a(c, n)\n\ndef go(c):\n    a(c, go(c))\n';
    const file = fileOf(text);
    const programs = linkPrograms([python.read(file)], { files: new Map([[file.path, file]]), errors: [] });
    expect(programs.length).toBeLessThan(2);
  });

  it('takes time that grows with its length alone', () => {
    const unit = readFileSync(
      join(import.meta.dirname, '../../fixtures/hosts/python/loops-over-constants/db.py'),
      'utf8',
    );
    const read = (times: number): number => {
      const file = fileOf(unit.repeat(times));
      const start = performance.now();
      linkPrograms([python.read(file)], { files: new Map([[file.path, file]]), errors: [] });
      return performance.now() - start;
    };
    read(50);
    const small = Math.max(20, read(50));
    expect(read(500)).toBeLessThan(small * 60);
  });
});
