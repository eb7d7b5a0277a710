import { git } from './git.ts';

/** The branch that the work in a folder will be merged into, and where the two parted. */
export interface Base {
  /** As a person knows it: `origin/main`; `HEAD` where the work is on that branch itself. */
  readonly name: string;
  /** The newest commit that both have: what it holds is out in the field. */
  readonly mergeBase: string;
  /** The branch as git finds it. */
  readonly ref: string;
}

/**
 * Where CI systems name the branch that a change will be merged into: GitHub, Gitea and Forgejo, GitLab, Bitbucket, Azure
 * Pipelines, Jenkins, Buildkite, Drone, Woodpecker, Travis, CodeBuild, Semaphore. Outside of a change request they are empty.
 */
const targetVariables = [
  'GITHUB_BASE_REF',
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  'SYSTEM_PULLREQUEST_TARGETBRANCH',
  'CHANGE_TARGET',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
  'DRONE_TARGET_BRANCH',
  'CI_COMMIT_TARGET_BRANCH',
  'CODEBUILD_WEBHOOK_BASE_REF',
  'SEMAPHORE_GIT_BRANCH',
] as const;

/** The base of the work in a folder; null where the repository has no commit. */
export function findBase(folder: string, environment: Readonly<Record<string, string | undefined>>): Base | null {
  const refs = existingRefs(folder, [...refsFromCi(environment), 'origin/HEAD', 'upstream/HEAD', ...usualBranches]);
  for (const name of refs) {
    const mergeBase = git(folder, ['merge-base', 'HEAD', name])?.trim();
    if (mergeBase !== undefined && mergeBase !== '') return { name: shownName(folder, name), mergeBase, ref: name };
  }
  const head = git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD'])?.trim();
  return head === undefined || head === '' ? null : { name: 'HEAD', mergeBase: head, ref: 'HEAD' };
}

const usualBranches = ['origin/main', 'origin/master', 'main', 'master', 'trunk', 'develop'];

function refsFromCi(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const branches = targetVariables.map((variable) => environment[variable]?.replace(/^refs\/heads\//, '') ?? '');
  if (environment.TRAVIS_PULL_REQUEST !== 'false') branches.push(environment.TRAVIS_BRANCH ?? '');
  return branches.filter((branch) => branch !== '').flatMap((branch) => [`origin/${branch}`, branch]);
}

/** Those of the names that name a commit, in the given order; one question for all. */
function existingRefs(folder: string, names: readonly string[]): readonly string[] {
  const answer = git(folder, ['cat-file', '--batch-check'], names.map((name) => `${name}^{commit}\n`).join('')) ?? '';
  const lines = answer.split('\n');
  return names.filter((_, index) => / commit \d+$/.test(lines[index] ?? ''));
}

/** `origin/HEAD` is a name for another branch. */
function shownName(folder: string, name: string): string {
  if (!name.endsWith('/HEAD')) return name;
  const branch = git(folder, ['rev-parse', '--abbrev-ref', name])?.trim() ?? '';
  return branch === '' ? name : branch;
}
