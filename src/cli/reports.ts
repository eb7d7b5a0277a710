import { appendFileSync } from 'node:fs';
import type { Reporter, ReportOptions } from '../report/reporter.ts';
import type { Result } from '../result.ts';
import { nearestName } from '../text/nearest-name.ts';
import type { Arguments } from './arguments.ts';
import { codeOf } from './error-code.ts';
import { writeOut, writeReport } from './output.ts';
import { repositoryPaths } from './repository-path.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import type { Workspace } from './workspace.ts';

/** Writes every report that was asked for. */
type WriteReports = (result: Result, workspace: Workspace) => void;

/** Loads the formats that are asked for, before any work is done: a fault in a name is told at once. */
export async function preparedReports(given: Arguments, terminal: Terminal): Promise<WriteReports> {
  const main = await reporterNamed(given.format);
  const files: { reporter: Reporter; file: string }[] = [];
  for (const { format, file } of given.reports) files.push({ reporter: await reporterNamed(format), file });
  const annotations = annotates(given, terminal) ? await reporterNamed('github') : null;
  const summaryFile = annotations !== null || given.format === 'github' ? terminal.env.GITHUB_STEP_SUMMARY : undefined;
  const summary = summaryFile === undefined || summaryFile === '' ? null : await reporterNamed('markdown');
  return (result, { scope, rules }) => {
    const plain: ReportOptions = {
      color: false,
      quiet: given.quiet,
      width: terminal.out.columns ?? 100,
      version: version(),
      shownPath: scope.shownPath,
      repositoryPath: repositoryPaths(scope, terminal),
      rules,
    };
    const color = given.output === undefined && colorAllowed(terminal.out, given.color, terminal.env);
    writeOut(main.report(result, { ...plain, color }), given, terminal);
    for (const { reporter, file } of files) {
      writeReport(reporter.report(result, plain), file, terminal.cwd, `--format ${reporter.name}`);
    }
    if (annotations !== null) terminal.out.write(annotations.report(result, plain));
    if (summary !== null && summaryFile !== undefined) appendSummary(summary.report(result, plain), summaryFile);
  };
}

/** In GitHub Actions what a person reads in the log also becomes annotations; what a program reads stays as it is. */
function annotates({ format, output }: Arguments, { env }: Terminal): boolean {
  return env.GITHUB_ACTIONS === 'true' && format === 'pretty' && output === undefined;
}

function appendSummary(text: string, file: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new UsageError(`GITHUB_STEP_SUMMARY: ${file} cannot be written (${codeOf(error)})`);
  }
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
