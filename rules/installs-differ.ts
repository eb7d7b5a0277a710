import type { Difference } from '../src/catalog/diff.ts';
import type { Related, Severity } from '../src/finding.ts';
import { newMigrationFix } from '../src/fixes/new-migration.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { Divergence, History, UpgradePath } from '../src/timeline/history.ts';
import { placeOf, relatedTo } from '../src/timeline/origin-place.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'installs-differ',
  severity: 'error',
  summary: 'An upgraded database ends with another schema than a fresh one.',
  why: `The schema and the migrations are two descriptions of one database. Where they part, fresh installs and upgraded ones behave
differently: a query fails on one of them only, a UNIQUE holds on one of them only. Every later migration has to cope with both.`,
  instead: 'Bring both to the same end: put the change into a migration as well, or into the schema as well.',
  examples: [
    {
      title: 'A column that only the schema has',
      files: {
        'conf/schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dishes (code TEXT PRIMARY KEY, price INTEGER); -- expect: installs-differ`,
        'conf/migrations/001_add_table_dishes.sql': `-- +up
CREATE TABLE dishes (code TEXT PRIMARY KEY);

-- +down
DROP TABLE dishes;`,
      },
    },
    {
      title: 'The dump that dbmate wrote is older than the second migration',
      files: {
        'db/migrations/001_cooks.sql': `-- migrate:up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE cooks;`,
        'db/migrations/002_name.sql': `-- migrate:up
ALTER TABLE cooks ADD COLUMN name TEXT; -- expect: installs-differ
-- migrate:down
ALTER TABLE cooks DROP COLUMN name;`,
        'db/schema.sql': `CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE cooks (id bigint NOT NULL);
CREATE SEQUENCE cooks_id_seq;
ALTER SEQUENCE cooks_id_seq OWNED BY cooks.id;
ALTER TABLE ONLY cooks ALTER COLUMN id SET DEFAULT nextval('cooks_id_seq'::regclass);
ALTER TABLE ONLY cooks ADD CONSTRAINT cooks_pkey PRIMARY KEY (id);
-- Dbmate schema migrations
INSERT INTO schema_migrations (version) VALUES ('001'), ('002');`,
      },
    },
    {
      title: 'A unique index is as good as a UNIQUE constraint',
      files: {
        'sqlite/LATEST.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT UNIQUE);`,
        'sqlite/0.1/00__cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE UNIQUE INDEX cooks_name ON cooks (name);`,
      },
    },
    {
      title: 'Both ways lead to the same schema',
      files: {
        'conf/schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dishes (price INTEGER, code TEXT PRIMARY KEY);`,
        'conf/migrations/001_add_table_dishes.sql': `-- +up
CREATE TABLE dishes (code TEXT PRIMARY KEY, price INTEGER);

-- +down
DROP TABLE dishes;`,
      },
    },
  ],
  check(history, report) {
    for (const divergence of tablesThatDiffer(history)) {
      const { differences, dump } = divergence;
      if (dump === null && differences.every((difference) => isLeftOver(difference, history))) continue;
      const at = anchorOf(differences);
      if (at === null) continue;
      report(dump === null ? reportOn(divergence, at, history) : reportOnDump(divergence, dump, at));
    }
  },
});

interface TableDivergence {
  readonly table: string;
  readonly differences: readonly Difference[];
  readonly paths: UpgradePath[];
  /** Some of the paths end with a part of the differences. */
  readonly inPart: boolean;
  /** The file, where the databases were made from what a tool dumped. */
  readonly dump: string | null;
}

/** The differences of each table, and the paths that end with exactly these. */
function tablesThatDiffer(history: History): readonly TableDivergence[] {
  const found = new Map<string, TableDivergence>();
  for (const divergence of history.divergences) {
    const dump = dumpOf(divergence, history);
    for (const [table, all] of byTable(divergence)) {
      const differences = withKeysPaired(all, history);
      if (differences.length === 0) continue;
      if (dump !== null && table.endsWith(`.${history.deployment.tool?.table ?? ''}`)) continue;
      const key = `${table} ${dump ?? ''} ${differences.map(wordsFor).join('; ')}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { table, differences, paths: [divergence.path], inPart: false, dump });
      else known.paths.push(divergence.path);
    }
  }
  return withPartsTogether([...found.values()]);
}

/** Later databases lack less: a table whose differences are all among those that other databases have is told of once. */
function withPartsTogether(found: readonly TableDivergence[]): readonly TableDivergence[] {
  const byCount = found.toSorted((left, right) => right.differences.length - left.differences.length);
  const wholeByTable = new Map<string, TableDivergence[]>();
  for (const divergence of byCount) {
    const whole = wholeByTable.get(divergence.table) ?? [];
    wholeByTable.set(divergence.table, whole);
    const at = whole.findIndex((other) => isPartOf(divergence, other));
    const other = whole[at];
    if (other === undefined) whole.push(divergence);
    else whole[at] = { ...other, paths: [...other.paths, ...divergence.paths], inPart: true };
  }
  return [...wholeByTable.values()].flat();
}

function isPartOf(part: TableDivergence, whole: TableDivergence): boolean {
  if (part.dump !== whole.dump) return false;
  const words = new Set(whole.differences.map(wordsFor));
  return part.differences.every((difference) => words.has(wordsFor(difference)));
}

/**
 * A UNIQUE constraint on one side and a unique index over the same columns on the other mean the same. Only their names differ, and
 * SQLite has none for a constraint.
 */
function withKeysPaired(differences: readonly Difference[], { deployment }: History): readonly Difference[] {
  const paired = new Set<Difference>();
  const pairs: Difference[] = [];
  for (const constraint of differences) {
    const twin = differences.find((index) => !paired.has(index) && areTwins(constraint, index));
    if (twin === undefined) continue;
    paired.add(constraint).add(twin);
    const named = (one: Difference): string => `${one.kind} ${one.object}`;
    const [left, right] = constraint.left === null ? [twin, constraint] : [constraint, twin];
    const kind = (left.left ?? '').replace(/\(.*$/s, '').trim();
    const object = (left.left ?? '').slice(kind.length).trim();
    pairs.push({ ...left, kind, object, left: named(left), right: named(right), rightOrigin: right.rightOrigin });
  }
  const others = differences.filter((difference) => !paired.has(difference));
  return deployment.engine.dialect.name === 'sqlite' ? others : [...others, ...pairs];
}

function areTwins(constraint: Difference, index: Difference): boolean {
  if (constraint.kind !== 'constraint' || index.kind !== 'index') return false;
  const text = constraint.left ?? constraint.right ?? '';
  if (!text.startsWith('unique (')) return false;
  return constraint.left === null
    ? index.left === text && index.right === null
    : index.right === text && index.left === null;
}

/** The dump that the path starts from, if a tool wrote it: it holds the ledger's own table, too. */
function dumpOf({ path }: Divergence, { deployment }: History): string | null {
  const dump = deployment.dumps.find(({ name }) => path.name === `dump ${name}`);
  return dump?.generated === true ? dump.name : null;
}

function byTable({ differences }: Divergence): ReadonlyMap<string, readonly Difference[]> {
  const tables = new Map<string, Difference[]>();
  for (const difference of differences) {
    const group = tables.get(difference.table) ?? [];
    tables.set(difference.table, group);
    group.push(difference);
  }
  return tables;
}

/** A table that no file of the deployment makes: an older install still has it, and nothing asks for it. */
function isLeftOver({ left, rightOrigin }: Difference, history: History): boolean {
  if (left !== null || rightOrigin === null) return false;
  return !history.statements.some(({ parsed }) => parsed.statement === rightOrigin.statement);
}

function anchorOf(differences: readonly Difference[]): Report['at'] | null {
  // What fresh installs have stands in the files of today; what only others have may stand in a dump.
  const origins = [
    ...differences.map(({ leftOrigin }) => leftOrigin),
    ...differences.map(({ rightOrigin }) => rightOrigin),
  ];
  const origin = origins.find((one) => one !== null);
  return origin == null ? null : { statement: origin.statement, range: origin.at };
}

/** A dump is as old as the last run of the tool; who makes a database from it gets what it says. */
function reportOnDump({ table, differences, paths }: TableDivergence, dump: string, at: Report['at']): Report {
  const name = table.slice(table.indexOf('.') + 1);
  const words = differences.map((difference) => wordsFor(difference));
  return {
    at,
    severity: 'warning',
    object: name,
    message: `Databases made from ${dump} differ from what the migrations make: ${words.join('; ')}.`,
    help: `Run the migrations and let the tool write ${dump} again. If a person has changed it, that belongs into a migration.`,
    holdsOn: paths.map(({ name: path }) => path),
    related: differences
      .flatMap(({ leftOrigin, rightOrigin, object }) => [
        ...relatedTo(leftOrigin, `the migrations: ${object}`),
        ...relatedTo(rightOrigin, `the dump: ${object}`),
      ])
      .filter((place) => !isAt(place, at)),
  };
}

function reportOn({ table, differences, paths, inPart }: TableDivergence, at: Report['at'], history: History): Report {
  const name = table.slice(table.indexOf('.') + 1);
  const reading = readingOf(paths, history);
  const related: Related[] = differences.flatMap((difference) => [
    ...relatedTo(difference.leftOrigin, `fresh installs: ${difference.object}: ${difference.left ?? 'absent'}`),
    ...relatedTo(difference.rightOrigin, `upgraded ones: ${difference.object}: ${difference.right ?? 'absent'}`),
  ]);
  return {
    at,
    severity: reading === null ? severityOf(differences) : 'warning',
    object: name,
    message: `Upgraded databases differ from fresh ones in the end${inPart ? ', some of them in part only' : ''}: ${differences.map(wordsFor).join('; ')}.`,
    help: 'Bring both to the same end: a migration for what only the schema has, and the schema for what only the migrations have.',
    holdsOn: paths.map(({ name: path }) => path),
    reading,
    ...offer(newMigrationFix(name, differences, history)),
    related: related.filter((place) => !isAt(place, at)),
  };
}

function isAt(place: Related, at: Report['at']): boolean {
  if ('file' in at) return place.span === at;
  const span = placeOf(at.statement, at.range);
  return span.file === place.span.file && span.start === place.span.start;
}

function wordsFor({ kind, object, left, right }: Difference): string {
  if (right === null) return `they lack ${kind} ${object}`;
  if (left === null) return `only they have ${kind} ${object}`;
  return `their ${kind} ${object} has ${right || 'no options'} instead of ${left || 'no options'}`;
}

/**
 * What an application meets at once is an error: a table, a column, a key. Other properties drift more quietly, and so does a whole
 * object that only older databases still have.
 */
function severityOf(differences: readonly Difference[]): Severity {
  const hard = differences.some(
    ({ kind, left, right }) =>
      (right === null && /^(?:table|view|type)$/.test(kind)) ||
      ((left === null || right === null) && /^(?:column|constraint|type-label)$/.test(kind)),
  );
  return hard ? 'error' : 'warning';
}
