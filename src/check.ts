import { compareFindings, type Finding } from './finding.ts';
import type { Report, Rule } from './rule.ts';
import { spanOf } from './text/sql-text.ts';
import type { Deployment } from './deployment.ts';
import type { SourceFile, Span } from './text/source-file.ts';
import type { History } from './timeline/history.ts';

/** Runs every rule over every history. A rule that throws becomes an `internal-error` finding: nothing is lost in silence. */
export function checkHistories(histories: readonly History[], rules: readonly Rule[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const history of histories) {
    for (const rule of rules) checkOne(history, rule, findings);
  }
  return withTwinsTogether(findings).sort(compareFindings);
}

/** Two deployments may run the same code: what a rule says of it in the same words is one finding, on the installs of both. */
function withTwinsTogether(findings: readonly Finding[]): Finding[] {
  const together = new Map<string, Finding>();
  for (const finding of findings) {
    const { rule, severity, message, span, reading, condition } = finding;
    const key = JSON.stringify([rule, severity, message, span.file.path, span.start, span.end, reading, condition]);
    const known = together.get(key);
    together.set(key, known === undefined ? finding : bothOf(known, finding));
  }
  return [...together.values()];
}

function bothOf(one: Finding, other: Finding): Finding {
  return {
    ...one,
    engines: [...new Set([...one.engines, ...other.engines])],
    holdsOn: onEither(one.holdsOn, other.holdsOn),
  };
}

function onEither(one: Finding['holdsOn'], other: Finding['holdsOn']): Finding['holdsOn'] {
  if (one === null || other === null) return null;
  return one === 'all' || other === 'all' ? 'all' : [...new Set([...one, ...other])];
}

function checkOne(history: History, rule: Rule, findings: Finding[]): void {
  try {
    rule.check(history, (report) => findings.push(findingOf(report, rule, history)));
  } catch (error) {
    findings.push(internalError(rule, history, error));
  }
}

function findingOf(report: Report, rule: Rule, history: History): Finding {
  return {
    rule: rule.id,
    severity: report.severity ?? rule.severity,
    message: report.message,
    ...(report.help === undefined ? {} : { help: report.help }),
    ...(report.object === undefined ? {} : { object: report.object }),
    span: spanOfReport(report.at),
    deployment: history.deployment.name,
    holdsOn: report.holdsOn ?? null,
    condition: report.condition ?? null,
    reading: report.reading ?? null,
    engines: [history.deployment.engine.dialect.name],
    engineError: report.engineError ?? null,
    related: report.related ?? [],
    ...(report.fix === undefined ? {} : { fix: report.fix }),
  };
}

function spanOfReport(at: Report['at']): Span {
  return 'file' in at ? at : spanOf(at.statement.sql, at.range.start, at.range.end);
}

function internalError(rule: Rule, history: History, error: unknown): Finding {
  const [first] = history.statements;
  const { name, root } = history.deployment;
  return ownFault(
    `The rule ${rule.id} failed on ${name}: ${reasonOf(error)}. This is a fault of the rule; the other rules ran.`,
    name,
    first?.parsed.statement.sql.file ?? { path: root, text: '' },
  );
}

/** The finding for a deployment whose replay failed: a fault of migralint, never of the project. */
export function replayError(deployment: Deployment, error: unknown): Finding {
  const [step] = deployment.ledger;
  const path = step?.file ?? deployment.root;
  return ownFault(
    `${deployment.name} could not be replayed: ${reasonOf(error)}. This is a fault of migralint; the rest of the project was checked.`,
    deployment.name,
    { path, text: '' },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function ownFault(message: string, deployment: string, file: SourceFile): Finding {
  return {
    rule: 'internal-error',
    severity: 'error',
    message,
    help: 'Please report it with the files of this deployment.',
    span: { file, start: 0, end: 0 },
    deployment,
    holdsOn: null,
    condition: null,
    reading: null,
    engines: [],
    engineError: null,
    related: [],
  };
}
