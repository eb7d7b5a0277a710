import picomatch from 'picomatch';
import type { DeploymentConfig, RunConfig } from '../config.ts';
import type { Action, Call, Deployment, PassedOverFile, Step } from '../deployment.ts';
import { engineOf } from '../dialects/index.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { dialectOf } from './dialect-signs.ts';
import { baseName, byLeadingNumber, folderOf, joinPath } from './file-order.ts';
import type { LayoutContext } from './layout.ts';
import { IGNORED } from '../migration-tool.ts';
import { callsOf } from './calls.ts';
import { callOf, filesBeside, migrationName, STOP } from './migration-folder.ts';
import { beginsTransaction } from './own-transaction.ts';
import { stepsRecordedIn } from './recorded-in-text.ts';

/** A deployment as the config describes it: nothing is guessed but the dialect, where the config leaves that open. */
export function configuredDeployment(context: LayoutContext, config: DeploymentConfig): Deployment {
  const runs = config.run.map((run) => ({ run, files: filesOf(context, config.root, run.files) }));
  const sqlFiles = runs.flatMap(({ files }) => files);
  const sign = dialectOf(context.project, sqlFiles, config.root, config.dialect ?? context.dialect);
  const steps: Step[] = [];
  const parts = runs.map(({ run, files }) => ({
    when: run.when,
    actions: together(
      run,
      files.flatMap((file) => actionsOf(run, file, steps)),
    ),
  }));
  return {
    name: config.name ?? config.root,
    root: config.root,
    engine: engineOf(sign.dialect, context.engineVersion),
    summary: 'as the config says',
    evidence: [{ strength: 'config', words: 'deployments in the config' }, sign.evidence],
    program: programOf(parts.map((part) => withRecords(part, steps))),
    reading: null,
    otherReadings: [],
    ledger: steps,
    tool: null,
    passedOver: leftOut(context, sqlFiles),
    journal: null,
    dumps: Object.entries(config.start ?? {}).flatMap(([name, patterns]) =>
      typeof patterns === 'string' && name === 'releases'
        ? []
        : [
            {
              name,
              calls: filesOf(context, config.root, [patterns].flat()).map((file): Call => callOf(sqlTextOfFile(file))),
            },
          ],
    ),
    rerunnable: config.rerunnable ?? [],
    upgrades: context.config.upgrades ?? true,
    witnesses: [],
  };
}

/** The files that patterns name, in the order of the patterns; those of one glob by leading number, then by bytes. */
function filesOf(context: LayoutContext, root: string, patterns: readonly string[]): readonly SourceFile[] {
  const chosen = new Set<SourceFile>();
  for (const pattern of patterns) {
    const full = joinPath(root, pattern);
    const exact = context.project.files.get(full);
    if (exact !== undefined) {
      chosen.add(exact);
      continue;
    }
    const matches = picomatch(full, { dot: true });
    [...context.project.files.values()]
      .filter((file) => matches(file.path))
      .sort((left, right) => byFolderThenNumber(left.path, right.path))
      .forEach((file) => chosen.add(file));
  }
  return [...chosen];
}

function byFolderThenNumber(left: string, right: string): number {
  if (folderOf(left) !== folderOf(right)) return folderOf(left) < folderOf(right) ? -1 : 1;
  return byLeadingNumber(baseName(left), baseName(right));
}

/** What the script for new databases writes into the ledger counts as run there. */
function withRecords({ when, actions }: Part, ledger: readonly Step[]): Part {
  if (when !== 'fresh') return { when, actions };
  const steps = stepsRecordedIn([...callsOf(actions)].map(({ sql }) => sql.text).join(';\n'), ledger);
  return { when, actions: steps.length === 0 ? actions : [...actions, { kind: 'stamp', steps }] };
}

/** SQL files beside those that run, which nothing in the config names. */
function leftOut(context: LayoutContext, run: readonly SourceFile[]): readonly PassedOverFile[] {
  const named = new Set<SourceFile>();
  for (const { root, run: runs, start = {} } of context.config.deployments ?? []) {
    const patterns = [...runs.flatMap(({ files }) => files), ...Object.values(start).flat()];
    for (const file of filesOf(context, root, patterns)) named.add(file);
  }
  return filesBeside(context, run).flatMap((file) =>
    named.has(file) ? [] : [{ file, because: 'the config does not name it', reaction: IGNORED }],
  );
}

interface Part {
  readonly when: RunConfig['when'];
  readonly actions: readonly Action[];
}

/** Whether a database is fresh is asked once, before anything has run: what a deploy creates does not make it an old one. */
function programOf(parts: readonly Part[]): readonly Action[] {
  const without = (left: RunConfig['when']): readonly Action[] =>
    parts.filter((part) => part.when !== left).flatMap((part) => part.actions);
  if (parts.every((part) => part.when !== 'fresh' && part.when !== 'upgrade')) return without('fresh');
  return [{ kind: 'if', guard: { test: 'empty' }, then: without('upgrade'), otherwise: without('fresh') }];
}

/** The actions of one entry, in one transaction where the config says so. */
function together(run: RunConfig, actions: readonly Action[]): readonly Action[] {
  if (run.transaction !== 'all') return actions;
  return [{ kind: 'block', actions, onError: STOP, transaction: true }];
}

function actionsOf(run: RunConfig, file: SourceFile, steps: Step[]): readonly Action[] {
  if (file.path.endsWith('.down.sql') && run.when === 'once') return [];
  const bare: Action = { kind: 'call', call: callOf(sqlTextOfFile(file)) };
  const wrapped = run.transaction === 'file' && run.when !== 'once';
  const call: Action = wrapped ? { kind: 'block', actions: [bare], onError: STOP, transaction: true } : bare;
  switch (run.when) {
    case 'always':
    case 'on-change':
    case 'fresh':
    case 'upgrade':
      return [call];
    case 'once': {
      const step: Step = {
        name: migrationName(file),
        identity: baseName(file.path),
        file: file.path,
        actions: [call],
        transaction: run.transaction === 'file' || (run.transaction === undefined && !beginsTransaction(file)),
      };
      steps.push(step);
      return [{ kind: 'step', step }];
    }
  }
}
