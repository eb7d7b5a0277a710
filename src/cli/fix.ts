import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixProject, type AppliedFix, type FixedProject, type RefusedFix } from '../fix-project.ts';
import type { Result } from '../result.ts';
import { decode } from '../text/decode.ts';
import { encode } from '../text/encode.ts';
import { positionAt } from '../text/source-file.ts';
import { creationDiff, renameDiff, unifiedDiff } from '../text/unified-diff.ts';
import type { Arguments } from './arguments.ts';
import { codeOf } from './error-code.ts';
import { releasedFiles } from './released-files.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintSettings, projectWithPast, type Workspace } from './workspace.ts';

/**
 * `--fix`, `--fix-unsafe`, `--diff`: makes the fixes that findings offer, or shows them. What was done, and what was not and
 * why, goes to the error output; the result is that of the fixed project.
 */
export async function fixWorkspace(workspace: Workspace, given: Arguments, terminal: Terminal): Promise<Result> {
  const { scope } = workspace;
  const fixed = await fixProject(await projectWithPast(workspace), {
    ...lintSettings(workspace),
    unsafe: given.fix === 'unsafe',
    released: releasedFiles(workspace, given, terminal),
    isWanted: ({ span }) => scope.isWanted(span.file.path),
  });
  const changes = changesOf(workspace, fixed);
  if (given.diff) {
    for (const { path, from, before, after } of changes) {
      const shown = scope.shownPath(path);
      terminal.out.write(
        before === null
          ? creationDiff(shown, after)
          : from === path
            ? unifiedDiff(shown, before, after)
            : renameDiff(scope.shownPath(from), shown, before, after),
      );
    }
  } else {
    for (const change of changes) write(scope.root, change);
    for (const applied of fixed.applied) terminal.err.write(appliedLine(applied, workspace));
  }
  for (const refused of fixed.refused) terminal.err.write(refusedLine(refused, workspace));
  return fixed.result;
}

interface FileChange {
  readonly path: string;
  /** Its name before. */
  readonly from: string;
  /** Null: it was not there. */
  readonly before: string | null;
  readonly after: string;
}

function changesOf({ project }: Workspace, fixed: FixedProject): readonly FileChange[] {
  return [...fixed.project.files.values()].flatMap(({ path, text }) => {
    const from = fixed.moved.get(path) ?? path;
    const before = project.files.get(from)?.text ?? null;
    return before === text && from === path ? [] : [{ path, from, before, after: text }];
  });
}

/** As the file was encoded. A file that somebody has changed in the meantime is left alone. */
function write(root: string, { path: name, from, before, after }: FileChange): void {
  const path = join(root, name);
  try {
    if ((before === null || from !== name) && existsSync(path)) throw new UsageError(`--fix: ${path} is there already`);
    if (before === null) {
      writeFileSync(path, after, { flag: 'wx' });
      return;
    }
    if (from !== name) renameSync(join(root, from), path);
    if (before === after) return;
    const decoded = decode(readFileSync(path));
    if ('refused' in decoded || decoded.text !== before)
      throw new UsageError(`--fix: ${path} has changed; run it again`);
    const bytes = encode(after, decoded.encoding, decoded.hasMark);
    if (bytes === null)
      throw new UsageError(`--fix: ${path} is not UTF-8, and the fix needs letters that it cannot hold`);
    writeFileSync(path, bytes);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--fix: ${path} cannot be written (${codeOf(error)})`);
  }
}

function appliedLine({ finding, fix }: AppliedFix, workspace: Workspace): string {
  return `fixed      ${placeText(finding, workspace)} ${finding.rule}: ${fix.title}\n`;
}

function refusedLine({ finding, fix, why }: RefusedFix, workspace: Workspace): string {
  return `not fixed  ${placeText(finding, workspace)} ${finding.rule}: ${fix.title}\n           ${why}\n`;
}

function placeText({ span }: AppliedFix['finding'], { scope }: Workspace): string {
  return `${scope.shownPath(span.file.path)}:${positionAt(span.file, span.start).line}`;
}
