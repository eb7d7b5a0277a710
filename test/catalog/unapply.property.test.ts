import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import { fingerprintOf } from '../../src/catalog/content.ts';
import { unapply } from '../../src/catalog/unapply.ts';
import { parseSql, type ParsedStatement } from '../../src/ddl/parse.ts';
import type { DialectName, Engine } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

const FOLDER = 'fixtures/conformance';
/** They hold two tables of one name, in two schemas: which one a name meant at the time is not told by what is left. */
const SHADOWED = new Set(['sqlite/create-table.sql', 'postgres/schemas.sql']);
const nothingEarlier = { usedEarlier: () => true, rebuilt: new Set<string>() };

/** What happens when statements that pass are taken back, so many at once, and run again: one line for each that then surely fails. */
function failuresAfterUnapplying(dialect: DialectName, path: string, size: number): readonly string[] {
  const engine = engineOf(dialect, undefined);
  const found: string[] = [];
  let last: ParsedStatement[] = [];
  let database = emptyDatabase(engine);
  for (const parsed of parseSql(sqlTextOfFile({ path, text: readFileSync(path, 'utf8') }), engine.dialect)) {
    if (parsed.statement.kind !== 'sql') continue;
    const { database: after, outcomes } = applyStatement(database, parsed.operations, engine);
    if (outcomes.some((outcome) => outcome.kind === 'failed')) continue;
    database = after;
    const changesSchema = parsed.operations.every(({ kind }) => kind !== 'transaction' && kind !== 'set-session');
    last = changesSchema && outcomes.every((outcome) => outcome.kind === 'done') ? [...last, parsed].slice(-size) : [];
    if (last.length < size) continue;
    const operations = last.flatMap((statement) => statement.operations);
    const error = errorOf(unapply(after, operations, engine, nothingEarlier), last, engine);
    if (error !== null) found.push(`${last.map(textOf).join(' ')}: ${error}`);
  }
  return found;
}

function errorOf(start: Database, statements: readonly ParsedStatement[], engine: Engine): string | null {
  let database = start;
  for (const { operations } of statements) {
    const result = applyStatement(database, operations, engine);
    database = result.database;
    for (const outcome of result.outcomes)
      if (outcome.kind === 'failed' && outcome.condition === 'always') return outcome.error.text;
  }
  return null;
}

function textOf({ statement }: ParsedStatement): string {
  return statement.sql.text.slice(statement.start, statement.end).replace(/\s+/g, ' ');
}

describe('statements that were taken back pass again, or are unsure', () => {
  for (const dialect of ['sqlite', 'postgres', 'mysql', 'mariadb'] as const) {
    for (const name of readdirSync(`${FOLDER}/${dialect}`)) {
      it.each(SHADOWED.has(`${dialect}/${name}`) ? [1, 2] : [1, 2, 3, 5])(`${dialect}/${name}, %i at once`, (size) => {
        expect(failuresAfterUnapplying(dialect, `${FOLDER}/${dialect}/${name}`, size)).toEqual([]);
      });
    }
  }
});

/** Statements that create one thing: without it the catalog is what it was before. */
const CREATING = new Set(['create-table', 'add-column', 'create-index']);

/** What children and partitions took over from their parent is not taken back from them. */
const INHERITING = new Set(['postgres/partitions.sql']);

/** The creating statements that leave something behind when they are taken back. */
function remainders(dialect: DialectName, path: string): readonly string[] {
  const engine = engineOf(dialect, undefined);
  const found: string[] = [];
  let database = emptyDatabase(engine);
  for (const parsed of parseSql(sqlTextOfFile({ path, text: readFileSync(path, 'utf8') }), engine.dialect)) {
    const before = database;
    const { database: after, outcomes } = applyStatement(database, parsed.operations, engine);
    if (parsed.statement.kind !== 'sql' || outcomes.some(({ kind }) => kind === 'failed')) continue;
    database = after;
    const [operation, second] = parsed.operations;
    if (operation === undefined || second !== undefined || !CREATING.has(operation.kind)) continue;
    if (outcomes[0]?.kind !== 'done' || /^CREATE OR REPLACE/i.test(textOf(parsed))) continue;
    const left = unapply(after, parsed.operations, engine, nothingEarlier);
    if (fingerprintOf(left.catalog, engine) !== fingerprintOf(before.catalog, engine)) found.push(textOf(parsed));
  }
  return found;
}

describe('what creates one thing leaves nothing behind when it is taken back', () => {
  for (const dialect of ['sqlite', 'postgres', 'mysql', 'mariadb'] as const) {
    for (const name of readdirSync(`${FOLDER}/${dialect}`)) {
      it.skipIf(INHERITING.has(`${dialect}/${name}`))(`${dialect}/${name}`, () => {
        expect(remainders(dialect, `${FOLDER}/${dialect}/${name}`)).toEqual([]);
      });
    }
  }
});
