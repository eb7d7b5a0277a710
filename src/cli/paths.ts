import type { Arguments } from './arguments.ts';
import { writeOut } from './output.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';

/** `migralint paths`: every upgrade path with its verdict. As JSON it is the report of `check` without its findings. */
export async function paths(given: Arguments, terminal: Terminal): Promise<number> {
  const workspace = await openWorkspace(given, terminal.cwd);
  const result = await lintWorkspace(workspace);
  const color = given.output === undefined && colorAllowed(terminal.out, given.color, terminal.env);
  const options = {
    color,
    quiet: false,
    width: terminal.out.columns ?? 100,
    version: version(),
    shownPath: workspace.scope.shownPath,
    unsure: given.unsure,
  };
  if (given.format === 'json') {
    const { resultDocument } = await import('../report/result-document.ts');
    const document = resultDocument({ ...result, findings: [] }, options);
    writeOut(`${JSON.stringify(document, null, 2)}\n`, given, terminal);
  } else if (given.format === 'pretty') {
    const { pathsPage } = await import('../report/paths-page.ts');
    writeOut(pathsPage(result.histories, options), given, terminal);
  } else {
    throw new UsageError(`paths: expected --format pretty or json, got "${given.format}"`);
  }
  return 0;
}
