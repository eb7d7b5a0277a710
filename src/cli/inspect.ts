import { withoutOtherEngines } from '../layouts/other-engines.ts';
import type { Arguments } from './arguments.ts';
import { slashPath } from './file-paths.ts';
import { writeOut } from './output.ts';
import type { Terminal } from './terminal.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** `--print-config` and `--show-files`: what migralint would work with. */
export async function inspect(given: Arguments, terminal: Terminal): Promise<number> {
  const workspace = await openWorkspace(given, terminal.cwd);
  writeOut(given.printConfig ? configText(workspace, terminal.cwd) : filesText(workspace), given, terminal);
  return 0;
}

function configText({ config, configPath }: Workspace, cwd: string): string {
  const from = configPath === null ? null : slashPath(cwd, configPath);
  return `${JSON.stringify({ from, config }, null, 2)}\n`;
}

/** The files that are read, each with the reason, and those that could not be. */
function filesText({ taken: read, project, scope, listedFrom }: Workspace): string {
  const known = withoutOtherEngines(project.files);
  const taken = read.map(({ path, reason }) => ({
    path,
    reason: project.files.has(path) && !known.has(path) ? 'not checked, for another engine' : reason,
  }));
  const width = Math.max(0, ...taken.map(({ reason }) => reason.length));
  const origin =
    listedFrom === 'git' ? 'what git tracks or does not ignore' : 'all folders, as there is no git repository';
  return [
    `read: ${taken.length} of ${origin}`,
    ...taken.map(({ path, reason }) => `  ${reason.padEnd(width)}  ${scope.shownPath(path)}`),
    ...project.errors.map(({ path, message }) => `  not read  ${scope.shownPath(path)}: ${message}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
