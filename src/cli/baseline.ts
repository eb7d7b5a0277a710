import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyBaseline, baselineOf, baselineText, parseBaseline, type Baseline } from '../baseline.ts';
import type { Config } from '../config.ts';
import { counted } from '../text/counted.ts';
import type { Arguments } from './arguments.ts';
import { codeOf } from './error-code.ts';
import { slashPath } from './file-paths.ts';
import { writeReport } from './output.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';

const defaultName = 'migralint-baseline.json';

/** Where a project's baseline stands. */
function baselinePath(root: string, config: Config): string {
  return join(root, config.baseline ?? defaultName);
}

/** The baseline of a project; undefined where it has none. One that the config names must be there. */
export function readBaseline(root: string, config: Config): Baseline | undefined {
  const path = baselinePath(root, config);
  if (config.baseline === undefined && !existsSync(path)) return undefined;
  const reading = parseBaseline(textOf(path, config.baseline ?? defaultName), config.baseline ?? defaultName);
  if ('problem' in reading) throw new UsageError(reading.problem);
  return reading;
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${name}: the baseline cannot be read (${codeOf(error)}); migralint baseline writes it`);
  }
}

/**
 * `migralint baseline`: writes down every finding of today, so that only new ones are reported from now on. `--prune` only
 * takes out those that are gone.
 */
export async function baseline(given: Arguments, terminal: Terminal): Promise<number> {
  const workspace = await openWorkspace(given, terminal.cwd);
  const { root } = workspace.scope;
  const path = baselinePath(root, workspace.config);
  const known = existsSync(path) ? (readBaseline(root, workspace.config)?.findings ?? []) : [];
  const { findings, histories } = await lintWorkspace({ ...workspace, baseline: undefined });
  const next = given.prune
    ? applyBaseline(findings, histories, { version: 1, findings: known }).kept
    : baselineOf(findings, histories);
  const shown = slashPath(terminal.cwd, path);
  writeReport(baselineText(next), path, terminal.cwd, 'baseline');
  terminal.out.write(`${shown}: ${summary(known.length, next.findings.length, given.prune)}\n`);
  return 0;
}

function summary(before: number, after: number, prune: boolean): string {
  if (prune) return `${counted(before - after, 'finding')} gone, ${after} left`;
  return `${counted(after, 'finding')} known; only new ones are reported from now on`;
}
