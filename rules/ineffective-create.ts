import type { Catalog, Origin } from '../src/catalog/catalog.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History, PlacedStatement, Skip } from '../src/timeline/history.ts';
import { lineWords, placeOf, relatedTo } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';
import { statementsAbout } from '../src/timeline/statements-about.ts';

export default defineRule({
  id: 'ineffective-create',
  severity: 'error',
  summary: 'A guarded CREATE finds something else of that name, and so never takes effect.',
  why: `IF NOT EXISTS asks for the name only. An index of that name on another table, or a view or trigger with an older body, satisfies
it: the statement passes, nothing is made, and nobody is told. Index names are unique in a whole SQLite database or PostgreSQL schema, and
PostgreSQL cuts names after 63 bytes, so that two long ones can be the same. ADD COLUMN IF NOT EXISTS on a column that is there in another
form leaves out all of the clause, its foreign key too; and a view satisfies CREATE TABLE IF NOT EXISTS.`,
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
      title: 'A column that has another type, and no key',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/1_dishes.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY);
CREATE TABLE dishes (id INTEGER PRIMARY KEY, cook TEXT);`,
        'migrations/2_cook.sql':
          'ALTER TABLE dishes ADD COLUMN IF NOT EXISTS cook INTEGER REFERENCES cooks; -- expect: ineffective-create',
      },
    },
    {
      title: 'A column that is brought to the form',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/1_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY, price INTEGER);',
        'migrations/2_price.sql': `ALTER TABLE dishes ADD COLUMN IF NOT EXISTS price BIGINT;
ALTER TABLE dishes ALTER COLUMN price TYPE BIGINT;`,
      },
    },
    {
      title: 'An index that keeps its name when its table is renamed',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/1_dishes.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX by_name ON dishes (name);`,
        'migrations/2_price.sql': `ALTER TABLE dishes RENAME TO dishes_old;
CREATE TABLE dishes (id INTEGER PRIMARY KEY, name TEXT, price INTEGER);
CREATE INDEX IF NOT EXISTS by_name ON dishes (name); -- expect: ineffective-create
INSERT INTO dishes (id, name) SELECT id, name FROM dishes_old;
DROP TABLE dishes_old;`,
      },
    },
    {
      title: 'A view that has the name of a table',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/1_eaten.sql': `CREATE TABLE dishes (id INTEGER PRIMARY KEY);
CREATE VIEW eaten AS SELECT count(*) AS number FROM dishes;`,
        'migrations/2_eaten.sql': 'CREATE TABLE IF NOT EXISTS eaten (number INTEGER); -- expect: ineffective-create',
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
  if (!isJudged(skip, owner, history)) return null;
  // A schema that always runs defines what holds today; a migration from before it is skipped with good reason.
  if (owner?.step === null && skip.step !== null) return null;
  const paths = skip.paths.filter(({ end }) => holds(end.catalog, existing) || isLost(skip, end.catalog));
  if (paths.length === 0 || skip.underUnknownGuard !== null) return null;
  const reading = readingOf(paths, history);
  const here = placeOf(skip.parsed.statement, at);
  const there = placeOf(existing.statement, existing.at);
  return {
    at: { statement: skip.parsed.statement, range: at },
    // Two texts of a body may do the same; two indexes of one name are two.
    severity: sameScript && differs !== null && reading === null ? 'error' : 'warning',
    object: object.name,
    message: `This statement makes no ${object.kind}: ${object.name} is there already, ${formOf(skip)}, from ${lineWords(there, here)}.`,
    help: helpFor(skip, sameScript),
    holdsOn: paths.map((path) => path.name),
    reading,
    related: relatedTo(existing, `${object.name} as it stays`),
  };
}

/** Whether the two are of one name by mistake, or the second is meant to change the first. */
function isJudged(skip: Skip, owner: PlacedStatement | undefined, history: History): boolean {
  if (skip.outcome.kind !== 'skipped') return false;
  const { object, differs } = skip.outcome.by;
  switch (object.kind) {
    case 'index':
      return owner?.call === skip.call || (differs !== null && runTogether(owner, skip));
    case 'view':
    case 'trigger':
      return true;
    case 'table':
      return otherKind(skip) !== null && runTogether(owner, skip);
    case 'column':
      // Beside a schema that always runs the guard is for older databases, which end with what the statement says.
      return owner?.step != null && owner.step !== skip.step && skip.step !== null && !isMended(skip, history);
    default:
      return false;
  }
}

/** A table's name that is a view's: `stats is a view`. */
function otherKind({ outcome }: Skip): string | null {
  if (outcome.kind !== 'skipped') return null;
  const [first = ''] = outcome.by.differs ?? [];
  return / is (an? [\w -]+)$/.exec(first)?.[1] ?? null;
}

/** What a column lacks may be given to it later: ALTER COLUMN .. SET NOT NULL, ADD FOREIGN KEY. */
function isMended(skip: Skip, history: History): boolean {
  let isBehind = false;
  for (const { operation, placed } of statementsAbout(skip, history)) {
    isBehind ||= placed.parsed === skip.parsed;
    if (!isBehind || skip.operation.kind !== 'add-column' || operation === skip.operation) continue;
    if (operation.kind === 'add-constraint') return true;
    const isChange = operation.kind === 'alter-column' || operation.kind === 'modify-column';
    if (isChange && operation.column.text.toLowerCase() === skip.operation.column.name.text.toLowerCase()) return true;
  }
  return false;
}

/** What a column or a table of another kind differs in; of others the code frame shows it. */
function formOf(skip: Skip): string {
  const differs = skip.outcome.kind === 'skipped' ? (skip.outcome.by.differs ?? []) : [];
  if (skip.operation.kind === 'add-column') return `with ${differs.join(', ')}`;
  const kind = otherKind(skip);
  return skip.operation.kind === 'create-table' && kind !== null ? `as ${kind}` : 'in another form';
}

function helpFor(skip: Skip, sameScript: boolean): string {
  const { kind, name } = skip.outcome.kind === 'skipped' ? skip.outcome.by.object : { kind: '', name: '' };
  if (kind === 'column') return `Change the column that is there: ALTER COLUMN ${name} .., ADD CONSTRAINT ...`;
  if (kind === 'table') return 'Give it another name, or drop the other thing first.';
  if (kind === 'index' && isLostEverywhere(skip))
    return 'Create the index after the table that has the name is dropped.';
  return sameScript || kind === 'index'
    ? 'Give one of the two another name.'
    : `Drop the old one first: DROP ${kind.toUpperCase()} IF EXISTS ${name}.`;
}

/** The index that had the name has gone with its table, so that in the end there is none. */
function isLost({ outcome }: Skip, { relations }: Catalog): boolean {
  if (outcome.kind !== 'skipped' || outcome.by.object.kind !== 'index') return false;
  if (!(outcome.by.differs?.[0] ?? '').includes(' is an index of ')) return false;
  for (const relation of relations.values())
    if (relation.kind !== 'sequence' && relation.indexes.some(({ name }) => name === outcome.by.object.name))
      return false;
  return true;
}

function isLostEverywhere(skip: Skip): boolean {
  return skip.paths.every(({ end }) => isLost(skip, end.catalog));
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
    if (isIt(relation)) return true;
    if (relation.kind !== 'sequence' && relation.indexes.some(isIt)) return true;
    if (relation.kind === 'table' && relation.columns.some(isIt)) return true;
  }
  return false;
}
