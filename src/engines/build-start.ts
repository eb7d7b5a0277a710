import type { Catalog, Column } from '../catalog/catalog.ts';
import { catalogToSql } from '../catalog/to-sql.ts';
import type { Action, Deployment } from '../deployment.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { StartState } from '../timeline/history.ts';
import { fillRows } from './fill-rows.ts';
import type { RealEngine, ScratchDatabase } from './real-engine.ts';
import { runProgram, type ProgramRun } from './run-program.ts';

/** How a start state came to be on the engine. */
export interface BuiltStart {
  /** `run`: by the deployment's own SQL; `catalog`: by SQL written from the catalog, where the state was taken back or inferred. */
  readonly from: 'empty' | 'run' | 'catalog';
  readonly ledger: ReadonlySet<string>;
  /** Parts of it are not known: what the engine does with them may differ from what it does in the field. */
  readonly isPartlyKnown: boolean;
  /** Why it could not be built; null where it could. */
  readonly problem: string | null;
  /** Tables into which no rows could be put, where rows were asked for. */
  readonly withoutRows: readonly string[];
}

/** A start state without anything in it. */
export const NOTHING: BuiltStart = {
  from: 'catalog',
  ledger: new Set(),
  isPartlyKnown: false,
  problem: null,
  withoutRows: [],
};

/** Builds a start state in an empty database. */
export async function buildStart(
  start: StartState,
  deployment: Deployment,
  engine: RealEngine,
  database: ScratchDatabase,
  withRows: boolean,
): Promise<BuiltStart> {
  await connectAs(database, deployment);
  if (start.kind === 'fresh') return { ...NOTHING, from: 'empty' };
  const { from, actions } = leadTo(start, deployment);
  const run = await runProgram(actions, deployment, { engine, database, ledger: new Set(), unreadable: false });
  const problem = problemOf(run);
  const ledger = start.kind === 'second-start' ? run.ledger : recordedIn(start);
  const isPartlyKnown = from === 'catalog' && holdsUnknown(start.database.catalog);
  if (problem !== null) return { ...NOTHING, from, problem };
  await database.reconnect();
  const { dialect } = deployment.engine;
  const withoutRows = withRows ? await fillRows(database, dialect, start.database.catalog) : [];
  await connectAs(database, deployment);
  for (const setting of settingsOf(start, deployment)) await database.run(setting);
  return { from, ledger, isPartlyKnown, problem: null, withoutRows };
}

/** The libraries that replay here are built to check foreign keys or not; the project's own connections decide. SQLite's default is off. */
async function connectAs(database: ScratchDatabase, { engine, foreignKeys }: Deployment): Promise<void> {
  if (engine.dialect.name === 'sqlite')
    await database.run(`PRAGMA foreign_keys = ${foreignKeys === 'on' ? 'ON' : 'OFF'}`);
}

function leadTo(start: StartState, deployment: Deployment): { from: 'run' | 'catalog'; actions: readonly Action[] } {
  if (start.kind === 'second-start') return { from: 'run', actions: deployment.program };
  if (start.stepsRun !== undefined) {
    return { from: 'run', actions: deployment.ledger.slice(0, start.stepsRun).map((step) => ({ kind: 'step', step })) };
  }
  const dump = deployment.dumps.find(({ name }) => start.kind === 'dump' && start.name === `dump ${name}`);
  if (dump !== undefined) return { from: 'run', actions: dump.calls.map((call) => ({ kind: 'call', call })) };
  const text = catalogToSql(withStandIns(start.database.catalog, deployment.engine.dialect), deployment.engine);
  const sql = sqlTextOfFile({ path: start.name, text });
  return { from: 'catalog', actions: [{ kind: 'call', call: { sql, many: true, onError: { kind: 'stop' } } }] };
}

function holdsUnknown(catalog: Catalog): boolean {
  if (catalog.open) return true;
  return [...catalog.relations.values()].some(
    (relation) =>
      !relation.certain ||
      (relation.kind === 'table' &&
        (relation.open || relation.columns.some(({ certain, unknown }) => !certain || unknown.length > 0))),
  );
}

/**
 * A table of which no column is known gets one that nothing else names: without a column it cannot be made. A column of a type that
 * is not known is made of text, which takes most values; only SQLite needs none.
 */
function withStandIns(catalog: Catalog, { name: dialect }: Dialect): Catalog {
  let { relations } = catalog;
  for (const [key, relation] of relations.entries()) {
    if (relation.kind !== 'table') continue;
    if (relation.open && relation.columns.length === 0)
      relations = relations.set(key, { ...relation, columns: [STAND_IN] });
    else if (dialect !== 'sqlite' && relation.columns.some(({ type }) => type === null))
      relations = relations.set(key, { ...relation, columns: relation.columns.map(withType) });
  }
  return { ...catalog, relations };
}

function withType(column: Column): Column {
  return column.type === null ? { ...column, type: STAND_IN_TYPE } : column;
}

const STAND_IN_TYPE = 'varchar(255)';

const STAND_IN: Column = {
  name: 'migralint_unknown',
  type: 'integer',
  notNull: false,
  default: null,
  generated: null,
  identity: null,
  collation: null,
  onUpdate: null,
  comment: null,
  unknown: [],
  origin: null,
  certain: true,
};

function problemOf({ verdict, failure, stoppedBy }: ProgramRun): string | null {
  if (verdict === 'ok') return null;
  return failure?.words ?? stoppedBy ?? 'it stopped';
}

function recordedIn({ database }: StartState): ReadonlySet<string> {
  return new Set(database.ledger.identities());
}

/** What an earlier deploy set, and is taken to set for every connection (as in `src/timeline/next-deploy.ts`). */
function settingsOf({ database: { session } }: StartState, { engine }: Deployment): readonly string[] {
  const settings: string[] = [];
  if (engine.dialect.name === 'sqlite' && session.foreignKeys === true) settings.push('PRAGMA foreign_keys = ON');
  if (engine.dialect.name === 'postgres' && session.searchPath !== null && session.searchPath.join() !== 'public') {
    const schemas = session.searchPath.map((schema) => `"${schema.replaceAll('"', '""')}"`);
    if (schemas.length > 0) settings.push(`SET search_path TO ${schemas.join(', ')}`);
  }
  return settings;
}
