import type { Arguments } from './arguments.ts';
import { writeOut } from './output.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';
import type { DeploymentOnEngine, OpenEngines } from '../engines/replay-on-engines.ts';

/**
 * `migralint replay`: the upgrade paths on real engines. Exit code: 0 where engine and replay agree, 1 where they do not, 2
 * where no path could be run.
 */
export async function replay(given: Arguments, terminal: Terminal): Promise<number> {
  if (given.format !== 'pretty' && given.format !== 'json') {
    throw new UsageError(`replay: expected --format pretty or json, got "${given.format}"`);
  }
  checkUrls(given.urls);
  const workspace = await openWorkspace(given, terminal.cwd);
  const { histories, findings } = await lintWorkspace(workspace);
  if (histories.length === 0) throw new UsageError('nothing to replay: no deployment was found here');
  const { OpenEngines, replayOnEngines } = await import('../engines/replay-on-engines.ts');
  const engines = new OpenEngines({
    urls: given.urls,
    timeLimit: given.timeLimit * 1000,
    folder: workspace.scope.root,
  });
  const progress = new ProgressLine(terminal.err);
  const stopListening = endOnSignal(engines);
  try {
    const results = await replayOnEngines(histories, findings, engines, {
      rows: given.rows,
      onProgress: (done, total, name) => {
        progress.show(`path ${done + 1} of ${total}: ${name}`);
      },
      ...(given.from === undefined ? {} : { from: given.from }),
    });
    if (results.every(({ paths }) => paths.length === 0)) throw new UsageError(nothingRun(results, given));
    const color = given.output === undefined && colorAllowed(terminal.out, given.color, terminal.env);
    const options = { color, version: version(), shownPath: workspace.scope.shownPath };
    const { replayDocument, replayPage } = await import('../report/replay-page.ts');
    writeOut(
      given.format === 'json' ? replayDocument(results, options) : replayPage(results, options),
      given,
      terminal,
    );
    return results.some(({ paths }) => paths.some(({ agrees }) => agrees.holds === false)) ? 1 : 0;
  } finally {
    progress.clear();
    stopListening();
    await engines.close();
  }
}

function checkUrls(urls: readonly string[]): void {
  const wrong = urls.find((url) => !/^(?:postgres|postgresql|mysql|mariadb):\/\//.test(url) || !URL.canParse(url));
  if (wrong !== undefined) {
    // The address may hold a password, so it is not shown again.
    throw new UsageError('--url: expected postgres://.., mysql://.. or mariadb://..');
  }
}

function nothingRun(results: readonly DeploymentOnEngine[], { from }: Arguments): string {
  const missing = [...new Set(results.flatMap((result) => (result.missing === null ? [] : [result.missing])))];
  if (missing.length > 0) return missing.join('\n');
  return `--from: no start state "${from ?? ''}"; migralint paths lists them`;
}

/** One line that is written over, in a terminal, once a run takes long. */
class ProgressLine {
  readonly #err: Terminal['err'];
  readonly #started = Date.now();
  #isShown = false;

  constructor(err: Terminal['err']) {
    this.#err = err;
  }

  show(text: string): void {
    if (!this.#err.isTerminal || Date.now() - this.#started < LONG_RUN) return;
    this.#isShown = true;
    this.#err.write(`${START_OF_CLEARED_LINE}${text.slice(0, (this.#err.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.#isShown) this.#err.write(START_OF_CLEARED_LINE);
  }
}

/** Milliseconds. */
const LONG_RUN = 1000;
const START_OF_CLEARED_LINE = '\r\u001b[K';

/** Databases that were made are dropped before the process ends. */
function endOnSignal(engines: OpenEngines): () => void {
  const end = (signal: NodeJS.Signals): void => {
    void engines.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  };
}
