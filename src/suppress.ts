import { compareFindings, type Finding } from './finding.ts';
import { findDirectives, type Directive } from './sql/directives.ts';
import { spanOf } from './text/sql-text.ts';
import type { SourceFile, Span } from './text/source-file.ts';
import type { History } from './timeline/history.ts';

/** Findings without those that an ignore comment silences, and with those that the comments themselves deserve. */
export interface Suppression {
  readonly findings: readonly Finding[];
  readonly suppressed: number;
}

/** Applies the ignore comments of every file. `ruleNames`: all that exist; a comment that names another is reported. */
export function applyDirectives(
  findings: readonly Finding[],
  histories: readonly History[],
  files: Iterable<SourceFile>,
  ruleNames: ReadonlySet<string>,
): Suppression {
  const kept = new Set(findings);
  const complaints: Finding[] = [];
  const statements = statementPlaces(histories);
  for (const file of files) {
    const places = statements.get(file.path) ?? [];
    for (const directive of findDirectives(file, places)) {
      const silenced = [...kept].filter((finding) => isMeant(finding, directive, places));
      for (const finding of silenced) kept.delete(finding);
      const complaint = complaintAbout(directive, silenced.length, ruleNames);
      if (complaint !== null) complaints.push(complaint);
    }
  }
  const suppressed = findings.length - kept.size;
  return { findings: [...kept, ...complaints].sort(compareFindings), suppressed };
}

/** The places of all statements, ascending, by the path of their file. */
function statementPlaces(histories: readonly History[]): ReadonlyMap<string, readonly Span[]> {
  const byPath = new Map<string, Map<number, Span>>();
  for (const history of histories) {
    for (const { parsed } of history.statements) {
      const { sql, start, end } = parsed.statement;
      const span = spanOf(sql, start, end);
      const places = byPath.get(span.file.path) ?? new Map<number, Span>();
      byPath.set(span.file.path, places);
      places.set(span.start, span);
    }
  }
  return new Map(
    [...byPath].map(([path, places]) => [path, [...places.values()].sort((left, right) => left.start - right.start)]),
  );
}

function isMeant(finding: Finding, directive: Directive, places: readonly Span[]): boolean {
  if (!directive.rules.includes(finding.rule) || finding.span.file.path !== directive.span.file.path) return false;
  if (directive.kind === 'file') return true;
  const place = places.find((span) => span.start === directive.statementStart);
  return place !== undefined && finding.span.start >= place.start && finding.span.start < place.end;
}

function complaintAbout(directive: Directive, silenced: number, ruleNames: ReadonlySet<string>): Finding | null {
  const message = complaintWords(directive, silenced, ruleNames);
  if (message === null) return null;
  return {
    rule: 'unused-ignore',
    severity: 'warning',
    message,
    help: 'Remove the comment, or write it as `migralint-ignore RULE: reason` before the statement it is for.',
    span: directive.span,
    deployment: '',
    holdsOn: null,
    condition: null,
    reading: null,
    engines: [],
    engineError: null,
    related: [],
  };
}

function complaintWords(directive: Directive, silenced: number, ruleNames: ReadonlySet<string>): string | null {
  if (directive.rules.length === 0) return 'This ignore comment names no rule, so it silences nothing.';
  const unknown = directive.rules.find((rule) => !ruleNames.has(rule));
  if (unknown !== undefined) return `This ignore comment names ${unknown}, which is no rule.`;
  if (silenced === 0)
    return `This ignore comment silences nothing: ${directive.rules.join(' and ')} finds nothing here.`;
  return directive.reason === '' ? 'This ignore comment gives no reason.' : null;
}
