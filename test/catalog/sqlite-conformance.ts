import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import type { Outcome } from '../../src/catalog/outcome.ts';
import { parseSql, type ParsedStatement } from '../../src/ddl/parse.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import {
  openSqlite,
  sqliteCatalogLines,
  sqliteUnknownNames,
  sqliteVersion,
  type SqliteTestEngine,
} from './engines/sqlite.ts';

const version = sqliteVersion();
const engine = engineOf('sqlite', { from: version, to: version });

/**
 * What our replay and SQLite say differently about a sequence of statements, one line each: verdict, error text and schema
 * after every statement. The sequence goes on as SQLite says. `-- rows` fills all tables; `-- unsure` before a statement says
 * that the replay may not know the verdict there, `everywhere` that it never need to.
 */
export async function sqliteDisagreements(
  path: string,
  text: string,
  unsure: 'where marked' | 'everywhere' = 'where marked',
): Promise<readonly string[]> {
  const sqlite = openSqlite();
  const parsed = parseSql(sqlTextOfFile({ path, text }), engine.dialect);
  let database = freshDatabase();
  let readUpTo = 0;
  const found: string[] = [];
  for (const statement of parsed) {
    const { sql, start, end } = statement.statement;
    const before = sql.text.slice(readUpTo, start);
    readUpTo = end;
    if (/^-- rows\b/m.test(before)) database = withRows(database, sqlite);
    const step = await runOne(database, statement, sqlite);
    database = step.database;
    const source = sql.text.slice(start, end).replace(/\s+/g, ' ');
    found.push(
      ...step
        .disagreements(unsure === 'everywhere' || /^-- unsure\b/m.test(before))
        .map((line) => `${source}: ${line}`),
    );
  }
  await sqlite.close();
  return found;
}

function freshDatabase(): Database {
  const empty = emptyDatabase(engine);
  // The build that tests use switches foreign keys on.
  return { ...empty, session: { ...empty.session, foreignKeys: true } };
}

/** Tables of an earlier deploy may hold rows; on SQLite's side they do. */
function withRows(database: Database, sqlite: SqliteTestEngine): Database {
  sqlite.fillTables();
  return { ...database, deploy: database.deploy + 1 };
}

interface StepResult {
  readonly database: Database;
  disagreements(mayBeUnsure: boolean): readonly string[];
}

async function runOne(database: Database, parsed: ParsedStatement, sqlite: SqliteTestEngine): Promise<StepResult> {
  const { sql, start, end } = parsed.statement;
  const ours = applyStatement(database, parsed.operations, engine);
  const theirs = await sqlite.run(sql.text.slice(start, end));
  const after = theirs.ok ? ours.database : database;
  const engineLines = await sqlite.introspect();
  const outcome = decisive(ours.outcomes);
  return {
    database: after,
    disagreements: (mayBeUnsure) => [
      ...verdictLines(outcome, theirs.errorText, mayBeUnsure),
      ...schemaLines(after, engineLines),
    ],
  };
}

function decisive(outcomes: readonly Outcome[]): Outcome {
  const order = ['failed', 'unsure', 'done', 'skipped', 'ignored'];
  const [first] = outcomes.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  return first ?? { kind: 'ignored', why: 'no operation' };
}

function verdictLines(outcome: Outcome, theirs: string | null, mayBeUnsure: boolean): readonly string[] {
  const said = theirs === null ? 'accepts it' : `says "${theirs}"`;
  if (outcome.kind === 'unsure') {
    const text = outcome.error?.text;
    if (!mayBeUnsure) return [`unsure (${outcome.why}; ${text ?? 'no error'}), SQLite ${said}`];
    return theirs === null || text === undefined || sameError(text, theirs) ? [] : [`unsure "${text}", SQLite ${said}`];
  }
  // Which values the rows hold, a model without rows cannot know.
  if (outcome.kind === 'failed' && outcome.condition === 'values' && theirs === null) return [];
  if (outcome.kind !== 'failed') return theirs === null ? [] : [`${outcome.kind}, SQLite ${said}`];
  return sameError(outcome.error.text, theirs) ? [] : [`failed "${outcome.error.text}", SQLite ${said}`];
}

/** Of several bodies that no longer resolve SQLite names the oldest; a catalog keeps no such order. */
function sameError(ours: string, theirs: string | null): boolean {
  if (theirs === null) return false;
  const isBody = (text: string): boolean => /^error in (?:view|trigger) /.test(text);
  return normalised(ours) === normalised(theirs) || (isBody(ours) && isBody(theirs));
}

/** Quotes around names follow what was written; they do not count. */
function normalised(error: string): string {
  return error.replace(/["'`[\]]/g, '').toLowerCase();
}

function schemaLines(database: Database, theirs: readonly string[]): readonly string[] {
  const unknown = sqliteUnknownNames(database.catalog);
  const isKnown = (line: string): boolean => !unknown.has(line.split(' ')[1] ?? '');
  const ours = sqliteCatalogLines(database.catalog).filter(isKnown);
  const engines = theirs.filter(isKnown);
  return [
    ...ours.filter((line) => !engines.includes(line)).map((line) => `only ours: ${line}`),
    ...engines.filter((line) => !ours.includes(line)).map((line) => `only SQLite: ${line}`),
  ];
}
