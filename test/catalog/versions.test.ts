import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import type { DialectName, Version } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { findTestEngine } from './engines/find.ts';

/** Packages that embed other versions; their folders, with commas. Few machines have them. */
const BUILDS = (process.env.MIGRALINT_TEST_BUILDS ?? '').split(',').filter((path) => path !== '');

/** `-- before 3.35: TEXT` before a statement: what older versions say to it, which newer ones accept. */
interface Noted {
  readonly sql: string;
  readonly since: Version | null;
  readonly says: string | null;
}

function notedStatements(dialect: DialectName): readonly Noted[] {
  const text = readFileSync(new URL(`../../fixtures/versions/${dialect}.sql`, import.meta.url), 'utf8');
  let readUpTo = 0;
  return parseSql(sqlTextOfFile({ path: `${dialect}.sql`, text }), engineOf(dialect).dialect).map(({ statement }) => {
    const note = /^-- before (\d+)(?:\.(\d+))?: (.*)$/m.exec(text.slice(readUpTo, statement.start));
    readUpTo = statement.end;
    const since: Version | null = note === null ? null : [Number(note[1]), Number(note[2] ?? 0)];
    return { sql: text.slice(statement.start, statement.end), since, says: note?.[3] ?? null };
  });
}

/** The outcomes of all statements on a range of versions, in a few words. */
function replayed(dialect: DialectName, statements: readonly Noted[], from: Version, to: Version): readonly string[] {
  const engine = engineOf(dialect, { from, to });
  let database = emptyDatabase(engine);
  return statements.map(({ sql }) => {
    const [parsed] = parseSql(sqlTextOfFile({ path: 'one.sql', text: sql }), engine.dialect);
    const result = applyStatement(database, parsed?.operations ?? [], engine);
    database = result.database;
    const outcome = result.outcomes.find(({ kind }) => kind === 'failed' || kind === 'unsure');
    if (outcome?.kind === 'failed') return outcome.error.text;
    return outcome?.kind === 'unsure' ? `perhaps: ${outcome.error?.text ?? ''}` : 'accepted';
  });
}

function isBefore(left: Version, right: Version): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

function expectedOn(version: Version, { since, says }: Noted): string {
  return since !== null && isBefore(version, since) ? (says ?? '') : 'accepted';
}

const VERSIONS: readonly { readonly dialect: DialectName; readonly versions: readonly Version[] }[] = [
  {
    dialect: 'sqlite',
    versions: [[3, 24], [3, 28], [3, 33], [3, 36], [3, 37], [3, 40], [3, 53]],
  },
  { dialect: 'postgres', versions: [[13, 0], [14, 0], [15, 0], [16, 4], [17, 5], [18, 6]] },
]; // prettier-ignore

describe.each(VERSIONS)('versions of $dialect', ({ dialect, versions }) => {
  const statements = notedStatements(dialect);

  it.each(versions.map((version) => ({ version })))('$version', ({ version }) => {
    expect(replayed(dialect, statements, version, version)).toEqual(
      statements.map((statement) => expectedOn(version, statement)),
    );
  });

  it('a range in which only some fail is unsure', () => {
    const [oldest = [0, 0]] = versions;
    expect(replayed(dialect, statements, oldest, versions.at(-1) ?? oldest)).toEqual(
      statements.map(({ says }) => (says === null ? 'accepted' : `perhaps: ${says}`)),
    );
  });

  it.runIf(BUILDS.length > 0)(
    'as builds say',
    async () => {
      for (const build of BUILDS) {
        const found = await findTestEngine(dialect, build);
        if ('missing' in found) continue;
        const said: string[] = [];
        for (const { sql } of statements) said.push((await found.server.run(sql)).errorText ?? 'accepted');
        expect([found.server.title, ...said]).toEqual([
          found.server.title,
          ...statements.map((statement) => expectedOn(found.version, statement)),
        ]);
        await found.server.close();
      }
    },
    120_000,
  );
});
