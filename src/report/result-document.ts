import type { Finding, Fix, Related } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import type { Result } from '../result.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import type { UpgradePath } from '../timeline/history.ts';
import { failurePlace } from './failure-place.ts';
import type { ReportOptions } from './reporter.ts';

type ShownPath = ReportOptions['shownPath'];

/** A result as plain values: what `json` prints at once and `ndjson` line by line. `schema/result.schema.json` describes it. */
export interface ResultDocument {
  readonly version: 1;
  readonly tool: { readonly name: 'migralint'; readonly version: string };
  readonly findings: readonly object[];
  readonly paths: readonly object[];
  readonly suppressed: number;
  readonly baseline: Result['baseline'];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly coverage: Result['coverage'];
}

/** The stable contract for other programs. A change of its meaning is a new `version`. */
export function resultDocument(
  result: Result,
  { version, shownPath }: Pick<ReportOptions, 'version' | 'shownPath'>,
): ResultDocument {
  const names = fingerprints(result.findings, result.histories);
  return {
    version: 1,
    tool: { name: 'migralint', version },
    findings: result.findings.map((finding) => findingDocument(finding, names.get(finding) ?? '', shownPath)),
    paths: result.histories.flatMap(({ deployment, paths }) =>
      paths.map((path) => pathDocument(deployment.name, path, shownPath)),
    ),
    suppressed: result.suppressed,
    baseline: result.baseline,
    errors: result.errors.map(({ path, message }) => ({ path: shownPath(path), message })),
    coverage: result.coverage,
  };
}

function findingDocument(finding: Finding, fingerprint: string, shownPath: ShownPath): object {
  const end = positionAt(finding.span.file, finding.span.end);
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    help: finding.help ?? null,
    object: finding.object ?? null,
    ...place(finding.span, shownPath),
    endLine: end.line,
    endColumn: end.column,
    deployment: finding.deployment,
    holdsOn: finding.holdsOn,
    condition: finding.condition,
    reading: finding.reading,
    engines: finding.engines,
    engineError: finding.engineError,
    docs: `docs/rules/${finding.rule}.md`,
    related: finding.related.map((related) => relatedDocument(related, shownPath)),
    fix: finding.fix === undefined ? null : fixDocument(finding.fix, shownPath),
    fingerprint,
  };
}

function place(span: Span, shownPath: ShownPath): object {
  return { file: shownPath(span.file.path), ...positionAt(span.file, span.start) };
}

function relatedDocument({ span, message }: Related, shownPath: ShownPath): object {
  return { ...place(span, shownPath), message };
}

function fixDocument({ title, safe, edits, moves, creates }: Fix, shownPath: ShownPath): object {
  return {
    title,
    safe,
    edits: edits.map(({ span, text }) => ({ file: shownPath(span.file.path), start: span.start, end: span.end, text })),
    ...(moves === undefined
      ? {}
      : { moves: moves.map(({ file, to }) => ({ file: shownPath(file.path), to: shownPath(to) })) }),
    ...(creates === undefined ? {} : { creates: creates.map(({ path, text }) => ({ file: shownPath(path), text })) }),
  };
}

function pathDocument(deployment: string, { name, verdict, failsAt }: UpgradePath, shownPath: ShownPath): object {
  const failure = failsAt === null ? null : failurePlace(failsAt);
  return {
    deployment,
    name,
    verdict,
    failsAt: failure && { file: shownPath(failure.file.path), line: positionAt(failure.file, failure.start).line },
  };
}
