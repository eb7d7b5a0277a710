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

/** What rule names mean here. */
export interface RuleNames {
  /** All that exist; a comment that names another is reported. */
  readonly known: ReadonlySet<string>;
  /** A comment for a rule that does not run need not silence anything. */
  readonly isOff: (rule: string) => boolean;
}

/** Applies the ignore comments of every file. */
export function applyDirectives(
  findings: readonly Finding[],
  histories: readonly History[],
  files: Iterable<SourceFile>,
  names: RuleNames,
): Suppression {
  const kept = new Set(findings);
  const complaints: Finding[] = [];
  const statements = statementPlaces(histories);
  const byFile = findingsByFile(findings);
  for (const file of files) {
    for (const directive of findDirectives(file, statements.get(file.path) ?? [])) {
      const silenced = (byFile.get(file.path) ?? []).filter((finding) => isMeant(finding, directive));
      for (const finding of silenced) kept.delete(finding);
      const complaint = complaintAbout(directive, silenced.length, names);
      if (complaint !== null) complaints.push(complaint);
    }
  }
  const suppressed = findings.length - kept.size;
  return { findings: [...kept, ...complaints].sort(compareFindings), suppressed };
}

function findingsByFile(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { path } = finding.span.file;
    const others = byFile.get(path);
    if (others === undefined) byFile.set(path, [finding]);
    else others.push(finding);
  }
  return byFile;
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

function isMeant({ rule, span }: Finding, { rules, covers }: Directive): boolean {
  return covers !== null && rules.includes(rule) && span.start >= covers.start && span.start < covers.end;
}

function complaintAbout(directive: Directive, silenced: number, names: RuleNames): Finding | null {
  const message = complaintWords(directive, silenced, names);
  if (message === null) return null;
  return {
    rule: 'unused-ignore',
    severity: 'warning',
    message,
    help: helpFor(directive),
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

function helpFor({ kind }: Directive): string {
  if (kind === 'range') return 'Remove the comment, or write `migralint-ignore-end` where the range ends.';
  if (kind === 'end')
    return 'Remove the comment, or write `migralint-ignore-start RULE: reason` where the range begins.';
  const words =
    kind === 'file'
      ? '`migralint-ignore-file RULE: reason`'
      : '`migralint-ignore RULE: reason` before the statement it is for';
  return `Remove the comment, or write it as ${words}.`;
}

function complaintWords(directive: Directive, silenced: number, { known, isOff }: RuleNames): string | null {
  const { kind, rules, reason, covers } = directive;
  if (kind === 'end') return 'This comment ends a range that nothing begins.';
  if (rules.length === 0) return 'This ignore comment names no rule, so it silences nothing.';
  const unknown = rules.find((rule) => !known.has(rule));
  if (unknown !== undefined) return `This ignore comment names ${unknown}, which is no rule.`;
  if (kind === 'range' && covers === null)
    return 'This ignore comment begins a range that never ends, so it silences nothing.';
  if (silenced === 0 && !rules.every(isOff)) {
    return `This ignore comment silences nothing: ${rules.join(' and ')} finds nothing here.`;
  }
  return reason === '' ? 'This ignore comment gives no reason.' : null;
}
