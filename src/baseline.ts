import type { Finding, Severity } from './finding.ts';
import { lastingFingerprints } from './fingerprint.ts';
import type { BaselineUse } from './result.ts';
import { readJson } from './text/json.ts';
import { positionAt } from './text/source-file.ts';
import type { History } from './timeline/history.ts';

/** Findings that a project had when it began to use migralint, and that are not to be reported. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly KnownFinding[];
}

/** Known by its fingerprint alone; the rest is for the person who reads the file. */
export interface KnownFinding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly deployment: string;
  readonly object: string | null;
  /** What was known as a warning is reported once it is an error. */
  readonly severity: Severity;
}

export interface BaselineResult {
  readonly findings: readonly Finding[];
  readonly use: BaselineUse;
  /** What is known and still there. */
  readonly kept: Baseline;
}

const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** Findings without those that are known. */
export function applyBaseline(
  findings: readonly Finding[],
  histories: readonly History[],
  { findings: known }: Baseline,
): BaselineResult {
  const byFingerprint = new Map(known.map((entry) => [entry.fingerprint, entry]));
  const names = lastingFingerprints(findings, histories);
  const met = new Set<KnownFinding>();
  const reported = findings.filter((finding) => {
    const entry = byFingerprint.get(names.get(finding) ?? '');
    if (entry === undefined || rank[finding.severity] > rank[entry.severity]) return true;
    met.add(entry);
    return false;
  });
  return {
    findings: reported,
    use: { silenced: findings.length - reported.length, gone: known.length - met.size },
    kept: { version: 1, findings: known.filter((entry) => met.has(entry)) },
  };
}

/** The baseline that knows these findings, in a stable order. */
export function baselineOf(findings: readonly Finding[], histories: readonly History[]): Baseline {
  const names = lastingFingerprints(findings, histories);
  const entries = findings.map((finding) => ({
    fingerprint: names.get(finding) ?? '',
    rule: finding.rule,
    deployment: finding.deployment,
    object: finding.object ?? null,
    severity: finding.severity,
  }));
  const keyOf = ({ rule, deployment, object, fingerprint }: KnownFinding) =>
    [rule, deployment, object ?? '', fingerprint].join('\0');
  return { version: 1, findings: entries.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)) };
}

/** One finding to a line, so that two branches which both prune it merge. */
export function baselineText({ findings }: Baseline): string {
  const lines = findings.map((entry) => `    ${JSON.stringify(entry)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** Reads a baseline, or says in one line why that cannot be done. */
export function parseBaseline(text: string, path: string): Baseline | { readonly problem: string } {
  const reading = readJson(text);
  if (!reading.ok) {
    const { line, column } = positionAt({ path, text }, reading.offset);
    return { problem: `${path}:${line}:${column}: ${reading.message}` };
  }
  return isBaseline(reading.value)
    ? reading.value
    : { problem: `${path}: no baseline that this version can read; migralint baseline writes it anew` };
}

function isBaseline(value: unknown): value is Baseline {
  if (typeof value !== 'object' || value === null || !('version' in value) || !('findings' in value)) return false;
  return value.version === 1 && Array.isArray(value.findings) && value.findings.every(isKnownFinding);
}

function isKnownFinding(value: unknown): value is KnownFinding {
  if (typeof value !== 'object' || value === null || !('fingerprint' in value) || !('severity' in value)) return false;
  return typeof value.fingerprint === 'string' && String(value.severity) in rank;
}
