import { applyBaseline, type Baseline } from './baseline.ts';
import { checkHistories, replayError } from './check.ts';
import type { Config } from './config.ts';
import type { DialectName } from './dialects/dialect.ts';
import type { Deployment } from './deployment.ts';
import type { Finding, Level } from './finding.ts';
import type { HostModule } from './hosts/host.ts';
import { hosts } from './hosts/index.ts';
import { linkPrograms } from './hosts/link.ts';
import { levelsOf, type Levels } from './levels.ts';
import { detectDeployments } from './layouts/detect.ts';
import { withReleases } from './layouts/releases.ts';
import type { Project } from './project.ts';
import type { SourceFile } from './text/source-file.ts';
import type { Result } from './result.ts';
import type { Rule } from './rule.ts';
import { rules as builtInRules } from '../rules/index.ts';
import { applyDirectives } from './suppress.ts';
import { withGrammarVerdicts } from './timeline/grammar-verdicts.ts';
import { loadGrammars } from './timeline/load-grammars.ts';
import type { History } from './timeline/history.ts';
import { replayDeployment } from './timeline/replay.ts';

export interface LintSettings {
  readonly config?: Config;
  /** Wins over the config and over every sign in the files. */
  readonly dialect?: DialectName;
  /** Levels that win over those of the config. */
  readonly levels?: Readonly<Record<string, Level>>;
  /** Absent: all rules. */
  readonly rules?: readonly Rule[];
  /** Findings that are known and not reported. */
  readonly baseline?: Baseline;
}

/** Names that findings may carry beside those of the rules. */
export const RESERVED_RULE_NAMES = ['internal-error', 'unused-ignore'] as const;

/**
 * The whole pipeline: find SQL in the host code, order it into deployments, replay them on every database that they can meet,
 * check, and apply the ignore comments. It touches neither disk nor clock; the same project gives the same result.
 */
export async function lint(project: Project, settings: LintSettings = {}): Promise<Result> {
  const config = settings.config ?? {};
  const rules = settings.rules ?? builtInRules;
  const deployments = await deploymentsOf(project, settings);
  await loadGrammars(deployments);
  const { histories, broken } = await replayAll(deployments, project);
  const levels = await levelsOf(config, settings.levels ?? {}, rules);
  const running = rules.filter(({ id }) => !levels.isOff(id));
  const found = levelledAll([...broken, ...checkHistories(histories, running)], levels);
  const names = { known: new Set([...rules.map(({ id }) => id), ...RESERVED_RULE_NAMES]), isOff: levels.isOff };
  const told = applyDirectives(found, histories, project.files.values(), names);
  const findings = levelledAll(told.findings, levels);
  const known = settings.baseline === undefined ? null : applyBaseline(findings, histories, settings.baseline);
  return {
    findings: known?.findings ?? findings,
    histories,
    suppressed: told.suppressed + (known?.use.silenced ?? 0),
    baseline: known?.use ?? null,
    errors: project.errors,
    coverage: {
      files: project.files.size,
      statements: sum(histories.map((history) => history.coverage.statements)),
      opaque: sum(histories.map((history) => history.coverage.opaque)),
      unsure: sum(histories.map((history) => history.coverage.unsure)),
      deployments: histories.length,
      paths: sum(histories.map((history) => history.paths.length)),
    },
  };
}

function levelledAll(findings: readonly Finding[], levels: Levels): readonly Finding[] {
  return findings.map((finding) => levels.apply(finding)).filter((finding) => finding !== null);
}

/** How the files of a project are run, today and at its releases. */
async function deploymentsOf(project: Project, settings: LintSettings): Promise<readonly Deployment[]> {
  const { config = {} } = settings;
  const modules = await readHosts(project);
  const programs = modules.length === 0 ? [] : linkPrograms(modules, project);
  const deployments = await detectDeployments({
    project,
    programs,
    config,
    dialect: settings.dialect ?? config.dialect,
    engineVersion: config.engineVersion,
  });
  if (project.releases === undefined) return deployments;
  const releases = [];
  for (const release of project.releases)
    releases.push({ name: release.name, deployments: await deploymentsOf(release.project, settings) });
  return withReleases(deployments, releases);
}

/** Replays every deployment. One that cannot be replayed becomes a finding, so that the others are still seen. */
async function replayAll(
  deployments: readonly Deployment[],
  project: Project,
): Promise<{ readonly histories: readonly History[]; readonly broken: readonly Finding[] }> {
  const histories: History[] = [];
  const broken: Finding[] = [];
  for (const deployment of deployments) {
    try {
      histories.push(replayDeployment(deployment, project));
    } catch (error) {
      broken.push(replayError(deployment, error));
    }
  }
  return { histories: await withGrammarVerdicts(histories), broken };
}

/** What files hold that several releases have in common is read once. */
const moduleByFile = new WeakMap<SourceFile, HostModule>();

/** Reads the host code, loading a language only when a file of it is there. */
async function readHosts(project: Project): Promise<readonly HostModule[]> {
  const modules: HostModule[] = [];
  for (const host of hosts) {
    const files = [...project.files.values()].filter((file) =>
      host.extensions.some((extension) => file.path.endsWith(extension)),
    );
    if (files.length === 0) continue;
    const reader = await host.load();
    for (const file of files) {
      const module = moduleByFile.get(file) ?? reader.read(file);
      moduleByFile.set(file, module);
      modules.push(module);
    }
  }
  return modules;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
