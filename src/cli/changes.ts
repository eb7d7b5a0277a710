import type { Finding } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import type { Result } from '../result.ts';
import type { Arguments } from './arguments.ts';
import { git, withoutGit } from './git.ts';
import { blobsOfFiles, type TreeFile } from './git-objects.ts';
import { movesByContent } from './moves.ts';
import { filesAt, projectsAt, stagedFiles } from './project-at.ts';
import { UsageError } from './usage-error.ts';
import { lintState, type Workspace } from './workspace.ts';

/** What is found now and was not found at the base, by fingerprint: a finding that only moved is not new. */
export async function lintChanges(
  workspace: Workspace,
  { since, staged }: Pick<Arguments, 'since' | 'staged'>,
): Promise<Result> {
  const { root } = workspace.scope;
  const option = since === undefined ? '--staged' : '--since';
  if (workspace.listedFrom !== 'git') throw new UsageError(`${option}: ${withoutGit(root)}`);
  const prefix = git(root, ['rev-parse', '--show-prefix'])?.trim() ?? '';
  const base = since === undefined ? headOf(root) : leavingPoint(root, since);
  const index = staged ? stagedFiles(root) : null;
  const now =
    index === null ? await lintState(workspace, workspace.project, null) : await lintFilesOf(workspace, index);
  const before = base === null ? [] : filesAt(root, prefix, base);
  const then = await lintFilesOf(workspace, before);
  const blobs = index === null ? null : blobsOf(index);
  const moves = movesOf(then.findings, blobsOf(before), {
    paths: blobs === null ? [...workspace.project.files.keys()] : [...blobs.keys()],
    blobsAt: (paths) => blobs ?? blobsOfFiles(root, prefix, paths),
  });
  const known = new Set(fingerprints(then.findings, then.histories, moves).values());
  const names = fingerprints(now.findings, now.histories);
  const isNew = (finding: Finding): boolean => !known.has(names.get(finding) ?? '');
  return { ...now, findings: now.findings.filter(isNew) };
}

function blobsOf(files: readonly TreeFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, blob }) => [path, blob]));
}

/** The files of today, and git's names for the contents of some of them. */
interface Today {
  readonly paths: readonly string[];
  readonly blobsAt: (paths: readonly string[]) => ReadonlyMap<string, string>;
}

/** What the files in which something was found at the base are called now, if they were moved as they are. */
function movesOf(
  findings: readonly Finding[],
  base: ReadonlyMap<string, string>,
  { paths, blobsAt }: Today,
): ReadonlyMap<string, string> {
  const today = new Set(paths);
  const gone = new Map<string, string>();
  for (const { span } of findings) {
    const { path } = span.file;
    const blob = base.get(path);
    if (blob !== undefined && !today.has(path)) gone.set(path, blob);
  }
  const come = paths.filter((path) => !base.has(path));
  if (gone.size === 0 || come.length === 0) return new Map();
  const blobs = blobsAt(come);
  return movesByContent(gone, new Map(come.flatMap((path) => [[path, blobs.get(path) ?? ''] as const])));
}

async function lintFilesOf(workspace: Workspace, files: readonly TreeFile[]): Promise<Result> {
  const [project = { files: new Map(), errors: [] }] = projectsAt(
    workspace.scope.root,
    [{ name: '', files }],
    workspace.choice,
  );
  return lintState(workspace, project, new Map(files.map(({ path, blob }) => [path, blob])));
}

/** Null: there is no commit yet, so everything is new. */
function headOf(root: string): string | null {
  return commitNamed(root, 'HEAD');
}

/** Where the work here left a branch; the commit itself where the two have nothing in common. */
function leavingPoint(root: string, ref: string): string {
  const commit = commitNamed(root, ref);
  if (commit === null) {
    const isFirst = headOf(root) === null;
    throw new UsageError(
      `--since: ${isFirst ? 'there is no commit yet; --staged takes all as new' : `git knows no commit "${ref}" here`}`,
    );
  }
  const common = git(root, ['merge-base', 'HEAD', commit])?.trim() ?? '';
  return common === '' ? commit : common;
}

function commitNamed(root: string, name: string): string | null {
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])?.trim() ?? '';
  return commit === '' ? null : commit;
}
