import { dirname } from 'node:path';
import type { Baseline } from '../baseline.ts';
import type { Config } from '../config.ts';
import type { Level } from '../finding.ts';
import { hosts } from '../hosts/index.ts';
import type { LintSettings } from '../lint.ts';
import type { Past } from '../past.ts';
import type { Project } from '../project.ts';
import type { Result } from '../result.ts';
import type { Rule } from '../rule.ts';
import { nearestName } from '../text/nearest-name.ts';
import type { Arguments } from './arguments.ts';
import type { Choice } from './project-at.ts';
import { listFiles, type FileList } from './file-list.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import { readProject } from './read-project.ts';
import { globTest, requestOf, scopeOf, type Scope } from './scope.ts';
import { selectFiles, type Selection } from './selection.ts';
import { UsageError } from './usage-error.ts';

/** A project as a command works on it. */
export interface Workspace {
  readonly scope: Scope;
  /** With what the command line changes in it. */
  readonly config: Config;
  /** Absolute; null where no config was found. */
  readonly configPath: string | null;
  readonly project: Project;
  readonly taken: readonly Selection[];
  readonly listedFrom: FileList['from'];
  /** Every path below the root, those that are not read included. */
  readonly listed: readonly string[];
  /** Levels from the command line, which win over those of the config everywhere. */
  readonly levels: Readonly<Record<string, Level>>;
  readonly baseline: Baseline | undefined;
  /** How the files were chosen among them, for other states of the repository. */
  readonly choice: Choice;
  /** Every rule: migralint's own, and those of the config's plugins. */
  readonly rules: readonly Rule[];
}

/** Finds the config and the files, and reads them. */
export async function openWorkspace(given: Arguments, cwd: string): Promise<Workspace> {
  const request = requestOf(given.operands, cwd);
  const found = await loadConfig(given.config === undefined ? request.folder : cwd, given.config, cwd, ruleNames);
  const configFolder = given.config === undefined && found.path !== null ? dirname(found.path) : null;
  const scope = await scopeOf(request, configFolder, cwd);
  const config = await withArguments(found.config, given, found.rules);
  // The core is loaded while git lists the files.
  const [list, { rules }] = await Promise.all([listFiles(scope.root), import('../../rules/index.ts')]);
  const named = [...scope.named, ...configuredPaths(config)];
  const isIgnored = await globTest(config.ignore ?? []);
  const paths = list.paths.filter((path) => !isIgnored(path));
  const choice: Choice = { hostExtensions: hosts.flatMap(({ extensions }) => extensions), named, isIgnored };
  const selections = selectFiles(paths, choice.hostExtensions, named);
  const { project, taken } = readProject(scope.root, selections, list.errors);
  // With these a person looks for the reason why a pattern names no file.
  if (!given.printConfig && !given.showFiles) await refuseUnmatched({ ...found, config }, project, list, isIgnored);
  const baseline = given.useBaseline && given.command !== 'baseline' ? await baselineIn(scope.root, config) : undefined;
  return {
    scope,
    config,
    configPath: found.path,
    project,
    taken,
    listedFrom: list.from,
    listed: list.paths,
    choice,
    levels: given.rules,
    baseline,
    rules: [...rules, ...found.rules],
  };
}

/** A pattern of the config that names nothing would leave out what it means in silence. */
async function refuseUnmatched(
  { config, shown }: LoadedConfig,
  { files, errors }: Project,
  { paths }: FileList,
  isIgnored: Choice['isIgnored'],
): Promise<void> {
  if (config.deployments === undefined) return;
  const { unmatchedPatterns } = await import('../layouts/unmatched-patterns.ts');
  const read = [...files.keys(), ...errors.map(({ path }) => path)];
  const unmatched = unmatchedPatterns(config, { read, there: paths, isIgnored });
  if (unmatched.length > 0) throw new UsageError(unmatched.map((line) => `${shown}: ${line}`).join('\n'));
}

async function baselineIn(root: string, config: Config): Promise<Baseline | undefined> {
  const { readBaseline } = await import('./baseline.ts');
  return readBaseline(root, config);
}

/** Lints what is on disk. */
export async function lintWorkspace(workspace: Workspace): Promise<Result> {
  return lintState(workspace, workspace.project, null);
}

/** What a person asked for, for the core. */
export function lintSettings({ config, levels, baseline, rules }: Workspace): LintSettings {
  return { config, levels, rules, ...(baseline === undefined ? {} : { baseline }) };
}

/** Lints a project of the workspace with what git knows of its past. `blobs`: its files, if they are not those on disk. */
export async function lintState(
  workspace: Workspace,
  project: Project,
  blobs: Map<string, string> | null,
): Promise<Result> {
  const { lint } = await import('../lint.ts');
  return lint(await projectWithPast({ ...workspace, project }, blobs), lintSettings(workspace));
}

/** The project at the releases that the config names. */
async function releasesOf({ scope, config, choice }: Workspace): Promise<NonNullable<Project['releases']> | null> {
  const globs = [config.start?.releases, ...(config.deployments ?? []).map(({ start }) => start?.releases)];
  const glob = globs.find((candidate) => typeof candidate === 'string');
  if (glob === undefined) return null;
  const { releasedProjects } = await import('./releases.ts');
  return releasedProjects(scope.root, glob, choice);
}

/** The project with what git knows of it. `blobs`: as for `lintState`. */
export async function projectWithPast(
  workspace: Workspace,
  blobs: Map<string, string> | null = null,
): Promise<Project> {
  const { project, listedFrom } = workspace;
  if (listedFrom !== 'git') return project;
  const past = await pastOf(workspace, blobs);
  const releases = await releasesOf(workspace);
  return { ...project, ...(past === null ? {} : { past }), ...(releases === null ? {} : { releases }) };
}

/** Git is asked only where a file may be a step of a ledger. */
async function pastOf({ scope, project, listed }: Workspace, blobs: Map<string, string> | null): Promise<Past | null> {
  const taken = [...project.files.keys()].filter((path) => path.endsWith('.sql'));
  if (!taken.some(looksLikeStep)) return null;
  const { readPast } = await import('./read-past.ts');
  return readPast(scope.root, { taken, state: blobs ?? listed }, process.env);
}

/** A number in its name, or in that of its directory, or a folder of scripts: what a ledger could record. */
function looksLikeStep(path: string): boolean {
  return (
    /(?:^|\/)[a-z]{0,12}[-_]?\d[^/]*(?:\.sql|\/(?:up|migration)\.sql)$/i.test(path) ||
    /(?:^|\/)(?:deploy|scripts?|change(?:log|set)s?|migrations?|up|v\d[\d.]*)\/[^/]*\.sql$/i.test(path) ||
    /(?:^|\/)[^/]*change(?:log|set)[^/]*\.sql$/i.test(path)
  );
}

/** Every name that a finding may carry. */
export async function ruleNames(): Promise<readonly string[]> {
  const [{ rules }, { RESERVED_RULE_NAMES }] = await Promise.all([
    import('../../rules/index.ts'),
    import('../lint.ts'),
  ]);
  return [...rules.map(({ id }) => id), ...RESERVED_RULE_NAMES];
}

async function withArguments(config: Config, { dialect, rules }: Arguments, plugins: readonly Rule[]): Promise<Config> {
  const asked = Object.keys(rules);
  if (asked.length > 0) {
    const known = [...(await ruleNames()), ...plugins.map(({ id }) => id)];
    const unknown = asked.find((rule) => !known.includes(rule));
    if (unknown !== undefined) throw new UsageError(`--rule: ${unknownRule(unknown, known)}`);
  }
  return { ...config, ...(dialect === undefined ? {} : { dialect }), rules: { ...config.rules, ...rules } };
}

/** One line that names the rule that was meant, where one is near. */
export function unknownRule(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `unknown rule "${name}", ${nearest === undefined ? 'migralint rules lists them' : `did you mean "${nearest}"?`}`;
}

/** The fixed beginnings of the globs by which the config names files: its word counts as a path that was given. */
function configuredPaths({ deployments = [] }: Config): readonly string[] {
  return deployments.flatMap(({ root, run, start = {} }) => {
    const globs = [
      ...run.flatMap(({ files }) => files),
      ...Object.entries(start).flatMap(([name, globs]) => (name === 'releases' ? [] : globs)),
    ];
    const prefix = root === '.' || root === '' ? '' : `${root.replace(/^\.\//, '').replace(/\/$/, '')}/`;
    return globs.map((glob) => (prefix + glob.replace(/^\.\//, '')).replace(/\/?[^/]*[*?[{].*$/, ''));
  });
}
