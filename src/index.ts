/** migralint as a library: the same pipeline as the command line, without disk, git or terminal. */
export type { Config, DeploymentConfig } from './config.ts';
export type { Edit, Finding, Fix, Level, Related, Severity } from './finding.ts';
export { lint, type LintSettings } from './lint.ts';
export type { Project } from './project.ts';
export type { Coverage, Result } from './result.ts';
export { defineRule, type Example, type Report, type Rule } from './rule.ts';
export type { SourceFile, Span } from './text/source-file.ts';
export type { History, UpgradePath } from './timeline/history.ts';
