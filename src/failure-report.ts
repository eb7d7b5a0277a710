import type { EngineError } from './catalog/outcome.ts';
import type { Severity } from './finding.ts';
import type { Report } from './rule.ts';
import type { Failure } from './timeline/history.ts';

/** Failures of one cause: the first, and those that only repeat it. */
export interface FailureGroup {
  readonly first: Failure;
  readonly others: readonly Failure[];
}

/** One group for each step (or call outside of steps) and table: a person mends them together. */
export function groupByTable(failures: readonly Failure[]): readonly FailureGroup[] {
  return grouped(failures, (failure) => `${placeOfRun(failure)} ${tableOf(failure)} ${failure.condition}`);
}

/** The same, but for what rests on one assumption: whoever knows that it does not hold has done with all of it. */
export function groupByTableOrReading(failures: readonly Failure[]): readonly FailureGroup[] {
  return grouped(
    failures,
    (failure) => `${placeOfRun(failure)} ${failure.reading ?? tableOf(failure)} ${failure.condition}`,
  );
}

function placeOfRun({ step, call }: Failure): string {
  return step === null ? ` ${call.sql.file.path}` : `${step.identity} `;
}

function grouped(failures: readonly Failure[], keyOf: (failure: Failure) => string): readonly FailureGroup[] {
  const groups = new Map<string, { first: Failure; others: Failure[] }>();
  for (const failure of failures) {
    const key = keyOf(failure);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: failure, others: [] });
    else group.others.push(failure);
  }
  return [...groups.values()];
}

/** An index is named alone in the engine's words: its table is the one that the statement names. */
function tableOf({ error: { object }, operation }: Failure): string {
  const named = operation.kind === 'create-index' ? operation.table.name.text : object.name;
  return `${object.schema ?? ''}.${object.table ?? named}`;
}

/** Which installs break, on what condition, under what assumption, with which words of the engine. */
export function breaksOn(failure: Failure): Pick<Report, 'holdsOn' | 'condition' | 'reading' | 'engineError'> {
  return {
    holdsOn: failure.paths.map((path) => path.name),
    condition: failure.condition === 'always' ? null : failure.condition,
    reading: failure.reading,
    engineError: failure.error.text,
  };
}

/** An error is proven: what rests on an assumption about the deployment, or on the values in a table, is a warning. */
export function severityOf(failure: Failure): Severity {
  return failure.reading === null && failure.condition !== 'values' ? 'error' : 'warning';
}

/** What a body names in vain, as the end of a sentence: `the column busy, which is gone`. */
export function namedInVain({ class: kind, object }: EngineError, isGone: boolean): string {
  const where = isGone ? 'is gone' : 'these databases do not have';
  return kind.startsWith('missing-') && object.name !== ''
    ? `the ${object.kind} ${object.name}, which ${where}`
    : 'something that is not there';
}
