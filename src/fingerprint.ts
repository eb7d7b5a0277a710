import type { Finding } from './finding.ts';
import { lineStarts, positionAt, type SourceFile } from './text/source-file.ts';
import { spanOf } from './text/sql-text.ts';
import type { History } from './timeline/history.ts';

/**
 * A name for each finding that stays the same while its file grows above it: the rule, where it applies, and the text of
 * the statement without regard to white space. Equal findings in one file are told apart by counting. `moves`: what files are called
 * in the state with which these findings are compared.
 */
export function fingerprints(
  findings: readonly Finding[],
  histories: readonly History[],
  moves: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<Finding, string> {
  const textOf = statementTexts(histories);
  return counted(findings, (finding) => {
    const { rule, deployment, object, span } = finding;
    return [rule, deployment, object ?? '', moves.get(span.file.path) ?? span.file.path, textOf(finding)];
  });
}

/**
 * A name that outlives more: the rule, the object and the deployment, wherever the statement stands and however it is
 * written. Where a finding names no object its statement does.
 */
export function lastingFingerprints(
  findings: readonly Finding[],
  histories: readonly History[],
): ReadonlyMap<Finding, string> {
  const textOf = statementTexts(histories);
  return counted(findings, (finding) => {
    const { rule, deployment, object, span } = finding;
    return [rule, deployment, ...(object === undefined ? [span.file.path, textOf(finding)] : [object])];
  });
}

/** Equal identities are told apart by counting, in the order of the findings. */
function counted(
  findings: readonly Finding[],
  identityOf: (finding: Finding) => readonly string[],
): ReadonlyMap<Finding, string> {
  const seen = new Map<string, number>();
  const named = new Map<Finding, string>();
  for (const finding of findings) {
    const identity = identityOf(finding).join('\0');
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    named.set(finding, hash64(`${identity}\0${count}`));
  }
  return named;
}

/** The text of the statement that a finding stands in, else of its line, without regard to white space. */
function statementTexts(histories: readonly History[]): (finding: Finding) => string {
  const statements = statementsByFile(histories);
  return ({ span: { file, start } }) => {
    const source = rangeAt(statements.get(file.path) ?? [], start);
    const text = source === undefined ? lineAt(file, start) : file.text.slice(source.start, source.end);
    return text.replace(/\s+/g, ' ').trim();
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ascending by start. */
function statementsByFile(histories: readonly History[]): ReadonlyMap<string, readonly Range[]> {
  const byFile = new Map<string, Range[]>();
  for (const { statements } of histories) {
    for (const { parsed } of statements) {
      const { sql, start, end } = parsed.statement;
      const span = spanOf(sql, start, end);
      const ranges = byFile.get(span.file.path);
      if (ranges === undefined) byFile.set(span.file.path, [span]);
      else ranges.push(span);
    }
  }
  for (const ranges of byFile.values()) ranges.sort((left, right) => left.start - right.start);
  return byFile;
}

function rangeAt(ranges: readonly Range[], offset: number): Range | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && offset < range.end ? range : undefined;
}

function lineAt(file: SourceFile, offset: number): string {
  const starts = lineStarts(file);
  const { line } = positionAt(file, offset);
  return file.text.slice(starts[line - 1], starts[line]);
}

/** FNV-1a in two halves of 32 bits with different seeds: enough to tell findings apart, and needs no crypto. */
function hash64(text: string): string {
  return hash32(text, 0x811c9dc5) + hash32(text, 0x9747b28c);
}

function hash32(text: string, seed: number): string {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
