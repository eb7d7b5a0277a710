import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/ddl/plpgsql/read.ts';
import type { BodyStatement, Fragment } from '../../src/ddl/plpgsql/tree.ts';
import { dialects } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

/** The tree of a body, a line for each statement: what it is, and the fragments that it holds. */
function read(text: string): string {
  const sql = sqlTextOfFile({ path: 'body.sql', text });
  const whole = { start: 0, end: text.length };
  const statement = { sql, ...whole, kind: 'sql', hasPlaceholder: false, terminated: true } as const;
  const lines: string[] = [];
  const add = (depth: number, ...words: readonly (string | Fragment | null)[]): void => {
    const parts = words.flatMap((word) =>
      word === null ? [] : [typeof word === 'string' ? word : placed(text, word)],
    );
    lines.push('  '.repeat(depth) + parts.join(' '));
  };
  const each = (statements: readonly BodyStatement[], depth: number): void => {
    for (const one of statements) describeStatement(one, depth, add, each);
  };
  each([readBody(statement, whole, dialects.postgres)], 0);
  return lines.join('\n');
}

/** A fragment, which must stand where it says. */
function placed(text: string, fragment: Fragment): string {
  if (!fragment.text.startsWith(' SELECT') && fragment.text.trim() !== '')
    expect(text.slice(fragment.start, fragment.end).length).toBe(fragment.text.length);
  return `<${fragment.text.trim().replace(/\s+/g, ' ')}>`;
}

type Add = (depth: number, ...words: readonly (string | Fragment | null)[]) => void;
type Each = (statements: readonly BodyStatement[], depth: number) => void;

function describeStatement(one: BodyStatement, depth: number, add: Add, each: Each): void {
  switch (one.kind) {
    case 'block':
      add(depth, 'block', one.label);
      for (const { name, type, value } of one.declarations) add(depth + 1, 'declare', name.text, type, value);
      each(one.statements, depth + 1);
      for (const handler of one.handlers) {
        add(depth + 1, 'when', handler.conditions.join(' or '));
        each(handler.statements, depth + 2);
      }
      break;
    case 'if':
    case 'case':
      add(depth, one.kind, one.kind === 'case' ? one.subject : null);
      for (const branch of one.branches) {
        add(depth + 1, 'when', branch.condition);
        each(branch.statements, depth + 2);
      }
      if (one.otherwise !== null && one.otherwise.length > 0) add(depth + 1, 'else');
      each(one.otherwise ?? [], depth + 2);
      break;
    case 'loop':
      add(depth, 'loop', one.label, one.head.kind, ...Object.values(one.head as object).flatMap(fragmentsIn));
      each(one.statements, depth + 1);
      break;
    case 'sql':
      add(depth, one.parsed.operations.map(({ kind }) => kind).join(), one.query, ...one.into.map(({ text }) => text));
      break;
    case 'execute':
      add(depth, 'execute', one.command, ...one.into.map(({ text }) => text));
      break;
    case 'perform':
      add(depth, 'perform', one.query);
      break;
    case 'raise':
      add(
        depth,
        'raise',
        one.level,
        one.message,
        one.condition,
        ...one.values,
        ...one.options.map(({ value }) => value),
      );
      break;
    case 'return':
      add(depth, one.ends ? 'return' : 'return more', one.value);
      break;
    case 'assign':
      add(depth, 'assign', one.variable.text, one.field?.text ?? null, one.value);
      break;
    case 'exit':
    case 'continue':
      add(depth, one.kind, one.label, one.when);
      break;
    case 'other':
      add(depth, one.word, ...one.sets.map(({ text }) => text), one.condition);
      break;
    case 'unread':
      add(depth, 'unread', one.reason);
  }
}

function fragmentsIn(value: unknown): readonly Fragment[] {
  if (Array.isArray(value)) return value.flatMap(fragmentsIn);
  const isFragment = typeof value === 'object' && value !== null && 'text' in value && !('quoted' in value);
  return isFragment ? [value as Fragment] : [];
}

describe('bodies of PL/pgSQL', () => {
  it('has a place for every kind of statement', () => {
    const text = `
<<outermost>>
DECLARE
  n CONSTANT integer NOT NULL := 1 + 2;
  r users%ROWTYPE;
  c CURSOR (k int) FOR SELECT * FROM users WHERE id = k;
BEGIN
  IF n > 1 AND (SELECT CASE WHEN true THEN 1 END) = 1 THEN NULL; ELSIF n = 2 THEN RETURN; ELSE n := 3; END IF;
  CASE n WHEN 1, 2 THEN r.name = 'x'; ELSE NULL; END CASE;
  FOR i IN REVERSE 10..1 BY 2 LOOP CONTINUE WHEN i = 3; END LOOP;
  FOR r IN SELECT * FROM users LOOP EXIT outermost; END LOOP;
  FOREACH n IN ARRAY ARRAY[1, 2] LOOP PERFORM f(n); END LOOP;
  WHILE EXISTS (SELECT 1 FROM users) LOOP DELETE FROM users WHERE id = (SELECT min(id) FROM users); END LOOP;
  <<inner>> LOOP EXIT inner WHEN found; END LOOP inner;
  SELECT a, b INTO STRICT n, r.name FROM users;
  INSERT INTO users (id) VALUES (1) RETURNING id INTO n;
  EXECUTE format('DROP TABLE %I', 'x') INTO n USING 1, 2;
  GET DIAGNOSTICS n = ROW_COUNT;
  RAISE NOTICE 'it is %', n;
  RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'no';
  RAISE division_by_zero;
  RETURN QUERY SELECT 1;
  ASSERT n > 0, 'too small';
  ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int;
EXCEPTION
  WHEN duplicate_column OR SQLSTATE '42p07' THEN RAISE;
  WHEN OTHERS THEN NULL;
END outermost`;
    expect(read(text)).toMatchInlineSnapshot(`
      "block outermost
        declare n integer <1 + 2>
        declare r users%ROWTYPE
        declare c CURSOR (k int) FOR SELECT * FROM users WHERE id
        if
          when <n > 1 AND (SELECT CASE WHEN true THEN 1 END) = 1>
            null
          when <n = 2>
            return
          else
            assign n <3>
        case <n>
          when <1, 2>
            assign r name <'x'>
          else
            null
        loop range <10> <1> <2>
          continue <i = 3>
        loop query <SELECT * FROM users>
          exit outermost
        loop array <ARRAY[1, 2]>
          perform <SELECT f(n)>
        loop while <EXISTS (SELECT 1 FROM users)>
          write-rows <DELETE FROM users WHERE id = (SELECT min(id) FROM users)>
        loop inner forever
          exit inner <found>
        query <SELECT a, b FROM users> n r
        write-rows <INSERT INTO users (id) VALUES (1) RETURNING id> n
        execute <format('DROP TABLE %I', 'x')> n
        get n
        raise notice it is % <n>
        raise exception <'P0001'> <'no'>
        raise exception division_by_zero
        return more <SELECT 1>
        assert <n > 0>
        add-column,add-column <ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int>
        when duplicate_column or 42P07
          raise exception
        when others
          null"
    `);
  });

  it('reads on behind what it cannot read, and to the end of what is never closed', () => {
    expect(read('BEGIN IF THEN x; END IF; CREATE TABLE t (a int); LOOP UPDATE t SET a = 1;')).toMatchInlineSnapshot(`
      "block
        unread expected an expression
        create-table <CREATE TABLE t (a int)>
        loop forever
          write-rows <UPDATE t SET a = 1>"
    `);
    expect(read('no body at all')).toMatchInlineSnapshot(`
      "block
        unread expected BEGIN"
    `);
    expect(read('')).toMatchInlineSnapshot(`
      "block
        unread expected BEGIN"
    `);
  });
});
