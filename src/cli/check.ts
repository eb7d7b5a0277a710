import type { Finding, Severity } from '../finding.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Result } from '../result.ts';
import { nearestName } from '../text/nearest-name.ts';
import type { Arguments, FailOn } from './arguments.ts';
import { writeOut } from './output.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import { lintWorkspace, openWorkspace, type Workspace } from './workspace.ts';

/** `migralint check`: lints the project and reports; gives the exit code. */
export async function check(given: Arguments, terminal: Terminal): Promise<number> {
  const reporter = await reporterNamed(given.format);
  const workspace = await openWorkspace(given, terminal.cwd);
  const whole = await lintWorkspace(workspace);
  if (isNothing(whole) && given.operands.length === 0) {
    throw new UsageError(
      'nothing to check: no SQL was found here, neither in files nor in host code (see --show-files)',
    );
  }
  const result = reported(whole, given, workspace);
  const color = given.output === undefined && colorAllowed(terminal.out, given.color, terminal.env);
  const width = terminal.out.columns ?? 100;
  const shown = given.quiet ? { ...result, findings: result.findings.filter(isError) } : result;
  const { shownPath } = workspace.scope;
  writeOut(
    reporter.report(shown, { color, quiet: given.quiet, width, version: version(), shownPath }),
    given,
    terminal,
  );
  return exitCode(result, given);
}

/** The reporter of a name; a fault names the nearest. */
async function reporterNamed(name: string): Promise<Reporter> {
  const { reporters } = await import('../report/index.ts');
  const found = reporters.find((reporter) => reporter.name === name);
  if (found !== undefined) return found.load();
  const names = reporters.map((reporter) => reporter.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new UsageError(`unknown format "${name}", ${hint}`);
}

function isNothing({ findings, coverage, errors }: Result): boolean {
  return coverage.statements === 0 && findings.length === 0 && errors.length === 0;
}

/** What the paths and --from ask for. A finding counts where it stands and where its other places stand. */
function reported(result: Result, { from }: Arguments, { scope }: Workspace): Result {
  const findings = result.findings.filter(({ span, related }) =>
    [span, ...related.map((place) => place.span)].some(({ file }) => scope.isWanted(file.path)),
  );
  return from === undefined ? { ...result, findings } : fromState(from, { ...result, findings });
}

function fromState(state: string, result: Result): Result {
  const names = [...new Set(result.histories.flatMap(({ paths }) => paths.map(({ name }) => name)))];
  if (!names.includes(state)) {
    const nearest = nearestName(state, names);
    throw new UsageError(
      `--from: no start state "${state}"${nearest === undefined ? '; migralint paths lists them' : `, did you mean "${nearest}"?`}`,
    );
  }
  return {
    ...result,
    findings: result.findings.filter(({ holdsOn }) => !Array.isArray(holdsOn) || holdsOn.includes(state)),
    histories: result.histories.map((history) => ({
      ...history,
      paths: history.paths.filter(({ name }) => name === state),
    })),
  };
}

const rank: Readonly<Record<FailOn, number>> = { info: 0, warning: 1, error: 2, never: 3 };

function exitCode({ findings, errors }: Result, { failOn, maxWarnings }: Arguments): 0 | 1 | 2 {
  if (errors.length > 0 || findings.some(({ rule }) => rule === 'internal-error')) return 2;
  if (findings.some(({ severity }) => rank[severity] >= rank[failOn])) return 1;
  return maxWarnings !== undefined && countOf('warning', findings) > maxWarnings ? 1 : 0;
}

function countOf(wanted: Severity, findings: readonly Finding[]): number {
  return findings.filter(({ severity }) => severity === wanted).length;
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
