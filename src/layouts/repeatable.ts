import type { Action } from '../deployment.ts';
import type { PastFile } from '../past.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName } from './file-order.ts';
import { callOf } from './migration-folder.ts';

/** What a script that runs again whenever its content has changed does, as one place of a program. */
export type Repeatable = (file: SourceFile, actions: readonly Action[]) => readonly Action[];

/**
 * A program with such scripts. Where nothing is recorded yet each of them runs. Elsewhere one runs only where its content is not what the
 * ledger holds: nobody can tell that from the files, unless git knows that the newest release, or the base branch, had another.
 */
export function withRepeatables(
  { past }: Project,
  program: (repeatable: Repeatable) => readonly Action[],
): readonly Action[] {
  const unsure: SourceFile[] = [];
  const later = program((file, actions) => {
    if (past !== undefined && hasChanged(past.files.get(file.path))) return actions;
    unsure.push(file);
    const words = `if ${baseName(file.path)} has changed since it last ran`;
    return [{ kind: 'if', guard: { test: 'unknown', words }, then: actions, otherwise: [] }];
  });
  if (unsure.length === 0) return later;
  const isFirst = { test: 'recorded', not: true } as const;
  return [{ kind: 'if', guard: isFirst, then: program((_, actions) => actions), otherwise: later }];
}

/** Files sent whole, each run again whenever it has changed. */
export function repeatableCalls(files: readonly SourceFile[], repeatable: Repeatable): readonly Action[] {
  return files.flatMap((file) => repeatable(file, [callOfFile(file)]));
}

const calls = new WeakMap<SourceFile, Action>();

/** One call for one file, however many branches of a program run it. */
function callOfFile(file: SourceFile): Action {
  const known = calls.get(file);
  if (known !== undefined) return known;
  const call: Action = { kind: 'call', call: callOf(sqlTextOfFile(file)) };
  calls.set(file, call);
  return call;
}

/** Releases or the base branch have the file, and none of them as it is today. */
function hasChanged(before: PastFile | undefined): boolean {
  const shipped = (before?.forms ?? []).filter(({ seenIn }) => seenIn !== 'commit');
  return shipped.length > 0 && shipped.every(({ text }) => text !== null);
}
