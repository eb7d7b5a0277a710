import type { Finding, Fix, Related } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import type { Result } from '../result.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import type { UpgradePath } from '../timeline/history.ts';
import { failurePlace } from './failure-place.ts';
import type { Reporter } from './reporter.ts';

/** The stable contract for other programs; `schema/result.schema.json` describes it. A change of its meaning is a new `version`. */
const json: Reporter = {
  name: 'json',
  summary: 'everything, for programs (schema/result.schema.json)',
  report(result, { version }) {
    return `${JSON.stringify(document(result, version), null, 2)}\n`;
  },
};

export default json;

function document(result: Result, version: string): object {
  const names = fingerprints(result.findings, result.histories);
  return {
    version: 1,
    tool: { name: 'migralint', version },
    findings: result.findings.map((finding) => findingDocument(finding, names.get(finding) ?? '')),
    paths: result.histories.flatMap(({ deployment, paths }) =>
      paths.map((path) => pathDocument(deployment.name, path)),
    ),
    suppressed: result.suppressed,
    errors: result.errors,
    coverage: result.coverage,
  };
}

function findingDocument(finding: Finding, fingerprint: string): object {
  const end = positionAt(finding.span.file, finding.span.end);
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    help: finding.help ?? null,
    object: finding.object ?? null,
    ...place(finding.span),
    endLine: end.line,
    endColumn: end.column,
    deployment: finding.deployment,
    holdsOn: finding.holdsOn,
    condition: finding.condition,
    reading: finding.reading,
    engines: finding.engines,
    engineError: finding.engineError,
    docs: `docs/rules/${finding.rule}.md`,
    related: finding.related.map(relatedDocument),
    fix: finding.fix === undefined ? null : fixDocument(finding.fix),
    fingerprint,
  };
}

function place(span: Span): object {
  return { file: span.file.path, ...positionAt(span.file, span.start) };
}

function relatedDocument({ span, message }: Related): object {
  return { ...place(span), message };
}

function fixDocument({ title, safe, edits }: Fix): object {
  return {
    title,
    safe,
    edits: edits.map(({ span, text }) => ({ file: span.file.path, start: span.start, end: span.end, text })),
  };
}

function pathDocument(deployment: string, { name, verdict, failsAt }: UpgradePath): object {
  const failure = failsAt === null ? null : failurePlace(failsAt);
  return {
    deployment,
    name,
    verdict,
    failsAt: failure && { file: failure.file.path, line: positionAt(failure.file, failure.start).line },
  };
}
