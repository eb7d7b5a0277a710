import type { Finding, Severity } from '../finding.ts';
import type { Result } from '../result.ts';
import { nearestState } from '../text/nearest-name.ts';
import type { Arguments, FailOn } from './arguments.ts';
import { preparedReports } from './reports.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintWorkspace, openWorkspace, type Workspace } from './workspace.ts';

/** SQL files of other engines, of queries, or of functions alone make no schema that could be followed. */
function whyNothing({ project }: Workspace): string {
  const count = [...project.files.keys()].filter((path) => path.endsWith('.sql')).length;
  if (count === 0) return 'no SQL was found here, neither in files nor in host code';
  const files = count === 1 ? 'the one SQL file makes no table' : `none of the ${count} SQL files makes a table`;
  return `${files} that could be followed, nor does host code`;
}

/** `migralint check`: lints the project and reports; gives the exit code. */
export async function check(given: Arguments, terminal: Terminal): Promise<number> {
  const writeReports = await preparedReports(given, terminal);
  const workspace = await openWorkspace(given, terminal.cwd);
  const whole = given.fix === false ? await lintAll(given, workspace) : await fixed(workspace, given, terminal);
  if (isNothing(whole) && workspace.scope.isWhole && !given.staged) {
    throw new UsageError(`nothing to check: ${whyNothing(workspace)} (see --show-files)`);
  }
  const result = reported(whole, given, workspace);
  // A diff is for `git apply`: nothing else may stand beside it.
  if (given.diff) return exitCode(result, given);
  writeReports(given.quiet ? { ...result, findings: result.findings.filter(isError) } : result, workspace);
  return exitCode(result, given);
}

/** All findings; with --since or --staged those that are new. Everything is replayed all the same. */
async function lintAll(given: Arguments, workspace: Workspace): Promise<Result> {
  if (given.since === undefined && !given.staged) return lintWorkspace(workspace);
  const { lintChanges } = await import('./changes.ts');
  return lintChanges(workspace, given);
}

async function fixed(workspace: Workspace, given: Arguments, terminal: Terminal): Promise<Result> {
  if (given.since !== undefined || given.staged) throw new UsageError('--fix knows no --since and no --staged');
  const { fixWorkspace } = await import('./fix.ts');
  return fixWorkspace(workspace, given, terminal);
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
    const nearest = nearestState(state, names);
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
