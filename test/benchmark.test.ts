import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/finding.ts';
import type { Result } from '../src/result.ts';
import { spanOf } from '../src/text/sql-text.ts';
import type { Span } from '../src/text/source-file.ts';
import { knownGaps, knownNoise } from './benchmark-gaps.ts';
import { lintFiles } from './support/project-of.ts';

/** What a real engine did with the files of one folder of fixtures/benchmark. */
type Expected =
  | {
      readonly silent: true;
      readonly looksLike: string;
      readonly why: string;
      /** Rules whose warning is right here, about something else than what it looks like. */
      readonly mayWarn?: readonly string[];
    }
  | {
      readonly silent?: undefined;
      readonly hazard: string;
      readonly how: string;
      /** Where the fault is, and a part of the text of the statement. */
      readonly file: string;
      readonly statement: string;
      /** A part of the engine's words at that statement; null where it says nothing there. */
      readonly engineError: string | null;
      readonly freshInstall: 'ok' | 'fails' | 'unknown';
    };

const folder = join(import.meta.dirname, '..', 'fixtures', 'benchmark');
const records = readdirSync(folder).map((id) => ({ id, ...recordIn(join(folder, id)) }));

describe('incidents are found', () => {
  const incidents = records.filter(({ expected }) => expected.silent === undefined);

  it.each(incidents)('$id', async ({ id, expected, files }) => {
    if (expected.silent) return;
    const result = await lintFiles(files);
    const found = result.findings.filter((finding) => isThat(finding, expected, result));
    if (knownGaps.has(id)) expect(found, 'found now: take it off the known gaps').toEqual([]);
    else expect(found.map(wordsOf), `not among ${JSON.stringify(result.findings.map(wordsOf))}`).not.toEqual([]);
  });
});

describe('look-alikes are silent', () => {
  const lookAlikes = records.filter(({ expected }) => expected.silent === true);

  it.each(lookAlikes)('$id', async ({ id, expected, files }) => {
    const { findings } = await lintFiles(files);
    const noise = findings.filter((finding) => isNoise(finding, expected)).map(wordsOf);
    if (knownNoise.has(id)) expect(noise, 'silent now: take it off the known noise').not.toEqual([]);
    else expect(noise).toEqual([]);
  });
});

it('the lists of known gaps name folders that exist', () => {
  const ids = new Set(records.map(({ id }) => id));
  expect([...knownGaps.keys(), ...knownNoise.keys()].filter((id) => !ids.has(id))).toEqual([]);
});

function recordIn(path: string): { expected: Expected; files: Record<string, string> } {
  const expected = JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')) as Expected;
  return { expected, files: filesUnder(join(path, 'project')) };
}

function filesUnder(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [relative(root, path).replaceAll(sep, '/'), readFileSync(path, 'utf8')]),
  );
}

/** An error or a warning that stands in the statement, in the engine's words where it has any. */
function isThat(finding: Finding, expected: Exclude<Expected, { silent: true }>, result: Result): boolean {
  const { span, severity, engineError } = finding;
  if (severity === 'info' || span.file.path !== expected.file) return false;
  if (expected.engineError !== null && !engineError?.includes(expected.engineError)) return false;
  const at = span.file.text.indexOf(expected.statement);
  const { start, end } = statementAt(span.file.path, at, result) ?? lineAt(span, at);
  return span.start >= start && span.start < end;
}

function isNoise({ severity, rule }: Finding, expected: Expected): boolean {
  const mayWarn = expected.silent === true && expected.mayWarn?.includes(rule) === true;
  return severity === 'error' || (severity === 'warning' && !mayWarn);
}

function statementAt(path: string, at: number, result: Result): Span | undefined {
  return result.histories
    .flatMap((history) => history.statements)
    .map(({ parsed: { statement } }) => spanOf(statement.sql, statement.start, statement.end))
    .find(({ file, start, end }) => file.path === path && start <= at && at < end);
}

function lineAt({ file: { text } }: Span, at: number): { start: number; end: number } {
  const end = text.indexOf('\n', at);
  return { start: text.lastIndexOf('\n', at) + 1, end: end < 0 ? text.length : end };
}

function wordsOf({ rule, severity, span, message }: Finding): string {
  return `${severity} ${rule} ${span.file.path}:${span.start} ${message}`;
}
