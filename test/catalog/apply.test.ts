import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase, suppose } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import type { Change, Outcome } from '../../src/catalog/outcome.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import type { Engine } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

const sqlite = engineOf('sqlite');

/** Runs statements; gives the database after the last and the outcomes of the last. */
function run(
  database: Database,
  text: string,
  engine: Engine = sqlite,
): { database: Database; outcomes: readonly Outcome[] } {
  let result: { database: Database; outcomes: readonly Outcome[] } = { database, outcomes: [] };
  for (const { operations } of parseSql(sqlTextOfFile({ path: 'a.sql', text }), engine.dialect)) {
    result = applyStatement(result.database, operations, engine);
  }
  return result;
}

/** The verdict on the last statement in a few words. */
function verdict(
  text: string,
  { engine = sqlite, start = emptyDatabase(engine) }: { engine?: Engine; start?: Database } = {},
): string {
  return run(start, text, engine)
    .outcomes.map((outcome) => {
      if (outcome.kind === 'failed') return `failed ${outcome.condition}: ${outcome.error.text}`;
      if (outcome.kind === 'unsure') return `unsure: ${outcome.error?.text ?? outcome.why}`;
      return outcome.kind;
    })
    .join(', ');
}

function open(engine: Engine = sqlite): Database {
  const empty = emptyDatabase(engine);
  return { ...empty, catalog: { ...empty.catalog, open: true } };
}

describe('what is not known stays unsure', () => {
  it.each([
    ['ALTER TABLE t ADD COLUMN a', 'unsure: no such table: t'],
    ['CREATE INDEX i ON t(a)', 'unsure: no such table: main.t'],
    ['DROP TABLE t', 'unsure: no such table: t'],
    ['CREATE TABLE t(a)', 'unsure: table t already exists'],
    ['CREATE TABLE IF NOT EXISTS t(a); CREATE INDEX i ON t(a)', 'unsure: no such column: a'],
    ['DROP INDEX i', 'unsure: no such index: i'],
    ['DROP TABLE IF EXISTS t', 'unsure: no such table: t'],
  ])('with an open baseline: %s', (text, expected) => {
    expect(verdict(text, { start: open() })).toBe(expected);
  });

  it.each([
    ['ALTER TABLE t ADD COLUMN a; ALTER TABLE t ADD COLUMN a', 'failed always: duplicate column name: a'],
    ['ALTER TABLE t DROP COLUMN a; CREATE INDEX i ON t(a)', 'failed always: no such column: a'],
    ['ALTER TABLE t ADD COLUMN a; CREATE INDEX i ON t(a)', 'unsure: index i already exists'],
    ['DROP TABLE IF EXISTS t; CREATE INDEX i ON t(a)', 'unsure: no such table: main.t'],
    ['CREATE TABLE t(a); ALTER TABLE t ADD COLUMN a', 'failed always: duplicate column name: a'],
  ])('what passed is known afterwards: %s', (text, expected) => {
    expect(verdict(text, { start: open() })).toBe(expected);
  });

  it('a table that code may have touched is unsure, another is not', () => {
    const postgres = engineOf('postgres');
    const code = `CREATE TABLE t(a int); CREATE TABLE u(a int); DO $$ BEGIN PERFORM strange('t'); END $$;`;
    expect(verdict(`${code} ALTER TABLE t ADD COLUMN a int`, { engine: postgres })).toMatch(/^unsure: /);
    expect(verdict(`${code} ALTER TABLE u ADD COLUMN a int`, { engine: postgres })).toBe(
      'failed always: column "a" of relation "u" already exists',
    );
  });

  it('nothing certain rests on what was only supposed', () => {
    const failed = run(emptyDatabase(sqlite), 'CREATE INDEX i ON t(a)');
    const [outcome] = failed.outcomes;
    if (outcome?.kind !== 'failed') throw new Error('expected a failure');
    const [parsed] = parseSql(sqlTextOfFile({ path: 'a.sql', text: 'CREATE INDEX i ON t(a)' }), sqlite.dialect);
    const [operation] = parsed?.operations ?? [];
    if (operation === undefined) throw new Error('expected an operation');
    const supposed = suppose(failed.database, { statement: [operation], operation, error: outcome.error }, sqlite);
    expect(verdict('CREATE INDEX j ON t(b)', { start: supposed })).toBe('unsure: no such table: main.t');
    expect(verdict('CREATE INDEX j ON u(b)', { start: supposed })).toBe('failed always: no such table: main.u');
  });

  it('a failure counts only if every version fails', () => {
    const text = 'CREATE TABLE t(a, b); ALTER TABLE t DROP COLUMN b';
    expect(verdict(text)).toBe('done');
    expect(verdict(text, { engine: engineOf('sqlite', { from: [3, 30], to: [3, 34] }) })).toBe(
      'failed always: near "DROP": syntax error',
    );
    expect(verdict(text, { engine: engineOf('sqlite', { from: [3, 30], to: [3, 40] }) })).toBe(
      'unsure: near "DROP": syntax error',
    );
  });
});

describe('what a skipped statement left undone', () => {
  function differs(text: string): readonly string[] | null | undefined {
    const [outcome] = run(emptyDatabase(sqlite), text).outcomes;
    return outcome?.kind === 'skipped' ? outcome.by.differs : undefined;
  }

  it.each([
    ['CREATE TABLE t(a int); CREATE TABLE IF NOT EXISTS t(A INT)', []],
    ['CREATE TABLE t(a); CREATE TABLE IF NOT EXISTS t(a, archived INT)', ['column t.archived is missing']],
    ['CREATE TABLE t(a, b); CREATE TABLE IF NOT EXISTS t(a)', ['column t.b was not asked for']],
    [
      'CREATE TABLE t(a INT); CREATE TABLE IF NOT EXISTS t(a TEXT NOT NULL)',
      ['column t.a is INT nullable, not TEXT not null'],
    ],
    ['CREATE TABLE t(a); CREATE TABLE IF NOT EXISTS t(a UNIQUE)', ['constraint t unique (a) is missing']],
    ['CREATE VIEW t AS SELECT 1; CREATE TABLE IF NOT EXISTS t(a)', ['t is a view']],
    ['CREATE TABLE t(a, b); CREATE INDEX i ON t(a); CREATE INDEX IF NOT EXISTS i ON t(a)', []],
    ['CREATE TABLE t(a, b); CREATE INDEX i ON t(a); CREATE INDEX IF NOT EXISTS i ON t(a, b)', ['keys is a, not a, b']],
    [
      'CREATE TABLE t(a); CREATE TABLE u(a); CREATE INDEX i ON t(a); CREATE INDEX IF NOT EXISTS i ON u(a)',
      ['i is an index of t'],
    ],
    ['DROP TABLE IF EXISTS t', []],
  ])('%s', (text, expected) => {
    expect(differs(text)).toEqual(expected);
  });
});

describe('effects that a statement does not say', () => {
  function silent(text: string): readonly string[] {
    const earlier = run(emptyDatabase(sqlite), text.slice(0, text.lastIndexOf(';')));
    const later = { ...earlier.database, deploy: 1, session: { ...earlier.database.session, foreignKeys: true } };
    const [outcome] = run(later, text.slice(text.lastIndexOf(';') + 1)).outcomes;
    const effects: readonly Change[] = outcome?.kind === 'done' ? outcome.effects : [];
    return effects
      .filter((effect) => effect.silent)
      .map((effect) => `${effect.kind} ${effect.object.kind} ${effect.object.name}`);
  }

  it.each([
    [
      'CREATE TABLE t(a); CREATE INDEX i ON t(a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END; DROP TABLE t',
      ['dropped trigger g', 'dropped index i'],
    ],
    [
      'CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id) ON DELETE CASCADE); DROP TABLE p',
      ['rows-deleted table c'],
    ],
    ['CREATE TABLE t(a); DROP TABLE t', []],
  ])('%s', (text, expected) => {
    expect(silent(text)).toEqual(expected);
  });
});
