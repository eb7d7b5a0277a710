/** migralint as a library: the same pipeline as the command line, without disk, git or terminal. */
export type { Baseline, KnownFinding } from './baseline.ts';
export { defineConfig, type Config, type DeploymentConfig, type OverrideConfig } from './config.ts';
export type { Operation, Range } from './ddl/operation.ts';
export type { Deployment } from './deployment.ts';
export type { Edit, Finding, Fix, Level, Related, Severity } from './finding.ts';
export { lint, type LintSettings } from './lint.ts';
export type { Project } from './project.ts';
export type { Coverage, Result } from './result.ts';
export { defineRule, type Example, type Report, type Rule } from './rule.ts';
export type { Statement } from './sql/statement.ts';
export type { SourceFile, Span } from './text/source-file.ts';
export type { Event, Failure, History, PlacedStatement, Skip, UpgradePath } from './timeline/history.ts';
export { rules } from '../rules/index.ts';
