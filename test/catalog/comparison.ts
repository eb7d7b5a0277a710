import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import type { Outcome, StatementResult } from '../../src/catalog/outcome.ts';
import { parseSql, type ParsedStatement } from '../../src/ddl/parse.ts';
import type { Engine } from '../../src/dialects/dialect.ts';
import { loadTreeReader } from '../../src/query/reader.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { catalogLines, isOfUncertain } from './engines/catalog-lines.ts';
import { withoutScratchNames, type EngineVerdict, type TestEngine } from './engines/test-engine.ts';

/** One thing that the replay and the engine say differently. */
export interface Disagreement {
  /**
   * `verdict`: one accepts and one refuses; `text`: both refuse, in other words; `unsure`: the replay does not know, and
   * `unknowable`, that it cannot: it rests on how the engine was built, on what rows hold, or on what others made.
   */
  readonly about: 'verdict' | 'text' | 'unsure' | 'unknowable' | 'catalog';
  readonly statement: string;
  /** The engine's error text, or that it accepts it; for a catalog, the lines that only it has. */
  readonly engine: string;
  readonly replay: string;
}

/** What the replay and an engine say about a sequence of statements, and how much was compared. */
export interface Comparison {
  readonly disagreements: readonly Disagreement[];
  readonly statements: number;
  /** Both accept, or both refuse in the same words. */
  readonly agreed: number;
  /** Both refuse, in other words. */
  readonly reworded: number;
  readonly unsure: number;
  readonly unknowable: number;
  readonly sameCatalog: boolean;
}

/**
 * Runs a text on both, statement by statement. Where they disagree the replay goes on as the engine says; where the engine
 * accepts what the replay refuses it cannot, and the comparison ends. Comments before a statement tell more: `-- rows` fills
 * all tables, as an earlier deploy would have; `-- unsure` says that the replay may not know the verdict, and `-- beyond`
 * that the engine refuses for a reason that a catalog of names cannot know.
 */
export async function compare(
  text: string,
  engine: Engine,
  server: TestEngine,
  catalogs: 'after each statement' | 'at the end' = server.comparesCatalogs,
): Promise<Comparison> {
  await loadTreeReader(engine.dialect.name);
  const disagreements: Disagreement[] = [];
  const counts = { statements: 0, agreed: 0, reworded: 0, unsure: 0, unknowable: 0 };
  let database = startOf(engine, server);
  let readUpTo = 0;
  let sameCatalog = true;
  let last: ParsedStatement | null = null;
  for (const parsed of parseSql(sqlTextOfFile({ path: 'sequence.sql', text }), engine.dialect)) {
    const { sql, start, end } = parsed.statement;
    // A command of the client, which the server never sees.
    if (/^delimiter\b/i.test(sql.text.slice(start, end))) continue;
    last = parsed;
    const directives = sql.text.slice(readUpTo, start);
    readUpTo = end;
    if (/^-- rows\b/m.test(directives)) database = await withRows(database, server);
    const ours = applyStatement(database, parsed.operations, engine);
    const theirs = await server.run(sql.text.slice(start, end));
    const verdict = judge(ours, theirs, server);
    counts.statements++;
    if (verdict === 'agreed') counts.agreed++;
    if (verdict === 'text') counts.reworded++;
    if (verdict === 'unsure') counts.unsure++;
    if (verdict === 'unknowable') counts.unknowable++;
    if (verdict !== 'agreed' && !isExpected(verdict, directives))
      disagreements.push(described(parsed, ours, theirs, verdict));
    const next = databaseAfter(
      database,
      ours,
      theirs,
      engine,
      /^create .*\bconcurrently\b/i.test(sql.text.slice(start, end)),
    );
    if (next === null) return { disagreements, sameCatalog: false, ...counts };
    const isSettled = theirs.ok && catalogs === 'after each statement' && !next.session.inTransaction;
    if (isSettled && sameCatalog) {
      const differences = await catalogDifferences(next, engine, server, parsed);
      sameCatalog = differences.length === 0;
      disagreements.push(...differences);
    }
    database = next;
  }
  if (!sameCatalog || last === null) return { disagreements, sameCatalog, ...counts };
  const differences = await catalogDifferences(await ended(database, engine, server), engine, server, last);
  return { disagreements: [...disagreements, ...differences], sameCatalog: differences.length === 0, ...counts };
}

function startOf(engine: Engine, server: TestEngine): Database {
  const empty = emptyDatabase(engine);
  return { ...empty, session: { ...empty.session, foreignKeys: server.foreignKeys } };
}

/** Tables of an earlier deploy may hold rows; on the engine's side they do. */
async function withRows(database: Database, server: TestEngine): Promise<Database> {
  if (database.session.inTransaction) return database;
  await server.fillTables();
  return { ...database, deploy: database.deploy + 1 };
}

/** What a transaction has done is not seen from outside before it ends. */
async function ended(database: Database, engine: Engine, server: TestEngine): Promise<Database> {
  if (!database.session.inTransaction) return database;
  const [rollback] = parseSql(sqlTextOfFile({ path: 'end.sql', text: 'ROLLBACK' }), engine.dialect);
  await server.run('ROLLBACK');
  return applyStatement(database, rollback?.operations ?? [], engine).database;
}

function isExpected(verdict: Disagreement['about'], directives: string): boolean {
  if (verdict === 'unknowable') return /^-- (?:unsure|beyond)\b/m.test(directives);
  return (verdict === 'unsure' ? /^-- unsure\b/m : /^-- beyond\b/m).test(directives);
}

function decisive(outcomes: readonly Outcome[]): Outcome {
  const order = ['failed', 'unsure', 'done', 'skipped', 'ignored'];
  const [first] = outcomes.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  return first ?? { kind: 'ignored', why: 'no operation' };
}

function judge(
  { outcomes }: StatementResult,
  theirs: EngineVerdict,
  server: TestEngine,
): Disagreement['about'] | 'agreed' {
  const outcome = decisive(outcomes);
  const said = theirs.errorText;
  const isSame = (text: string): boolean => said !== null && server.normalised(text) === server.normalised(said);
  if (outcome.kind === 'unsure')
    return UNKNOWABLE.test(`${outcome.why}: ${outcome.error?.text ?? ''}`) ? 'unknowable' : 'unsure';
  if (outcome.kind !== 'failed') return said === null ? 'agreed' : 'verdict';
  // Which values the rows hold, a model without rows cannot know; that there are rows, it can.
  if (said === null) {
    const depends = outcome.condition === 'values' || (outcome.condition === 'rows' && !server.fillsEveryTable);
    return depends ? 'agreed' : 'verdict';
  }
  return isSame(outcome.error.text) ? 'agreed' : 'text';
}

/** Doubts that no better catalog could end. */
const UNKNOWABLE =
  /how SQLite was built|should this be a string literal|schema "[^"]*" does not exist|whether old rows|may have been made elsewhere|is not part of what is known|no schema of the search path/;

/** The replay's database as the engine's verdict has it; null where it cannot follow. */
function databaseAfter(
  before: Database,
  ours: StatementResult,
  theirs: EngineVerdict,
  engine: Engine,
  isConcurrent: boolean,
): Database | null {
  const outcome = decisive(ours.outcomes);
  const refused = outcome.kind === 'failed' && outcome.condition === 'always';
  if (theirs.ok) return refused ? null : ours.database;
  if (refused) return ours.database;
  // What could not be built is left behind, invalid (PostgreSQL, CREATE INDEX, "Building Indexes Concurrently").
  if (outcome.kind === 'failed' && isConcurrent) return ours.database;
  const isAborted = engine.dialect.name === 'postgres' && before.session.inTransaction;
  return isAborted ? { ...before, session: { ...before.session, aborted: true } } : before;
}

function described(
  parsed: ParsedStatement,
  { outcomes }: StatementResult,
  theirs: EngineVerdict,
  about: Disagreement['about'],
): Disagreement {
  const outcome = decisive(outcomes);
  const replay =
    outcome.kind === 'failed'
      ? `${outcome.condition === 'always' ? '' : `given ${outcome.condition}: `}${outcome.error.text}`
      : outcome.kind === 'unsure'
        ? `unsure, ${outcome.why}: ${outcome.error?.text ?? ''}`
        : outcome.kind;
  return { about, statement: oneLine(parsed), engine: withoutScratchNames(theirs.errorText ?? 'accepts it'), replay };
}

function oneLine({ statement: { sql, start, end } }: ParsedStatement): string {
  return sql.text.slice(start, end).replace(/\s+/g, ' ');
}

async function catalogDifferences(
  database: Database,
  engine: Engine,
  server: TestEngine,
  after: ParsedStatement,
): Promise<readonly Disagreement[]> {
  const isUncertain = isOfUncertain(database.catalog);
  const theirs = new Set(await server.introspect());
  const ours = new Set(catalogLines(database.catalog, engine.dialect.name));
  const onlyOurs = [...ours].filter((line) => !theirs.has(line) && !isUncertain(line));
  const onlyTheirs = [...theirs].filter((line) => !ours.has(line) && !isUncertain(line));
  if (onlyOurs.length + onlyTheirs.length === 0) return [];
  return [{ about: 'catalog', statement: oneLine(after), engine: onlyTheirs.join('; '), replay: onlyOurs.join('; ') }];
}

/** A disagreement in a few lines. */
export function shown({ about, statement, engine, replay }: Disagreement): string {
  return about === 'catalog'
    ? `${statement}\n    only on the engine: ${engine}\n    only in the replay: ${replay}`
    : `${statement}\n    engine: ${engine}\n    replay: ${replay}`;
}
