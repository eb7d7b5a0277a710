import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Database } from '../../src/catalog/catalog.ts';
import type { Outcome, StatementResult } from '../../src/catalog/outcome.ts';
import { parseSql, type ParsedStatement } from '../../src/ddl/parse.ts';
import type { Engine } from '../../src/dialects/dialect.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';
import { catalogLines, uncertainNames } from './engines/catalog-lines.ts';
import type { EngineVerdict, TestEngine } from './engines/test-engine.ts';

/** What the replay and a server say differently about a sequence of statements, and how much was compared. */
export interface Comparison {
  readonly disagreements: readonly string[];
  readonly statements: number;
  readonly agreed: number;
  readonly unsure: number;
  readonly sameCatalog: boolean;
}

/**
 * Runs a text on both, statement by statement; where they disagree the replay goes on as the server says. In fixtures
 * `-- unsure` before a statement says that the replay may not know the verdict there, and `-- beyond` that the server
 * refuses for a reason that a catalog of names cannot know.
 */
export async function compare(path: string, text: string, engine: Engine, server: TestEngine): Promise<Comparison> {
  const found: string[] = [];
  const counts = { statements: 0, agreed: 0, unsure: 0 };
  let database = emptyDatabase(engine);
  let readUpTo = 0;
  for (const parsed of parseSql(sqlTextOfFile({ path, text }), engine.dialect)) {
    const { sql, start, end } = parsed.statement;
    const directives = sql.text.slice(readUpTo, start);
    readUpTo = end;
    const ours = applyStatement(database, parsed.operations, engine);
    const theirs = await server.run(sql.text.slice(start, end));
    const verdict = judge(ours, theirs);
    counts.statements++;
    if (verdict === 'agreed') counts.agreed++;
    if (verdict === 'unsure') counts.unsure++;
    const isExpected =
      verdict === 'agreed' || (verdict === 'unsure' ? /^-- unsure\b/m : /^-- beyond\b/m).test(directives);
    if (!isExpected) found.push(describe(parsed, ours, theirs));
    database = databaseAfter(database, ours, theirs, engine);
  }
  const differences = await catalogDifferences(database, engine, server);
  return { disagreements: [...found, ...differences], sameCatalog: differences.length === 0, ...counts };
}

function decisive(outcomes: readonly Outcome[]): Outcome {
  const order = ['failed', 'unsure', 'done', 'skipped', 'ignored'];
  const [first] = outcomes.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  return first ?? { kind: 'ignored', why: 'no operation' };
}

function judge({ outcomes }: StatementResult, theirs: EngineVerdict): 'agreed' | 'unsure' | 'disagreed' {
  const outcome = decisive(outcomes);
  const said = theirs.errorText === null ? null : normalised(theirs.errorText);
  if (outcome.kind === 'unsure') {
    const text = outcome.error?.text;
    return said === null || text === undefined || normalised(text) === said ? 'unsure' : 'disagreed';
  }
  if (outcome.kind !== 'failed') return said === null ? 'agreed' : 'disagreed';
  // Which rows there are, a model without rows cannot know.
  if (said === null) return outcome.condition === 'always' ? 'disagreed' : 'agreed';
  return normalised(outcome.error.text) === said ? 'agreed' : 'disagreed';
}

/** Scratch databases and files have random names. */
function normalised(error: string): string {
  return error.replace(/migralint_[a-z0-9]+_[a-z0-9]+/g, 'db').replace(/#sql-alter-[0-9a-f-]+/g, '#sql');
}

/** The replay's database as the server's verdict has it. */
function databaseAfter(before: Database, ours: StatementResult, theirs: EngineVerdict, engine: Engine): Database {
  const outcome = decisive(ours.outcomes);
  if (theirs.ok || (outcome.kind === 'failed' && outcome.condition === 'always')) return ours.database;
  const isAborted = engine.dialect.name === 'postgres' && before.session.inTransaction;
  return isAborted ? { ...before, session: { ...before.session, aborted: true } } : before;
}

function describe(
  { statement: { sql, start, end } }: ParsedStatement,
  { outcomes }: StatementResult,
  theirs: EngineVerdict,
): string {
  const outcome = decisive(outcomes);
  const text =
    outcome.kind === 'failed'
      ? outcome.error.text
      : outcome.kind === 'unsure'
        ? `unsure, ${outcome.why}: ${outcome.error?.text ?? ''}`
        : outcome.kind;
  return `${sql.text.slice(start, end).replace(/\s+/g, ' ')}\n    server: ${theirs.errorText ?? 'accepts it'}\n    replay: ${text}`;
}

async function catalogDifferences(database: Database, engine: Engine, server: TestEngine): Promise<readonly string[]> {
  const unknown = [...uncertainNames(database.catalog)];
  const isKnown = (line: string): boolean =>
    !unknown.some((name) => new RegExp(`(?:^|[ .])${escaped(name)}(?:[ .(]|$)`).test(line));
  const theirs = (await server.introspect()).filter(isKnown);
  const ours = catalogLines(database.catalog, engine.dialect.name).filter(isKnown);
  return [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `only in the replay: ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `only on the server: ${line}`),
  ];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
