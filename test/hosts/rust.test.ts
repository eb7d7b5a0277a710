import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostAction, HostModule, HostValue } from '../../src/hosts/host.ts';
import { rust } from '../../src/hosts/rust.ts';
import { hostOffset } from '../../src/text/sql-text.ts';
import { renderModule } from './render-module.ts';

const FOLDER = 'fixtures/hosts/rust';
const fixtures = readdirSync(FOLDER).filter((name) => name.endsWith('.rs'));

function read(text: string, path = 'app/src/db.rs'): HostModule {
  return rust.read({ path, text });
}

/** The rendering of one function's body. */
function bodyOf(text: string): string {
  const rendered = renderModule(read(`fn run(conn: &Connection) -> Result<()> {\n${text}\n}`));
  return rendered
    .slice(rendered.indexOf('function run(conn)\n') + 'function run(conn)\n'.length)
    .replace(/^ {2}/gm, '')
    .trimEnd();
}

describe('Rust modules', () => {
  it.each(fixtures)('%s reads as its golden text says', async (name) => {
    const module = read(readFileSync(`${FOLDER}/${name}`, 'utf8'), `app/src/${name}`);
    await expect(renderModule(module)).toMatchFileSnapshot(`../../${FOLDER}/${name.replace(/\.rs$/, '.txt')}`);
  });

  it.each([
    ['src/lib.rs', 'crate'],
    ['app/src/main.rs', 'crate'],
    ['app/src/bin/server.rs', 'crate'],
    ['app/src/db/jobs/mod.rs', 'crate::db::jobs'],
    ['app/src/db/jobs.rs', 'crate::db::jobs'],
    ['crates/a/src/db/jobs/model.rs', 'crate::db::jobs::model'],
  ])('%s is the module %s', (path, expected) => {
    expect(read('', path).path.join('::')).toBe(expected);
  });

  it('tells tests from what is deployed', () => {
    const module = read(
      '#[test] fn a() {} #[cfg(not(test))] fn b() {} #[tokio::test] async fn c() {} pub(crate) async unsafe fn d() {}',
    );
    expect(module.functions.map(({ name, test }) => [name, test])).toEqual([
      ['a', true],
      ['b', false],
      ['c', true],
      ['d', false],
    ]);
  });
});

describe('Rust string literals', () => {
  it.each([
    ['"a\\tb\\\\c\\"d"', 'a\tb\\c"d'],
    ['"one \\\n      two"', 'one two'],
    ['r"raw \\n"', 'raw \\n'],
    ['r##"with "# inside"##', 'with "# inside'],
    ['b"bytes\\x41"', 'bytesA'],
    ['c"zero"', 'zero'],
    ['"\\u{1F600}é"', '😀é'],
    ['concat!("a", "b\\n", r"c")', 'ab\nc'],
    ['indoc!("\n    a\n      b\n    c")', 'a\n  b\nc'],
  ])('%s', (literal, expected) => {
    const value = read(`const X: &str = ${literal};`).constants.get('X');
    expect(value?.kind === 'text' ? value.sql.text : value).toBe(expected);
  });

  it('knows a character from a lifetime', () => {
    const module = read(`const A: char = '"'; fn f<'a>(x: &'a str) -> char { '\\'' } const B: &str = "b";`);
    expect(module.constants.get('B')).toMatchObject({ kind: 'text', sql: { text: 'b' } });
  });

  it.each(fixtures)('every plain character of every literal of %s leads back to itself', (name) => {
    const text = readFileSync(`${FOLDER}/${name}`, 'utf8');
    let characters = 0;
    for (const { sql } of textsOf(read(text))) {
      if (sql.text.startsWith('PRAGMA user_version')) continue;
      for (let offset = 0; offset < sql.text.length; offset++) {
        const there = text.charAt(hostOffset(sql, offset));
        // An escape stands for its character.
        if (there !== '\\') expect(there).toBe(sql.text.charAt(offset));
        characters++;
      }
    }
    expect(characters).toBeGreaterThan(100);
  });
});

describe('Rust error policies', () => {
  const call = (code: string): string => bodyOf(code).split(' "')[0] ?? '';

  it.each([
    ['conn.execute("X", [])?;', 'execute'],
    ['conn.execute("X", []).await?;', 'execute'],
    ['conn.execute("X", []).context("x")?;', 'execute'],
    ['conn.execute("X", []).expect("x");', 'execute'],
    ['return conn.execute("X", []);', 'execute'],
    ['conn.execute("X", [])', 'execute'],
    ['conn.execute("X", []).map(|_| ())', 'execute'],
    ['Ok(conn.execute("X", [])?)', 'execute'],
    ['conn.execute("X", []);', 'execute swallow'],
    ['let _ = conn.execute("X", []);', 'execute swallow'],
    ['_ = conn.execute("X", []);', 'execute swallow'],
    ['let _ignored = conn.execute("X", []);', 'execute swallow'],
    ['drop(conn.execute("X", []));', 'execute swallow'],
    ['conn.execute("X", []).ok();', 'execute swallow'],
    ['conn.execute("X", []).unwrap_or(0);', 'execute swallow'],
    ['if conn.execute("X", []).is_err() { log(); }', 'execute swallow'],
    ['match conn.execute("X", []) { Ok(_) => {}, Err(e) => warn!("{e}") }', 'execute swallow'],
    ['match conn.execute("X", []) { Ok(n) => n, Err(e) => return Err(e.into()) };', 'execute'],
    ['if let Err(e) = conn.execute("X", []) { eprintln!("{e}"); std::process::exit(1); }', 'execute'],
    [
      'if let Err(e) = conn.execute("X", []) { if e.code() != Some("42701") { return Err(e); } }',
      'execute tolerate(duplicate-column)',
    ],
    [
      'if let Err(e) = conn.execute("X", []) { if !is_duplicate_column(&e) { return Err(e); } }',
      'execute tolerate(duplicate-column)',
    ],
    [
      'match conn.execute("X", []) { Err(e) if harmless(&e) => {} Err(e) => return Err(e), Ok(_) => {} }',
      'execute swallow',
    ],
    ['let r = conn.execute("X", []); match r { Ok(_) => {}, Err(e) => error!("{e}") }', 'execute swallow'],
    ['let r = conn.execute("X", []); r?;', 'execute'],
  ])('%s', (code, expected) => {
    expect(call(code)).toBe(expected);
  });
});

describe('tolerance', () => {
  const words = [
    'fn',
    'f',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '"',
    "'",
    "'a",
    '\\',
    'r#"',
    '"#',
    '/*',
    '*/',
    '//',
    '\n',
    '|',
    '||',
    '?',
    '.',
    '::',
    '!',
    'if',
    'let',
    'else',
    'match',
    '=>',
    '=',
    ';',
    ',',
    'for',
    'in',
    'while',
    'loop',
    'impl',
    'mod',
    'use',
    'as',
    'self',
    '*',
    '&',
    'const',
    'return',
    'move',
    'async',
    'conn',
    'execute',
    'format',
    '"{}"',
    '"CREATE TABLE t(x)"',
    '..',
    '..=',
    '#',
    '1',
    'x',
    'Ok',
    'Err',
    '-',
    'unsafe',
    'static',
    'trait',
    'vec',
  ];

  it('never throws, whatever the tokens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 120 }),
        fc.constantFrom('', ' '),
        (tokens, separator) => {
          renderModule(read(tokens.join(separator)));
          renderModule(read(`fn f(conn: &C) { ${tokens.join(separator)}`));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it.each([
    '(',
    '[',
    '{',
    '!',
    '&',
    '-',
    'if ',
    'match ',
    '|x| ',
    'x.f(',
    'x+',
    'a::',
    '.f()',
    '?',
    "'a: ",
    'else if x {} ',
    'return ',
    'if let a = ',
  ])('ends on %s a hundred thousand times', (word) => {
    const before = performance.now();
    renderModule(read(`fn f() { ${word.repeat(100_000)}`));
    renderModule(read(`fn f() { x ${word.repeat(100_000)} } `));
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('time', () => {
  it.each([
    ['a format with many parts', `conn.execute(&format!("${'x\\n{} '.repeat(40_000)}"), [])?;`],
    ['many kept results', 'let r = conn.execute("X", []);\n'.repeat(8_000)],
    ['many braces', `conn.execute(&format!("${'{'.repeat(40_000)}"), [])?;`],
    ['many pushes', `let mut s = String::new(); ${'s.push_str("x");'.repeat(8_000)}`],
    ['a long sum', `let s = ${'"x".to_string() + '.repeat(8_000)}"y";`],
    ['many branches', 'if a { conn.execute("X", [])?; } '.repeat(8_000)],
    ['many transactions', 'let tx = conn.transaction()?; tx.execute("X", [])?; '.repeat(2_000)],
  ])('%s is read in linear time', (_, code) => {
    const before = performance.now();
    renderModule(read(`fn run(conn: &Connection) -> Result<()> {\n${code}\n}`));
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

/** Every text that the module's actions and constants hold. */
function textsOf(module: HostModule): (HostValue & { kind: 'text' })[] {
  return [
    ...[...module.constants.values()].flatMap(textsOfValue),
    ...module.functions.flatMap(({ body }) => body.flatMap(textsOfAction)),
  ];
}

function textsOfValue(value: HostValue): (HostValue & { kind: 'text' })[] {
  if (value.kind === 'text') return [value];
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.flatMap(textsOfValue);
  if (value.kind === 'joined') return value.parts.flatMap(textsOfValue);
  return value.kind === 'call' ? value.arguments.flatMap(textsOfValue) : [];
}

function textsOfAction(action: HostAction): (HostValue & { kind: 'text' })[] {
  switch (action.kind) {
    case 'execute':
      return textsOfValue(action.sql);
    case 'assign':
      return textsOfValue(action.value);
    case 'if':
      return [...action.then, ...action.otherwise].flatMap(textsOfAction);
    case 'for':
      return [...textsOfValue(action.over), ...action.body.flatMap(textsOfAction)];
    case 'block':
      return action.body.flatMap(textsOfAction);
    default:
      return [];
  }
}
