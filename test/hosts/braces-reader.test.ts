import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { go } from '../../src/hosts/go.ts';
import type { Host, HostAction, HostValue } from '../../src/hosts/host.ts';
import { linkPrograms } from '../../src/hosts/link.ts';
import { typescript } from '../../src/hosts/typescript.ts';
import type { SourceFile } from '../../src/text/source-file.ts';
import { hostOffset } from '../../src/text/sql-text.ts';

const LANGUAGES: readonly { readonly host: Host; readonly path: string; readonly around: (body: string) => string }[] =
  [
    { host: go, path: 'app/db.go', around: (body) => `package db\n\nfunc f(db *sql.DB) {\n${body}\n}\n` },
    { host: typescript, path: 'app/db.ts', around: (body) => `export function f(db: Database) {\n${body}\n}\n` },
  ];

function fileOf(path: string, text: string): SourceFile {
  return { path, text };
}

/** The actions of the one function around a body. */
function actionsOf(name: string, body: string): readonly HostAction[] {
  const language = LANGUAGES.find(({ host }) => host.name === name);
  if (language === undefined) throw new Error(`no ${name}`);
  const { functions } = language.host.read(fileOf(language.path, language.around(body)));
  return functions.find((one) => one.name === 'f')?.body ?? [];
}

function textIn(value: HostValue | undefined): (HostValue & { kind: 'text' })['sql'] {
  let inner = value;
  while (inner?.kind === 'derived') inner = inner.of;
  if (inner?.kind !== 'text') throw new Error(`no text but ${inner?.kind ?? 'nothing'}`);
  return inner.sql;
}

describe('string literals', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'Go',
      'interpreted',
      String.raw`db.Exec("CREATE TABLE a (\n\tx TEXT DEFAULT '\u00e9\"')")`,
      `CREATE TABLE a (\n\tx TEXT DEFAULT 'é"')`,
    ],
    ['Go', 'raw', "db.Exec(`CREATE TABLE a (x DEFAULT '\\n')`)", "CREATE TABLE a (x DEFAULT '\\n')"],
    ['Go', 'wrapped', 'db.Exec(strings.TrimSpace(`CREATE TABLE a (x)`))', 'CREATE TABLE a (x)'],
    ['Go', 'with a context', 'db.ExecContext(ctx, `CREATE TABLE a (x)`)', 'CREATE TABLE a (x)'],
    [
      'TypeScript and JavaScript',
      'single quotes',
      String.raw`db.exec('CREATE TABLE "a" (x DEFAULT \'\x41\')')`,
      `CREATE TABLE "a" (x DEFAULT 'A')`,
    ],
    ['TypeScript and JavaScript', 'line continuation', 'db.exec("CREATE TABLE \\\na (x)")', 'CREATE TABLE a (x)'],
    [
      'TypeScript and JavaScript',
      'template',
      'db.exec(`CREATE TABLE \\`a\\` (\n  x\n)`)',
      'CREATE TABLE `a` (\n  x\n)',
    ],
    ['TypeScript and JavaScript', 'tagged', 'db.execute(sql`CREATE TABLE a (x)`)', 'CREATE TABLE a (x)'],
    ['TypeScript and JavaScript', 'prepared', 'db.prepare("CREATE TABLE a (x)").run()', 'CREATE TABLE a (x)'],
    ['TypeScript and JavaScript', 'typed', 'db.exec<Row>("CREATE TABLE a (x)" as string)', 'CREATE TABLE a (x)'],
  ];

  it.each(cases)('%s: %s, and every character has its place', (name, _kind, body, expected) => {
    const [action] = actionsOf(name, body).filter(({ kind }) => kind === 'execute');
    const sql = textIn(action?.kind === 'execute' ? action.sql : undefined);
    expect(sql.text).toBe(expected);
    for (let offset = 0; offset < expected.length; offset++)
      expect([expected.charAt(offset), '\\']).toContain(sql.file.text.charAt(hostOffset(sql, offset)));
  });

  it('names the holes of templates', () => {
    const body = 'db.exec(`CREATE TABLE ${table} (${columns.map((c) => `${c} TEXT`).join(", ")})`)';
    const [action] = actionsOf('TypeScript and JavaScript', body);
    if (action?.kind !== 'execute' || action.sql.kind !== 'joined') throw new Error('not joined');
    const { text } = action.span.file;
    const parts = action.sql.parts.map((part) =>
      part.kind === 'derived' ? text.slice(part.span.start, part.span.end) : part.kind,
    );
    expect(parts).toEqual(['text', '${table}', 'text', '${columns.map((c) => `${c} TEXT`).join(", ")}', 'text']);
  });
});

describe('what is no SQL', () => {
  it.each([
    ['Go', 'exec.Command("CREATE TABLE a (x)")'],
    ['Go', 'cache.Get("CREATE TABLE a (x)")'],
    ['TypeScript and JavaScript', '/CREATE TABLE (.*)/.exec("CREATE TABLE a")'],
    ['TypeScript and JavaScript', 'map.get("select")'],
    ['TypeScript and JavaScript', 'await fetch("/create table")'],
    ['TypeScript and JavaScript', 'router.get("/select", handler)'],
    ['TypeScript and JavaScript', 'const text = sql`CREATE TABLE a (x)`'],
  ])('%s: %s', (name, body) => {
    expect(actionsOf(name, body).filter(({ kind }) => kind === 'execute')).toEqual([]);
  });
});

describe('what becomes of an error', () => {
  const exec = 'db.Exec("ALTER TABLE a ADD COLUMN x")';
  const alter = 'db.exec("ALTER TABLE a ADD COLUMN x")';
  const cases: readonly (readonly [string, string, string])[] = [
    ['Go', exec, 'swallow'],
    ['Go', `_, _ = ${exec}`, 'swallow'],
    ['Go', `_, err := ${exec}\nreturn err`, 'stop'],
    ['Go', `if _, err := ${exec}; err != nil {\nreturn fmt.Errorf("x: %w", err)\n}`, 'stop'],
    ['Go', `if _, err := ${exec}; err != nil {\nlog.Println(err)\n}`, 'swallow'],
    ['Go', `if _, err := ${exec}; err != nil {\nlog.Fatal(err)\n}`, 'stop'],
    [
      'Go',
      `_, err := ${exec}\nif err != nil && !strings.Contains(err.Error(), "duplicate column") {\nreturn err\n}`,
      'tolerate',
    ],
    [
      'Go',
      `_, err := ${exec}\nif err != nil {\nif !strings.Contains(err.Error(), "duplicate column") {\nreturn err\n}\n}`,
      'tolerate',
    ],
    [
      'Go',
      `_, err := ${exec}\nif err != nil && strings.Contains(err.Error(), "duplicate column") {\nerr = nil\n}\nreturn err`,
      'tolerate',
    ],
    [
      'Go',
      `_, err := ${exec}\nvar pgErr *pgconn.PgError\nif errors.As(err, &pgErr) && pgErr.Code == "42701" {\nreturn nil\n}\nreturn err`,
      'tolerate',
    ],
    ['Go', `must(${exec})`, 'stop'],
    ['TypeScript and JavaScript', alter, 'stop'],
    ['TypeScript and JavaScript', `try { ${alter} } catch {}`, 'swallow'],
    ['TypeScript and JavaScript', `try { ${alter} } catch (e) { console.warn(e) }`, 'swallow'],
    ['TypeScript and JavaScript', `try { ${alter} } catch (e) { console.error(e); process.exit(1) }`, 'stop'],
    ['TypeScript and JavaScript', `try { ${alter} } catch (e) { throw new Error('no', { cause: e }) }`, 'stop'],
    [
      'TypeScript and JavaScript',
      `try { ${alter} } catch (e: any) { if (!/duplicate column/.test(e.message)) throw e }`,
      'tolerate',
    ],
    ['TypeScript and JavaScript', `try { ${alter} } catch (e) { if (e.code === '42701') return; throw e }`, 'tolerate'],
    [
      'TypeScript and JavaScript',
      `try { ${alter} } catch (e) { if (e.code === 'ER_DUP_FIELDNAME') { skip() } else { throw e } }`,
      'tolerate',
    ],
    ['TypeScript and JavaScript', `await ${alter}.catch(() => {})`, 'swallow'],
    ['TypeScript and JavaScript', `try { ${alter} } finally { close() }`, 'stop'],
  ];

  it.each(cases)('%s: %s', (name, body, expected) => {
    expect(policyIn(actionsOf(name, body), 'stop')).toBe(expected);
  });

  function policyIn(actions: readonly HostAction[], outer: string): string | undefined {
    for (const action of actions) {
      if (action.kind === 'execute') return action.onError.kind === 'stop' ? outer : action.onError.kind;
      const inner = action.kind === 'block' ? policyIn(action.body, action.onError.kind) : undefined;
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
});

describe('any input', () => {
  const words = fc.constantFrom(
    ...'func function class if else for range of in while do try catch finally switch case default return throw := = => ( ) [ ] { } < > , ; : . ?. ? ! && || ?? + - * / % & ... ` ${ " \' \\ // /* */ \n @x #y async await const let var type interface import export from new typeof as satisfies struct map defer go err nil null db.Exec( db.exec( sql` CREATE TABLE t (x) 1 0x é \u{1F600} /a/g ++ += "CREATE TABLE t (x)" rows.Next() package'.split(
      ' ',
    ),
  );

  it.each(LANGUAGES)('$host.name is read and linked without an error', ({ host, path }) => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (tokens) => {
        const file = fileOf(path, `// create table\n${tokens.join(' ')}`);
        linkPrograms([host.read(file)], { files: new Map([[path, file]]), errors: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  const pieces = [
    '(',
    '[',
    '{',
    '!',
    'f(',
    'x ? ',
    '() => ',
    'if (x) {',
    'if x {',
    '-',
    'a.b(',
    '{x: ',
    'await ',
    '`${',
    'new ',
    '<',
    'func() {',
    '[]T{',
    'x.map((y) => ',
  ];

  it.each(LANGUAGES.flatMap((language) => pieces.map((piece) => ({ ...language, name: language.host.name, piece }))))(
    '$name may nest $piece deeply',
    ({ host, path, around, piece }) => {
      const file = fileOf(path, around(`sql = ${piece.repeat(20_000)}`));
      expect(host.read(file).file).toBe(file);
    },
  );

  it.each(LANGUAGES)('$host.name takes time that grows with its length alone', ({ host, path, around }) => {
    const unit = `${around('  rows, err := db.Query("SELECT 1")\n  if (err) { db.exec(`CREATE TABLE IF NOT EXISTS t (x)`) }\n  list.map((x) => x.y)')}\n`;
    const read = (times: number): number => {
      const file = fileOf(path, unit.repeat(times));
      const start = performance.now();
      linkPrograms([host.read(file)], { files: new Map([[path, file]]), errors: [] });
      return performance.now() - start;
    };
    read(100);
    const small = Math.max(20, read(100));
    expect(read(1_000)).toBeLessThan(small * 60);
  });
});
