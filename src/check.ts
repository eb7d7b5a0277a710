import { compareFindings, type Finding, type Level } from './finding.ts';
import { levelled, type Report, type Rule } from './rule.ts';
import { spanOf } from './text/sql-text.ts';
import type { Span } from './text/source-file.ts';
import type { History } from './timeline/history.ts';

/** Runs every rule over every history. A rule that throws becomes an `internal-error` finding: nothing is lost in silence. */
export function checkHistories(
  histories: readonly History[],
  rules: readonly Rule[],
  levels: Readonly<Record<string, Level>>,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const history of histories) {
    for (const rule of rules) {
      if (levels[rule.id] === 'off') continue;
      checkOne(history, rule, levels[rule.id], findings);
    }
  }
  return findings.sort(compareFindings);
}

function checkOne(history: History, rule: Rule, level: Level | undefined, findings: Finding[]): void {
  try {
    rule.check(history, (report) => {
      const severity = levelled(report.severity ?? rule.severity, rule.severity, level);
      if (severity !== null) findings.push({ ...findingOf(report, rule, history), severity });
    });
  } catch (error) {
    findings.push(internalError(rule, history, error));
  }
}

function findingOf(report: Report, rule: Rule, history: History): Finding {
  return {
    rule: rule.id,
    severity: rule.severity,
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
  const reason = error instanceof Error ? error.message : String(error);
  const [first] = history.statements;
  const file = first?.parsed.statement.sql.file ?? { path: history.deployment.root, text: '' };
  return {
    rule: 'internal-error',
    severity: 'error',
    message: `The rule ${rule.id} failed on ${history.deployment.name}: ${reason}. This is a fault of migralint; the other rules ran.`,
    help: 'Please report it with the files of this deployment; until then the rule can be set to "off" in the config.',
    span: { file, start: 0, end: 0 },
    deployment: history.deployment.name,
    holdsOn: null,
    condition: null,
    reading: null,
    engines: [],
    engineError: null,
    related: [],
  };
}
