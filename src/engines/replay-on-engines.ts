import type { DialectName } from '../dialects/dialect.ts';
import type { Finding } from '../finding.ts';
import type { History, UpgradePath } from '../timeline/history.ts';
import { buildStart, NOTHING, type BuiltStart } from './build-start.ts';
import { findEngine } from './find-engine.ts';
import { judgeFinding, judgePath, type Judgement } from './judge.ts';
import {
  wordsOfError,
  type EngineFound,
  type EngineSettings,
  type RealEngine,
  type ScratchDatabase,
} from './real-engine.ts';
import { runProgram, type ProgramRun } from './run-program.ts';

/** A path on the engine, beside what the replay says. */
export interface PathOnEngine {
  readonly path: UpgradePath;
  readonly start: BuiltStart;
  /** Null: the start state could not be built. */
  readonly run: ProgramRun | null;
  readonly agrees: Judgement;
}

/** A deployment's paths on an engine; `missing` says in one line why there is none. */
export interface DeploymentOnEngine {
  readonly history: History;
  readonly engine: string | null;
  readonly missing: string | null;
  readonly paths: readonly PathOnEngine[];
  readonly findings: readonly { readonly finding: Finding; readonly confirmed: Judgement }[];
}

export interface ReplaySettings {
  /** Rows in every table of a start state. */
  readonly rows: boolean;
  /** Only the path of this name. */
  readonly from?: string;
  readonly onProgress: (done: number, total: number, name: string) => void;
}

/** The engines of one run: each is opened when it is first needed. */
export class OpenEngines {
  readonly #settings: EngineSettings;
  readonly #found = new Map<DialectName, Promise<EngineFound>>();

  constructor(settings: EngineSettings) {
    this.#settings = settings;
  }

  find(dialect: DialectName): Promise<EngineFound> {
    const known = this.#found.get(dialect) ?? findEngine(dialect, this.#settings);
    this.#found.set(dialect, known);
    return known;
  }

  /** Drops every database that was made. May be called in the middle of a run; then nothing more can be run. */
  async close(): Promise<void> {
    for (const finding of this.#found.values()) {
      const found = await finding.catch(() => null);
      if (found !== null && 'engine' in found) await found.engine.close();
    }
  }
}

/** Runs every upgrade path on a real engine, and holds what it says against the replay. */
export async function replayOnEngines(
  histories: readonly History[],
  findings: readonly Finding[],
  engines: OpenEngines,
  settings: ReplaySettings,
): Promise<readonly DeploymentOnEngine[]> {
  const total = histories.reduce((sum, { paths }) => sum + pathsOf(paths, settings).length, 0);
  let done = 0;
  const results: DeploymentOnEngine[] = [];
  for (const history of histories) {
    const found = await engines.find(history.deployment.engine.dialect.name);
    const paths: PathOnEngine[] = [];
    if ('engine' in found) {
      for (const path of pathsOf(history.paths, settings)) {
        settings.onProgress(done++, total, path.name);
        paths.push(await replayPath(path, history, found.engine, settings.rows));
      }
    }
    results.push(deploymentResult(history, found, paths, findings));
  }
  return results;
}

function pathsOf(paths: readonly UpgradePath[], { from }: ReplaySettings): readonly UpgradePath[] {
  return from === undefined ? paths : paths.filter(({ name }) => name === from);
}

function deploymentResult(
  history: History,
  found: EngineFound,
  paths: readonly PathOnEngine[],
  findings: readonly Finding[],
): DeploymentOnEngine {
  const runs = paths.flatMap(({ path, run }) => (run === null ? [] : [{ path, run }]));
  const isHere = 'engine' in found;
  return {
    history,
    engine: isHere ? found.engine.title : null,
    missing: isHere ? null : found.missing,
    paths,
    findings: findings
      .filter(({ deployment }) => deployment === history.deployment.name)
      .map((finding) => ({ finding, confirmed: judgeFinding(finding, runs) })),
  };
}

async function replayPath(
  path: UpgradePath,
  history: History,
  engine: RealEngine,
  rows: boolean,
): Promise<PathOnEngine> {
  const first = await replayOnce(path, history, engine, rows, false);
  // What a condition says that could not be read is not known: the other way is as good, if it alone agrees.
  if (first.run === null || first.run.unreadableGuards.length === 0 || first.agrees.holds !== false) return first;
  const second = await replayOnce(path, history, engine, rows, true);
  return second.agrees.holds === true ? second : first;
}

async function replayOnce(
  path: UpgradePath,
  history: History,
  engine: RealEngine,
  rows: boolean,
  unreadable: boolean,
): Promise<PathOnEngine> {
  const database = await engine.create();
  try {
    return await replayIn(database, path, history, engine, rows, unreadable);
  } finally {
    await database.close();
  }
}

async function replayIn(
  database: ScratchDatabase,
  path: UpgradePath,
  history: History,
  engine: RealEngine,
  rows: boolean,
  unreadable: boolean,
): Promise<PathOnEngine> {
  const { deployment } = history;
  const start = await startOf(path, history, engine, database, rows);
  if (start.problem !== null) {
    return { path, start, run: null, agrees: { holds: null, why: `this start could not be built: ${start.problem}` } };
  }
  const run = await runProgram(deployment.program, deployment, { engine, database, ledger: start.ledger, unreadable });
  return { path, start, run, agrees: judgePath(path, history, start, run) };
}

async function startOf(
  { start }: UpgradePath,
  { deployment }: History,
  engine: RealEngine,
  database: ScratchDatabase,
  rows: boolean,
): Promise<BuiltStart> {
  try {
    return await buildStart(start, deployment, engine, database, rows);
  } catch (error) {
    return { ...NOTHING, problem: wordsOfError(error) };
  }
}
