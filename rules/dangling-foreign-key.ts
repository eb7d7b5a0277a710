import type { Catalog, Constraint, Table } from '../src/catalog/catalog.ts';
import { fingerprintOf } from '../src/catalog/content.ts';
import { defineRule } from '../src/rule.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import type { History, PlacedStatement, UpgradePath } from '../src/timeline/history.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'dangling-foreign-key',
  severity: 'error',
  summary: 'A foreign key ends up pointing to a table that is gone.',
  why: `SQLite rewrites the foreign keys of other tables when their parent is renamed, with foreign keys off too. Whoever rebuilds a table by
renaming the old one away, and drops it afterwards, leaves the children pointing to the dropped table. With foreign keys on every write
to them fails. MySQL lets it happen under foreign_key_checks = 0.`,
  instead:
    'Build the new table under another name, drop the old one, and rename the new one: the children never notice.',
  examples: [
    {
      title: 'The old table is renamed first, and takes the keys of its children along',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY);
CREATE TABLE dishes (id INTEGER PRIMARY KEY, cook INTEGER REFERENCES cooks (id));`,
        'migrations/0002_born.sql': `ALTER TABLE cooks RENAME TO cooks_old;
CREATE TABLE cooks (id INTEGER PRIMARY KEY, born TEXT);
INSERT INTO cooks (id) SELECT id FROM cooks_old;
DROP TABLE cooks_old; -- expect: dangling-foreign-key`,
      },
    },
    {
      title: 'The new table takes the place of the old one',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY);
CREATE TABLE dishes (id INTEGER PRIMARY KEY, cook INTEGER REFERENCES cooks (id));`,
        'migrations/0002_born.sql': `PRAGMA foreign_keys = OFF;
CREATE TABLE cooks_new (id INTEGER PRIMARY KEY, born TEXT);
INSERT INTO cooks_new (id) SELECT id FROM cooks;
DROP TABLE cooks;
ALTER TABLE cooks_new RENAME TO cooks;`,
      },
    },
  ],
  check(history, report) {
    const { engine } = history.deployment;
    if (engine.dialect.name === 'postgres') return;
    for (const { child, missing, paths, dropped } of danglingKeys(history)) {
      const reading = readingOf(paths, history);
      report({
        at: { statement: dropped.parsed.statement, range: dropped.parsed.statement },
        object: child.name,
        severity: reading === null ? 'error' : 'warning',
        message: `After this statement the foreign key of ${child.name} points to ${missing}, which is gone: every write to ${child.name} fails while foreign keys are on.`,
        help: `Rebuild the parent the other way round: create the new table, copy, drop the old one, rename the new one.`,
        holdsOn: paths.map(({ name }) => name),
        reading,
        ...(engine.dialect.name === 'sqlite' ? { engineError: `no such table: main.${missing}` } : {}),
        related:
          child.origin === null
            ? []
            : [{ span: placeOf(child.origin.statement, child.origin.at), message: `${child.name} was made here` }],
      });
    }
  },
});

interface Dangling {
  readonly child: Table;
  readonly missing: string;
  readonly paths: UpgradePath[];
  readonly dropped: PlacedStatement;
}

/** Foreign keys whose parent some statement of the deployment has dropped, with the paths that end so. */
function danglingKeys(history: History): readonly Dangling[] {
  const found = new Map<string, Dangling>();
  const known = new Map<string, readonly Pick<Dangling, 'child' | 'missing'>[]>();
  for (const path of history.paths) {
    if (path.verdict === 'fails' || path.start.kind === 'after-failure') continue;
    const fingerprint = fingerprintOf(path.end.catalog, history.deployment.engine);
    const dangling = known.get(fingerprint) ?? danglingIn(path.end.catalog);
    known.set(fingerprint, dangling);
    for (const { child, missing } of dangling) {
      const key = `${child.schema}.${child.name} ${missing}`;
      const other = found.get(key);
      const dropped = other === undefined ? statementDropping(history, missing) : undefined;
      if (other !== undefined) other.paths.push(path);
      else if (dropped !== undefined) found.set(key, { child, missing, paths: [path], dropped });
    }
  }
  return [...found.values()];
}

function danglingIn({ relations, open }: Catalog): readonly Pick<Dangling, 'child' | 'missing'>[] {
  if (open) return [];
  const found: Pick<Dangling, 'child' | 'missing'>[] = [];
  for (const child of relations.values()) {
    if (child.kind !== 'table' || !child.certain) continue;
    const isDangling = ({ certain, target }: Constraint): boolean =>
      certain && target !== null && !relations.has(target.table);
    const key = child.constraints.find(isDangling);
    const table = key?.target?.table;
    if (table !== undefined) found.push({ child, missing: table.slice(table.indexOf('.') + 1) });
  }
  return found;
}

function statementDropping({ statements }: History, name: string): PlacedStatement | undefined {
  return statements.findLast(({ parsed }) =>
    parsed.operations.some(
      (operation) => operation.kind === 'drop-table' && operation.table.name.text.toLowerCase() === name.toLowerCase(),
    ),
  );
}
