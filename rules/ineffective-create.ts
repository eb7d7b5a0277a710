import type { Catalog, Origin } from '../src/catalog/catalog.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History, PlacedStatement, Skip } from '../src/timeline/history.ts';
import { lineWords, placeOf, relatedTo } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'ineffective-create',
  severity: 'error',
  summary: 'A guarded CREATE finds something else of that name, and so never takes effect.',
  why: `IF NOT EXISTS asks for the name only. An index of that name on another table, or a view or trigger with an older body, satisfies
it: the statement passes, nothing is made, and nobody is told. Index names are unique in a whole SQLite database or PostgreSQL schema, and
PostgreSQL cuts names after 63 bytes, so that two long ones can be the same.`,
  instead:
    'Give each thing a name of its own; where the definition has changed, drop the old one first, or write OR REPLACE where the dialect has it.',
  examples: [
    {
      title: 'Two indexes of one name',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ] } ] }`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX IF NOT EXISTS by_name ON cooks (name);
CREATE UNIQUE INDEX IF NOT EXISTS by_name ON dishes (name); -- expect: ineffective-create`,
      },
    },
    {
      title: 'A migration that means to make an index unique',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/1_dishes.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX by_name ON dishes (name);`,
        'migrations/2_unique.sql':
          'CREATE UNIQUE INDEX IF NOT EXISTS by_name ON dishes (name); -- expect: ineffective-create',
      },
    },
    {
      title: 'A trigger whose body has changed',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ], "start": { "v1": ["v1.sql"] } } ] }`,
        'v1.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, eaten INTEGER);
CREATE TRIGGER eat AFTER INSERT ON dishes BEGIN UPDATE dishes SET eaten = 1; END;`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY, eaten INTEGER);
CREATE TRIGGER IF NOT EXISTS eat AFTER INSERT ON dishes -- expect: ineffective-create
BEGIN UPDATE dishes SET eaten = 0 WHERE id = new.id; END;`,
      },
    },
    {
      title: 'The old one is dropped first',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["schema.sql"], "when": "always" } ], "start": { "v1": ["v1.sql"] } } ] }`,
        'v1.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, eaten INTEGER);
CREATE TRIGGER eat AFTER INSERT ON dishes BEGIN UPDATE dishes SET eaten = 1; END;`,
        'schema.sql': `CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY, eaten INTEGER);
DROP TRIGGER IF EXISTS eat;
CREATE TRIGGER IF NOT EXISTS eat AFTER INSERT ON dishes
BEGIN UPDATE dishes SET eaten = 0 WHERE id = new.id; END;`,
      },
    },
  ],
  check(history, report) {
    const placed = new Map(history.statements.map((statement) => [statement.parsed.statement, statement]));
    for (const skip of history.skips) {
      const words = reportOn(skip, placed, history);
      if (words !== null) report(words);
    }
  },
});

function reportOn(skip: Skip, placed: ReadonlyMap<unknown, PlacedStatement>, history: History): Report | null {
  if (skip.outcome.kind !== 'skipped' || skip.outcome.by.guard !== 'if-not-exists') return null;
  const { existing, object, at, differs } = skip.outcome.by;
  if (existing === null || existing.statement === skip.parsed.statement || differs?.length === 0) return null;
  const owner = placed.get(existing.statement);
  const sameScript = owner?.call === skip.call;
  const isJudged =
    object.kind === 'index'
      ? sameScript || (differs !== null && runTogether(owner, skip))
      : /^(?:view|trigger)$/.test(object.kind);
  if (!isJudged) return null;
  // A schema that always runs defines what holds today; a migration from before it is skipped with good reason.
  if (owner?.step === null && skip.step !== null) return null;
  const paths = skip.paths.filter((path) => holds(path.end.catalog, existing));
  if (paths.length === 0 || skip.underUnknownGuard !== null) return null;
  const reading = readingOf(paths, history);
  const here = placeOf(skip.parsed.statement, at);
  const there = placeOf(existing.statement, existing.at);
  return {
    at: { statement: skip.parsed.statement, range: at },
    // Two texts of a body may do the same; two indexes of one name are two.
    severity: sameScript && differs !== null && reading === null ? 'error' : 'warning',
    object: object.name,
    message: `This statement makes no ${object.kind}: ${object.name} is there already, in another form, from ${lineWords(there, here)}.`,
    help:
      sameScript || object.kind === 'index'
        ? 'Give one of the two another name.'
        : `Drop the old one first: DROP ${object.kind.toUpperCase()} IF EXISTS ${object.name}.`,
    holdsOn: paths.map((path) => path.name),
    reading,
    related: relatedTo(existing, `${object.name} as it stays`),
  };
}

/** Both stand in code that runs on every database, or both in the ledger: no install has the one without the other. */
function runTogether(owner: PlacedStatement | undefined, skip: Skip): boolean {
  return owner !== undefined && (owner.step === null) === (skip.step === null);
}

/** Whether a catalog still holds what an origin made. */
function holds({ relations, triggers }: Catalog, origin: NonNullable<Origin>): boolean {
  const isIt = (thing: { readonly origin: Origin }): boolean => thing.origin?.statement === origin.statement;
  for (const trigger of triggers.values()) if (isIt(trigger)) return true;
  for (const relation of relations.values()) {
    if (isIt(relation) || (relation.kind !== 'sequence' && relation.indexes.some(isIt))) return true;
  }
  return false;
}
