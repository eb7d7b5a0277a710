import type { Difference } from '../src/catalog/diff.ts';
import type { Related, Severity } from '../src/finding.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { Divergence, History } from '../src/timeline/history.ts';
import { placeOf, relatedTo } from '../src/timeline/origin-place.ts';

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
    for (const { table, differences, paths } of tablesThatDiffer(history)) {
      if (differences.every((difference) => isLeftOver(difference, history))) continue;
      const at = anchorOf(differences);
      if (at !== null) report(reportOn(table, differences, paths, at, history));
    }
  },
});

interface TableDivergence {
  readonly table: string;
  readonly differences: readonly Difference[];
  readonly paths: string[];
}

/** The differences of each table, and the paths that end with exactly these. */
function tablesThatDiffer(history: History): readonly TableDivergence[] {
  const found = new Map<string, TableDivergence>();
  for (const divergence of history.divergences) {
    for (const [table, differences] of byTable(divergence)) {
      const key = `${table} ${differences.map(wordsFor).join('; ')}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { table, differences, paths: [divergence.path.name] });
      else known.paths.push(divergence.path.name);
    }
  }
  return [...found.values()];
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
  for (const { leftOrigin, rightOrigin } of differences) {
    const origin = leftOrigin ?? rightOrigin;
    if (origin !== null) return { statement: origin.statement, range: origin.at };
  }
  return null;
}

function reportOn(
  table: string,
  differences: readonly Difference[],
  paths: readonly string[],
  at: Report['at'],
  history: History,
): Report {
  const name = table.slice(table.indexOf('.') + 1);
  const related: Related[] = differences.flatMap((difference) => [
    ...relatedTo(difference.leftOrigin, `fresh installs: ${difference.object}: ${difference.left ?? 'absent'}`),
    ...relatedTo(difference.rightOrigin, `upgraded ones: ${difference.object}: ${difference.right ?? 'absent'}`),
  ]);
  return {
    at,
    severity: history.deployment.reading === null ? severityOf(differences) : 'warning',
    object: name,
    message: `Upgraded databases end with another ${name} than fresh ones: ${differences.map(wordsFor).join('; ')}.`,
    help: 'Bring both to the same end: a migration for what only the schema has, and the schema for what only the migrations have.',
    holdsOn: paths,
    reading: history.deployment.reading,
    related: related.filter((place) => !isAt(place, at)),
  };
}

function isAt(place: Related, at: Report['at']): boolean {
  if ('file' in at) return place.span === at;
  const span = placeOf(at.statement, at.range);
  return span.file === place.span.file && span.start === place.span.start;
}

function wordsFor({ kind, object, left, right }: Difference): string {
  if (right === null) return `${kind} ${object} is missing there`;
  if (left === null) return `${kind} ${object} exists only there`;
  return `${kind} ${object} is ${right}, not ${left}`;
}

/** What an application meets at once is an error: a table, a column, a key. Other properties drift more quietly. */
function severityOf(differences: readonly Difference[]): Severity {
  const hard = differences.some(
    ({ kind, left, right }) =>
      (left === null || right === null) && /^(?:table|column|constraint|view|type|type-label)$/.test(kind),
  );
  return hard ? 'error' : 'warning';
}
