import type { ParsedStatement } from '../ddl/parse.ts';
import type { Finding } from '../finding.ts';
import { spanOf } from '../text/sql-text.ts';
import type { Span } from '../text/source-file.ts';
import type { History, UpgradePath } from '../timeline/history.ts';
import type { BuiltStart } from './build-start.ts';
import type { EngineFailure, ProgramRun } from './run-program.ts';

/** Yes, no, or (null) not to be told, with the reason where it is not plain. */
export interface Judgement {
  readonly holds: boolean | null;
  readonly why: string | null;
}

const YES: Judgement = { holds: true, why: null };
const untold = (why: string): Judgement => ({ holds: null, why });
const no = (why: string): Judgement => ({ holds: false, why });

/** Whether the replay and the engine say the same about a path. */
export function judgePath(path: UpgradePath, history: History, start: BuiltStart, run: ProgramRun): Judgement {
  if (path.verdict === 'unsure') return untold('migralint is not sure of this path');
  if (run.stoppedBy !== null) return untold(run.stoppedBy);
  const judgement = path.verdict === 'ok' ? judgeOk(path, history, run) : judgeFailure(path, history, run);
  if (judgement.holds === false && start.isPartlyKnown) return untold('this start is known in part only');
  const matters = run.notRun.filter((part) => part.matters).length;
  if (judgement.holds === false && matters > 0)
    return untold(`${matters} statement${matters === 1 ? ' was' : 's were'} not run`);
  return judgement;
}

function judgeOk(path: UpgradePath, history: History, { failure }: ProgramRun): Judgement {
  if (failure === null) return YES;
  const { parsed } = failure;
  const isKnown = [...history.failures, ...history.doubts].some(
    (known) => known.parsed === parsed && known.paths.includes(path) && sameWords(known.error.text, failure.words),
  );
  if (isKnown) return untold('it depends on what the tables hold, or on a condition that could not be read');
  if (parsed?.operations.some(({ kind }) => kind === 'opaque' || kind === 'run-code') === true)
    return untold('migralint does not read this statement');
  return no('the engine refuses what migralint lets pass');
}

function judgeFailure(path: UpgradePath, history: History, { failure }: ProgramRun): Judgement {
  const expected = path.failsAt?.outcome;
  const condition = expected?.kind === 'failed' ? expected.condition : 'always';
  if (failure === null) {
    return condition === 'always'
      ? no('the engine accepts what migralint says fails')
      : untold('it needs rows (--rows)');
  }
  const expectedWords = expected?.kind === 'failed' ? expected.error.text : '';
  if (blamedOn(failure, path) === path.failsAt?.parsed) {
    return sameWords(expectedWords, failure.words) ? YES : no('the engine words it differently');
  }
  // Rows can stop a deploy before the statement at which it stops in any case.
  const isEarlier = history.failures.some((known) => known.paths.includes(path) && isSameFailure(known, failure));
  return isEarlier ? YES : no('the engine stops at another statement');
}

/** COMMIT raises what was deferred: it is about the statement that the replay names, where the words are the same. */
function blamedOn({ parsed, words }: EngineFailure, { failsAt }: UpgradePath): ParsedStatement | null {
  if (parsed !== null || failsAt?.outcome.kind !== 'failed') return parsed;
  return sameWords(failsAt.outcome.error.text, words) ? failsAt.parsed : null;
}

/** Whether the engine has raised a finding's error where the finding says. */
export function judgeFinding(
  finding: Finding,
  runs: readonly { readonly path: UpgradePath; readonly run: ProgramRun }[],
): Judgement {
  if (finding.engineError === null) return untold('it is about no error of the engine');
  const { holdsOn } = finding;
  if (holdsOn === null) return untold('it is about no upgrade path');
  const meant = runs.filter(({ path }) => holdsOn === 'all' || holdsOn.includes(path.name));
  const isRaised = meant.some(({ path, run }) =>
    [...run.caught, ...(run.failure === null ? [] : [run.failure])].some((failure) =>
      isFailureOf(finding, { parsed: blamedOn(failure, path), words: failure.words }),
    ),
  );
  if (isRaised) return YES;
  if (finding.reading !== null) return untold(`it holds ${finding.reading}`);
  if (finding.condition !== null)
    return untold(`it needs ${finding.condition === 'rows' ? 'rows (--rows)' : 'values that collide'}`);
  if (meant.every(({ run }) => run.verdict !== 'ok')) {
    return untold(meant.length === 0 ? 'its paths were not run' : 'the deploy stops before it');
  }
  return no('the engine does not fail there');
}

function isFailureOf({ span, related, engineError }: Finding, { parsed, words }: EngineFailure): boolean {
  if (parsed === null || engineError === null || !sameWords(engineError, words)) return false;
  const place = placeOf(parsed);
  return [span, ...related.map((other) => other.span)].some((candidate) => isInside(candidate, place));
}

function placeOf({ statement: { sql, start, end } }: ParsedStatement): Span {
  return spanOf(sql, start, end);
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.file.path === outer.file.path && inner.start >= outer.start && inner.start < outer.end;
}

function isSameFailure(
  known: { readonly parsed: ParsedStatement; readonly error: { readonly text: string } },
  failure: EngineFailure,
): boolean {
  return known.parsed === failure.parsed && sameWords(known.error.text, failure.words);
}

/** Equal but for quotes. */
function sameWords(left: string, right: string): boolean {
  return unquoted(left) === unquoted(right);
}

function unquoted(words: string): string {
  return words.replace(/["'`]/g, '').replace(/\s+/g, ' ').trim();
}
